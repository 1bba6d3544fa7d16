import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '#simulator';
import { endOf, faultsOf } from '#test/crash-judge.ts';
import { at, everyMoment, playAt, type Point } from '#test/crash-points.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { settleHere, siteFactory, undoObjects, type Site, type SiteFactory } from '#test/crash-site.ts';
import { sampleOf } from '#test/sample.ts';

let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  factory = await siteFactory();
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => await factory.close());

/** The job runs with the rights of who started it. */
const JOB: Caller = { user: 'gitops', address: '', via: 'script', policies: new Set(['read', 'write']) };

/** The undo fires as its job would fire it. @returns when it has run. */
async function fire(site: Site): Promise<void> {
  const armed = undoObjects(site.router)
    .map((object) => object.split(' ')[1] ?? '')
    .find((name) => name.endsWith('-armed'));
  if (armed !== undefined) await site.router.state.jobs.execute(`/system script run "${armed}"`, JOB, 'as-string');
}

/** From the first write of the plan to the end of the pass. */
function fromFirstWrite(): readonly Point[] {
  const first = rehearsal.requests.indexOf('PUT /ip/address');
  return everyMoment(rehearsal).filter(({ index }) => index >= first);
}

async function judged(site: Site): Promise<readonly string[]> {
  const controller = await settleHere(site);
  const { ends } = rehearsal;
  const [attempt] = await controller.api.store.attempts.list('r1', 1);
  const faults = (await faultsOf(site, controller, ends)).filter(
    // An undo that fires long before its time meets a controller that could not know.
    (fault) => !fault.startsWith('written without a waiting undo'),
  );
  const outcome = endOf(site, ends) === 'after' ? 'confirmed' : 'undone';
  if (attempt?.end !== outcome) faults.push(`${outcome}, but the attempt is ${attempt?.end}`);
  if ((await controller.api.store.devices.get('r1'))?.frozen.length !== 0) faults.push('a field was frozen');
  if ((await controller.api.store.devices.get('r1'))?.unconverged.length !== 0) faults.push('a field is suspected');
  await controller.stop();
  return faults;
}

describe('the undo fires at the very moment of a write or of a confirm, and one side wins', () => {
  it('when it has run before the request goes on', async () => {
    const found = await playAt(
      factory,
      rehearsal,
      sampleOf('undo before a request', fromFirstWrite(), 10),
      { confirmWithinSeconds: 1000 },
      async (site, point) => {
        void at(site, point, async () => await fire(site));
        return await judged(site);
      },
    );
    expect(found).toEqual([]);
  }, 240_000);

  it('when it runs while the request does', async () => {
    const found = await playAt(
      factory,
      rehearsal,
      sampleOf('undo during a request', fromFirstWrite(), 10),
      { confirmWithinSeconds: 1000 },
      async (site, point) => {
        void at(site, point, () => void fire(site));
        return await judged(site);
      },
    );
    expect(found).toEqual([]);
  }, 240_000);

  it('the confirm that comes first keeps the change, the one that comes second does not', async () => {
    const claim = rehearsal.requests.findIndex((request) => request.startsWith('PATCH /system/script/'));
    for (const [phase, end] of [
      ['before-effect', 'before'],
      ['after-effect', 'after'],
    ] as const) {
      const site = await factory.open({ confirmWithinSeconds: 1000 });
      void at(site, { index: claim, phase }, async () => await fire(site));
      expect(await judged(site)).toEqual([]);
      expect(endOf(site, rehearsal.ends)).toBe(end);
    }
  });
});
