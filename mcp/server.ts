import { told, type ToldAnswer } from './answer.ts';
import { checkedInput } from './check-input.ts';
import { DoorError, type DoorFailure } from './door.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { paced } from './progress.ts';
import { addCompletion } from './completion/complete.ts';
import { addPrompts } from './prompts/add-prompts.ts';
import { offeredTools } from './offered-tools.ts';
import { addResources } from './resources/add-resources.ts';
import {
  type CallToolResult,
  type ListedTool,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from './sdk.ts';
import { addSubscriptions } from './subscriptions/add-subscriptions.ts';
import type { Served } from './served.ts';
import type { Tool } from './tool.ts';
import { ANSWER_SCHEMA } from './answer-schema.ts';

/** A server of the protocol for one caller; it holds nothing between requests. */
export function serverFor(served: Served): Server {
  const { version } = served;
  const server = new Server(
    { name: 'routeros-gitops', title: 'RouterOS GitOps', version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
      instructions: INSTRUCTIONS,
    },
  );
  server.setRequestHandler('tools/list', async (_, { mcpReq }) => ({
    tools: (await offeredTools(served, mcpReq.signal)).map(listed),
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => await called(served, params, context));
  addResources(server, served);
  addSubscriptions(server, served);
  addPrompts(server, served);
  addCompletion(server, served);
  return server;
}

function listed({ name, title, description, input, readOnly, openWorld }: Tool): ListedTool {
  return {
    name,
    title,
    description,
    inputSchema: input as unknown as ListedTool['inputSchema'],
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: true, openWorldHint: openWorld },
  };
}

async function called(
  { tools, door, now }: Served,
  { name, arguments: given }: { readonly name: string; readonly arguments?: unknown },
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const tool = tools.find((each) => each.name === name && each.asks.every((operation) => door.has(operation)));
  if (tool === undefined)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${JSON.stringify(name)}.`);
  const checked = checkedInput(tool, given);
  if ('faults' in checked) return refused({ code: 'BadRequest', message: checked.faults.join(' ') });
  const { signal, _meta: meta, notify } = mcpReq;
  const token = meta?.progressToken;
  const progress = paced((step) => {
    if (token === undefined) return;
    void notify({ method: 'notifications/progress', params: { progressToken: token, ...step } });
  }, now);
  try {
    const { text, structured } = told(await tool.run({ input: checked.input, door, signal, progress, now }), now());
    return { content: [{ type: 'text', text }], structuredContent: { ...structured } satisfies ToldAnswer };
  } catch (error) {
    if (error instanceof DoorError) return refused(error.failure);
    throw error;
  }
}

/** As text alone: clients of 2025-11-25 hold structured content against the schema of the tool, in errors too. */
function refused(failure: Partial<DoorFailure>): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: failure }) }] };
}
