import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOf, faultsOf } from '#test/crash-judge.ts';
import { everyPoint, everyWrite, type Point } from '#test/crash-points.ts';
import { killTogether, SITES_PER_PROCESS } from '#test/crash-kill.ts';
import { rehearse, type Rehearsal } from '#test/crash-rehearsal.ts';
import { settleHere, siteFactory, undoObjects, type Site, type SiteFactory } from '#test/crash-site.ts';
import { until } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

const CONFIRM_WITHIN_SECONDS = 1200;

let factory: SiteFactory;
let rehearsal: Rehearsal;

beforeAll(async () => {
  factory = await siteFactory();
  rehearsal = await rehearse(await factory.open());
});
afterAll(async () => await factory.close());

describe('a controller killed at any request of an apply', () => {
  it('leaves a device that the next life settles: fully changed and confirmed, or fully restored', async () => {
    const faults = await killAtEach(sampleOf('kill', everyPoint(rehearsal), 12), async (site) => {
      const controller = await settleHere(site);
      const found = await faultsOf(site, controller, rehearsal.ends);
      await controller.stop();
      return found;
    });
    expect(faults).toEqual([]);
  }, 600_000);

  it('leaves a device that the next life proves anew when it was killed in the proof of jobs and schedulers', async () => {
    const unproven = await rehearse(await factory.open({ probed: false }));
    const arming = unproven.requests.indexOf('PUT /system/script', unproven.first + 1);
    const probing = everyWrite(unproven).filter(({ index }) => index < arming);
    expect(probing.length).toBeGreaterThan(5);
    const faults = await killAtEach(
      sampleOf('kill a probe', probing, 4),
      async (site) => {
        const controller = await settleHere(site);
        const found = await faultsOf(site, controller, rehearsal.ends);
        await controller.stop();
        return found;
      },
      false,
    );
    expect(faults).toEqual([]);
  });

  it('leaves a device that restores itself when no controller comes back', async () => {
    const faults = await killAtEach(sampleOf('kill for good', everyWrite(rehearsal), 8), async (site) => {
      site.clock.jump((CONFIRM_WITHIN_SECONDS + 60) * 1000);
      await until(
        () => undoObjects(site.router).filter((object) => object.includes('/job ')),
        (jobs) => jobs.length === 0,
      );
      const found: string[] = [];
      const end = endOf(site, rehearsal.ends);
      const holds = (name: string): boolean => undoObjects(site.router).some((object) => object.endsWith(name));
      if (end === 'half') found.push('half changed without a controller');
      if (end === 'after' && (holds('-armed') || holds('-fired'))) found.push('changed and not confirmed');
      if (holds('-armed') && holds('-boot')) found.push('still armed');
      const controller = await settleHere(site);
      found.push(...(await faultsOf(site, controller, rehearsal.ends)));
      await controller.stop();
      return found;
    });
    expect(faults).toEqual([]);
  }, 300_000);
});

/** Kills a controller at each point and judges each device. */
async function killAtEach(
  points: readonly Point[],
  judge: (site: Site) => Promise<readonly string[]>,
  probed = true,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let done = 0; done < points.length; done += SITES_PER_PROCESS) {
    const batch = await Promise.all(
      points.slice(done, done + SITES_PER_PROCESS).map(async (point) => ({
        point,
        site: await factory.open({ probed, confirmWithinSeconds: CONFIRM_WITHIN_SECONDS }),
      })),
    );
    await killTogether(batch);
    await Promise.all(
      batch.map(async ({ site, point: { index, phase } }) => {
        const found = await judge(site).catch((error: unknown) => [String(error)]);
        faults.push(...found.map((fault) => `${phase} ${index} ${rehearsal.requests[index]}: ${fault}`));
        await site.close();
      }),
    );
  }
  return faults;
}
