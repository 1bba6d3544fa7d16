import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Controller } from '#controller';
import { auditFaults } from '#test/crash-judge.ts';
import { killTogether, SITES_PER_PROCESS } from '#test/crash-kill.ts';
import { everyMoment, type Point } from '#test/crash-points.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { contentsOf, settleHere, siteFactory, undoObjects, type Site, type SiteFactory } from '#test/crash-site.ts';
import { POLICIES } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

/* A list that is emptied in two parts, for the undo of so long comments would not fit as a whole. */
const LIST = '/ip/firewall/address-list';
const ROWS = Array.from({ length: 100 }, (_, at) => ({
  list: 'blocked',
  address: `20.0.0.${at}`,
  comment: `seen ${at} `.padEnd(600, 'x'),
}));
const PARTS = 2;
const PER_PART = ROWS.length / PARTS;

let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  factory = await siteFactory({
    declared: `addressLists: ${JSON.stringify(ROWS)}`,
    rows: { [LIST]: ROWS },
    wanted: 'addressLists: []',
    policies: `${POLICIES}  budgets: {maxDeletions: 100}\n`,
    freeDisk: 1_100_000,
  });
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => await factory.close());

it('a controller killed at any request of a plan in two parts leaves whole parts, and goes on by no used word', async () => {
  const points = sampleOf('kill in parts', momentsOf(rehearsal), 10);
  const faults: string[] = [];
  for (let done = 0; done < points.length; done += SITES_PER_PROCESS) {
    const batch = await Promise.all(
      points.slice(done, done + SITES_PER_PROCESS).map(async (point) => ({ point, site: await factory.open() })),
    );
    await killTogether(batch);
    await Promise.all(
      batch.map(async ({ site, point: { index, phase } }) => {
        const controller = await settleHere(site, 300);
        const found = await faultsIn(site, controller);
        faults.push(...found.map((fault) => `${phase} ${index} ${rehearsal.requests[index]}: ${fault}`));
        await controller.stop();
        await site.close();
      }),
    );
  }
  expect(faults).toEqual([]);
}, 600_000);

/**
 * Right before each write, right after those that a read follows (else it is the moment before the next), and a few of
 * the reads.
 */
function momentsOf(rehearsed: Rehearsal): readonly Point[] {
  const isRead = (index: number): boolean => rehearsed.requests[index]?.startsWith('GET ') === true;
  return everyMoment(rehearsed).filter(({ index, phase }) => {
    if (isRead(index)) return index % 16 === 0;
    return phase === 'before-effect' || isRead(index + 1);
  });
}

/** How many parts are on the router; no whole number: one is half there. */
function standingParts({ router }: Site): number {
  return (ROWS.length - router.rows(LIST).length) / PER_PART;
}

/** What is wrong with a site whose controller has nothing left to do. */
async function faultsIn(site: Site, controller: Controller): Promise<readonly string[]> {
  const { attempts, devices } = controller.api.store;
  const faults: string[] = [];
  const parts = standingParts(site);
  if (!Number.isInteger(parts)) faults.push(`half a part is there: ${parts}`);
  const all = (await attempts.list('r1', 20)).toReversed();
  const wrote = all.filter(({ end }) => end !== 'closed');
  if (wrote.length > 1) faults.push(`the word was used by ${wrote.length} attempts that wrote`);
  const [last] = wrote;
  if (last?.payload.body.split?.length !== PARTS) faults.push('the plan was not cut in two');
  if (last?.end !== (parts === PARTS ? 'confirmed' : 'undone')) faults.push(`${parts} parts stand: ${last?.end}`);
  const says = parts === 1 ? '1 of 2 parts stand: ' : '';
  if (!last?.endReason?.startsWith(says)) faults.push(`1 part stands, and it says: ${last?.endReason}`);
  const base = (await devices.get('r1'))?.base?.menus[LIST];
  const left = new Set(base?.shape === 'list' ? base.rows.map(({ fields }) => fields['address']) : []);
  const held = new Set(site.router.rows(LIST).map(({ address }) => address));
  if (left.symmetricDifference(held).size > 0)
    faults.push(`the base has ${left.size} rows and the router ${held.size}`);
  if (parts === 0 && contentsOf(site.router) !== rehearsal.ends.before) faults.push('restored, but not as it was');
  faults.push(...undoObjects(site.router).map((object) => `left on the router: ${object}`));
  faults.push(...site.unarmed.map((write) => `written without a waiting undo: ${write}`));
  faults.push(...(await auditFaults(controller.api.store, 'r1', all)));
  return faults;
}
