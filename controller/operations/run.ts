import type { EventOrigin } from '../events.ts';
import { Failure } from '#failure';
import { forgetSecret } from '../credentials/index.ts';
import type { RolloutAction } from '../policy/rollout-actions.ts';
import type { Clock, DeviceName } from '../ports.ts';
import type { Store } from '../records/store.ts';
import { mustBeAllowed } from './allowed.ts';
import { askerOf } from './asker.ts';
import { accessesView, auditView } from './audit-views.ts';
import { approvableView } from './approvable.ts';
import type { OfflineContext, OperationContext, Whole } from './context.ts';
import { declaredView } from './declared-view.ts';
import { deviceDetail } from './device-detail.ts';
import { deviceList } from './device-list.ts';
import { eventStream } from './event-stream.ts';
import { fleetHealthView, healthView } from './health-views.ts';
import { snapshotDiffView, snapshotsView, snapshotView } from './snapshot-views.ts';
import type { FleetView } from './fleet-view.ts';
import { cancelDiagnostic, diagnosticView, followDiagnostic, startDiagnostic } from './diagnostics.ts';
import { endFreeze, freezeWrites } from './freeze.ts';
import { judgeCommit } from './judge-commit.ts';
import { deviceIn, missingDevice } from './known-device.ts';
import { menusView, menuView } from './menu-views.ts';
import type { Operation, StreamEvent } from './operation.ts';
import { planGroupsView, plansView, planView } from './plan-views.ts';
import { retryPlan } from './retry-plan.ts';
import { loginView, meView } from '../access/access-views.ts';
import type { Principal } from '../access/principal.ts';
import { ALL_DEVICES, ANY_DEVICE } from '../access/rights.ts';
import { sightOf } from '../access/sight.ts';
import { reportView } from './reports.ts';
import { orderRollout } from './order-rollout.ts';
import { rolloutView, rolloutViews } from './rollout-views.ts';
import { statusView } from './status-view.ts';
import {
  type AnswerName,
  type CheckedInput,
  type OfflineName,
  OPERATIONS,
  type OperationName,
  type OutputOf,
  type StreamName,
} from './table.ts';
import { driftView, historyView } from './trail-views.ts';
import { foundProposal, intentIn, proposalView, proposedView, summaryOf } from './proposal-views.ts';
import { signersView, trustView } from './trust-views.ts';

/** Those that ask by themselves of each device whether they may act on it. */
type ActingName = 'actOnRollout' | 'retryPlan';

/** The store as it is belongs to those alone that act, or need every device. */
type Reaches<Name extends OperationName> = Name extends ActingName
  ? Whole
  : (typeof OPERATIONS)[Name]['needs'] extends { readonly fleet: 'all' }
    ? Whole
    : unknown;

type Run<Name extends OperationName, Context> = (
  context: Context & Reaches<Name>,
  principal: Principal,
  input: CheckedInput<Name>,
) => Promise<OutputOf<Name>>;

/** How each operation is done that the store alone can do. */
const OFFLINE: { readonly [Name in OfflineName]: Run<Name, OfflineContext> } = {
  history: (context, _, { device, limit }) => historyView(context, device, limit),
  audit: (context, _, asked) => auditView(context, asked),
  auditReads: (context, _, asked) => accessesView(context, asked),
  freeze: ({ whole, clock }, principal, { reason }) => freezeWrites(whole, reason, actOf(clock, principal)),
  async unfreeze(context, principal) {
    await endFreeze(context.whole, actOf(context.clock, principal));
    await context.refreshIfLeading();
    return { frozen: false };
  },
  revoke: async (context, { actor }, { key, reason }) => ({ revoked: await context.revoke(key, reason, actor) }),
  credentials: ({ whole }) => whole.secrets.list(),
  async setCredential(context, { actor }, { name, secret }) {
    await context.setSecret(name, secret, actor);
    return { name };
  },
  removeCredential: async ({ whole, clock }, principal, { name }) => ({
    removed: await forgetSecret(whole, name, actOf(clock, principal)),
  }),
  snapshots: (context, _, asked) => snapshotsView(context, asked),
  snapshot: (context, _, asked) => snapshotView(context, asked),
  snapshotDiff: (context, _, asked) => snapshotDiffView(context, asked),
};

