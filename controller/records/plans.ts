import type { Plan, PlanBody, PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';

/** A plan that was proposed, with the body that its id is the digest of. */
export interface PlanRecord {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly revision: string;
  readonly body: PlanBody;
  readonly plan: Plan;
  readonly createdAt: Instant;
  /** Set when a newer plan of the device took its place. */
  readonly supersededAt: Instant | null;
}

/** A plan in a list: without what it changes, which may be large. */
export type PlanEntry = Omit<PlanRecord, 'body' | 'plan'>;

/** Plans by id. A device has one current plan at most. */
export interface PlanRecords {
  /** Makes it the device's current plan. Writes nothing when it is that already. @returns when it became that. */
  propose(plan: Omit<PlanRecord, 'supersededAt'>): Promise<Instant>;
  /** The device has nothing to change any more. Does nothing when there is no current plan. */
  clear(device: DeviceName, at: Instant): Promise<void>;
  get(id: PlanId): Promise<PlanRecord | null>;
  /** Only that: a plan may be large. */
  deviceOf(id: PlanId): Promise<DeviceName | null>;
  current(device: DeviceName): Promise<PlanRecord | null>;
  /** By the names of devices. */
  listCurrent(): Promise<readonly PlanEntry[]>;
}
