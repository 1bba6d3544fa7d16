import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import type { SimulatedRouter } from '#simulator';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';
import { ledgerFaults, trailFaults } from '#test/crash-judge.ts';
import { keepLedger, undoObjects, undoWaits, type Ledger } from '#test/crash-site.ts';
import { begunAt, startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, seed, until } from '#test/rig.ts';
import { ROUTER_FAULTS } from '#test/router-faults.ts';
import { sampleOf, SAMPLED } from '#test/sample.ts';

/** A router on which both faults strike. */
interface FaultyDevice {
  readonly name: string;
  readonly faults: readonly [string, string];
}

/** Devices under one RolloutPolicy. */
interface Group {
  readonly policy: string;
  readonly devices: readonly FaultyDevice[];
  /**
   * `device`: the rollout halts at every failure, and a person lets it go on. `rollout`: it is taken back at the
   * first.
   */
  readonly onFailure: 'device' | 'rollout';
}

const NAMES = Object.keys(ROUTER_FAULTS);
/** With itself a fault strikes at two writes; with `nothing` it is alone. */
const PAIRS = NAMES.flatMap((one, at) => NAMES.slice(at).map((other) => [one, other] as const));
const DEVICES_OF_A_GROUP = 7;
const GROUP_COUNT = PAIRS.length / DEVICES_OF_A_GROUP;

const ALL_GROUPS: readonly Group[] = Array.from({ length: GROUP_COUNT }, (_, at) => ({
  policy: `group-${at}`,
  devices: PAIRS.filter((__, pair) => pair % GROUP_COUNT === at).map((faults, place) => ({
    name: `r${at}-${place}`,
    faults,
  })),
  onFailure: at % 4 === 3 ? 'rollout' : 'device',
}));

/** A group has its devices and the places of their faults whatever else runs. */
const GROUPS = sampleOf('pairs of faults', ALL_GROUPS, 5);

const DEVICES = GROUPS.flatMap(({ devices }) => devices.map(({ name }) => name));
const MOST = 2;

/** Writes of an apply, the steps of arming and confirming among them. */
const WRITES_OF_AN_APPLY = 12;
const POLL_SECONDS = 400;

const NEW = `
dns: {servers: [9.9.9.9, 1.1.1.1]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: new}
  - {list: blocked, address: 203.0.113.1}
addresses:
  - {address: 172.16.6.1/24, interface: bridge}
`;
const SEEDED = {
  '/ip/dns': [{ servers: '1.1.1.1' }],
  '/ip/firewall/address-list': [{ list: 'blocked', address: '198.51.100.7', comment: 'old' }],
};
const BEFORE = '1.1.1.1 | 198.51.100.7 old | ';
const AFTER = '9.9.9.9,1.1.1.1 | 198.51.100.7 new,203.0.113.1 | 172.16.6.1/24';

/** The rows that the plan touches, as one text. */
function touched(router: SimulatedRouter): string {
  const listed = router.rows('/ip/firewall/address-list').filter((row) => row['list'] === 'blocked');
  const addresses = router.rows('/ip/address').map((row) => row['address'] ?? '');
  return [
    router.rows('/ip/dns')[0]?.['servers'],
    listed.map((row) => `${row['address']} ${row['comment'] ?? ''}`.trim()).toSorted(),
    addresses.filter((address) => address.startsWith('172.')),
  ].join(' | ');
}

const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: lab}
spec:
  selector: {}
  approvers: {roles: [approver]}
