import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanId } from '#differ';
import { carrierOf } from '../../controller/records/proofs.ts';
import { expectDisregarded, waitsFor } from '#test/approval-facts.ts';
import { startGitRig, rosterYaml, APPROVED, type GitRig } from '#test/git-rig.ts';
import { approvalMessage, testKey } from '#test/git-writer.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

let rig: GitRig;
const SECOND = testKey('bob');
const HOUR = 3_600_000;

const DEVICES = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'l1'];

beforeAll(async () => {
  rig = await startGitRig(
    (fleet, keys) => ({
      'roster.yaml': rosterYaml(keys, '', { bob: SECOND }),
      'policies.yaml': `${APPROVED}---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: pair}
spec:
  selector: {names: [p8]}
  approvers: {roles: [approver]}
  required: 2
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: own}
spec:
  selector: {names: [l1]}
  approvers: {roles: [approver]}
`,
      ...Object.fromEntries(
        DEVICES.flatMap((name) => [
          [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name, '', name === 'l1' ? 'lab' : 'prod', 60)],
          [`configs/${name}.yaml`, configYaml(name, 'dns: {servers: [192.0.2.53]}')],
        ]),
      ),
    }),
    DEVICES.map((name) => seed(name, { tls: true })),
  );
});
afterAll(() => rig.close());

const dns = (device: string, server: string): Record<string, string> => ({
  [`configs/${device}.yaml`]: configYaml(device, `dns: {servers: [${server}]}`),
});
const serversOf = (device: string): string | undefined => rig.fleet.router(device).rows('/ip/dns')[0]?.['servers'];

describe('who approves', () => {
  test('a contributor does not', async () => {
    const commit = await rig.approve('carol', await rig.planOf('p1'));
    expect(await waitsFor(rig, 'p1')).toContain('bob');
    await expectDisregarded(rig, commit, 'carol', 'neither the role approver nor the role policy');
  });

  test('the author does not, with a second key either', async () => {
    await rig.change(dns('p2', '192.0.2.54'), { key: rig.keys.bob });
    const plan = await rig.planOf('p2');
    const commit = await rig.git.approve(SECOND, plan);
    const reasons = await waitsFor(rig, 'p2');
    expect(reasons).toContain("Not counted: bob's (they brought the change)");
    expect(reasons).toMatch(/alice or dora could give it/);
    const refusals = (await rig.audited('plan.refused')).filter(({ planId }) => planId === plan);
    expect(refusals).toEqual([
      { planId: plan, approvals: [commit], reasons: [{ code: 'ApprovalMissing', message: reasons }] },
    ]);
  });

  test('one person with two keys is one of two people', async () => {
    const plan = await rig.planOf('p8');
    await rig.git.approve(rig.keys.bob, plan);
    await rig.git.approve(SECOND, plan);
    const reasons = await waitsFor(rig, 'p8');
    expect(reasons).toContain('Policy pair asks for approval by 2 of role approver. Given by bob.');
    expect(reasons).not.toContain('bob could');
    await rig.approve('dora', plan);
    await outcomeOf(rig, 'p8', 'Confirmed');
  });

  test('somebody who only approves may, by a commit that changes nothing', async () => {
    await rig.approve('dora', await rig.planOf('p3'));
    await outcomeOf(rig, 'p3', 'Confirmed');
    const [detail] = (await rig.audited('attempt.arming')).filter(({ approvedBy }) => approvedBy === 'dora');
    expect(detail).toMatchObject({ approvals: [await rig.git.head()] });
  });
});

