import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, outcomeOf, seed, startRig, type Rig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl, type Ran } from './run.ts';

const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: by-itself}
spec:
  selector: {names: [r1]}
  auto: true
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: asks}
spec:
  selector: {names: [r2, r3]}
  approvers: {roles: [approver]}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: Roster
metadata: {name: people}
spec:
  people: [{name: alice, roles: [approver]}]
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: usual}
spec:
  selector: {}
  confirmWithinSeconds: 240
  health: {settleSeconds: 0, interfaces: running}
`;

const NAMES = ['r1', 'r2', 'r3'] as const;
const EMPTY = {
  'configs/r2.yaml': configYaml('r2', 'dns: {servers: [192.0.2.53]}'),
  'configs/r3.yaml': configYaml('r3', 'dns: {servers: [192.0.2.53]}'),
};

let rig: Rig;

async function run(...args: readonly string[]): Promise<Ran> {
  return await rosctl(args, { env: { ROSCTL_STATE: rig.config.stateFolder } });
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await run(...args, '-o', 'json');
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  rig = await startRig(
    (_router, fleet) => ({
      ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'configs/r1.yaml': configYaml('r1', 'dns: {servers: [192.0.2.53]}'),
      ...EMPTY,
      'policies.yaml': POLICIES,
    }),
    NAMES.map((name) => seed(name)),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await outcomeOf(rig, 'r2', 'Waiting');
  await outcomeOf(rig, 'r3', 'Waiting');
});
afterAll(() => rig.close());

describe('status answers why nothing is happening', () => {
  test('devices that wait for the same are told together, with the next step', async () => {
    const { code, stdout } = await run('status');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('3 in the fleet, 1 ready, 2 not ready, 0 unknown');
    expect(stdout).toMatch(
      /ApprovalMissing {2}r2, r3\n {2}Policy asks asks for approval by 1 of role approver\. The source is a folder, where nobody can give it: follow a Git repository\.\n {2}next: follow a Git repository: [^`]*\n/,
    );
    expect(stdout).toMatch(/Freeze +off/);
  });

  test('one device is told whole', async () => {
    const { stdout } = await run('status', 'r2');
    expect(stdout).toMatch(/^next: follow a Git repository: /m);
    expect(stdout).not.toContain('rosctl approve');
    expect(stdout).toMatch(/Serial +SERIAL-r2/);
    expect((await run('status', 'r9')).code).toBe(EXIT.usage);
  });

  test('the source is named as refused, with the fault and what still counts', async () => {
    await rig.declare({ 'broken.yaml': 'kind: Nonsense\n' });
    try {
      const { stdout } = await run('status');
      expect(stdout).toContain('The source is refused since');
      expect(stdout).toContain('broken.yaml:1');
      expect(stdout).toContain('the last good revision stays in force');
      const { code, stderr } = await run('reconcile');
      expect(code).toBe(EXIT.faultyInput);
      expect(stderr).toContain('broken.yaml:1');
    } finally {
      await rm(join(rig.sourceFolder, 'broken.yaml'));
      await rig.controller.api.reconcile([]);
    }
  });

  test('machines get the same as data', async () => {
    const status = await json<{ devices: readonly { name: string; reason: string }[] }>('status');
    expect(status.devices.map(({ name }) => name)).toEqual(NAMES);
    expect(await json('devices')).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: 'r3', ready: false })]),
    });
  });
});

describe('plans', () => {
  test('plans that differ only in the device are one group, and the exit code says that there are changes', async () => {
    const { code, stdout } = await run('plan', '--commands');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('1 distinct plan, 2 devices');
    expect(stdout).toContain('r2, r3\n');
    expect(stdout).toContain('/ip/dns servers: "" → 192.0.2.53');
    expect(stdout).toContain('/ip dns set servers="192.0.2.53"');
  });

  test('a device without a plan has nothing to change; an unknown one is no such device', async () => {
    expect(await run('plan', '--device', 'r1')).toMatchObject({
      code: EXIT.ok,
      stdout: expect.stringMatching(/^no plan for r1: nothing to change \(read 20\d\d-.* ago\)\n$/) as string,
    });
    expect((await run('plan', '--device', 'r9')).code).toBe(EXIT.usage);
    expect((await run('plan', '--device', 'r2')).code).toBe(EXIT.changes);
  });

  test('list names every plan and what it waits for; show finds one by device and by the beginning of its id', async () => {
    const { stdout } = await run('plans', 'list');
    expect(stdout).toMatch(/r2 +[0-9a-f]{12} +1 .* ago +ApprovalMissing$/m);
    const { items: plans } = await json<{ items: readonly { id: string; device: string }[] }>('plans', 'list');
    const wanted = plans.find(({ device }) => device === 'r3');
    expect((await run('plan', '--device', 'r3')).stdout).toContain('waits for: Policy asks asks for approval');
    const byDevice = await run('plans', 'show', 'r3', '--commands');
    expect(byDevice.stdout).toContain(wanted?.id);
    expect(byDevice.stdout).toContain('RouterOS commands:\n  /ip dns set servers="192.0.2.53"');
    expect((await run('plans', 'show', wanted?.id.slice(7, 19) ?? '')).stdout).toContain(wanted?.id);
  });

  test('an unknown plan is answered with the next step', async () => {
    const { code, stderr } = await run('plans', 'show', 'ffff');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('rosctl plans list');
    expect((await run('plans', 'show')).code).toBe(EXIT.usage);
  });
});

