import { DoorError } from '../door.ts';
import { offeredTools } from '../offered-tools.ts';
import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
} from '../sdk.ts';
import type { Served } from '../served.ts';
import { META } from './read-resource.ts';
import type { Resource, Values } from './resource.ts';
import { RESOURCES } from './table.ts';
import { uriOf } from './uri.ts';

/** Routers that one page lists. */
const PAGE = 100;
const LIST_TTL_MS = 60_000;
const PRIVATE = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const;

/** The templates whose twin the caller may use. */
export async function listTemplates(served: Served, signal: AbortSignal): Promise<ListResourceTemplatesResult> {
  const offered = await offeredResources(served, signal);
  return {
    resourceTemplates: offered
      .filter(({ variables }) => Object.keys(variables).length > 0)
      .map((resource) => ({ uriTemplate: resource.template, ...toldOf(resource) })),
    ...PRIVATE,
  };
}

/** The fleet, its environments and an overview of each router that the caller may see. */
export async function listResources(
  served: Served,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ListResourcesResult> {
  const { door } = served;
  const offered = new Map((await offeredResources(served, signal)).map((resource) => [resource.name, resource]));
  const entries: ListResourcesResult['resources'] = [];
  const add = (name: string, values: Values, title?: string, readAt?: number | null): void => {
    const resource = offered.get(name);
    if (resource !== undefined) entries.push(entryOf(resource, values, title, readAt));
  };
  const ofRouters = offered.has('device-overview');
  const page = ofRouters || offered.has('fleet-devices') ? { limit: PAGE + 1 } : { limit: 1 };
  const devices = door.has('devices')
    ? await door.ask('devices', { ...page, ...(cursor === undefined ? {} : { cursor }) }, signal).catch(unknownCursor)
    : [];
  if (cursor === undefined) {
    add('fleet-health', {});
    for (const environment of await environments(served, signal))
      add('fleet-devices', { environment }, `Routers of ${environment}`);
  }
  const shown = ofRouters ? devices.slice(0, PAGE) : [];
  for (const { name, readAt } of shown) add('device-overview', { device: name }, `Router ${name}`, readAt);
  const last = shown.at(-1);
  return {
    resources: entries,
    ...(last !== undefined && devices.length > PAGE ? { nextCursor: last.name } : {}),
    ...PRIVATE,
  };
}

/** Nothing else of what is asked for can be wrong. */
function unknownCursor(error: unknown): never {
  if (!(error instanceof DoorError) || error.failure.status !== 400) throw error;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
}

/** Those of which the caller may see a router. */
export async function environments({ door }: Served, signal: AbortSignal): Promise<readonly string[]> {
  const all = ['prod', 'staging', 'lab'] as const;
  const first = all.map(async (environment) => await door.ask('devices', { environment, limit: 1 }, signal));
  const found = await Promise.all(first);
  return all.filter((_, at) => (found[at]?.length ?? 0) > 0);
}

/** Those whose twin the caller may use. */
export async function offeredResources(served: Served, signal: AbortSignal): Promise<readonly Resource[]> {
  const tools = new Set((await offeredTools(served, signal)).map(({ name }) => name));
  return RESOURCES.filter(({ twin }) => tools.has(twin));
}

function entryOf(
  resource: Resource,
  values: Values,
  title: string | undefined,
  readAt: number | null | undefined,
): ListResourcesResult['resources'][number] {
  const { annotations, ...entry } = toldOf(resource);
  const lastModified = typeof readAt === 'number' ? { lastModified: new Date(readAt).toISOString() } : {};
  return {
    uri: uriOf(resource, values),
    ...entry,
    ...(title === undefined ? {} : { name: [entry.name, ...Object.values(values)].join('-'), title }),
    annotations: { ...annotations, ...lastModified },
  };
}

function toldOf({ name, title, description, twin }: Resource) {
  return {
    name,
    title,
    description: `${description} The tool ${twin} tells the same.`,
    mimeType: 'application/json',
    annotations: { audience: ['assistant' as const] },
    _meta: { [`${META}tool`]: twin },
  };
}
