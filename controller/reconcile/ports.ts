import type { OwnSecrets, Row } from '#routeros';
import type { Changing } from '../device/changing.ts';
import type { PassSecrets } from '../device/pass-secrets.ts';
import type { Memory } from '../observed/memory.ts';
import type { Clock, DeviceName, DeviceSession, Instant } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Authority } from '../trust/authority.ts';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { PathGate } from '../gates/gates.ts';
import type { Target } from '../fleet/target.ts';

/** What one pass needs of the world. */
export interface Ports {
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  /** This controller's name in the store; unlike that of every other life. */
  readonly holder: string;
  /** To be asked right before something is decided in the store. @throws when another controller may lead by now. */
  mustLead(): void;
  /** What the current revision says of a device; null when it is not in the fleet. */
  targetOf(device: DeviceName): Target | null;
  /** The device as a control plan that waits would make it; null: none waits. */
  incomingTargetOf(device: DeviceName): Target | null;
  /**
   * The line to the router and the user it logs in with. @throws {Failure} when the credential may not go there;
   * nothing is sent then.
   */
  connect(target: Target): Promise<{
    readonly session: DeviceSession;
    readonly user: string;
    readonly secrets: PassSecrets;
  }>;
  /** What is desired of the device, with seals in place of the names of secrets; nothing is sent. */
  secretsOf(target: Target): Promise<PassSecrets>;
  /** When what is desired now came into force; it outlives the controller. */
  declaredAt(): Instant;
  /** What must not come back from a router, and no plan may hold. */
  readonly ownSecrets: OwnSecrets;
  /** Replaces a secret by something that can't be guessed from (approval.md §3). */
  seal(secret: string): string;
  /** Where readers see that a change is under way. */
  readonly changing: Changing;
  /** The source as trust, approvals and rollouts name it. */
  readonly fleetSource: string;
  /** Whose turn it is. */
  readonly rollouts: Pick<Rollouts, 'rolloutFor' | 'voided' | 'undoOrderFor'>;
  /** In place of GATES. */
  readonly gates?: readonly PathGate[];
  /** What a router said of itself in `/system/resource`, once it has shown to be the one that is meant. */
  noteResource(device: DeviceName, resource: Row): void;
  /** Who may approve and who brought what, as of now. */
  readonly authority: Authority;
  /** What the last pass learnt of a device, kept in memory only. */
  readonly memory: Memory;
  /** The devices whose router answered last with this serial: one, or somebody made a mistake. */
  readonly bySerial: Map<string, Set<DeviceName>>;
}
