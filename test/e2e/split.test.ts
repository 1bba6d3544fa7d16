import { afterEach, expect, it, vi } from 'vitest';
import { rosctl } from '../cli/run.ts';
import { labFleet, outcomeOf, POLICIES, startRig, until, writeFiles, type Rig } from '#test/rig.ts';

/*
 * A router with so little space that the undo of a list that is emptied does not fit: the plan goes in parts, each with
 * an undo of its own, under one approval.
 */
const ROWS = 1000;
const LIST = '/ip/firewall/address-list';
const BUDGETS = '  budgets: {maxChanges: 100000, maxDeletions: 100000}\n';
const WIDE = POLICIES.replace('confirmWithinSeconds: 240', 'confirmWithinSeconds: 3000') + BUDGETS;
const FREE_BYTES = 1_100_000;
const SPEED = 20;
const SECONDS = 110;

// Four parts on a busy machine take a while.
vi.setConfig({ testTimeout: 240_000 });

let rig: Rig;
afterEach(async () => await rig.close());

/** Comments so long that a few hundred rows fill a script. */
function declared(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, at) => `  - {list: blocked, address: 20.0.${at >> 8}.${at & 255}, comment: ${`seen ${at} `.padEnd(150, 'x')}}`,
  );
  return rows === 0 ? 'addressLists: []' : ['addressLists:', ...lines].join('\n');
}

async function startFull(): Promise<void> {
  rig = await startRig(
    (router) => ({ ...labFleet(router, declared(ROWS)), 'policies.yaml': WIDE }),
    undefined,
    undefined,
    SPEED,
  );
  await outcomeOf(rig, 'r1', 'InSync', SECONDS);
  rig.router.faults.add({ kind: 'health', effects: { freeDisk: FREE_BYTES } });
}

async function empty(): Promise<void> {
  await writeFiles(rig.sourceFolder, { ...labFleet(rig.router, declared(0)), 'policies.yaml': WIDE });
  await rig.controller.api.reconcile([]);
}

function gone(): number {
  return ROWS - rig.router.rows(LIST).length;
}

/** The attempts that came after the first one, which filled the list; the oldest first. */
async function attempts() {
  const all = await rig.controller.api.store.attempts.list('r1', 9);
  return all.toReversed().slice(1);
}

/** Does something the first time that the router has taken rows of the second part, and not all of it. */
function inTheSecondPart(split: readonly number[], act: () => void): Promise<void> {
  const [first = 0, second = 0] = split;
  return new Promise((resolve) => {
    rig.router.intercept(({ phase }) => {
      if (phase !== 'after-effect' || gone() <= first || gone() >= first + second) return;
      rig.router.intercept(null);
      act();
      resolve();
      throw new Error('the answer is lost');
    });
  });
}

function ours(): readonly string[] {
  return ['/system/script', '/system/scheduler'].flatMap((path) =>
    rig.router.rows(path).flatMap(({ name = '' }) => (name.startsWith('rg-') ? [name] : [])),
  );
}

/** What stands is the base: exactly the rest is planned, and goes on by nobody's word but a new one. */
async function waitsForTheRest(standing: number): Promise<void> {
  const isUndone = (visit: ReturnType<Rig['controller']['api']['visitOf']>): boolean =>
    visit?.outcome.kind === 'Waiting' && visit.outcome.reasons.some(({ code }) => code === 'RolledBack');
  await until(() => rig.controller.api.visitOf('r1'), isUndone, SECONDS);
  const plan = await rig.controller.api.store.plans.current('r1');
  expect(plan?.plan.changes).toHaveLength(ROWS - standing);
  expect(gone()).toBe(standing);
  expect(await attempts()).toHaveLength(1);
  expect(ours()).toEqual([]);
}

const SPLIT = [250, 250, 250, 250];

it('goes in one attempt with an undo for each part, and confirms them all', async () => {
  await startFull();
  await empty();
  await until(gone, (rows) => rows === ROWS, SECONDS);
  await outcomeOf(rig, 'r1', 'InSync', SECONDS);
  const [only, ...others] = await attempts();
  expect(others).toEqual([]);
  expect(only?.end).toBe('confirmed');
  expect(only?.payload.body.split).toEqual(SPLIT);
  const steps = only?.steps.map(({ step }) => step) ?? [];
  expect(steps.filter((step) => step === 'arming')).toHaveLength(4);
  expect(steps.filter((step) => step === 'disarming')).toHaveLength(4);
  expect(ours()).toEqual([]);
});

it('keeps the parts before one that is undone, and goes on with the rest by the word of an operator alone', async () => {
  await startFull();
  const rebooted = inTheSecondPart(SPLIT, () => rig.router.reboot(20_000));
  await empty();
  await rebooted;
  const first = async () => (await attempts())[0];
  const undone = await until(first, (attempt) => attempt?.end !== null && attempt !== undefined, SECONDS);
  expect(undone).toMatchObject({ end: 'undone', endReason: expect.stringMatching(/^1 of 4 parts stand: /) });
  await waitsForTheRest(250);
  const retried = await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder]);
  expect(retried).toMatchObject({ code: 0, stderr: '' });
  await until(gone, (rows) => rows === ROWS, SECONDS);
});

it('writes no further part after an interruption, since nobody knows any more what let it begin', async () => {
  await startFull();
  const stopped = inTheSecondPart(SPLIT, () => void rig.controller.stop());
  await empty();
  await stopped;
  await rig.restart();
  const first = async () => (await attempts())[0];
  const ended = await until(first, (attempt) => attempt?.end !== null && attempt !== undefined, SECONDS);
  expect(ended).toMatchObject({
    end: 'undone',
    endReason: expect.stringMatching(/^2 of 4 parts stand: .*interrupted/),
  });
  expect(ended?.steps.filter(({ step }) => step === 'arming')).toHaveLength(3);
  await waitsForTheRest(500);
});
