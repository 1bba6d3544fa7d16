import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../controller/observed/outcome.ts';
import { auditFaults, ledgerFaults } from '#test/crash-judge.ts';
import { at, type Point } from '#test/crash-points.ts';
import { contentsOf, settleHere, siteFactory, undoObjects, type Site, type SiteFactory } from '#test/crash-site.ts';
import { startMortal } from '#test/mortal.ts';
import { confirmedBy, reopened, type Confirmed } from '#test/rollback-pass.ts';

const CONFIRM_WITHIN_SECONDS = 1200;

interface Device extends Confirmed {
  readonly site: Site;
  readonly before: string;
  readonly after: string;
}

let factory: SiteFactory;
/** The requests of an undisturbed rollback. */
let requests: readonly string[];

beforeAll(async () => {
  factory = await siteFactory();
  const rehearsed = await changed();
  const seen: string[] = [];
  rehearsed.site.hook = (request) => {
    if (request.phase === 'before-effect') seen.push(`${request.method} ${request.path}`);
  };
  await rehearsed.pass();
  requests = seen;
  await close(rehearsed);
});
afterAll(async () => await factory.close());

async function changed(): Promise<Device> {
  const site = await factory.open({ confirmWithinSeconds: CONFIRM_WITHIN_SECONDS });
  const before = contentsOf(site.router);
  const device = await confirmedBy(await settleHere(site), site.config);
  return { ...device, site, before, after: contentsOf(site.router) };
}

async function close(device: Device): Promise<void> {
  await device.close();
  await device.site.close();
}

/**
 * Right after the effect of the last request of each kind that changes something, and right before the first of all.
 */
function everyKindOfWrite(): readonly Point[] {
  const writes = requests.flatMap((request, index) => (/^GET |\/print$/.test(request) ? [] : [index]));
  const kinds = new Map(writes.map((index) => [kindOf(requests[index] ?? ''), index]));
  const points = [...kinds.values()].map((index): Point => ({ index, phase: 'after-effect' }));
  return [{ index: writes[0] ?? 0, phase: 'before-effect' }, ...points];
}

/** Adds, changes and removals of configuration are each one kind; the steps of arming and confirming are told apart. */
function kindOf(request: string): string {
  const [method, where = ''] = request.split(' ');
  const own = /^\/(execute|system\/(script\/job|script|scheduler))(?=\/|$)/.exec(where);
  return own === null ? `${method} configuration` : `${method} ${own[0]}`;
}

/**
 * Lets a process of its own roll devices back, each up to its point, and kills it. A request killed before its effect
 * has none.
 */
async function killTogether(batch: readonly { readonly device: Device; readonly point: Point }[]): Promise<void> {
  const dead = Promise.withResolvers<void>();
  const reached = batch.map(({ device, point }) =>
    at(device.site, point, async () => {
      await dead.promise;
      if (point.phase === 'before-effect') throw new Error('the client is gone');
    }),
  );
  await Promise.all(batch.map(({ device }) => device.close()));
  const configs = batch.map(({ device }) => device.config);
  const mortal = await startMortal(configs, 'rollback-process.ts');
  await Promise.all(reached);
  await mortal.kill();
  dead.resolve();
}

/** Passes of later lives until one has nothing open to settle. */
async function settled(device: Device): Promise<Outcome> {
  for (let passes = 0; passes < 5; passes++) {
    const outcome = await device.pass();
    if (outcome.kind === 'RolledBack' || outcome.kind === 'Stalled') return outcome;
  }
  throw new Error('it does not come to an end');
}

/**
 * What is wrong once all is settled: it is taken back and confirmed, or it stays as the rollout left it and a person
 * is told.
 */
async function faultsOf(device: Device, outcome: Outcome): Promise<readonly string[]> {
  const { site, store, before, after, done } = device;
  const faults = [...undoObjects(site.router), ...ledgerFaults({ effects: [], unarmed: site.unarmed })];
  const attempts = await store.attempts.list('r1', 20);
  const rollbacks = attempts.filter(({ payload }) => payload.purpose === 'rollback' && payload.undoes !== undefined);
  const base = JSON.stringify((await store.devices.get('r1'))?.base);
  const backAgain = outcome.kind === 'RolledBack';
  if (contentsOf(site.router) !== (backAgain ? before : after))
    faults.push(`${outcome.kind}, but the router holds more`);
  if ((base === JSON.stringify(done.payload.before.base)) !== backAgain)
    faults.push(`${outcome.kind}, but the base is not`);
  if (attempts.some(({ end }) => end === null || end === 'stalled')) faults.push('an attempt is open or stalled');
  if (rollbacks.filter(({ end }) => end !== 'closed').length !== 1) faults.push('not one rollback has written');
  faults.push(...(await auditFaults(store, 'r1', attempts.toReversed())));
  return faults;
}

describe('a rollback whose controller is killed at any kind of write', () => {
  it('is settled by the next life: all taken back and the old base, or all as the rollout left it', async () => {
    const points = everyKindOfWrite();
    expect(points.length).toBeGreaterThan(10);
    const batch: { readonly point: Point; readonly device: Device }[] = [];
    // Installations of one process take turns of one thread, so few are settled at a time.
    for (let at = 0; at < points.length; at += 4)
      batch.push(
        ...(await Promise.all(points.slice(at, at + 4).map(async (point) => ({ point, device: await changed() })))),
      );
    await killTogether(batch);
    const ends = new Set<string>();
    const found = await Promise.all(
      batch.map(async ({ point: { index, phase }, device }) => {
        const later = { ...device, ...(await reopened(device.config)) };
        const outcome = await settled(later);
        ends.add(outcome.kind);
        const faults = await faultsOf(later, outcome);
        await close(later);
        return faults.map((fault) => `${phase} ${index} ${requests[index]}: ${fault}`);
      }),
    );
    expect(found.flat()).toEqual([]);
    expect(ends).toContain('RolledBack');
  }, 300_000);
});