describe('when an approval counts', () => {
  test('a commit dated in the past has expired', async () => {
    const { clock } = rig.controller.api;
    await rig.approve('bob', await rig.planOf('p4'), { at: clock.now() - 25 * HOUR });
    expect(await waitsFor(rig, 'p4')).toContain("Not counted: bob's (expired)");
  });

  test('a device that is away until its approval has expired asks again', async () => {
    const { clock } = rig.controller.api;
    const plan = await rig.planOf('p9');
    const router = rig.fleet.router('p9');
    router.faults.add({ kind: 'offline' });
    await rig.visited();
    await outcomeOf(rig, 'p9', 'Deferred');
    const expiresAt = clock.now() + 60_000;
    await rig.approve('dora', plan, { at: expiresAt - 24 * HOUR });
    await until(
      () => clock.now(),
      (now) => now > expiresAt,
    );
    router.faults.clear();
    await outcomeOf(rig, 'p9', 'Waiting');
    expect(await waitsFor(rig, 'p9')).toContain("dora's (expired)");
    await rig.approve('dora', plan);
    await outcomeOf(rig, 'p9', 'Confirmed');
  });

  test('a commit dated in the future counts from its first sight', async () => {
    const { clock, store, fleet } = rig.controller.api;
    const plan = `sha256:${'1'.repeat(64)}`;
    const commit = await rig.approve('bob', plan, { at: clock.now() + 1000 * HOUR });
    const noted = (await store.approvals.list(fleet.source, 100)).find(({ proof }) => carrierOf(proof) === commit);
    expect(noted?.startsAt).toBe(noted?.firstSeenAt);
    expect(noted?.startsAt).toBeLessThanOrEqual(clock.now());
  });

  test('an unrelated contributor commit after it changes nothing', async () => {
    const { git, keys } = rig;
    const plan = await rig.planOf('p4');
    await rig.ask('PUT', 'freeze', { reason: 'both are to be there' });
    await git.approve(keys.bob, plan);
    await rig.change({ 'README.md': 'Words.\n', ...dns('p5', '192.0.2.55') });
    await rig.ask('DELETE', 'freeze');
    await outcomeOf(rig, 'p4', 'Confirmed');
    expect(serversOf('p4')).toBe('192.0.2.53');
  });

  test('a freeze holds what is approved, and a key revoked meanwhile takes it back', async () => {
    const plan = await rig.planOf('p5');
    await rig.ask('PUT', 'freeze', { reason: 'holidays' });
    await rig.git.approve(SECOND, plan);
    await rig.visited();
    const frozen = rig.controller.api.visitOf('p5')?.outcome;
    expect(frozen).toMatchObject({ kind: 'Waiting', reasons: [{ code: 'Frozen' }], ready: expect.anything() });
    const { store, fleet } = rig.controller.api;
    const openOne = async () => (await store.rollouts.listOpen(fleet.source)).at(0);
    await until(openOne, (rollout) => rollout !== undefined);
    await rig.ask('POST', 'revocations', { key: SECOND.line, reason: 'laptop lost' });
    const paused = await openOne();
    expect(paused).toMatchObject({ state: 'paused', members: [{ device: 'p5' }] });
    await rig.ask('POST', `rollouts/${paused?.id ?? ''}`, { action: 'abort', reason: 'nobody stands for it' });
    await rig.ask('DELETE', 'freeze');
    expect(await waitsFor(rig, 'p5')).toContain("Not counted: bob's (its key is revoked or no longer in the roster)");
    expect(rig.writes().filter((write) => write.startsWith('p5 '))).toEqual([]);
  });

  test('a revoked key signs nothing any more, whatever the roster says', async () => {
    const refusal = await rig.refusal(() => rig.git.push({ key: SECOND, message: 'Still me\n' }));
    expect(refusal.reasons).toEqual([
      { code: 'KeyRevoked', message: expect.stringMatching(/"Still me".*the operator revoked/) },
    ]);
  });
});

