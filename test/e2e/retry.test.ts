import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, POLICIES, startRig, until, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(() => rig.close());

const SPEC = 'dns: {servers: [9.9.9.9]}\nidentity: {name: after}';
const ILL = {
  kind: 'health',
  when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.9/ } },
  effects: { cpuLoad: 100 },
} as const;

async function undone(): Promise<void> {
  rig = await startRig((router) => labFleet(router, 'identity: {name: before}'));
  await outcomeOf(rig, 'r1', 'InSync');
  rig.router.faults.add(ILL);
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', SPEC) });
  await waitsFor(rig, 'r1', 'RolledBack');
}

function retry(plan: string, ...more: readonly string[]): ReturnType<typeof rosctl> {
  return rosctl(['plans', 'retry', plan, '--state', rig.config.stateFolder, ...more]);
}

describe('a plan that was undone', () => {
  it('is tried once more by the word of an operator, which the audit has, and stays', async () => {
    await undone();
    rig.router.faults.clear();
    await rig.controller.api.reconcile([]);
    await waitsFor(rig, 'r1', 'RolledBack');
    const state = ['--state', rig.config.stateFolder];
    const told = (await rosctl(['status', ...state])).stdout;
    expect(told).toMatch(/next: rosctl .*plans retry r1$/m);
    expect(told).not.toContain('rosctl approve');
    expect((await rosctl(['plans', 'list', ...state])).stdout).toMatch(/RolledBack\s*$/m);

    const ran = await retry('r1', '-o', 'json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toEqual({
      device: 'r1',
      planId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      attempt: 1,
    });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.9');
    const { store } = rig.controller.api;
    const [record] = (await store.audit.list({ device: 'r1', limit: 50 })).filter(
      (one) => one.action === 'plan.retried',
    );
    expect(record).toMatchObject({ actor: expect.stringMatching(/^operator:/), detail: { number: 1 } });
    expect(await store.audit.verify()).toBeNull();
  });

  it('is told as waiting for what holds it up, not as undone, once it may be tried again', async () => {
    await undone();
    rig.router.faults.clear();
    const state = ['--state', rig.config.stateFolder];
    expect((await rosctl(['freeze', '--reason', 'holidays', ...state])).code).toBe(0);
    expect((await retry('r1')).code).toBe(0);
    await rig.controller.api.reconcile([]);
    const { stdout } = await rosctl(['status', 'r1', ...state]);
    expect(stdout).toMatch(/Frozen|freeze/i);
    expect(stdout).not.toContain('RolledBack');
    expect((await rosctl(['freeze', '--off', ...state])).code).toBe(0);
    await outcomeOf(rig, 'r1', 'InSync');
  });

  it('is tried once, not again and again', async () => {
    await undone();
    expect((await retry('r1')).code).toBe(0);
    const { store } = rig.controller.api;
    await until(
      async () => (await store.attempts.list('r1', 10)).filter(({ end }) => end === 'undone').length,
      (count) => count === 2,
    );
    await waitsFor(rig, 'r1', 'RolledBack');
    await rig.restart();
    await waitsFor(rig, 'r1', 'RolledBack');
    expect((await rig.controller.api.store.attempts.list('r1', 10)).filter(({ end }) => end === 'undone')).toHaveLength(
      2,
    );
  });

  it('is not tried where people approve, and names no approval where nobody can give one', async () => {
    await undone();
    const policies = POLICIES.replace('auto: true', 'approvers: {people: [ana]}');
    const roster = `apiVersion: routeros-gitops.dev/v1alpha1
kind: Roster
metadata: {name: people}
spec: {people: [{name: ana, roles: [approver]}]}
`;
    await rig.declare({ 'policies.yaml': policies, 'roster.yaml': roster });
    await waitsFor(rig, 'r1', 'ApprovalMissing');
    const ran = await retry('r1');
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(
      /its policy asks for people\. The source is a folder, where nobody can approve: follow a Git repo/,
    );
    expect(ran.stderr).not.toContain('rosctl approve');
    expect(ran.stderr).toContain('[RetryRefused]');
  });
});

it.each([
  ['r1', 'There is no plan for r1'],
  ['r9', 'There is no plan r9'],
  ['0123456789abcdef', 'There is no plan 0123456789abcdef'],
])('nothing is retried for %s when there is no such plan', async (plan, words) => {
  rig = await startRig((router) => labFleet(router, 'identity: {name: before}'));
  await outcomeOf(rig, 'r1', 'InSync');
  const ran = await retry(plan);
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain(words);
});
