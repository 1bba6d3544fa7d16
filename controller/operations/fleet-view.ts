import type { RouterDeviceSpec } from '#schemas';
import type { Inventory } from '../desired/inventory.ts';
import { labelsOf } from '../desired/selector.ts';
import type { Fleet, SourceFault } from '../fleet/fleet.ts';
import type { Target } from '../fleet/target.ts';
import type { Authors } from '../policy/consent.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { VisitReport } from '../observed/report.ts';
import type { SourceStatus } from '../fleet/source-status.ts';
import { outcomeAlone } from '../observed/outcome-alone.ts';
import type { Sight } from '../access/sight.ts';

/** What a principal may see of the fleet and of its visits: devices that they may not read are not there. */
export interface FleetView {
  readonly source: string;
  readonly revision: string | null;
  readonly acceptedAt: Instant | null;
  readonly readAt: Instant | null;
  /** Null too where not every device is seen, as what is about the source: it may name any of them. */
  readonly fault: SourceFault | null;
  /** The people who have a say; null: no revision is in force. */
  readonly inventory: Pick<Inventory, 'roster'> | null;
  /** What a control plan that waits would make of the fleet; null: none waits. */
  readonly incoming: Inventory | null;
  sourceStatus(): SourceStatus | null;
  /** In the order of the fleet. */
  devices(): readonly DeviceName[];
  /** Also of a name that is not in the fleet, or no more: whether what is stored of it may be seen. */
  sees(device: DeviceName): boolean;
  /** What the revision in force says of a device; undefined: it does not have it. */
  specOf(device: DeviceName): RouterDeviceSpec | undefined;
  /** The labels that it answers to; none: the revision in force does not have it. */
  labelsOf(device: DeviceName): Readonly<Record<string, string>>;
  targetOf(device: DeviceName): Target | null;
  /** The device as a control plan that waits would make it; null: none waits, or the device would be gone. */
  incomingTargetOf(device: DeviceName): Target | null;
  /** Who changed what is desired of it since a revision, by whose keys they are once the control plan counts. */
  incomingAuthorsOf(device: DeviceName, since: string | null): Promise<Authors>;
  /** The newest visit that is known, of an earlier life or another controller too; why a plan waits, as of now. */
  visitOf(device: DeviceName): VisitReport | null;
}

/** What of the fleet is seen, as it stands whenever the view is asked. */
export function fleetViewOf(
  known: { readonly fleet: Fleet; lastOf(device: DeviceName): VisitReport | null },
  sight: Sight,
): FleetView {
  const { fleet } = known;
  const { sees } = sight;
  return {
    source: fleet.source,
    get revision() {
      return fleet.revision;
    },
    get acceptedAt() {
      return fleet.acceptedAt;
    },
    get readAt() {
      return fleet.readAt;
    },
    get fault() {
      return sight.all ? fleet.fault : null;
    },
    get inventory() {
      return fleet.inventory;
    },
    get incoming() {
      return sight.all ? fleet.incoming : null;
    },
    sourceStatus: () => statusAsSeen(fleet.sourceStatus(), sight),
    devices: () => fleet.devices().filter(sees),
    sees,
    specOf: (device) => (sees(device) ? fleet.inventory?.devices.get(device)?.document.spec : undefined),
    labelsOf(device) {
      const document = sees(device) ? fleet.inventory?.devices.get(device)?.document : undefined;
      return document === undefined ? {} : labelsOf(document);
    },
    targetOf: (device) => (sees(device) ? fleet.targetOf(device) : null),
    incomingTargetOf: (device) => (sight.all ? fleet.incomingTargetOf(device) : null),
    incomingAuthorsOf: (device, since) => fleet.authorsOf(device, since, fleet.incoming),
    visitOf: (device) => (sees(device) ? visitAsSeen(known.lastOf(device), sight) : null),
  };
}

/** What a source says of itself may name any device: elsewhere it is told that its newest commit does not count. */
function statusAsSeen(status: SourceStatus | null, { all }: Sight): SourceStatus | null {
  if (status === null || all) return status;
  return { ...status, refusals: status.refusals.length === 0 ? [] : [REFUSED], disregarded: [], control: null };
}

const REFUSED = {
  code: 'SourceRefused',
  message: 'The newest commit of the branch does not count. Whoever may see every device is told why.',
} as const;

/** A visit without the names of devices that are not seen. */
export function visitAsSeen(visit: VisitReport | null, { all, sees }: Sight): VisitReport | null {
  return visit === null || all ? visit : { ...visit, outcome: outcomeAlone(visit.outcome, sees) };
}
