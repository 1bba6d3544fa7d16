import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Properties, SimulatedRouter } from '#simulator';
import { startMortal } from '#test/mortal.ts';
import { labFleet, outcomeOf, POLICIES, startRig, until, writeFiles, type Rig } from '#test/rig.ts';
import { SAMPLED } from '#test/sample.ts';
import { rosctl } from '../cli/run.ts';

/** With CI as long as the block lists that people use. */
const ROWS = SAMPLED ? 2_200 : 22_000;
const CHANGED = Math.floor(ROWS / 4.4);
const LIST = '/ip/firewall/address-list';
const SECONDS = 240;
/** Reading so many rows takes real time, which has to end far inside the time limits of requests. */
const SPEED = 8;
/** The lab applies by itself, whatever the size. */
const WIDE = `${POLICIES}  budgets: {maxChanges: 100000, maxDeletions: 100000}\n`;

let rig: Rig;
beforeAll(async () => {
  const files = (router: SimulatedRouter): Record<string, string> => ({
    ...labFleet(router, 'addressLists: []'),
    'policies.yaml': WIDE,
  });
  rig = await startRig(files, undefined, undefined, SPEED);
  await outcomeOf(rig, 'r1', 'InSync');
});
afterAll(async () => await rig.close());

function entry(index: number, comment: string): string {
  const address = `20.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  return `  - {list: blocked, address: ${address}${comment === '' ? '' : `, comment: ${comment}`}}`;
}

function declared(count: number, changed: number): string {
  if (count === 0) return 'addressLists: []';
  const lines = Array.from({ length: count }, (_, index) => entry(index, index < changed ? 'again' : ''));
  return ['addressLists:', ...lines].join('\n');
}

/** Comments and addresses of the list, as the router holds them. */
function contents(): string {
  return rig.router
    .rows(LIST)
    .map(({ address, comment = '' }) => `${address} ${comment}`)
    .toSorted()
    .join('\n');
}

function ours(): readonly string[] {
  return ['/system/script', '/system/scheduler'].flatMap((path) =>
    rig.router.rows(path).flatMap(({ name = '' }: Properties) => (name.startsWith('rg-') ? [name] : [])),
  );
}

/**
 * Does something the first time that the router has taken a tenth of what is written to it, and not all; the answer to
 * that write is lost.
 */
function inTheMiddle(done: () => number, all: number, act: () => void | Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    rig.router.intercept(async ({ phase }) => {
      const rows = phase === 'after-effect' ? done() : 0;
      if (rows < all / 10 || rows === all) return;
      rig.router.intercept(null);
      await act();
      resolve();
      throw new Error('the answer is lost');
    });
  });
}

/**
 * Asks for visits until it is done: one that a busy machine makes too slow comes again only after minutes. Whoever waits
 * in vain is told what the last one found.
 */
async function visitedUntil(done: Promise<void>): Promise<void> {
  const isDone = done.then(() => true);
  for (let visits = 0; visits < 11; visits += 1) {
    await rig.controller.api.reconcile([]);
    if (await Promise.race([isDone, sleep(45_000, false)])) return;
  }
  const { outcome } = rig.controller.api.lastOf('r1') ?? {};
  throw new Error(`not in the middle of a write after 11 visits: ${JSON.stringify(outcome).slice(0, 1000)}`);
}

async function settled(kind: string, end: string): Promise<void> {
  await outcomeOf(rig, 'r1', kind, SECONDS);
  expect(ours()).toEqual([]);
  expect((await rig.controller.api.store.attempts.list('r1', 1))[0]?.end).toBe(end);
}

function filesOf(count: number, changed: number): Record<string, string> {
  return { ...labFleet(rig.router, declared(count, changed)), 'policies.yaml': WIDE };
}

it('adds a list under one approval, and goes on after the controller was killed in the middle', async () => {
  await rig.controller.stop();
  const mortal = await startMortal([rig.config]);
  const killed = inTheMiddle(
    () => rig.router.rows(LIST).length,
    ROWS,
    () => mortal.kill(),
  );
  await writeFiles(rig.sourceFolder, filesOf(ROWS, 0));
  await killed;
  await rig.restart();
  await settled('InSync', 'confirmed');
  expect(rig.router.rows(LIST)).toHaveLength(ROWS);
  const attempts = await rig.controller.api.store.attempts.list('r1', 9);
  expect(attempts).toHaveLength(1);

  // Who has to say yes to it can see every row.
  const shown = await rosctl(['plans', 'show', attempts[0]?.planId ?? '', '--state', rig.config.stateFolder]);
  expect(new Set(shown.stdout.match(/20\.\d+\.\d+\.\d+/g))).toHaveProperty('size', ROWS);
}, 600_000);

it('changes it in thousands of places, and has it restored by the router when the path is cut in the middle', async () => {
  const before = contents();
  await writeFiles(rig.sourceFolder, filesOf(ROWS, CHANGED));
  const cut = inTheMiddle(
    () => rig.router.rows(LIST).filter(({ comment }) => comment === 'again').length,
    CHANGED,
    () => rig.router.faults.add({ kind: 'offline' }),
  );
  await visitedUntil(cut);
  await until(contents, (now) => now === before, SECONDS);
  rig.router.faults.clear();
  await rig.controller.api.reconcile([]);
  await settled('Waiting', 'undone');
  expect(contents()).toBe(before);
}, 600_000);

it('empties it, and has it restored when the router reboots in the middle', async () => {
  const before = contents();
  await writeFiles(rig.sourceFolder, filesOf(0, 0));
  const rebooted = inTheMiddle(
    () => ROWS - rig.router.rows(LIST).length,
    ROWS,
    () => rig.router.reboot(20_000),
  );
  await visitedUntil(rebooted);
  await settled('Waiting', 'undone');
  expect(contents()).toBe(before);
}, 600_000);
