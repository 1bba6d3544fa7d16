import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '#routeros';
import type { SimulatedRouter } from '#simulator';
import type { RolloutRecord } from '../../controller/rollout-records.ts';
import { auditFaults, ledgerFaults } from '#test/crash-judge.ts';
import { keepLedger, undoObjects, undoWaits, type Ledger } from '#test/crash-site.ts';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, seed, until } from '#test/rig.ts';
import { ROUTER_FAULTS } from '#test/router-faults.ts';

/** Devices under one RolloutPolicy, each with a fault of its own. */
interface Group {
  readonly policy: string;
  readonly faults: readonly string[];
  readonly devices: readonly string[];
  /** `device`: the rollout halts at every failure, and a person lets it go on. `rollout`: it is taken back at the first. */
  readonly onFailure: 'device' | 'rollout';
}

const NAMES = Object.keys(ROUTER_FAULTS);
/** The differences of these five are all numbers below 21: moved along, they make 21 groups in which each two of 21 faults meet once. */
const DIFFERENCES = [0, 1, 4, 14, 16];

/** What no change outlives. */
const ILL = 'health turns bad';

/** The second half are those with a change that fails. */
const GROUPS: readonly Group[] = [
  ...NAMES.keys().map((at) => groupAt(at, 'device')),
  ...DIFFERENCES.map((difference) => groupAt(NAMES.indexOf(ILL) + NAMES.length - difference, 'rollout')),
];

function groupAt(begin: number, onFailure: Group['onFailure']): Group {
  const at = begin % NAMES.length;
  const policy = `${onFailure}-${at}`;
  const members = DIFFERENCES.map((_, index) => DIFFERENCES[(index + at) % DIFFERENCES.length] ?? 0);
  const faults = members.map((difference) => NAMES[(at + difference) % NAMES.length] ?? '');
  return { policy, faults, devices: faults.map((_, index) => `${policy}-${index}`), onFailure };
}

const DEVICES = GROUPS.flatMap(({ devices }) => devices);
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
  selector: {names: [${devices.join(', ')}]}
  waves: [{name: canary, selector: {names: [${devices[0]}]}}]
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
const LOOK_EVERY_MS = 200;

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
  for (const [index, group] of GROUPS.entries()) follow(group, index);
  await rig.approve('bob', fleetPlan?.id ?? '');
  working = work();
}, 300_000);
afterAll(async () => {
  leaving.abort();
  await working;
  await rig.close();
});

