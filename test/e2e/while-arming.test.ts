import { toldReasons } from '../../controller/policy/reason-text.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '#controller';
import { APPROVED, startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until, waitsFor } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import { actOnRollout } from '../../controller/rollouts/actions.ts';
import type { RolloutAction } from '../../controller/policy/rollout-actions.ts';
import { readPublicKeyLine } from '../../signatures/ssh-key.ts';
import { revokeKey } from '../../controller/trust/actions.ts';

let rig: GitRig;
afterEach(async () => await rig.close());

const NEW = '192.0.2.53';
const servers = (): string | undefined => rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers'];
const wanted = (server = NEW): Record<string, string> => ({
  'configs/p1.yaml': configYaml('p1', `dns: {servers: [${server}]}`),
});

/** The undo must not fire by itself while a busy machine ends one controller and starts the next. */
const PATIENT = APPROVED.replace('confirmWithinSeconds: 240', 'confirmWithinSeconds: 3600');

async function started(): Promise<void> {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod'),
      'policies.yaml': PATIENT,
      ...wanted(),
    }),
    [seed('p1', { tls: true })],
  );
}

type Step = AttemptRecord['steps'][number]['step'];

/**
 * Does something once, at the `nth` request of the router while this is the last step of the open attempt. @returns
 * when that was done.
 */
function during(wanted: Step, nth: number, act: () => Promise<unknown>): Promise<void> {
  return duringAll([[wanted, nth, act]]);
}

async function duringAll(
  moments: readonly (readonly [step: Step, nth: number, act: () => Promise<unknown>])[],
): Promise<void> {
  const { attempts } = rig.controller.api.store;
  const dones = moments.map(() => Promise.withResolvers<void>());
  const seen = new Map<Step, number>();
  rig.fleet.router('p1').intercept(async ({ phase }) => {
    const step = phase === 'before-effect' ? (await attempts.openOf('p1'))?.steps.at(-1)?.step : undefined;
    if (step === undefined) return;
    const nth = (seen.get(step) ?? 0) + 1;
    seen.set(step, nth);
    const index = moments.findIndex(([at, which]) => at === step && which === nth);
    if (index < 0) return;
    await moments[index]?.[2]().then(
      () => dones[index]?.resolve(),
      (error: unknown) => {
        dones[index]?.reject(error);
        throw error;
      },
    );
  });
  await Promise.all(dones.map(({ promise }) => promise));
}

async function rolloutAct(act: RolloutAction): Promise<void> {
  const { store, fleet, clock } = rig.controller.api;
  const [open] = await store.rollouts.listOpen(fleet.source);
  await actOnRollout(store, fleet.source, open?.id ?? '', act, { actor: 'operator:anna', at: clock.now() });
}

async function revoke(): Promise<void> {
  const { fingerprint } = readPublicKeyLine(rig.keys.bob.line);
  await rig.controller.api.revoke(fingerprint, 'laptop stolen', 'operator:anna');
}

async function ended(): Promise<AttemptRecord> {
  const [attempt] = await until(
    () => rig.controller.api.store.attempts.list('p1', 1),
    ([newest]) => newest !== undefined && newest.end !== null,
  );
  return attempt as AttemptRecord;
}

/** What closes a gate that the attempt went through, and what its end says then. */
const CLOSES: Readonly<Record<string, readonly [act: () => Promise<unknown>, says: RegExp]>> = {
  'the rollout is paused': [
    () => rolloutAct({ action: 'pause', reason: 'incident 42' }),
    /is paused: operator:anna: incident 42/,
  ],
  'the rollout is aborted': [() => rolloutAct({ action: 'abort', reason: 'wrong week' }), /waits for the rollout/],
  'the rollout is rolled back': [
    () => rolloutAct({ action: 'rollback', device: null, reason: 'no' }),
    /is being rolled back: operator:anna: no/,
  ],
  'the key of the approval is revoked': [revoke, /key is revoked/],
  'the branch wants something else': [() => rig.change(wanted('192.0.2.54')), /says something else of the device/],
};

/** The first request, one between script and job, and the reads after `armed`, right before the first write. */
const MOMENTS = [
  ['arming', 1],
  ['arming', 6],
  ['armed', 1],
] as const;

describe.each(Object.entries(CLOSES))('%s', (what, [act, says]) => {
  it.each(sampleOf(what, MOMENTS, 1))(
    'while the router is being armed (step %s, request %i): nothing is written',
    async (step, nth) => {
      await started();
      const plan = await rig.planOf('p1');
      const acted = during(step, nth, act);
      await rig.approve('bob', plan);
      await acted;
      const attempt = await ended();
      expect(attempt.end).toBe('closed');
      expect(attempt.endReason).toMatch(says);
      expect(attempt.steps.map((each) => each.step)).toEqual(['arming', 'armed']);
      expect(servers()).toBe('');
      expect(rig.fleet.router('p1').rows('/system/script')).toEqual([]);
      const { approvals } = rig.controller.api.store;
      expect(await approvals.consentsFor(rig.controller.api.fleet.source, plan, 'p1')).toMatchObject([
        { person: 'bob', spentBy: attempt.id },
      ]);
      await rig.visited();
      expect((await rig.controller.api.store.attempts.list('p1', 5)).length).toBe(1);
      expect(servers()).toBe('');
    },
  );
});

