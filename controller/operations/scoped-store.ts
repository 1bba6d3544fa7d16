import type { PlanId } from '#differ';
import type { DeviceName } from '../ports.ts';
import type { ApprovalRecords } from '../records/approvals.ts';
import type { AttemptRecords } from '../records/attempts.ts';
import type { DeviceRecords } from '../records/devices.ts';
import type { DriftRecords } from '../records/drift.ts';
import type { FleetPlanRecord, FleetPlanRecords } from '../records/fleet-plans.ts';
import type { FreezeRecords } from '../records/freeze.ts';
import type { HealthRecords } from '../records/health.ts';
import type { PlacedChange } from '../records/history.ts';
import type { PlanRecords } from '../records/plans.ts';
import type { ProposalRecords } from '../records/proposals.ts';
import type { RevocationRecords } from '../records/revocations.ts';
import type { CaptureRecords } from '../records/captures.ts';
import type { SampleRecords } from '../records/samples.ts';
import type { Store } from '../records/store.ts';
import { CONTROL } from '../records/trust.ts';
import { scopedAccesses, type ScopedAccesses, scopedAudit, type ScopedAudit } from './scoped-audit.ts';
import { type ScopedRollouts, scopedRollouts } from './scoped-rollouts.ts';
import type { Sight } from '../access/sight.ts';

/**
 * The store as a question may be answered from it: it reads, and what belongs to a device that is not seen is not there.
 * Operations get this and no other, but for those that act or need every device (`run.ts`). Whoever adds records of
 * devices adds here how they are read; what is not here no answer can hold.
 */
export interface ScopedStore {
  readonly devices: Pick<DeviceRecords, 'get' | 'list'>;
  readonly plans: Pick<PlanRecords, 'get' | 'listCurrent'>;
  /** `record` keeps a fleet plan that somebody is shown: all of it is seen. */
  readonly fleetPlans: FleetPlanRecords;
  readonly attempts: Pick<AttemptRecords, 'list' | 'lastOf' | 'listOpen' | 'openOf'>;
  readonly rollouts: ScopedRollouts;
  readonly approvals: Pick<ApprovalRecords, 'consentsFor' | 'list'>;
  readonly health: Pick<HealthRecords, 'list'>;
  readonly drift: Pick<DriftRecords, 'listOpen' | 'drifted'>;
  readonly samples: Pick<SampleRecords, 'newest' | 'list' | 'periods'>;
  /** Contents are found by digests that only states of a device tell. */
  readonly captures: Pick<CaptureRecords, 'list' | 'statesAt' | 'contents'>;
  readonly audit: ScopedAudit;
  readonly history: ScopedHistory;
  readonly accesses: ScopedAccesses;
  /** Those of which every device is seen. */
  readonly proposals: Pick<ProposalRecords, 'get' | 'list'>;
  /** Of no device: they hold for each, and answers tell of them what concerns it. */
  readonly freeze: Pick<FreezeRecords, 'get'>;
  readonly revocations: Pick<RevocationRecords, 'list'>;
}

/** Who changed which objects, for what is told of one device that is seen: whoever asks leaves out what feeds others. */
interface ScopedHistory {
  positionOf(source: string, commit: string): Promise<number | null>;
  changesAfter(source: string, position: number, device: DeviceName): Promise<readonly PlacedChange[]>;
}

/** What of a store is seen. */
export function scopedStore(store: Store, sight: Sight): ScopedStore {
  const { sees } = sight;
  const ofSeen = <Entry extends { readonly device: string }>(entry: Entry | null): Entry | null =>
    entry !== null && sees(entry.device) ? entry : null;
  const seenAmong = <Entry extends { readonly device: string }>(entries: readonly Entry[]): readonly Entry[] =>
    entries.filter(({ device }) => sees(device));
  const wholeFleetPlan = (record: FleetPlanRecord | null): FleetPlanRecord | null =>
    record?.plans.every(({ device }) => (device === CONTROL ? sight.all : sees(device))) === true ? record : null;
  return {
    devices: {
      get: async (name, known) => (sees(name) ? await store.devices.get(name, known) : null),
      list: async () => (await store.devices.list()).filter(({ name }) => sees(name)),
    },
    plans: {
      get: async (id) => ofSeen(await store.plans.get(id)),
      listCurrent: async () => seenAmong(await store.plans.listCurrent()),
    },
    fleetPlans: {
      latest: async () => wholeFleetPlan(await store.fleetPlans.latest()),
      get: async (id: PlanId) => wholeFleetPlan(await store.fleetPlans.get(id)),
      async record(fleetPlan) {
        if (wholeFleetPlan(fleetPlan) !== null) await store.fleetPlans.record(fleetPlan);
      },
    },
    attempts: {
      list: async (device, limit) => (sees(device) ? await store.attempts.list(device, limit) : []),
      lastOf: async (device, planId) => (sees(device) ? await store.attempts.lastOf(device, planId) : null),
      listOpen: async (devices) => await store.attempts.listOpen(devices.filter(sees)),
      openOf: async (device) => (sees(device) ? await store.attempts.openOf(device) : null),
    },
    rollouts: scopedRollouts(store.rollouts, sight),
    approvals: {
      consentsFor: async (source, planId, device) =>
        sees(device) ? await store.approvals.consentsFor(source, planId, device) : [],
      list: async (source, limit) => (sight.all ? await store.approvals.list(source, limit) : []),
    },
    health: { list: async (device, limit) => (sees(device) ? await store.health.list(device, limit) : []) },
    drift: {
      listOpen: async () => seenAmong(await store.drift.listOpen()),
      drifted: async () => (await store.drift.drifted()).filter(sees),
    },
    audit: scopedAudit(store, sight),
    history: {
      positionOf: async (source, commit) => await store.history.positionOf(source, commit),
      changesAfter: async (source, position, device) =>
        sees(device) ? await store.history.changesAfter(source, position) : [],
    },
    accesses: scopedAccesses(store, sight),
    samples: {
      newest: async () => seenAmong(await store.samples.newest()),
      list: async (device, from) => (sees(device) ? await store.samples.list(device, from) : []),
      periods: async (device, length, from) => (sees(device) ? await store.samples.periods(device, length, from) : []),
    },
    captures: {
      list: async (device, limit, until) => (sees(device) ? await store.captures.list(device, limit, until) : []),
      statesAt: async (device, at) => (sees(device) ? await store.captures.statesAt(device, at) : []),
      contents: async (digests) => await store.captures.contents(digests),
    },
    proposals: {
      async get(source, id) {
        const found = await store.proposals.get(source, id);
        return found?.devices.every(sees) === true ? found : null;
      },
      list: async (source, limit) =>
        (await store.proposals.list(source, limit)).filter(({ devices }) => devices.every(sees)),
    },
    freeze: { get: async () => await store.freeze.get() },
    revocations: { list: async () => await store.revocations.list() },
  };
}