/** Gives each router its fault, and watches it. */
function follow({ policy, faults, devices }: Group, index: number): void {
  const seen = { most: 0, atFirst: 0 };
  turns.set(policy, seen);
  let confirmed = false;
  for (const [place, name] of devices.entries()) {
    const router = rig.fleet.router(name);
    const hook = ROUTER_FAULTS[faults[place] ?? '']?.(router, (index * 5 + place * 7) % WRITES_OF_AN_APPLY);
    const ledger = keepLedger(router);
    ledgers.set(name, ledger);
    router.intercept((request) => {
      ledger.note(request);
      hook?.(request);
      if (request.phase !== 'after-effect' || request.method === 'GET') return;
      // Of all of them: one may have undone its change by itself meanwhile.
      const armed = devices.filter(isArmed);
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
  readonly rollouts: readonly RolloutRecord[];
}

/** Looks at all groups over and over, and does what people would. */
async function work(): Promise<void> {
  const { store, fleet } = rig.controller.api;
  while (!leaving.signal.aborted) {
    const rollouts = Map.groupBy(await store.rollouts.list(fleet.source, 1000), ({ policy }) => policy);
    for (const group of GROUPS) stands.set(group.policy, await standOf(group, rollouts.get(group.policy) ?? []));
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Whoever holds safe mode leaves it, keeping everything, and whoever is asked lets a halted rollout go on. */
async function standOf({ devices }: Group, rollouts: readonly RolloutRecord[]): Promise<Stand> {
  const { api } = rig.controller;
  const [newest] = rollouts;
  const underWay: string[] = [];
  if (newest === undefined || !ENDS.includes(newest.state)) underWay.push(`rollout ${newest?.state}`);
  if (newest?.state === 'halted' && newest.members.every(({ state }) => state !== 'released'))
    await rig.ask('POST', `rollouts/${newest.id}`, { action: 'resume' }).catch(retryLater);
  for (const name of devices) {
    const outcome = api.visitOf(name)?.outcome;
    if (outcome?.kind === 'Waiting' && outcome.reasons.some(({ code }) => code === 'Occupied'))
      rig.fleet.router(name).human.releaseSafeMode();
    if ((await api.store.attempts.openOf(name)) !== null) underWay.push(`${name} has an open attempt`);
    else if (outcome?.kind === 'Waiting' && (outcome.ready !== null || isPassing(outcome.reasons)))
      underWay.push(`${name} waits: ${outcome.reasons.map(({ code }) => code).join()}`);
    else if (!OUTCOMES.includes(outcome?.kind ?? '')) underWay.push(`${name} is ${outcome?.kind}`);
  }
  return { underWay, rollouts };
}

/** It has moved on meanwhile. */
function retryLater(error: unknown): void {
  if (!(error instanceof Failure) || !error.code.startsWith('Rollout')) throw error;
}

const OUTCOMES: readonly string[] = ['Waiting', 'InSync', 'Confirmed', 'RolledBack'];
const ENDS = ['done', 'undone', 'superseded'];

/** Reasons that go away by themselves. */
function isPassing(reasons: readonly { readonly code: string }[]): boolean {
  return reasons.some(({ code }) => code === 'Occupied' || code === 'ForeignUndo' || code.startsWith('Rollout'));
}

async function settled({ policy }: Group): Promise<readonly RolloutRecord[]> {
  const stand = await until(
    () => stands.get(policy),
    (seen) => seen?.underWay.length === 0,
    100,
  );
  return stand?.rollouts ?? [];
}

/** What is wrong with a device when its rollout has ended. */
async function faultsOf(name: string): Promise<readonly string[]> {
  const { store } = rig.controller.api;
  const router = rig.fleet.router(name);
  const attempts = await store.attempts.list(name, 50);
  const newest = attempts.find(({ end }) => end !== 'closed');
  const changed =
    newest !== undefined && (newest.end === 'confirmed') === (newest.payload.purpose === 'apply') ? AFTER : BEFORE;
  const spent: string[] = [];
  for (const { id, planId, payload } of attempts) {
    const used = await store.approvals.spentFor(id);
    if (payload.purpose === 'apply') spent.push(...used.map(({ commit }) => `${planId} ${commit}`));
  }
  return [
    ...(touched(router) === changed ? [] : [`${newest?.end} and it holds ${touched(router)}`]),
    ...undoObjects(router),
    ...ledgerFaults(ledgers.get(name) ?? { effects: [], unarmed: ['not watched'] }),
    ...(await auditFaults(store, name, attempts.toReversed())),
    ...(attempts.some(({ end }) => end === null || end === 'stalled') ? ['an attempt is open or stalled'] : []),
    ...(new Set(spent).size === spent.length ? [] : ['an approval was spent twice']),
  ].map((fault) => `${name}: ${fault}`);
}

describe('a rollout of five devices, each with a fault of its own', () => {
  it.each(GROUPS)(
    '$policy: $faults.0, $faults.1, $faults.2, $faults.3, $faults.4',
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
    120_000,
  );

  it('lets each two faults meet', () => {
    const met = GROUPS.flatMap(({ faults }) => faults.flatMap((one) => faults.map((other) => `${one}, ${other}`)));
    const pairs = NAMES.flatMap((one) => NAMES.map((other) => `${one}, ${other}`));
    expect(pairs.filter((pair) => !met.includes(pair))).toEqual([]);
  });

  it('came to every kind of end, with an audit that is whole', async () => {
    const { store, fleet } = rig.controller.api;
    const rollouts = await store.rollouts.list(fleet.source, 1000);
    const count = (state: string): number => rollouts.filter((rollout) => rollout.state === state).length;
    const halts = await rig.audited('rollout.halted');
    expect(Math.min(count('done'), halts.length)).toBeGreaterThan(5);
    expect(count('undone')).toBeGreaterThan(1);
    expect(await store.audit.verify()).toBeNull();
  });
});

const HANGING = ['pending', 'released', 'undoing'];
