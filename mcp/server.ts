import { told, type ToldAnswer } from './answer.ts';
import { checkedInput } from './check-input.ts';
import { DoorError } from './door.ts';
import { BadInput } from './input-fault.ts';
import { instructionsFor } from './instructions.ts';
import { listed } from './listed.ts';
import { noted } from './noted.ts';
import { paced } from './progress.ts';
import { misunderstood, refusedBy, resultOf } from './refusal.ts';
import { addCompletion } from './completion/complete.ts';
import { isThere, offeredTools } from './offered-tools.ts';
import { addPrompts } from './prompts/add-prompts.ts';
import { addResources } from './resources/add-resources.ts';
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server, type ServerContext } from './sdk.ts';
import { addSubscriptions } from './subscriptions/add-subscriptions.ts';
import type { Served } from './served.ts';

/** A server of the protocol for one caller; it holds nothing between requests. */
export function serverFor(served: Served): Server {
  const { version, tools, door } = served;
  const server = new Server(
    { name: 'routeros-gitops', title: 'RouterOS GitOps', version },
    {
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {}, completions: {} },
      instructions: instructionsFor(tools.filter((tool) => isThere(tool, door))),
    },
  );
  server.setRequestHandler('tools/list', async (_, { mcpReq }) => ({
    tools: (await offeredTools(served, mcpReq.signal)).map(listed),
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const call = async (): Promise<CallToolResult> => await called(served, params, context);
    return await noted(params.name, call, served.noteCall, context.mcpReq.signal);
  });
  addResources(server, served);
  addSubscriptions(server, served);
  addPrompts(server, served);
  addCompletion(server, served);
  return server;
}

async function called(
  served: Served,
  { name, arguments: given }: { readonly name: string; readonly arguments?: unknown },
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const { tools, door, now } = served;
  const missing = new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `There is no tool ${JSON.stringify(name.slice(0, 100))}.`,
  );
  const tool = tools.find((each) => each.name === name && isThere(each, door));
  if (tool === undefined) throw missing;
  const checked = checkedInput(tool, given);
  if ('fault' in checked) return resultOf(misunderstood({ tool, tools }, checked.fault));
  const { input } = checked;
  const { signal, _meta: meta, notify } = mcpReq;
  const token = meta?.progressToken;
  const progress = paced((step) => {
    if (token === undefined) return;
    // Whoever has gone meanwhile is told nothing: that ends no other caller's call.
    notify({ method: 'notifications/progress', params: { progressToken: token, ...step } }).catch(() => {});
  }, now);
  try {
    // Some of what a tool asks may be allowed to whom the tool is not.
    if (!(await offeredTools(served, signal)).includes(tool)) throw missing;
    const { text, structured } = told(await tool.run({ input, door, signal, progress, now }), now());
    return { content: [{ type: 'text', text }], structuredContent: { ...structured } satisfies ToldAnswer };
  } catch (error) {
    if (error instanceof BadInput) return resultOf(misunderstood({ tool, tools }, error.fault));
    if (error instanceof DoorError)
      return resultOf(await refusedBy(error.failure, { door, tools, tool, input }, signal));
    throw error;
  }
}
