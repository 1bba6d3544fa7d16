import type { Served } from './served.ts';
import type { Tool } from './tool.ts';

/** Those that the caller may use of the tools that are served, in the order in which they are listed. */
export async function offeredTools({ tools, door }: Served, signal: AbortSignal): Promise<readonly Tool[]> {
  const { may } = await door.ask('me', {}, signal);
  const permissions = new Set(may.flatMap((each) => each.permissions));
  return tools.filter((tool) => permissions.has(tool.permission) && tool.asks.every((name) => door.has(name)));
}
