import { auditChain } from './audit-chain.ts';
import { auditRows } from './audit-rows.ts';
import { auditedBy } from './audited.ts';
import type { OperationContext } from './context.ts';
import { scopedDiagnostics } from './diagnostics.ts';
import { fleetViewOf } from './fleet-view.ts';
import type { Explaining } from '../desired/explain.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { DeviceName } from '../ports.ts';
import type { VisitReport } from '../observed/report.ts';
import { planDigests } from './plan-digests.ts';
import type { Principal } from '../access/principal.ts';
import { reportsNow } from './reports-now.ts';
import type { Store } from '../records/store.ts';
import { actsOnItsOwn, followOperation, runOperation } from './run.ts';
import { onSeen, scopedReads } from './scoped-reads.ts';
import { scopedStore } from './scoped-store.ts';
import { sightOf } from '../access/sight.ts';
import type { Operation, StreamEvent } from './operation.ts';
import { type AnswerName, type OperationName, OPERATIONS, type OutputOf, type StreamName } from './table.ts';

/** What the operations need of the controller. */
export interface Api extends Omit<OperationContext, 'store' | 'fleet' | 'explain' | 'plans' | 'chain' | 'auditRows'> {
  readonly store: Store;
  readonly fleet: Fleet;
  /** The last visit that this controller made itself since it began to lead. */
  visitOf(device: DeviceName): VisitReport | null;
  /** The newest visit that is known, of an earlier life or another controller too. */
  lastOf(device: DeviceName): VisitReport | null;
}

/** All that doors ask of the controller. */
export interface Operations {
  /**
   * Checks the input, and whether the principal may do this, and does it. @throws {Failure} when it can not be done,
   * with the reason.
   */
  ask<Name extends AnswerName>(
    principal: Principal,
    name: Name,
    given: Readonly<Record<string, unknown>>,
  ): Promise<OutputOf<Name>>;
  /** The same for a stream: its events, until the signal aborts. @throws {Failure} before there is one. */
  follow<Name extends StreamName>(
    principal: Principal,
    name: Name,
    given: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<StreamEvent<OutputOf<Name>>>>;
}

/** Operations that tell what visits found. */
const READING: ReadonlySet<OperationName> = new Set([
  'status',
  'devices',
  'device',
  'plans',
  'planGroups',
  'plan',
  'approvable',
  'drift',
]);

/** The operations of one controller; they share what they remember. */
export function operationsOf(api: Api): Operations {
  const shared = {
    plans: planDigests(api.store.plans),
    chain: auditChain(api.store.audit),
    auditRows: auditRows(api.store),
  };
  const audited = auditedBy(api);
  async function contextOf(principal: Principal, name: OperationName): Promise<OperationContext> {
    const { permission }: Operation['needs'] = OPERATIONS[name].needs;
    const sight = sightOf(principal, actsOnItsOwn(name) ? 'fleet.read' : (permission ?? 'fleet.read'));
    const { clock, fleet } = api;
    const known = {
      clock,
      store: scopedStore(api.store, sight),
      diagnostics: scopedDiagnostics(api.diagnostics, sight),
      reads: scopedReads(api.reads, sight),
      explainPath: async (device: DeviceName) =>
        await onSeen(sight.sees, device, async () => await api.explainPath(device)),
      explain: async (asked: Explaining) =>
        await onSeen(sight.sees, asked.device, async () => await fleet.explain(asked)),
    };
    const last = (device: DeviceName): VisitReport | null => api.lastOf(device);
    const seen = fleetViewOf({ fleet, lastOf: last }, sight);
    const lastOf = READING.has(name) ? await reportsNow({ ...known, fleet: seen, lastOf: last }) : last;
    return { ...api, ...shared, ...known, fleet: fleetViewOf({ fleet, lastOf }, sight) };
  }
  return {
    async ask(principal, name, given) {
      const context = await contextOf(principal, name);
      return await audited(principal, name, given, (input) => runOperation(context, api.store, principal, name, input));
    },
    async follow(principal, name, given, signal) {
      const context = await contextOf(principal, name);
      return await audited(principal, name, given, (input) => followOperation(context, principal, name, input, signal));
    },
  };
}
