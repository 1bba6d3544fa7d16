import { copyFile, cp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, startController } from '#controller';
import { Failure } from '#failure';
import { endOf } from '#test/crash-judge.ts';
import { everyMoment, playAt, type Point } from '#test/crash-points.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { siteFactory, undoWaits, type Site, type SiteFactory } from '#test/crash-site.ts';
import { temporaryFolder, until } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

const CONFIRM_WITHIN_SECONDS = 3000;

let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  factory = await siteFactory();
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => await factory.close());

/** What becomes of the folder of a store that is in use. */
const WAYS: Readonly<Record<string, (state: string) => Promise<void>>> = {
  removed: (state) => rm(state, { recursive: true }),
  moved: (state) => rename(state, `${state}.old`),
  async 'replaced by a copy'(state) {
    await cp(state, `${state}.copy`, { recursive: true, filter: (file) => !file.endsWith('.sock') });
    await rm(state, { recursive: true });
    await rename(`${state}.copy`, state);
  },
  async 'overwritten by a copy'(state) {
    const file = path.join(state, 'store.db');
    await copyFile(file, `${file}.copy`);
    await copyFile(`${file}.copy`, file);
  },
  'without its database': (state) => rm(path.join(state, 'store.db')),
  'without its log': (state) => rm(path.join(state, 'store.db-wal')),
  async 'a new store in its place'(state) {
    await rm(state, { recursive: true });
    await (await openStore({ folder: state })).close();
  },
};

/** Where an apply claims the confirm: the last rename of its script. */
function claimAt(): number {
  return rehearsal.requests.findLastIndex((request) => request.startsWith('PATCH /system/script'));
}

/** From this request on nothing more arrives at the router; it is left to its undo. */
async function playGone(site: Site, point: Point, way: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const gone = Promise.withResolvers<number>();
  let request = -1;
  let waited = false;
  let done = false;
  site.hook = async ({ phase, method, path: where }) => {
    if (done && phase === 'before-effect') faults.push(`${method} ${where} arrived later`);
    if (phase === 'before-effect') request += 1;
    if (done || request !== point.index || phase !== point.phase) return;
    done = true;
    waited = undoWaits(site.router);
    await WAYS[way]?.(site.config.stateFolder);
    gone.resolve(performance.now());
  };
  const controller = await startController(site.config);
  const since = await gone.promise;
  await until(
    () => controller.gone.aborted,
    (aborted) => aborted,
  );
  const took = performance.now() - since;
  if (took > 3000) faults.push(`noticed after ${took} ms`);
  const reason: unknown = controller.gone.reason;
  if (!(reason instanceof Failure) || reason.code !== 'StoreGone') faults.push(`because of ${String(reason)}`);
  await controller.stop();
  site.clock.jump(CONFIRM_WITHIN_SECONDS * 1000);
  const end = await until(
    () => endOf(site, rehearsal.ends),
    (now) => now !== 'half' && !undoWaits(site.router),
  );
  // The request that was under way may have been the one that claims the confirm.
  if (waited && end === 'after' && point.index < claimAt()) faults.push('it was not undone');
  return faults.map((fault) => `${way}: ${fault}`);
}

it('a store that is gone in mid-apply: no request follows, and the router restores itself', async () => {
  const found = await playAt(
    factory,
    rehearsal,
    sampleOf('store gone', everyMoment(rehearsal), 14),
    { confirmWithinSeconds: CONFIRM_WITHIN_SECONDS },
    (site, point) => playGone(site, point, Object.keys(WAYS)[point.index % Object.keys(WAYS).length] ?? 'removed'),
  );
  expect(found).toEqual([]);
}, 300_000);

it.each(Object.keys(WAYS))('a store that is %s is noticed, and neither read nor written', async (way) => {
  const folder = path.join(await temporaryFolder(), 'state');
  const store = await openStore({ folder });
  await store.devices.pinSerial('r1', 'S1');
  expect(() => store.mustBeHere()).not.toThrow();
  await store.transaction(async ({ devices }) => await devices.pinSerial('r2', 'S2'));
  const inside = store.transaction(async ({ devices }) => {
    await devices.pinSerial('r3', 'S3');
    await WAYS[way]?.(folder);
  });
  await expect(inside).rejects.toMatchObject({ code: 'StoreGone' });
  expect(() => store.mustBeHere()).toThrow(/is not the one that this controller opened/);
  expect(store.gone.aborted).toBe(true);
  await expect(store.devices.get('r1')).rejects.toMatchObject({ code: 'StoreGone' });
  await expect(store.freeze.get()).rejects.toMatchObject({ code: 'StoreGone' });
  await expect(store.transaction(async () => {})).rejects.toMatchObject({ code: 'StoreGone' });
  await writeFile(path.join(folder, '..', 'other'), '');
  await store.close();
  await rm(path.dirname(folder), { recursive: true, force: true });
});

it('our own writes, and reads of others, do not look like a change', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const store = await openStore({ folder });
  const text = 'x'.repeat(100_000);
  for (let at = 0; at < 200; at += 1) {
    await store.revisions.accept({ id: `sha256:${at}`, source: 's', firstSeenAt: at, files: { 'a.yaml': text } });
    store.mustBeHere();
    if (at % 50 === 0) await copyFile(path.join(folder, 'store.db'), path.join(folder, 'backup'));
  }
  await store.prune({ days: 0 }, Date.now());
  store.mustBeHere();
  expect(store.gone.aborted).toBe(false);
  await store.close();
  await rm(path.dirname(folder), { recursive: true, force: true });
});
