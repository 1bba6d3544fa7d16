import { afterEach, describe, expect, it } from 'vitest';
import { trailFaults } from '#test/crash-judge.ts';
import { openLives, routerFaults, type LivesRig, type Watcher } from '#test/rollout-lives.ts';
import type { LifeSign } from '#test/rollout-process.ts';
import { SAMPLED } from '#test/sample.ts';

const NAMES = Array.from({ length: 12 }, (_, index) => `r${index + 1}`);
const CANARY = 'r5';
const OFFLINE = 'r12';
const MOST = 3;
const POLICY = [
  `waves: [{name: canary, selector: {names: [${CANARY}]}}, {name: some, selector: {names: [r1, r2, r3]}}]`,
  `maxUnavailable: ${MOST}`,
  'soakSeconds: 5',
];

const ATTEMPT_STEPS = 'arming armed applying applied verdict-healthy disarming confirmed closed'.split(' ');
const ROLLOUT_STEPS = 'rollout.opened rollout.released rollout.wave rollout.done released>confirmed'.split(' ');

let rig: LivesRig;
afterEach(async () => await rig.close());

/**
 * A person who approves the change, a device that is away meanwhile, and approvals anew for devices whose change ended
 * before its first write.
 */
function people(changed: string): Watcher {
  const approved = new Set<string>();
  let back = false;
  async function approve(id: string): Promise<void> {
    await rig.git.approve(rig.keys.bob, id);
  }
  return async (sign) => {
    const { fleetPlan } = sign;
    if (approved.size === 0) {
      if (sign.revision !== changed || fleetPlan?.revision !== changed) return false;
      for (const id of fleetPlan.planIds) approved.add(`${id} 0`);
      rig.fleet.router(OFFLINE).faults.add({ kind: 'offline' });
      await approve(fleetPlan.id);
      return false;
    }
    for (const { planId, attempts } of sign.unapproved) {
      const what = `${planId} ${attempts}`;
      if (approved.has(what)) continue;
      approved.add(what);
      await approve(planId);
    }
    if (!back && sign.rollouts.some(({ state }) => state === 'done')) {
      back = true;
      rig.fleet.router(OFFLINE).faults.clear();
    }
    return back && isDone(sign);
  };
}

function isDone({ inSync, rollouts }: LifeSign): boolean {
  return inSync.length === NAMES.length && rollouts.every(({ state }) => state === 'done');
}

/**
 * Lets controllers be killed, one after the other, each at a point that none was killed at before, until one ends the
 * work. @returns the points.
 */
async function killAtEachStep(): Promise<readonly string[]> {
  const watcher = people(await rig.change());
  const points: string[] = [];
  for (;;) {
    const point = await rig.live(points, watcher);
    if (point === null) return points;
    points.push(point);
  }
}

/** What is wrong when all is done. */
async function faults(): Promise<readonly string[]> {
  const found = NAMES.flatMap((name) => routerFaults(rig, name));
  const { most, mostAtFirst } = rig.turns;
  if (most > MOST) found.push(`${most} devices were in change at one time`);
  if (mostAtFirst > 1) found.push(`${mostAtFirst} devices were in change before one was confirmed`);
  const store = await rig.open();
  try {
    if ((await store.audit.verify()) !== null) found.push('the audit chain is broken');
    const spent: string[] = [];
    for (const name of NAMES) {
      const attempts = (await store.attempts.list(name, 50)).toReversed();
      found.push(...(await trailFaults(store, name, attempts)));
      const ends = attempts.map(({ end }) => end ?? 'open');
      if (ends.at(-1) !== 'confirmed' || ends.slice(0, -1).some((end) => end !== 'closed'))
        found.push(`${name} had the attempts ${ends.join()}`);
      for (const { id, planId } of attempts) {
        const used = await store.approvals.spentFor(id);
        if (used.length !== 1) found.push(`${name} spent ${used.length} approvals on an attempt`);
        spent.push(...used.map((each) => `${name} ${planId} ${each.kind === 'consent' ? each.carrier : each.kind}`));
      }
    }
    const twice = spent.filter((each, index) => spent.indexOf(each) !== index);
    found.push(...twice.map((each) => `spent twice: ${each}`));
    const released = (await store.audit.list({ limit: 10_000 })).findLast(
      ({ action }) => action === 'rollout.released',
    );
    if (String(released?.detail['devices']) !== CANARY) found.push(`${String(released?.detail['devices'])} went first`);
    const ends = (await store.rollouts.list(rig.source, 50)).map(({ state, reason }) => `${state}: ${reason}`);
    if (ends.length < 2) found.push('the device that was away had no rollout of its own');
    found.push(...ends.filter((end) => !end.startsWith('done: ')));
    return found;
  } finally {
    await store.close();
  }
}

describe('controllers killed at every step of a rollout of twelve devices, one after the other', () => {
  it('leave each device changed once and confirmed, with no approval used twice, and the last one ends the rollouts', async () => {
    rig = await openLives(NAMES, POLICY);
    const points = await killAtEachStep();
    expect(points).not.toEqual([]);
    expect(await faults()).toEqual([]);
    if (SAMPLED) return;
    const both = ATTEMPT_STEPS.flatMap((step) => [`before attempt.${step}`, `after attempt.${step}`]);
    expect(points).toEqual(expect.arrayContaining([...both, 'after approval.seen']));
    expect(ROLLOUT_STEPS.filter((step) => !points.some((point) => point.includes(step)))).toEqual([]);
  }, 600_000);
});
