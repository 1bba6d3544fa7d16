import { visible } from '#visible';
import type { Permission } from '#controller';
import { DoorError } from '../door.ts';
import { offeredTools } from '../offered-tools.ts';
import { offeredPrompts } from '../prompts/offered-prompts.ts';
import { RESOURCES } from '../resources/table.ts';
import type { Known } from '../resources/resource.ts';
import type { CompleteRequestParams, CompleteResult, Server } from '../sdk.ts';
import type { Served } from '../served.ts';
import { CANDIDATES } from './candidates.ts';

/** As many as the protocol carries. */
const MOST = 100;

/** Completes variables of resources and arguments of prompts. */
export function addCompletion(server: Server, served: Served): void {
  server.setRequestHandler('completion/complete', async ({ params }, { mcpReq }) => ({
    completion: await completed(served, params, mcpReq.signal),
  }));
}

/** Whoever may not ask for the thing itself gets no values for it, as for one that does not exist. */
async function completed(
  served: Served,
  { ref, argument, context }: CompleteRequestParams,
  signal: AbortSignal,
): Promise<CompleteResult['completion']> {
  const blank =
    ref.type === 'ref/prompt'
      ? await ofPrompt(served, ref.name, argument.name, signal)
      : await ofResource(served, ref.uri, argument.name, signal);
  if (blank === null) return { values: [], total: 0, hasMore: false };
  const begun = argument.value;
  const asked = { begun, others: context?.arguments ?? {}, permission: blank.permission, signal };
  const found = 'values' in blank ? blank.values : await seen(served, blank.known, asked);
  const fitting = [...new Set(found)].filter((value) => fits(value, begun) && visible(value) === value);
  return { values: fitting.slice(0, MOST), total: fitting.length, hasMore: fitting.length > MOST };
}

/** What is refused is as if it were not there. */
async function seen(
  served: Served,
  known: Known,
  asked: Parameters<(typeof CANDIDATES)[Known]>[1],
): Promise<readonly string[]> {
  try {
    return await CANDIDATES[known](served, asked);
  } catch (error) {
    if (error instanceof DoorError && error.failure.status < 500) return [];
    throw error;
  }
}

type Filled = { readonly permission: Permission } & (
  | { readonly known: Known }
  | { readonly values: readonly string[] }
);

async function ofResource(served: Served, uri: string, variable: string, signal: AbortSignal): Promise<Filled | null> {
  const resource = RESOURCES.find(({ template }) => template === uri);
  const known = Object.entries(resource?.variables ?? {}).find(([name]) => name === variable)?.[1];
  const twin = (await offeredTools(served, signal)).find(({ name }) => name === resource?.twin);
  return known === undefined || twin === undefined ? null : { known, permission: twin.permission };
}

async function ofPrompt(served: Served, name: string, argument: string, signal: AbortSignal): Promise<Filled | null> {
  const prompt = (await offeredPrompts(served, signal)).find((each) => each.name === name);
  const found = prompt?.arguments.find((each) => each.name === argument);
  if (found === undefined) return null;
  return 'values' in found
    ? { values: found.values, permission: 'device.read' }
    : { known: found.complete, permission: 'device.read' };
}

/** Names begin with what was typed, ids also after the kind of their digest. */
function fits(value: string, begun: string): boolean {
  const low = begun.toLowerCase();
  return value.toLowerCase().startsWith(low) || value.toLowerCase().startsWith(`sha256:${low}`);
}
