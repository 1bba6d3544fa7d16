import { type Door, DoorError } from './door.ts';
import type { Served } from './served.ts';
import type { Tool } from './tool.ts';

/**
 * Those that the caller may use of the tools that are served, in the order in which they are listed. While the service
 * is away nobody knows that: all are listed, so that a client that starts meanwhile has them when it is back.
 */
export async function offeredTools({ tools, door }: Served, signal: AbortSignal): Promise<readonly Tool[]> {
  const there = tools.filter((tool) => isThere(tool, door));
  try {
    const { may } = await door.ask('me', {}, signal);
    const permissions = new Set(may.flatMap((each) => each.permissions));
    return there.filter(({ permission }) => permissions.has(permission));
  } catch (error) {
    if (error instanceof DoorError && error.failure.code === 'unavailable') return there;
    throw error;
  }
}

/** Whether there is somebody behind the door for all that a tool asks: without a controller, much is not there. */
export function isThere({ asks }: Tool, door: Door): boolean {
  return asks.every((name) => door.has(name));
}