${GROUPS.map(
  ({ policy, devices, onFailure }) => `---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: ${policy}}
spec:
  selector: {names: [${devices.map(({ name }) => name).join(', ')}]}
  waves: [{name: canary, selector: {names: [${devices[0]?.name}]}}]
  maxUnavailable: ${MOST}
  onFailure: ${onFailure}
  confirmWithinSeconds: 400
  health: {settleSeconds: 0}
`,
).join('')}`;

let rig: GitRig;
const ledgers = new Map<string, Ledger>();
const stands = new Map<string, Stand>();
const leaving = new AbortController();
let working = Promise.resolve();
const LOOK_EVERY_MS = 500;
/** By device; a visit that began earlier knows nothing of the approval. */
const approvedAt = new Map<string, number>();
/** Devices on which something was changed, whatever became of it. */
const changed = new Set<string>();

/** Of each group on how many routers an undo waited at one time at the most, and before one was confirmed. */
const turns = new Map<string, { most: number; atFirst: number }>();

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'policies.yaml': POLICIES,
      'devices.yaml': DEVICES.map((name) => deviceYaml(fleet.router(name), name, '', 'lab', POLL_SECONDS)).join(
        '---\n',
      ),
      'config.yaml': configYaml('all', NEW).replace('selector: {names: [all]}', 'selector: {}'),
    }),
    DEVICES.map((name) => seed(name, { menus: SEEDED })),
    () => ({ concurrency: 16 }),
  );
  const { api } = rig.controller;
  const fleetPlan = await until(
    () => api.store.fleetPlans.latest(),
    (plan) => plan?.plans.length === DEVICES.length,
    120,
  );
  // Probes take a while, and faults in them are no faults of a rollout.
  for (const name of DEVICES) await api.store.devices.setProbed(name, { version: '7.20.8 (stable)', tier: 'full' });
  for (const group of GROUPS) follow(group, ALL_GROUPS.indexOf(group));
  await rig.approve('bob', fleetPlan?.id ?? '');
  for (const name of DEVICES) approvedAt.set(name, api.clock.now());
  working = work();
}, 300_000);
afterAll(async () => {
  leaving.abort();
  await working;
  await rig.close();
});

/** Gives each router its faults, and watches it. */
function follow({ policy, devices }: Group, index: number): void {
  const seen = { most: 0, atFirst: 0 };
  turns.set(policy, seen);
  let confirmed = false;
  for (const [place, { name, faults }] of devices.entries()) {
    const router = rig.fleet.router(name);
    const [one, other] = faults;
    const hooks = [
      ROUTER_FAULTS[one]?.(router, (index * 5 + place * 7) % WRITES_OF_AN_APPLY),
      ROUTER_FAULTS[other]?.(router, (index * 7 + place * 5 + 3) % WRITES_OF_AN_APPLY),
    ];
    const ledger = keepLedger(router);
    ledgers.set(name, ledger);
    router.intercept((request) => {
      ledger.note(request);
      for (const hook of hooks) hook?.(request);
      if (request.phase !== 'after-effect' || request.method === 'GET') return;
      // Of all of them: one may have undone its change by itself meanwhile.
      const armed = devices.filter((device) => isArmed(device.name));
      confirmed ||= !isArmed(name) && touched(router) === AFTER;
      seen.most = Math.max(seen.most, armed.length);
      if (!confirmed) seen.atFirst = Math.max(seen.atFirst, armed.length);
    });
  }
}

function isArmed(name: string): boolean {
  return undoWaits(rig.fleet.router(name));
}

/** Where a group stands: what keeps it from its end, and its rollouts, the newest first. */
interface Stand {
  readonly underWay: readonly string[];
  readonly unapproved: readonly Unapproved[];
  readonly rollouts: readonly RolloutRecord[];
}

/**
 * A device that nothing was changed on yet: its approval was used up by an attempt that ended before that, or its
 * rollout was taken back.
 */
interface Unapproved {
  readonly name: string;
  readonly planId: string;
}

/** Looks at all groups over and over, and does what people would. */
async function work(): Promise<void> {
  const { api } = rig.controller;
  while (!leaving.signal.aborted) {
    const rollouts = Map.groupBy(await api.store.rollouts.list(api.fleet.source, 1000), ({ policy }) => policy);
    for (const group of GROUPS) stands.set(group.policy, await standOf(group, rollouts.get(group.policy) ?? []));
    const unapproved = [...stands.values()].flatMap((stand) => stand.unapproved);
    for (const { planId } of unapproved) await rig.git.approve(rig.keys.bob, planId);
    if (unapproved.length > 0) await api.reconcile(unapproved.map(({ name }) => name));
    for (const { name } of unapproved) approvedAt.set(name, api.clock.now());
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Whoever holds safe mode leaves it, keeping everything, and whoever is asked lets a halted rollout go on. */
async function standOf({ devices }: Group, rollouts: readonly RolloutRecord[]): Promise<Stand> {
  const { api } = rig.controller;
  const [newest] = rollouts;
  const underWay: string[] = [];
  const unapproved: Unapproved[] = [];
  if (newest === undefined || !ENDS.includes(newest.state)) underWay.push(`rollout ${newest?.state}`);
  if (newest?.state === 'halted' && newest.members.every(({ state }) => state !== 'released'))
    await rig.ask('POST', `rollouts/${newest.id}`, { action: 'resume' }).catch(retryLater);
  const open = await api.store.attempts.listOpen(devices.map(({ name }) => name));
  for (const { name } of devices) {
    const visit = api.visitOf(name);
    const outcome = visit?.outcome;
    const codes = outcome?.kind === 'Waiting' ? outcome.reasons.map(({ code }) => code) : [];
    if (codes.includes('Occupied')) rig.fleet.router(name).human.releaseSafeMode();
    if (open.some(({ device }) => device === name)) underWay.push(`${name} has an open attempt`);
    else if (outcome?.kind === 'Waiting' && codes.includes('ApprovalMissing') && (await isUntouched(name))) {
      underWay.push(`${name} waits for an approval`);
      if (begunAt(visit) > (approvedAt.get(name) ?? 0)) unapproved.push({ name, planId: outcome.planId });
    } else if (outcome?.kind === 'Waiting' && (outcome.ready !== null || isPassing(codes)))
      underWay.push(`${name} waits: ${codes.join()}`);
    else if (!OUTCOMES.includes(outcome?.kind ?? '')) underWay.push(`${name} is ${outcome?.kind}`);
  }
  return { underWay, unapproved, rollouts };
}

async function isUntouched(name: string): Promise<boolean> {
  if (changed.has(name)) return false;
  const attempts = await rig.controller.api.store.attempts.list(name, 20);
  // One that is open may still end as closed.
  if (attempts.some(({ end }) => end !== null && end !== 'closed')) changed.add(name);
  return attempts.every(({ end }) => end === 'closed');
}

/** It has moved on meanwhile. */
function retryLater(error: unknown): void {
  if (!(error instanceof Failure) || !error.code.startsWith('Rollout')) throw error;
}

const OUTCOMES: readonly string[] = ['Waiting', 'InSync', 'Confirmed', 'RolledBack'];
const ENDS = ['done', 'undone', 'superseded'];

/** Reasons that go away by themselves. */
function isPassing(codes: readonly string[]): boolean {
  return codes.some((code) => code === 'Occupied' || code === 'ForeignUndo' || code.startsWith('Rollout'));
}

async function settled({ policy }: Group): Promise<readonly RolloutRecord[]> {
  const stand = await until(
    () => stands.get(policy),
    (seen) => seen?.underWay.length === 0,
    240,
  );
  return stand?.rollouts ?? [];
}

/** What is wrong with a device when its rollout has ended. */
async function faultsOf({ name, faults }: FaultyDevice): Promise<readonly string[]> {
  const { store } = rig.controller.api;
  const router = rig.fleet.router(name);
  const attempts = await store.attempts.list(name, 50);
  const newest = attempts.find(({ end }) => end !== 'closed');
  const changed =
    newest !== undefined && (newest.end === 'confirmed') === (newest.payload.purpose === 'apply') ? AFTER : BEFORE;
  const spent: string[] = [];
  for (const { id, planId, payload } of attempts) {
    const used = await store.approvals.spentFor(id);
    if (payload.purpose === 'apply')
      spent.push(...used.map((each) => `${planId} ${each.kind === 'consent' ? each.carrier : each.kind}`));
  }
  return [
    ...(touched(router) === changed ? [] : [`${newest?.end} and it holds ${touched(router)}`]),
    ...undoObjects(router),
    ...ledgerFaults(ledgers.get(name) ?? { effects: [], unarmed: ['not watched'] }),
    ...(await trailFaults(store, name, attempts.toReversed())),
    ...(newest === undefined ? ['it was never changed'] : []),
    ...(attempts.some(({ end }) => end === null || end === 'stalled') ? ['an attempt is open or stalled'] : []),
    ...(new Set(spent).size === spent.length ? [] : ['an approval was spent twice']),
  ].map((fault) => `${name} (${faults.join(', ')}): ${fault}`);
}

describe('a rollout of devices with two faults each', () => {
  it.each(GROUPS)(
    '$policy, on failure: $onFailure',
    async (group) => {
      const rollouts = await settled(group);
      expect((await Promise.all(group.devices.map(faultsOf))).flat()).toEqual([]);
      const { most = 0, atFirst } = turns.get(group.policy) ?? {};
      expect(atFirst).toBe(1);
      if (group.onFailure === 'device') expect(most).toBeLessThanOrEqual(MOST);
      expect(rollouts.filter(({ reason }) => reason === '')).toEqual([]);
      const hanging = rollouts.flatMap(({ members }) => members).filter(({ state }) => HANGING.includes(state));
      expect(hanging).toEqual([]);
    },
    300_000,
  );

  it('leaves an audit that is whole', async () => {
    expect(await rig.controller.api.store.audit.verify()).toBeNull();
  });

  it.skipIf(SAMPLED)('came to every kind of end', async () => {
    const { store, fleet } = rig.controller.api;
    const rollouts = await store.rollouts.list(fleet.source, 1000);
    const count = (state: string): number => rollouts.filter((rollout) => rollout.state === state).length;
    const halts = await rig.audited('rollout.halted');
    expect(Math.min(count('done'), halts.length)).toBeGreaterThan(5);
    expect(count('undone')).toBeGreaterThan(1);
  });
});

const HANGING = ['pending', 'released', 'undoing'];
