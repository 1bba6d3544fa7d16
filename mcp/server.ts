import { told, type ToldAnswer } from './answer.ts';
import { checkedInput } from './check-input.ts';
import { type Door, DoorError, type DoorFailure } from './door.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { paced } from './progress.ts';
import {
  type CallToolResult,
  type ListedTool,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from './sdk.ts';
import type { Tool } from './tool.ts';
import { ANSWER_SCHEMA } from './answer-schema.ts';

/** What is served to one caller. */
export interface Served {
  readonly version: string;
  /** Those that the operator and the caller left of all tools. */
  readonly tools: readonly Tool[];
  /** The caller's. */
  readonly door: Door;
  readonly now: () => number;
}

/** A server of the protocol for one caller; it holds nothing between requests. */
export function serverFor(served: Served): Server {
  const { version } = served;
  const server = new Server(
    { name: 'routeros-gitops', title: 'RouterOS GitOps', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', async () => ({ tools: await listedTools(served) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => await called(served, params, context));
  return server;
}

async function listedTools({ tools, door }: Served): Promise<ListedTool[]> {
  const { may } = await door.ask('me', {}, new AbortController().signal);
  const permissions = new Set(may.flatMap((each) => each.permissions));
  return tools
    .filter((tool) => permissions.has(tool.permission) && tool.asks.every((name) => door.has(name)))
    .map(listed);
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
