import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operations } from '../../controller/operations/api.ts';
import type { Permission } from '../../controller/access/permissions.ts';
import type { Principal } from '../../controller/access/principal.ts';
import { ANY_DEVICE } from '../../controller/access/rights.ts';
import { bandwidthLogin } from '../../controller/device/bandwidth-login.ts';
import type { InputOf } from '#controller/operations';
import {
  anna,
  argumentsOf,
  BOTH_TOOLS,
  diagnosable,
  diagnosticWhen,
  FAR,
  operationsIn,
  READER_PASSWORD,
  READING,
  startDiagnoseRig,
  tried,
} from '#test/diagnose-rig.ts';
import type { Rig } from '#test/rig.ts';
import { attempt, member, rollout } from '../store/samples.ts';

let rig: Rig;
let operations: Operations;
const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
beforeAll(async () => {
  rig = await startDiagnoseRig(
    NAMES.map((name) => diagnosable(name)),
    Object.fromEntries(NAMES.slice(0, -1).map((name) => [name, BOTH_TOOLS])),
  );
  operations = operationsIn(rig);
});
afterAll(() => rig.close());

type Asked = Omit<InputOf<'startDiagnostic'>, 'kind'>;

async function measure(asked: Asked, principal: Principal = anna) {
  return await operations.ask(principal, 'startDiagnostic', { kind: 'bandwidth', ...asked });
}

/** Somebody with these permissions on these devices. */
function of(devices: readonly string[], ...permissions: readonly Permission[]): Principal {
  return {
    actor: 'token:test',
    may: (permission, on) =>
      permissions.includes(permission) && (on === ANY_DEVICE || (typeof on === 'string' && devices.includes(on))),
  };
}

const ADMIN = ['fleet.read', 'device.diagnose', 'device.bandwidth', 'audit.read'] as const;

describe('a bandwidth test', () => {
  it('is measured in slices of 5 s, at 100 Mbit/s unless asked otherwise', async () => {
    const { id } = await measure({ device: 'r1', target: 'r2', seconds: 12 });
    const view = await diagnosticWhen(operations, id);
    expect(view).toMatchObject({ state: 'done', steps: [{ seconds: 5 }, { seconds: 5 }, { seconds: 2 }] });
    const [slice] = view.steps;
    expect(slice?.kind === 'slice' ? slice.received : 0).toBeGreaterThan(50_000_000);
    expect(slice?.kind === 'slice' ? slice.received : 0).toBeLessThanOrEqual(100_000_000);
    expect(argumentsOf(rig.fleet.router('r1'))).toMatchObject([
      { address: '127.0.0.1', user: 'gitops-read', duration: '5s', direction: 'both', protocol: 'tcp' },
      { duration: '5s' },
      { duration: '2s' },
    ]);
    expect(tried(rig.fleet.router('r2'))).toEqual([]);
  });

  it('tells its password to nobody: no answer, no row, no audit', async () => {
    const { id } = await measure({ device: 'r1', target: 'r2', seconds: 1, direction: 'receive', megabits: 10 });
    const view = await diagnosticWhen(operations, id);
    const { api } = rig.controller;
    const told = JSON.stringify([view, await api.store.diagnostics.get(id), await api.store.audit.list({ limit: 99 })]);
    expect(told).not.toContain(READER_PASSWORD);
    expect(argumentsOf(rig.fleet.router('r1')).at(-1)).toMatchObject({ password: READER_PASSWORD });
  });

  it('is in the audit of both devices, and neither record names the other one', async () => {
    const { id } = await measure({ device: 'r2', target: 'r3', seconds: 1 });
    await diagnosticWhen(operations, id);
    for (const [device, other] of [
      ['r2', 'r3'],
      ['r3', 'r2'],
    ] as const) {
      const { records } = await operations.ask(of([device], ...ADMIN), 'audit', { device, limit: 5 });
      expect(records[0]).toMatchObject({ action: 'diagnostic.started', device, detail: { diagnostic: id } });
      expect(JSON.stringify(records)).not.toContain(`"${other}"`);
    }
  });

  it('fails with the words of the router, and is not tried again', async () => {
    const router = rig.fleet.router('r3');
    router.faults.add({ kind: 'session-closed', match: { path: '/tool/bandwidth-test' } });
    const { id } = await measure({ device: 'r3', target: 'r4', seconds: 10 });
    expect(await diagnosticWhen(operations, id)).toMatchObject({ state: 'failed', steps: [] });
    expect(tried(router)).toHaveLength(1);
  });

  it('keeps both devices busy', async () => {
    const first = await measure({ device: 'r4', target: 'r5', seconds: 10 });
    await diagnosticWhen(operations, first.id, ({ state }) => state === 'running');
    const second = await operations.ask(anna, 'startDiagnostic', { device: 'r5', kind: 'ping', target: FAR, count: 1 });
    const ended = await diagnosticWhen(operations, second.id);
    expect(ended.startedAt).toBeGreaterThanOrEqual((await diagnosticWhen(operations, first.id)).endedAt ?? Infinity);
  });
});

