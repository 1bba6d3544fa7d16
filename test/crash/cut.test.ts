import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startController } from '#controller';
import { endOf, faultsOf } from '#test/crash-judge.ts';
import { at, everyMoment, playAt } from '#test/crash-points.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { settleHere, siteFactory, undoWaits, type SiteFactory } from '#test/crash-site.ts';
import { until } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

const CONFIRM_WITHIN_SECONDS = 400;

let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  factory = await siteFactory();
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => await factory.close());

describe('a device that nobody reaches any more after the first write', () => {
  it('restores itself within the confirm time; the plan is settled as undone and not tried again', async () => {
    const site = await factory.open({ confirmWithinSeconds: CONFIRM_WITHIN_SECONDS });
    const { ends, requests } = rehearsal;
    const cut = at(site, { index: requests.indexOf('PUT /ip/address'), phase: 'after-effect' }, () => {
      site.router.faults.add({ kind: 'offline' });
      throw new Error('the network is gone');
    });
    const controller = await startController(site.config);
    await cut;
    const cutAt = site.clock.now();
    expect(endOf(site, ends)).toBe('half');
    await until(
      () => endOf(site, ends),
      (end) => end === 'before',
    );
    expect(site.clock.now() - cutAt).toBeLessThan((CONFIRM_WITHIN_SECONDS + 30) * 1000);
    expect(undoWaits(site.router)).toBe(false);

    site.router.faults.clear();
    await controller.api.reconcile([]);
    const outcome = await until(
      () => controller.api.visitOf('r1')?.outcome,
      (seen) => seen?.kind === 'Waiting',
    );
    expect(outcome).toMatchObject({ reasons: [{ code: 'RolledBack' }] });
    expect(await controller.api.store.attempts.list('r1', 10)).toMatchObject([{ end: 'undone', number: 1 }]);
    expect(await faultsOf(site, controller, ends)).toEqual([]);

    await controller.stop();
    const restarted = await settleHere(site);
    expect(await restarted.api.store.attempts.list('r1', 10)).toHaveLength(1);
    expect(endOf(site, ends)).toBe('before');
    await restarted.stop();
  });
});

describe('a router that reboots', () => {
  it('restores itself with its startup entry, with no controller there', async () => {
    const site = await factory.open();
    const { ends, requests } = rehearsal;
    const reached = at(site, { index: requests.indexOf('PUT /ip/address'), phase: 'after-effect' }, () => {
      site.router.faults.add({ kind: 'offline' });
      site.router.reboot(20_000);
      throw new Error('the power is gone');
    });
    const controller = await startController(site.config);
    await reached;
    await controller.stop();
    await site.router.up();
    await until(
      () => endOf(site, ends),
      (end) => end === 'before',
    );
    site.router.faults.clear();
    const next = await settleHere(site);
    expect(await faultsOf(site, next, ends)).toEqual([]);
    await next.stop();
  });

  it('at any request of an apply ends fully changed and confirmed, or fully restored', async () => {
    const found = await playAt(
      factory,
      rehearsal,
      sampleOf('reboot', everyMoment(rehearsal), 12),
      { confirmWithinSeconds: 1000 },
      async (site, point, ends) => {
        void at(site, point, () => {
          site.router.reboot(20_000);
          throw new Error('the power is gone');
        });
        const controller = await settleHere(site);
        const faults = await faultsOf(site, controller, ends);
        await controller.stop();
        return faults;
      },
    );
    expect(found).toEqual([]);
  }, 240_000);
});
