import type { MeView } from '#controller';
import { type Door, DoorError } from '../door.ts';
import { offeredResources } from '../resources/list-resources.ts';
import type { Resource, Values } from '../resources/resource.ts';
import { resourceAt } from '../resources/uri.ts';
import type { Served } from '../served.ts';
import type { Tool } from '../tool.ts';

/** URIs that one stream may be about. */
export const MOST_URIS = 100;

/**
 * Of the URIs those of whose changes the caller may be told, each once: what cannot be read, what never changes and what
 * is too much falls away alike. @throws {DoorError} where the service does not answer.
 */
export async function readableUris(
  served: Served,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!served.door.has('events')) return [];
  const offered = await offeredResources(served, signal);
  const me = await served.door.ask('me', {}, signal);
  const readable: string[] = [];
  for (const uri of new Set(uris.slice(0, MOST_URIS))) {
    const found = resourceAt(offered, uri);
    if (found?.resource.changes === undefined) continue;
    if (await isSeen(served, found.resource, found.values, me, signal)) readable.push(uri);
  }
  return readable;
}

async function isSeen(
  { tools, door }: Served,
  { changes, twin }: Resource,
  values: Values,
  me: MeView,
  signal: AbortSignal,
): Promise<boolean> {
  const tool = tools.find(({ name }) => name === twin);
  switch (changes?.of) {
    case 'device':
      return tool !== undefined && seesDevice(me, tool, values['device'] ?? '');
    case 'plan':
      return await answers(door.ask('plan', { plan: values['plan'] ?? '' }, signal));
    case 'rollout':
      return await answers(door.ask('rollout', { rollout: values['rollout'] ?? '' }, signal));
    default:
      return true;
  }
}

function seesDevice({ may }: MeView, { permission }: Tool, device: string): boolean {
  return may.some(({ permissions, devices }) => permissions.includes(permission) && devices.includes(device));
}

async function answers(asked: ReturnType<Door['ask']>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof DoorError && error.failure.status < 500 && error.failure.status !== 429) return false;
    throw error;
  }
}
