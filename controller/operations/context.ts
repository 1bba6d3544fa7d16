import type { Diagnostics } from '../diagnose/diagnostics.ts';
import type { PathView } from '../policy/path-view.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { MenuReads } from '../reads/menu-reads.ts';
import type { Principal } from '../access/principal.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent } from '../edits/intent.ts';
import type { Proposed } from '../proposals/propose-change.ts';
import type { ProposalRecord } from '../records/proposals.ts';
import type { Store } from '../records/store.ts';
import type { EventHub } from '../reports/event-hub.ts';
import type { ChangePreviewView } from './change-preview-view.ts';
import type { ScopedStore } from './scoped-store.ts';
import type { Access } from '../access/authenticated.ts';
import type { AccessLog } from '../reports/access-log.ts';
import type { Watch } from '../watch/watch.ts';
import type { AuditChain } from './audit-chain.ts';
import type { AuditRows } from './audit-rows.ts';
import type { FleetView } from './fleet-view.ts';
import type { PlanDigests } from './plan-digests.ts';

/** What the controller knows, as far as whoever asks may see it. */
export interface QueryContext {
  readonly clock: Clock;
  readonly store: ScopedStore;
  readonly fleet: FleetView;
  readonly plans: PlanDigests;
}

/** What an operation has that the store alone answers too. */
export interface OfflineContext {
  readonly clock: Clock;
  readonly store: ScopedStore;
  /** Null: no controller runs, so nothing is known of the fleet. */
  readonly fleet: FleetView | null;
  readonly chain: AuditChain;
  readonly auditRows: AuditRows;
  /** Reads the source and visits all devices now, if there is a controller and it leads. */
  refreshIfLeading(): Promise<void>;
  /** Revokes a key at once. @returns false when it was revoked already. */
  revoke(key: string, reason: string, actor: string): Promise<boolean>;
  /** Seals and stores a secret under a bare name. @throws {Failure} when there is no key to seal with. */
  setSecret(name: string, secret: string, actor: string): Promise<void>;
}

/** What an operation has while a controller runs. */
export interface OperationContext extends QueryContext, OfflineContext {
  readonly fleet: FleetView;
  /** What happens, to be followed. */
  readonly events: EventHub;
  readonly startedAt: Instant;
  /** What routers say now, or said last. */
  readonly reads: MenuReads;
  readonly access: Access;
  readonly holder: string;
  readonly version: string;
  /** The health and the configuration of devices through time. */
  readonly watch: Pick<Watch, 'newestOf' | 'conditionOf' | 'takeSnapshot' | 'kept'>;
  /** The controller that leads, as far as is known; null: it is not. */
  leader(): string | null;
  /** Reads the source now; what that changes is visited. @throws {Failure} `NotLeading` */
  look(): Promise<void>;
  /** Reads the source and visits devices now; all when none are named. @throws {Failure} `NotLeading` */
  reconcile(devices: readonly DeviceName[]): Promise<void>;
  /** Says where trust in the source begins. @throws {Failure} `BadRequest` and those of reading the source. */
  trustInit(commit: string, actor: string): Promise<void>;
  /** Reads of a router by which way the controller reaches it. @throws {Failure} `NotLeading`, and those of reading. */
  explainPath(device: DeviceName): Promise<PathView>;
  /** Where the values come from that are declared of a device. @throws {Failure} those of reading the source. */
  explain(asked: Explaining): Promise<Explained>;
  /** Who asked for what: doors tell it whom they did not recognise. */
  readonly accessLog: Pick<AccessLog, 'note'>;
  /**
   * What a change would do; nothing is stored and no router is asked. @throws {Failure} `ChangeRefused`, `NotAllowed`, and
   * those of reading the source.
   */
  previewChange(intent: ChangeIntent, principal: Principal): Promise<ChangePreviewView>;
  /** Proposes a change. @throws {Failure} those of reading the source. */
  proposeChange(intent: ChangeIntent, principal: Principal): Promise<Proposed>;
  /** Ends a proposal and its branch. @returns null when it has ended already. */
  withdrawProposal(proposal: ProposalRecord): Promise<ProposalRecord | null>;
  /** A person changed a rollout: it is taken forward now. */
  wakeRollouts(): void;
  /** What people have routers try. */
  readonly diagnostics: Pick<Diagnostics, 'start' | 'startOrJoin' | 'get' | 'cancel' | 'news'>;
}

/** What an operation has besides that needs every device, or asks device by device whether it may act. */
export interface Whole {
  readonly whole: Store;
}
