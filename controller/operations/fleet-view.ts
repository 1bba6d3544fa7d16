import type { RouterDeviceSpec } from '#schemas';
import type { Inventory } from '../desired/inventory.ts';
import type { Fleet, SourceFault } from '../fleet/fleet.ts';
import type { Target } from '../fleet/target.ts';
import type { Authors } from '../policy/consent.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { VisitReport } from '../observed/report.ts';
import type { SourceStatus } from '../fleet/source-status.ts';
import type { Principal } from '../access/principal.ts';

/** What a principal may see of the fleet and of its visits: devices that they may not read are not there. */
export interface FleetView {
  readonly source: string;
  readonly revision: string | null;
  readonly acceptedAt: Instant | null;
  readonly readAt: Instant | null;
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
  targetOf(device: DeviceName): Target | null;
  /** The device as a control plan that waits would make it; null: none waits, or the device would be gone. */
  incomingTargetOf(device: DeviceName): Target | null;
  /** Who changed what is desired of it since a revision, by whose keys they are once the control plan counts. */
  incomingAuthorsOf(device: DeviceName, since: string | null): Promise<Authors>;
  /** The newest visit that is known, of an earlier life or another controller too; why a plan waits, as of now. */
  visitOf(device: DeviceName): VisitReport | null;
}

/** The fleet as it stands whenever the view is asked, for one principal. */
export function fleetViewOf(
  known: { readonly fleet: Fleet; lastOf(device: DeviceName): VisitReport | null },
  principal: Principal,
): FleetView {
  const { fleet } = known;
  const sees = (device: DeviceName): boolean => principal.may('fleet.read', device);
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
      return fleet.fault;
    },
    get inventory() {
      return fleet.inventory;
    },
    get incoming() {
      return fleet.incoming;
    },
    sourceStatus: () => fleet.sourceStatus(),
    devices: () => fleet.devices().filter(sees),
    sees,
    specOf: (device) => (sees(device) ? fleet.inventory?.devices.get(device)?.document.spec : undefined),
    targetOf: (device) => (sees(device) ? fleet.targetOf(device) : null),
    incomingTargetOf: (device) => (sees(device) ? fleet.incomingTargetOf(device) : null),
    incomingAuthorsOf: (device, since) => fleet.authorsOf(device, since, fleet.incoming),
    visitOf: (device) => (sees(device) ? known.lastOf(device) : null),
  };
}
