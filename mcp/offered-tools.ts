import type { Door } from './door.ts';
import type { Served } from './served.ts';
import type { Tool } from './tool.ts';

/** Those that the caller may use of the tools that are served, in the order in which they are listed. */
export async function offeredTools({ tools, door }: Served, signal: AbortSignal): Promise<readonly Tool[]> {
  const { may } = await door.ask('me', {}, signal);
  const permissions = new Set(may.flatMap((each) => each.permissions));
  return tools.filter((tool) => permissions.has(tool.permission) && isThere(tool, door));
}

/** Whether there is somebody behind the door for all that a tool asks: without a controller, much is not there. */
export function isThere({ asks }: Tool, door: Door): boolean {
  return asks.every((name) => door.has(name));
}
