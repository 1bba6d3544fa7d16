import type { DeviceView } from '#controller';
import type { OutputOf } from '#controller/operations';
import type { Resource, Values } from '../resources/resource.ts';
import { RESOURCES } from '../resources/table.ts';
import { resourceAt } from '../resources/uri.ts';

type Event = OutputOf<'events'>;

/** What was last known of a router. */
interface Known {
  readonly environment?: string | undefined;
  readonly planId: string | null;
  readonly status: string;
  readonly health: string;
}

/**
 * Of the URIs those whose resource an event changes: a visit that finds all as it was, and a sample like the one before,
 * change nothing.
 */
export function newsOf(uris: ReadonlySet<string>, devices: readonly DeviceView[]): (event: Event) => readonly string[] {
  const known = new Map(devices.map((view): [string, Known] => [view.name, asListed(view)]));
  return (event) => {
    if (event.kind === 'begins') return [];
    if (event.kind === 'missed') return [...uris];
    if (event.kind === 'rollout') return [...uris].filter((uri) => isOfRollout(uri, event.rollout.id));
    const before = known.get(event.device);
    const now = after(event, before);
    known.set(event.device, now);
    if (event.kind === 'visit' && now.status === before?.status) return [];
    if (event.kind === 'health' && now.health === before?.health) return [];
    const plans = [before?.planId ?? null, now.planId, 'planId' in event ? event.planId : null];
    return [...uris].filter((uri) => isOfDevice(uri, event, now, plans));
  };
}

function asListed({ environment, planId, ready, reason, message }: DeviceView): Known {
  return { environment, planId, status: `${ready} ${reason} ${message}`, health: '' };
}

function after(event: Event & { readonly device: string }, before: Known | undefined): Known {
  const known = before ?? { planId: null, status: '', health: '' };
  switch (event.kind) {
    case 'visit': {
      const { ready, reason, message } = event.status;
      return { ...known, status: `${ready} ${reason} ${message}` };
    }
    case 'plan':
      return { ...known, planId: event.planId };
    case 'health':
      return { ...known, health: JSON.stringify(event.values) };
    default:
      return known;
  }
}

function isOfDevice(
  uri: string,
  { kind, device }: Event & { readonly device: string },
  { environment }: Known,
  plans: readonly (string | null)[],
): boolean {
  const { resource, values } = changing(uri);
  if (resource?.changes?.by.includes(kind) !== true) return false;
  switch (resource.changes.of) {
    case 'device':
      return values['device'] === device;
    case 'environment':
      return environment === undefined || values['environment'] === environment;
    case 'plan':
      return values['plan'] === device || plans.some((id) => begins(id, values['plan']));
    default:
      return true;
  }
}

function isOfRollout(uri: string, id: string): boolean {
  const { resource, values } = changing(uri);
  if (resource?.changes?.by.includes('rollout') !== true) return false;
  return resource.changes.of !== 'rollout' || begins(id, values['rollout']);
}

function changing(uri: string): { readonly resource?: Resource; readonly values: Values } {
  return resourceAt(RESOURCES, uri) ?? { values: {} };
}

/** Ids are named by how they begin, those of plans with or without the kind of their digest. */
function begins(id: string | null, wanted = ''): boolean {
  return id !== null && wanted !== '' && (id.startsWith(wanted) || id.startsWith(`sha256:${wanted}`));
}