describe('one approval is for one time', () => {
  test('a plan that comes back needs another, and none that was left over counts', async () => {
    const { git, keys } = rig;
    const take = async (server: string): Promise<PlanId> => {
      await rig.change(dns('p6', server));
      const plan = await rig.planOf('p6');
      await git.approve(keys.bob, plan);
      await rig.approve('bob', plan);
      await outcomeOf(rig, 'p6', 'Confirmed');
      await until(
        () => serversOf('p6'),
        (servers) => servers === server,
      );
      return plan;
    };
    await take('192.0.2.61');
    const there = await take('192.0.2.62');
    await take('192.0.2.61');
    await rig.change(dns('p6', '192.0.2.62'));
    expect(await rig.planOf('p6')).toBe(there);
    const reasons = await waitsFor(rig, 'p6');
    expect(reasons).toContain('used already');
    expect(reasons).toContain('given before the last try');
    expect(serversOf('p6')).toBe('192.0.2.61');
    await rig.approve('bob', there);
    await until(
      () => serversOf('p6'),
      (servers) => servers === '192.0.2.62',
    );
  });

  test('a change commit may carry its own', async () => {
    const { git, keys } = rig;
    await rig.approve('bob', await rig.planOf('l1'));
    const inSync = (): Promise<unknown> =>
      until(
        () => rig.controller.api.visitOf('l1')?.outcome.kind,
        (kind) => kind === 'InSync',
      );
    await inSync();
    // Ids leave the commit out, so the plan is known once it was shown, and taken back.
    await rig.change(dns('l1', '192.0.2.63'));
    const plan = await rig.planOf('l1');
    await rig.change(dns('l1', '192.0.2.53'));
    await inSync();
    const message = approvalMessage(plan, (await git.head()) ?? '').replace('Approve\n', 'Take another resolver\n');
    const commit = await rig.change(dns('l1', '192.0.2.63'), { key: keys.alice, message });
    await until(
      () => serversOf('l1'),
      (servers) => servers === '192.0.2.63',
    );
    expect((await rig.audited('attempt.arming'))[0]).toMatchObject({ approvedBy: 'lab, alice', approvals: [commit] });
  });

  test('a plan for yesterday’s live state is not applied', async () => {
    const plan = await rig.planOf('p7');
    await rig.ask('PUT', 'freeze', { reason: 'overnight' });
    await rig.git.approve(rig.keys.bob, plan);
    await rig.visited();
    expect(rig.controller.api.visitOf('p7')?.outcome).toMatchObject({ ready: expect.anything() });
    const byHand = { user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '198.51.100.1' } } as const;
    rig.fleet.router('p7').human.change(byHand);
    await rig.ask('DELETE', 'freeze');
    const reasons = await waitsFor(rig, 'p7');
    expect(await rig.planOf('p7')).not.toBe(plan);
    expect(serversOf('p7')).toBe('198.51.100.1');
    expect(reasons).toContain(`Not counted: bob's (of the earlier plan ${plan.slice(7, 19)}`);
  });

  test('a plan that was rolled back is not tried again until it is approved anew', async () => {
    const router = rig.fleet.router('p7');
    const plan = await rig.planOf('p7');
    let broken = true;
    router.intercept(({ phase, method, path }) => {
      if (!broken || phase !== 'after-effect' || method !== 'POST' || path !== '/ip/dns/set') return;
      broken = false;
      router.human.change({ user: 'firmware', menu: '/ip/dns', verb: 'set', args: { servers: '203.0.113.9' } });
    });
    await rig.git.approve(rig.keys.alice, plan);
    await rig.approve('bob', plan);
    await until(
      async () => (await rig.controller.api.store.attempts.list('p7', 5))[0]?.end,
      (end) => end === 'undone',
    );
    expect(serversOf('p7')).toBe('198.51.100.1');
    const reasons = await waitsFor(rig, 'p7');
    expect(await rig.planOf('p7')).toBe(plan);
    expect(reasons).toContain('This plan was rolled back');
    expect(reasons).toContain('not tried again by itself');
    await rig.approve('bob', plan);
    await until(
      () => serversOf('p7'),
      (servers) => servers === '192.0.2.53',
    );
  });
});