/** How each operation is done by a running controller. */
const ONLINE: { readonly [Name in AnswerName]: Run<Name, OperationContext> } = {
  ...OFFLINE,
  status: statusView,
  version: ({ version, startedAt }) => Promise.resolve({ version, startedAt }),
  devices: (context, _, wanted) => deviceList(context, wanted),
  device: (context, _, { device }) => deviceDetail(context, device),
  explain: (context, _, asked) => declaredView(context, asked),
  plans: plansView,
  planGroups: planGroupsView,
  plan: (context, _, { plan }) => planView(context, plan),
  async explainPath({ fleet, ...context }, _, { device }) {
    if (!deviceIn(fleet, device)) throw missingDevice(device, fleet.devices(), fleet);
    return await context.explainPath(device);
  },
  async retryPlan(context, principal, { plan }) {
    const retried = await retryPlan(context, principal, plan, actOf(context.clock, principal));
    await context.reconcile([retried.device]);
    return retried;
  },
  approvable: (context, _, asked) => approvableView(context, asked),
  judgeCommit: (context, _, given) => judgeCommit(context, given),
  drift: (context, _, { device = null }) => driftView(context, device),
  async reconcile({ fleet, ...context }, principal, { devices: named = [] }) {
    const devices = named.length === 0 ? fleet.devices() : named.map((device) => inFleet(fleet, device));
    const all = named.length === 0 && principal.may('fleet.steer', ALL_DEVICES);
    // No name means every device there is, also one that the source brings only now.
    if (all || devices.length > 0) await context.reconcile(all ? [] : devices);
    else await context.look();
    return { revision: fleet.revision, fault: fleet.fault, devices: all ? fleet.devices() : devices };
  },
  async look({ fleet, ...context }) {
    await context.look();
    return { revision: fleet.revision };
  },
  rollouts: (context, _, { limit }) => rolloutViews(context, limit),
  rollout: (context, _, { rollout }) => rolloutView(context, rollout),
  async actOnRollout(context, principal, input) {
    const id = await orderRollout(context, principal, input.rollout, actionIn(input), actOf(context.clock, principal));
    context.wakeRollouts();
    return await rolloutView(context, id);
  },
  trust: trustView,
  async initTrust(context, { actor }, { commit }) {
    await context.trustInit(commit, actor);
    return await trustView(context);
  },
  signers: signersView,
  report: reportView,
  previewChange: async (context, principal, input) => await context.previewChange(intentIn(input), principal),
  proposeChange: async ({ clock, ...context }, principal, input) =>
    proposedView(await context.proposeChange(intentIn(input), principal), principal, clock.now()),
  proposals: async ({ store, fleet }, _, { limit }) => (await store.proposals.list(fleet.source, limit)).map(summaryOf),
  proposal: async ({ store, fleet, clock }, principal, { proposal: id }) =>
    proposalView(foundProposal(await store.proposals.get(fleet.source, id), id), principal, clock.now()),
  async withdrawProposal({ store, fleet, clock, ...context }, principal, { proposal: id }) {
    const found = foundProposal(await store.proposals.get(fleet.source, id), id);
    if (found.proposedBy !== principal.actor && !sightOf(principal, 'fleet.steer').all)
      throw new Failure('NotAllowed', 'Only whoever proposed it, or may steer the whole fleet, withdraws it.');
    const ended = await context.withdrawProposal(found);
    if (ended === null) throw new Failure('ChangeRefused', 'The proposal has ended already.');
    return proposalView(ended, principal, clock.now());
  },
  me: ({ fleet }, principal) => Promise.resolve(meView(principal, fleet.devices())),
  menus: async ({ fleet, reads }, _, { device }) => menusView(reads, inFleet(fleet, device)),
  menu: async (context, _, asked) => menuView(context, { ...asked, device: inFleet(context.fleet, asked.device) }),
  testAccess: async ({ access, fleet }, _, asked) => {
    const principal = await access.wouldBe(asked);
    return meView(
      principal,
      fleet.devices().filter((device) => principal.may('fleet.read', device)),
    );
  },
  fleetHealth: (context) => fleetHealthView(context),
  health: (context, _, { device, since }) => healthView(context, device, since),
  takeSnapshot: async ({ fleet, watch }, _, { device }) => await watch.takeSnapshot(inFleet(fleet, device)),
  login: async ({ access }) => loginView(await access.rules()),

  startDiagnostic,
  diagnostic: (context, principal, { diagnostic }) => diagnosticView(context, principal, diagnostic),
  cancelDiagnostic: (context, principal, { diagnostic }) => cancelDiagnostic(context, principal, diagnostic),
};

