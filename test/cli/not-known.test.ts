import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl, type Ran } from './run.ts';

const DNS = 'dns: {servers: [192.0.2.53]}';
const ASKS = POLICIES.replace('auto: true', 'approvers: {roles: [approver]}').concat(`---
apiVersion: routeros-gitops.dev/v1alpha1
kind: Roster
metadata: {name: people}
spec: {people: [{name: alice, roles: [approver]}]}
`);
let rig: Rig;

function device(url: string, name: string, environment: string, more = ''): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: {name: ${name}}
spec: {address: "${url}", credentialsRef: lab, environment: ${environment}, poll: {intervalSeconds: 10}${more}}
`;
}

async function run(...args: readonly string[]): Promise<Ran> {
  return await rosctl(args, { env: { ROSCTL_STATE: rig.config.stateFolder } });
}

async function json<T>(...args: readonly string[]): Promise<T> {
  return JSON.parse((await run(...args, '-o', 'json')).stdout) as T;
}

beforeAll(async () => {
  rig = await startRig(
    (_router, fleet) => ({
      'devices/edge-1.yaml': device(fleet.router('edge-1').url, 'edge-1', 'lab', ', timeZone: Asia/Kolkata'),
      'devices/edge-2.yaml': device(fleet.router('edge-2').url, 'edge-2', 'lab'),
      'devices/edge-3.yaml': device(fleet.router('edge-3').url, 'edge-3', 'lab', ', critical: true'),
      'devices/edge-4.yaml': device(fleet.router('edge-4').url, 'edge-4', 'prod'),
      'configs/edge-1.yaml': configYaml('edge-1', DNS),
      'configs/edge-2.yaml': configYaml('edge-2', DNS),
      'policies.yaml': ASKS,
    }),
    [seed('edge-1'), seed('edge-2'), seed('edge-3'), seed('edge-4', { tls: true })],
  );
  await outcomeOf(rig, 'edge-1', 'Waiting');
  await outcomeOf(rig, 'edge-2', 'Waiting');
  await outcomeOf(rig, 'edge-3', 'InSync');
  await outcomeOf(rig, 'edge-4', 'InSync');
});
afterEach(() => {
  for (const router of rig.fleet.routers.values()) router.faults.clear();
});
afterAll(() => rig.close());

/** No router answers to a controller that has read none of them. */
async function allOffSinceStart(): Promise<void> {
  for (const router of rig.fleet.routers.values()) router.faults.add({ kind: 'offline' });
  await rig.restart();
  for (const name of ['edge-1', 'edge-2', 'edge-3', 'edge-4']) await outcomeOf(rig, name, 'Deferred');
}

async function allBack(): Promise<void> {
  for (const router of rig.fleet.routers.values()) router.faults.clear();
  await rig.controller.api.reconcile([]);
  for (const name of ['edge-1', 'edge-2']) await outcomeOf(rig, name, 'Waiting');
  for (const name of ['edge-3', 'edge-4']) await outcomeOf(rig, name, 'InSync');
}

describe('routers that were not read since the controller started', () => {
  test('are named and never told as nothing to change, no drift or an empty fleet', async () => {
    await allOffSinceStart();
    try {
      for (const command of [['plan'], ['plans', 'list'], ['drift'], ['devices']]) {
        const { stdout, code } = await run(...command);
        expect(stdout).toMatch(/(Unreachable|CircuitOpen): .*edge-3/);
        expect(stdout).toContain('next: rosctl status');
        expect(stdout).not.toMatch(/nothing to change|no drift|no devices/);
        // What an earlier life planned is still shown, and counts as changes.
        expect([EXIT.notKnown, EXIT.changes]).toContain(code);
      }
      expect((await run('drift')).code).toBe(EXIT.notKnown);
      expect((await run('devices')).code).toBe(EXIT.notKnown);
      expect((await run('plans', 'list')).code).toBe(EXIT.notKnown);
      for (const command of [
        ['plan', '--device', 'edge-3'],
        ['plans', 'show', 'edge-3'],
        ['drift', 'edge-3'],
      ]) {
        const { code, stdout, stderr } = await run(...command);
        expect({ command, code }).toEqual({ command, code: EXIT.notKnown });
        expect(stdout + stderr).toContain('rosctl status');
      }
      expect((await run('status', 'edge-3')).stdout).toMatch(/Plan +not known\nDrift +not known/);
      const { unread } = await json<{ unread: readonly { device: string; reason: string }[] }>('plan');
      expect(unread).toContainEqual(expect.objectContaining({ device: 'edge-3' }));
    } finally {
      await allBack();
    }
  });

  test('status tells routers that fail alike as one block that names none of their addresses', async () => {
    await allOffSinceStart();
    try {
      // The breaker opens by and by; then all wait for its next try.
      const { stdout } = await until(
        () => run('status'),
        (status) => /^(Unreachable|CircuitOpen) {2}edge-4, edge-3, edge-1, edge-2$/m.test(status.stdout),
      );
      expect(stdout).not.toContain('127.0.0.1');
      expect(stdout).toContain('at ADDRESS');
    } finally {
      await allBack();
    }
  });
});

test('while no revision was accepted nothing is known, and the fault is told', async () => {
  const alone = await startRig(() => ({ 'broken.yaml': 'kind: Nonsense\n' }));
  try {
    const ask = async (...args: readonly string[]): Promise<Ran> =>
      await rosctl(args, { env: { ROSCTL_STATE: alone.config.stateFolder } });
    for (const command of [['plan'], ['plans', 'list'], ['drift'], ['devices'], ['plan', '--device', 'r1']]) {
      const { code, stdout, stderr } = await ask(...command);
      expect({ command, code }).toEqual({ command, code: EXIT.notKnown });
      expect(stdout + stderr).toContain('no revision of the source was accepted yet');
      expect(stdout + stderr).toContain('broken.yaml:1');
      expect(stdout + stderr).toContain('rosctl status');
    }
    for (const command of [
      ['status', 'r1'],
      ['drift', 'r1'],
      ['plans', 'show', 'r1'],
      ['history', 'r1'],
    ])
      expect({ command, code: (await ask(...command)).code }).toEqual({ command, code: EXIT.notKnown });
  } finally {
    await alone.close();
  }
});

test('a suspended device is named and is no gap', async () => {
  await rig.declare({
    'devices/edge-4.yaml': device(rig.fleet.router('edge-4').url, 'edge-4', 'prod', ', suspend: true'),
  });
  try {
    await outcomeOf(rig, 'edge-4', 'Suspended');
    await until(
      () => run('drift'),
      ({ stdout }) => !stdout.includes('not read'),
    );
    // What was never confirmed is a gap.
    const drift = await run('drift', 'edge-4');
    expect(drift).toMatchObject({ code: EXIT.ok });
    expect((await run('drift')).stdout).toContain('left alone, spec.suspend is set: edge-4');
    expect((await run('status', 'edge-4')).stdout).toMatch(/^next: take spec\.suspend out/m);
  } finally {
    await rig.declare({ 'devices/edge-4.yaml': device(rig.fleet.router('edge-4').url, 'edge-4', 'prod') });
    await outcomeOf(rig, 'edge-4', 'InSync');
  }
});

describe('a router that went offline after it was read', () => {
  test('is planned from its last read, with its age, by every way to ask for it', async () => {
    rig.fleet.router('edge-3').faults.add({ kind: 'offline' });
    await rig.declare({ 'configs/edge-3.yaml': configYaml('edge-3', 'identity: {name: edge-three}') });
    try {
      // Its last read lacks the new section.
      await until(
        () => run('plan', '--device', 'edge-3'),
        ({ code, stderr }) => code === EXIT.notKnown && /Unreachable|CircuitOpen/.test(stderr),
      );
      rig.fleet.router('edge-3').faults.clear();
      await rig.controller.api.reconcile(['edge-3']);
      await outcomeOf(rig, 'edge-3', 'Waiting');
      rig.fleet.router('edge-3').faults.add({ kind: 'offline' });
      await rig.controller.api.reconcile(['edge-3']);
      await outcomeOf(rig, 'edge-3', 'Deferred');
      const { items: plans } = await json<{ items: readonly { id: string; device: string }[] }>('plans', 'list');
      const id = plans.find((plan) => plan.device === 'edge-3')?.id ?? 'none';
      for (const wanted of ['edge-3', id, id.slice(7, 19)]) {
        const { code, stdout } = await run('plans', 'show', wanted);
        expect({ wanted, code }).toEqual({ wanted, code: EXIT.ok });
        expect(stdout).toMatch(/Read +20.* ago, the last read of an offline device/);
      }
      const planned = await run('plan', '--device', 'edge-3');
      expect(planned).toMatchObject({ code: EXIT.changes });
      expect(planned.stdout).toMatch(/offline, planned from its last read: 20.* ago/);
      expect((await run('status', 'edge-3')).stdout).toContain(id);
      expect((await run('devices')).stdout).toContain(id.slice(7, 19));
      expect((await run('plans', 'list')).stdout).toMatch(
        /edge-3 \(critical, offline\) .* ago +(Unreachable|CircuitOpen)$/m,
      );
      expect((await run('drift')).stdout).toMatch(/offline, told as last read: edge-3 \(.* ago\)/);
    } finally {
      await rm(join(rig.sourceFolder, 'configs/edge-3.yaml'));
      await allBack();
    }
  });
});

describe('names and ids', () => {
  test.each([
    ['drift', 'edge1'],
    ['audit', '--device', 'edge1'],
    ['plans', 'show', 'edge1'],
    ['history', 'edge1'],
    ['status', 'edge1'],
    ['plan', '--device', 'edge1'],
    ['reconcile', 'edge1'],
  ])('%s %s %s is refused with the nearest name', async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(EXIT.usage);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/did you mean (the device )?edge-1\?/i);
  });

  test('an empty plan id is refused, and a beginning that several have names them', async () => {
    for (const wanted of ['', 'sha256:']) expect((await run('plans', 'show', wanted)).code).toBe(EXIT.usage);
    const { items: plans } = await json<{ items: readonly { id: string; device: string }[] }>('plans', 'list');
    const [one, other] = plans;
    if (one === undefined || other === undefined) throw new Error('two plans are needed');
    for (const wanted of [one.id, one.id.slice(7), one.id.slice(0, 15), one.id.slice(7, 15)])
      expect((await run('plans', 'show', wanted)).stdout).toContain(one.id);
    const { code, stderr } = await run('plans', 'show', 'sha');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('There is no plan sha');
  });
});

describe('what listings and times show', () => {
  test('critical devices come first within their environment', async () => {
    const { items: devices } = await json<{ items: readonly { name: string }[] }>('devices');
    expect(devices.map(({ name }) => name)).toEqual(['edge-4', 'edge-3', 'edge-1', 'edge-2']);
    expect((await run('devices')).stdout).toMatch(/^edge-3 \(critical\) /m);
  });

  test('times of one device are in its time zone with the offset, lists in UTC', async () => {
    expect((await run('status', 'edge-1')).stdout).toMatch(/Last visit +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\+05:30, /);
    expect((await run('plans', 'show', 'edge-1')).stdout).toMatch(/Made +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\+05:30/);
    expect((await run('plans', 'list')).stdout).toMatch(/^edge-1 .* \d\d:\d\d:\d\dZ, /m);
  });

  test('times in JSON are text as RFC 3339 has it', async () => {
    const { items: devices } = await json<{ items: readonly Record<string, unknown>[] }>('devices');
    for (const { lastVisitAt, nextVisitAt, readAt } of devices)
      for (const at of [lastVisitAt, nextVisitAt, readAt]) expect(at).toMatch(/^20\d\d-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
  });

  test('every act of an operator has a correlation id of its own', async () => {
    await run('freeze', '--reason', 'look');
    await run('freeze', '--off');
    const { items: records } = await json<{ items: readonly { action: string; correlationId: string }[] }>('audit');
    const ids = records.filter(({ action }) => action.startsWith('freeze.')).map(({ correlationId }) => correlationId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('without a controller a freeze, the audit trail and a history come from the store it left', async () => {
  await rig.controller.stop();
  try {
    expect((await run('freeze', '--reason', 'before the restart')).stdout).toContain('no controller runs now');
    expect((await run('audit', '--limit', '1')).stdout).toMatch(/operator:\S+ +freeze\.on/);
    expect((await run('audit', '--device', 'edge_1')).stderr).toContain('Did you mean edge-1?');
    expect((await run('history', 'edge-1')).stdout).toBe('nothing was ever applied to edge-1\n');
    expect((await run('status')).code).toBe(EXIT.unavailable);
  } finally {
    await rig.restart();
  }
  expect(
    await until(
      () => run('status'),
      ({ code }) => code === EXIT.ok,
    ),
  ).toMatchObject({
    stdout: expect.stringMatching(/Freeze +by operator:.*before the restart/) as string,
  });
  expect((await run('freeze', '--off')).code).toBe(EXIT.ok);
});