describe('a pause while the router is being armed', () => {
  it('leaves the approval used, status says so, and a new one counts when the rollout goes on', async () => {
    await started();
    const plan = await rig.planOf('p1');
    const acted = during('armed', 1, () => rolloutAct({ action: 'pause', reason: 'incident 42' }));
    await rig.approve('bob', plan);
    await acted;
    await ended();
    const [missing, closed] = toldReasons(await waitsFor(rig, 'p1', 'ApprovalMissing'));
    const used = 'The approval was used up by an attempt that ended before its first write: Rollout';
    expect(closed).toMatchObject({ code: 'AttemptClosed', message: expect.stringContaining(used) });
    expect(closed?.message).toContain('is paused: operator:anna: incident 42');
    expect(missing?.message).toContain("bob's (used already)");
    expect(await rig.status()).toContain(used);
    await rolloutAct({ action: 'resume' });
    await rig.visited();
    expect(servers()).toBe('');
    await rig.approve('bob', plan);
    await outcomeOf(rig, 'p1', 'InSync');
    expect(servers()).toBe(NEW);
  });
});

describe('what lets an attempt end that has begun', () => {
  it.each(['arming', 'armed'] as const)('a freeze at step %s', async (step) => {
    await started();
    const { store, clock } = rig.controller.api;
    const plan = await rig.planOf('p1');
    const acted = during(step, 1, () => store.freeze.set({ by: 'anna', reason: 'outage', since: clock.now() }));
    await rig.approve('bob', plan);
    await acted;
    expect((await ended()).end).toBe('confirmed');
    expect(servers()).toBe(NEW);
  });

  it('a pause after the first write, and a revision that says the same of the device', async () => {
    await started();
    const plan = await rig.planOf('p1');
    const elsewhere = {
      'configs/fleet.yaml': configYaml('fleet', 'dns: {}').replace('names: [fleet]', 'matchLabels: {role: edge}'),
    };
    const before = rig.controller.api.fleet.revision;
    const acted = duringAll([
      ['arming', 1, () => rig.change(elsewhere)],
      ['applying', 1, () => rolloutAct({ action: 'pause', reason: 'late' })],
    ]);
    await rig.approve('bob', plan);
    await acted;
    expect((await ended()).end).toBe('confirmed');
    expect(servers()).toBe(NEW);
    expect(rig.controller.api.fleet.revision).not.toBe(before);
  });
});

describe('a key revoked after the first write', () => {
  const REVOKED = 'undone: the key with which bob approved it was revoked';

  it.each([
    ['applying', 2],
    ['applied', 1],
    ['applied', 2],
  ] as const)('at step %s, request %i, undoes the change', async (step, nth) => {
    await started();
    const plan = await rig.planOf('p1');
    const acted = during(step, nth, revoke);
    await rig.approve('bob', plan);
    await acted;
    const attempt = await ended();
    expect(`${attempt.end}: ${attempt.endReason}`).toBe(REVOKED);
    expect(servers()).toBe('');
    await waitsFor(rig, 'p1', 'RolledBack');
  });

  it.each(['applying', 'applied', 'verdict-healthy'] as const)(
    'is seen by the next life of the controller, too, when the last one ended at %s',
    async (step) => {
      await started();
      const plan = await rig.planOf('p1');
      // Nothing gets through to the router any more, this request neither, so that this life can not end the attempt.
      const router = rig.fleet.router('p1');
      const acted = during(step, 1, async () => {
        router.faults.add({ kind: 'offline', how: 'reset' });
        throw new Error('cut off');
      });
      await rig.approve('bob', plan);
      await expect(acted).rejects.toThrow('cut off');
      await rig.controller.stop();
      router.intercept(null);
      const store = await openStore({ folder: rig.config.stateFolder });
      expect((await store.attempts.openOf('p1'))?.steps.at(-1)?.step).toBe(step);
      const { fingerprint } = readPublicKeyLine(rig.keys.bob.line);
      await revokeKey(store, fingerprint, 'stolen', { actor: 'operator:anna', at: 0 });
      await store.close();
      router.faults.clear();
      await rig.restart();
      const attempt = await ended();
      expect(`${attempt.end}: ${attempt.endReason}`).toBe(REVOKED);
      expect(servers()).toBe('');
    },
  );
});