type Follow<Name extends StreamName> = (
  context: OperationContext,
  principal: Principal,
  input: CheckedInput<Name>,
  signal: AbortSignal,
) => Promise<AsyncIterable<StreamEvent<OutputOf<Name>>>>;

/** How each stream begins; what can not be followed is refused before there is one. It ends with the signal. */
const STREAMS: { readonly [Name in StreamName]: Follow<Name> } = {
  events: (context, principal, { after = null }, signal) =>
    Promise.resolve(eventStream(context, principal, after, signal)),
  diagnosticEvents: followDiagnostic,
};

/**
 * Does one operation, if the principal may. @throws {Failure} `NotAllowed`, and when it can not be done, with the
 * reason.
 */
export async function runOperation<Name extends AnswerName>(
  context: OperationContext,
  whole: Store,
  principal: Principal,
  name: Name,
  input: CheckedInput<Name>,
): Promise<OutputOf<Name>> {
  mustBeAsked(name, principal, input);
  return await ONLINE[name](reaching(context, whole, name), principal, input);
}

/** The same for a stream: its events until the signal aborts. @throws {Failure} before the first event. */
export async function followOperation<Name extends StreamName>(
  context: OperationContext,
  principal: Principal,
  name: Name,
  input: CheckedInput<Name>,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamEvent<OutputOf<Name>>>> {
  mustBeAsked(name, principal, input);
  const follow: Follow<Name> = STREAMS[name];
  return await follow(context, principal, input, signal);
}

/** Whether its answer is a stream. */
export function isStream(name: OperationName): name is StreamName {
  return name in STREAMS;
}

/** The same by the store alone. @throws {Failure} */
export async function runOffline<Name extends OfflineName>(
  context: OfflineContext,
  whole: Store,
  principal: Principal,
  name: Name,
  input: CheckedInput<Name>,
): Promise<OutputOf<Name>> {
  mustBeAsked(name, principal, input);
  return await OFFLINE[name](reaching(context, whole, name), principal, input);
}

/** Whether an operation finds out by itself on which devices it may act; it is told of all that one may read. */
export function actsOnItsOwn(name: OperationName): name is ActingName {
  return name === 'actOnRollout' || name === 'retryPlan';
}

function reaching<Name extends OperationName, Context>(
  context: Context,
  whole: Store,
  name: Name,
): Context & Reaches<Name> {
  const { fleet }: Operation['needs'] = OPERATIONS[name].needs;
  return (actsOnItsOwn(name) || fleet === 'all' ? { ...context, whole } : context) as Context & Reaches<Name>;
}

/**
 * Of a device that the principal may not read nothing is said: who may do this to some device is told that it is not
 * found, and others are refused, whatever they name. @throws {Failure} `NotAllowed`
 */
export function mustBeAsked(name: OperationName, principal: Principal, input: Readonly<Record<string, unknown>>): void {
  const { needs, open }: Operation = OPERATIONS[name];
  const { permission, device, fleet = 'some' } = needs;
  if (open === true || permission === null) return;
  const given = device === undefined ? undefined : (input[device] as DeviceName | readonly DeviceName[] | undefined);
  const named = given === undefined ? [] : [given].flat();
  const whole: typeof ALL_DEVICES | typeof ANY_DEVICE = fleet === 'all' ? ALL_DEVICES : ANY_DEVICE;
  const seen = named.filter((each) => principal.may('fleet.read', each));
  mustBeAllowed(principal, permission, named.length === 0 ? [whole] : seen.length === 0 ? [ANY_DEVICE] : seen);
}

function actOf(clock: Clock, principal: Principal): EventOrigin {
  return { ...askerOf(principal), at: clock.now() };
}

function inFleet(fleet: FleetView, device: string): DeviceName {
  if (deviceIn(fleet, device)) return device;
  throw missingDevice(device, fleet.devices(), fleet);
}

function actionIn(input: CheckedInput<'actOnRollout'>): RolloutAction {
  const { action, wave = false, reason = 'no reason given' } = input;
  const device = input.device ?? null;
  switch (action) {
    case 'pause':
    case 'abort':
      return { action, reason };
    case 'resume':
      return { action };
    case 'rollback':
      return { action, device, reason };
    case 'skip':
      if ((device === null) === wave) return { action, device };
      throw new Failure('BadRequest', 'Say one thing to skip: a device, or the wave that is under way.');
  }
}
