import { afterEach, expect, it } from 'vitest';
import type { Human, Properties, SimulatedRouter } from '#simulator';
import { labFleet, outcomeOf, POLICIES, seed, startRig, until, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

/*
 * A list that only operators may come in by is emptied, in two parts: one undo of so long comments would not fit.
 * Between the parts somebody else changes the router.
 */
const LIST = '/ip/firewall/address-list';
const OPERATORS = Array.from({ length: 100 }, (_, at) => ({
  list: 'operators',
  // The controller's own address goes with the second part.
  address: at === 99 ? '10.255.0.2' : `1.0.0.${at}`,
  comment: `seen ${at} `.padEnd(600, 'x'),
}));
/** Nobody declares it, and by it the controller still comes in. */
const WIDER = { list: 'operators', address: '10.255.0.0/24' };
const FILTER = [
  { chain: 'input', action: 'accept', 'src-address-list': 'operators' },
  { chain: 'input', action: 'drop' },
];

const WIDE = `${POLICIES}  budgets: {maxDeletions: 100}\n`;

let rig: Rig;
afterEach(async () => await rig.close());

function filesOf(router: SimulatedRouter, rows: readonly Properties[]): Record<string, string> {
  return { ...labFleet(router, `addressLists: ${JSON.stringify(rows)}`), 'policies.yaml': WIDE };
}

/** Empties the list, and has somebody change the router as soon as the first part is confirmed. */
async function emptyWhile(act: ((human: Human) => void) | null): Promise<void> {
  const menus = { '/ip/firewall/filter': FILTER, [LIST]: [WIDER, ...OPERATORS] };
  rig = await startRig((router) => filesOf(router, OPERATORS), [seed('r1', { menus })]);
  await outcomeOf(rig, 'r1', 'InSync');
  rig.router.faults.add({ kind: 'health', effects: { freeDisk: 1_100_000 } });
  const { attempts } = rig.controller.api.store;
  let done = act === null;
  rig.router.intercept(async ({ phase }) => {
    if (done || phase !== 'before-effect') return;
    const steps = (await attempts.openOf('r1'))?.steps.map(({ step }) => step) ?? [];
    if (done || act === null || steps.at(-1) !== 'arming' || !steps.includes('disarming')) return;
    done = true;
    act(rig.router.human);
  });
  await rig.declare(filesOf(rig.router, []));
}

function standing(): number {
  return rig.router.rows(LIST).filter(({ comment = '' }) => comment !== '').length;
}

it('is emptied in two parts while nobody interferes', async () => {
  await emptyWhile(null);
  await until(standing, (rows) => rows === 0, 60);
  await outcomeOf(rig, 'r1', 'InSync', 60);
  const [attempt] = await rig.controller.api.store.attempts.list('r1', 1);
  expect(attempt).toMatchObject({ end: 'confirmed', payload: { body: { split: [50, 50] } } });
  expect(rig.router.rows(LIST)).toMatchObject([WIDER]);
});

it.each<readonly [string, (human: Human) => void, RegExp]>([
  [
    'the way in by another row is taken, so that the rest would lock the controller out',
    (human) => human.change({ user: 'anna', menu: LIST, verb: 'remove', where: { address: WIDER.address } }),
    /^1 of 2 parts stand: .*the list "operators"/,
  ],
  [
    'a row of the rest gets another comment',
    (human) =>
      human.change({
        user: 'anna',
        menu: LIST,
        verb: 'set',
        where: { address: '1.0.0.77' },
        args: { comment: 'hers' },
      }),
    /^1 of 2 parts stand: the router changed after the last part, and what is left is another plan now$/,
  ],
  ['somebody takes safe mode', (human) => human.takeSafeMode('anna'), /^1 of 2 parts stand: .*safe mode/],
])('stops between the parts and keeps the first one when %s', async (_, act, says) => {
  await emptyWhile(act);
  const [attempt] = await until(
    () => rig.controller.api.store.attempts.list('r1', 1),
    ([newest]) => newest?.payload.body.split !== undefined && newest.end !== null,
    60,
  );
  expect(attempt).toMatchObject({ end: 'undone', endReason: expect.stringMatching(says) });
  const steps = attempt?.steps.map(({ step }) => step) ?? [];
  expect(steps.slice(steps.indexOf('disarming'))).toEqual(['disarming', 'arming']);
  await waitsFor(rig, 'r1', 'RolledBack', 60);
  expect(standing()).toBe(50);
  const names = ['/system/script', '/system/scheduler'].flatMap((menu) => rig.router.rows(menu));
  expect(names).toEqual([]);
  const { devices, plans, attempts } = rig.controller.api.store;
  const base = (await devices.get('r1'))?.base?.menus[LIST];
  expect(base?.shape === 'list' ? base.rows : []).toHaveLength(50);
  expect((await plans.current('r1'))?.plan.changes).toHaveLength(50);
  expect(await attempts.list('r1', 9)).toHaveLength(1);
  const status = await rosctl(['status', 'r1', '--state', rig.config.stateFolder]);
  expect(status.stdout).toContain('1 of 2 parts stand');
});
