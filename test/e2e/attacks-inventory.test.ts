import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, seed, until } from '#test/rig.ts';

let rig: GitRig;
let port = '';

const BINDING = {
  name: 'lab',
  username: 'gitops',
  from: { env: 'RIG_PASSWORD' },
  hosts: ['127.0.0.0/8', 'localhost'],
  tls: 'plaintext',
} as const;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '  serial: SERIAL-p1\n', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
    () => ({ credentials: [BINDING] }),
  );
  port = new URL(rig.fleet.router('p1').url).port;
});
afterAll(() => rig.close());

/** A lab device, which approves by itself, at an address. */
function thief(address: string, more = ''): Record<string, string> {
  const router = { url: address };
  const device = deviceYaml(router as Parameters<typeof deviceYaml>[0], 'thief', more, 'lab', 60);
  return {
    'devices/thief.yaml': device.replace('  environment', '  tls: {mode: insecure}\n  environment'),
    'configs/thief.yaml': configYaml('thief', 'dns: {servers: [203.0.113.66]}'),
  };
}

describe('a lab device added at a prod device’s router', () => {
  test.each([
    '127.0.0.1:PORT',
    '127.0.0.1:PORT/',
    '127.1:PORT',
    '2130706433:PORT',
    '0x7f.0.0.1:PORT',
    '127.0.0.1.:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '[0:0:0:0:0:FFFF:7F00:0001]:PORT',
  ])('at https://%s is refused by its address', async (where) => {
    const refusal = await rig.refusal(() => rig.change(thief(`https://${where.replace('PORT', port)}`)));
    expect(refusal).toMatchObject({
      code: 'SourceFaulty',
      status: expect.stringContaining('belongs to the device "p1" already'),
    });
  });

  test('with its serial is refused by that', async () => {
    const refusal = await rig.refusal(() => rig.change(thief('https://127.0.0.9:1', '  serial: SERIAL-p1\n')));
    expect(refusal).toMatchObject({
      code: 'SourceFaulty',
      status: expect.stringContaining('belongs to the device "p1" already'),
    });
  });

  test('under another name of its host stalls both once it answers with the same serial', async () => {
    const writes = rig.writes();
    await rig.change(thief(`https://localhost:${port}`));
    await rig.visited();
    const waiting = rig.controller.api.fleet.sourceStatus()?.control?.plan.id ?? '';
    expect(rig.controller.api.fleet.devices()).toEqual(['p1']);
    await rig.approve('alice', waiting);
    for (const device of ['p1', 'thief']) {
      const visit = await until(
        () => rig.controller.api.visitOf(device),
        (report) => report?.outcome.kind === 'Deferred',
      );
      expect(visit?.outcome).toMatchObject({
        failure: { code: 'SerialTaken', message: expect.stringContaining('SERIAL-p1') },
      });
    }
    expect(await rig.status()).toContain('SerialTaken');
    await rig.approve('bob', await planOf('p1'));
    await rig.visited();
    expect(rig.writes()).toEqual(writes);
  });
});

async function planOf(device: string): Promise<string> {
  return (await rig.controller.api.store.plans.current(device))?.id ?? '';
}