describe('what was done', () => {
  test('history tells the steps of an attempt and how it ended', async () => {
    const { stdout } = await run('history', 'r1');
    expect(stdout).toMatch(/confirmed after .* plan [0-9a-f]{12}, attempt 1, tier full/);
    for (const step of ['arming', 'armed', 'applied', 'verdict-healthy', 'disarming'])
      expect(stdout).toContain(`  ${step}`);
    expect(stdout).toContain('/ip/dns servers: "" → 192.0.2.53');
    expect((await run('history', 'r2')).stdout).toBe('nothing was ever applied to r2\n');
  });

  test('audit says who did what and that the chain is whole', async () => {
    const { code, stdout } = await run('audit', '--device', 'r1', '--limit', '3');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('attempt.confirmed');
    expect(stdout).toContain('The hash chain is whole');
    expect(stdout.split('\n').filter((line) => /^\d/.test(line))).toHaveLength(3);
    const mark = /--kept: (\d+:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? '';
    expect((await run('audit', '--kept', mark)).code).toBe(EXIT.ok);
    const other = await run(
      'audit',
      '--kept',
      mark.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    );
    expect([other.code, other.stdout]).toEqual([EXIT.failure, expect.stringContaining('The hash chain is broken at')]);
    expect((await run('audit', '--kept', 'yesterday')).code).toBe(EXIT.usage);
    expect((await run('audit', '--limit', 'many')).stderr).toContain('--limit takes a whole number from 1 to 10000');
  });

  test('drift names the row, the values and who did it', async () => {
    expect(await run('drift')).toMatchObject({ code: EXIT.ok });
    rig.router.human.change({ user: 'admin', menu: '/ip/dns', verb: 'set', args: { servers: '203.0.113.99' } });
    await run('reconcile', 'r1');
    const { code, stdout } = await run('drift', 'r1');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('192.0.2.53 → 203.0.113.99');
    expect(stdout).toMatch(/^r1 {2}since .*, by .*admin/m);
    expect((await run('drift', 'r2')).code).toBe(EXIT.ok);
    expect((await run('status', 'r1')).stdout).toMatch(/Drift +yes; next: rosctl drift r1/);
  });
});

describe('what an operator can do', () => {
  test('a freeze closes every gate, is told to everybody, and ends again', async () => {
    expect((await run('freeze', '--reason', 'incident 42')).code).toBe(EXIT.ok);
    const { stdout } = await run('status');
    expect(stdout).toMatch(/Freeze +by operator:\S+ .*: incident 42/);
    expect(stdout).toContain('next: rosctl freeze --off');
    expect((await run('freeze', '--off')).code).toBe(EXIT.ok);
    expect((await run('status')).stdout).toMatch(/Freeze +off/);
    expect((await run('audit', '--limit', '20')).stdout).toMatch(/operator:\S+ +freeze\.on/);
  });

  test('reconcile waits for the visits it asked for', async () => {
    const { items: before } = await json<{ items: readonly { name: string; lastVisitAt: string }[] }>('devices');
    const { visited, late } = await json<{
      visited: readonly { name: string; lastVisitAt: string }[];
      late: readonly string[];
    }>('reconcile', 'r2', 'r3');
    expect(late).toEqual([]);
    expect(visited.map(({ name }) => name)).toEqual(['r2', 'r3']);
    for (const { name, lastVisitAt } of visited) {
      const last = before.find((device) => device.name === name)?.lastVisitAt ?? '';
      expect(Date.parse(lastVisitAt)).toBeGreaterThan(Date.parse(last));
    }
    expect((await run('reconcile', 'r9')).code).toBe(EXIT.usage);
  });

  test('a controller without a key refuses to keep passwords, and says what to set', async () => {
    const { code, stderr } = await rosctl(['credentials', 'set', 'fleet', '--state', rig.config.stateFolder], {
      input: 'hunter2\n',
    });
    expect(code).toBe(EXIT.failure);
    expect(stderr).toContain('ROUTEROS_GITOPS_KEY');
    expect(stderr).not.toContain('hunter2');
  });
});
