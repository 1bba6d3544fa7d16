import { NEW_RESOLVER } from './changes.ts';
import type { Stage } from './stage.ts';
import { outcomeOf } from './story.ts';

/** Waits until every device has a plan, or needs none. */
export async function allPlanned({ story, controller }: Stage, what: string): Promise<void> {
  const api = controller();
  await story.waitFor(what, () =>
    api.api.fleet.devices().every((device) => ['Waiting', 'Deferred', 'InSync'].includes(outcomeOf(api, device))),
  );
}

/** Whether a device waits with a plan. */
export function isPlanned({ controller }: Stage, device: string): boolean {
  return outcomeOf(controller(), device) === 'Waiting';
}

/** Whether a device is as declared. */
export function hasConverged({ controller }: Stage, device: string): boolean {
  return ['Confirmed', 'InSync'].includes(outcomeOf(controller(), device));
}

/** Whether a router uses it. */
export function hasNewResolver({ fleet }: Stage, device: string): boolean {
  return (fleet.router(device).rows('/ip/dns')[0]?.['servers'] ?? '').includes(NEW_RESOLVER);
}

/** Whether a router has this address in a list. */
export function holds({ fleet }: Stage, device: string, address: string): boolean {
  return fleet
    .router(device)
    .rows('/ip/firewall/address-list')
    .some((row) => row['address'] === address);
}

/** Requests to all routers so far. */
export function packets({ fleet }: Stage): number {
  return [...fleet.routers.values()].reduce((sum, { requests }) => sum + requests.length, 0);
}