describe('a bandwidth test is refused', () => {
  it.each<[string, Asked, Principal, string]>([
    ['without the tool on the target', { device: 'r1', target: 'r6' }, anna, 'ToolRefused'],
    ['without the tool on the source', { device: 'r6', target: 'r1' }, anna, 'ToolRefused'],
    ['to an address', { device: 'r1', target: FAR }, anna, 'NotFound'],
    ['without the permission', { device: 'r1', target: 'r2' }, of(['r1', 'r2'], ...ADMIN.slice(0, 2)), 'NotAllowed'],
    ['to a device out of scope', { device: 'r1', target: 'r2' }, of(['r1'], ...ADMIN), 'NotFound'],
    ['from a device out of scope', { device: 'r2', target: 'r1' }, of(['r1'], ...ADMIN), 'NotFound'],
  ])('%s', async (_, asked, principal, code) => {
    await expect(measure(asked, principal)).rejects.toMatchObject({ code });
  });

  it('while an attempt is open on either device, or a rollout watches it', async () => {
    const { store, fleet, clock } = rig.controller.api;
    for (const device of ['r4', 'r5']) {
      const open = await store.attempts.open(
        attempt(device, { holder: 'other', leaseUntil: clock.now() + 900_000_000 }),
      );
      await expect(measure({ device: 'r4', target: 'r5' })).rejects.toMatchObject({ code: 'ChangeUnderWay' });
      await store.attempts.end(open.id, 'other', 'closed', clock.now(), '');
    }
    const members = [member('r5', 'a', { state: 'confirmed', wave: 0 })];
    const watched = rollout('9', { source: fleet.source, members, waveDoneAt: clock.now(), state: 'paused' });
    await store.rollouts.add({ ...watched, rules: { ...watched.rules, soakSeconds: 86_400 } });
    await expect(measure({ device: 'r4', target: 'r5' })).rejects.toMatchObject({ code: 'ChangeUnderWay' });
    await expect(measure({ device: 'r5', target: 'r4' })).rejects.toMatchObject({ code: 'ChangeUnderWay' });
  });
});

describe('the password of the target', () => {
  const secrets = {
    environment: READING.environment,
    records: { get: () => Promise.resolve(null) },
    key: null,
  };
  const at = (address: string) =>
    ({ address: new URL(address), credential: 'lab', tls: { mode: 'verify', fingerprint: null } }) as const;

  it.each([
    ['http://192.0.2.1', 'http://127.0.0.2'],
    ['http://127.0.0.1', 'http://192.0.2.1'],
  ])('does not go to %s for %s, where its binding does not let it', async (from, to) => {
    await expect(bandwidthLogin(at(from), at(to), { bindings: READING.credentials, secrets })).rejects.toMatchObject({
      code: 'CredentialHostRefused',
    });
  });

  it('does not go where the way is less sure than its binding asks for', async () => {
    const bindings = READING.credentials.map((binding) => ({ ...binding, tls: 'verify' as const }));
    await expect(
      bandwidthLogin(at('http://127.0.0.1'), at('https://127.0.0.2'), { bindings, secrets }),
    ).rejects.toMatchObject({ code: 'CredentialTlsRefused' });
  });

  it('is that of the user that only reads', async () => {
    const login = await bandwidthLogin(at('http://127.0.0.1'), at('http://[::1]'), {
      bindings: [{ ...READING.credentials[0]!, hosts: ['127.0.0.0/8', '::1'] }],
      secrets,
    });
    expect({ ...login, password: login.password.reveal() }).toEqual({
      host: '::1',
      user: 'gitops-read',
      password: READER_PASSWORD,
    });
  });
});

describe('a diagnostic of a device that is not seen', () => {
  it('does not exist, and one of two devices needs both', async () => {
    const { id } = await measure({ device: 'r1', target: 'r2', seconds: 1 });
    const ask = async (principal: Principal, name: 'diagnostic' | 'cancelDiagnostic', diagnostic: string) =>
      await operations.ask(principal, name, { diagnostic }).catch((error: unknown) => String(error));
    for (const name of ['diagnostic', 'cancelDiagnostic'] as const)
      for (const devices of [['r1'], ['r2'], ['r3']]) {
        const none = await ask(of(devices, ...ADMIN), name, 'dg-none');
        expect(JSON.stringify(await ask(of(devices, ...ADMIN), name, id)).replace(id, 'dg-none')).toBe(
          JSON.stringify(none),
        );
      }
    await expect(
      operations.follow(of(['r1'], ...ADMIN), 'diagnosticEvents', { diagnostic: id }, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'NotFound' });
    expect(await ask(of(['r1', 'r2'], ...ADMIN), 'diagnostic', id)).toMatchObject({ id });
    await diagnosticWhen(operations, id);
  });
});
