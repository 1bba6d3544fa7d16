import { createSecretKey } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { confirmedBy, type Confirmed } from '#test/rollback-pass.ts';
import { configYaml, labFleet, outcomeOf, PASSWORD, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';

const SECURITY = '/interface/wifi/security';
const OLD = 'Passphrase-alt';
const NEW = 'Passphrase-neu';

let rig: Rig;
let device: Confirmed;
afterEach(async () => {
  await device.close();
  await rig.close();
});

const environment: Record<string, string> = {};

function spec(name: string, wps: string): string {
  return `identity: {name: ${name}}\nwifi: {security: [{name: office, wps: ${wps}, passphrase: {secretRef: office-wifi}}]}`;
}

/** The device has confirmed a change of its name and of its profile, which has another passphrase then where `wifi` is one. */
async function changed(wifi: string): Promise<void> {
  Object.assign(environment, { RIG_PASSWORD: PASSWORD, WIFI: OLD });
  rig = await startRig(
    (router) => ({ ...labFleet(router, spec('one', 'push-button')), 'policies.yaml': POLICIES }),
    [seed('r1', { tls: true, menus: { [SECURITY]: [{ name: 'office', wps: 'push-button', passphrase: OLD }] } })],
    () => ({
      environment,
      key: createSecretKey(Buffer.alloc(32, 7)),
      secrets: [{ name: 'office-wifi', from: { env: 'WIFI' }, hosts: ['127.0.0.0/8'], tls: 'verify' }],
    }),
  );
  await outcomeOf(rig, 'r1', 'InSync');
  environment['WIFI'] = wifi;
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', spec('two', 'disable')) });
  await until(held, (text) => text === `two disable ${wifi}`);
  await outcomeOf(rig, 'r1', 'InSync');
  device = await confirmedBy(rig.controller, rig.config);
}

function held(): string {
  const rows = rig.router.rows(SECURITY);
  const [{ wps = '', passphrase = '' } = {}] = rows;
  const name = rig.router.rows('/system/identity')[0]?.['name'] ?? '';
  return rows.length === 1 ? `${name} ${wps} ${passphrase}` : JSON.stringify(rows);
}

describe('a confirmed change of a row with a secret', () => {
  it('is taken back where the secret stayed as it was', async () => {
    await changed(OLD);
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(held()).toBe(`one push-button ${OLD}`);
    expect(rig.router.rows('/system/script')).toEqual([]);
  });

  it('is not where the secret was rotated, whole as it is, and what to do is said; with the old value bound it is', async () => {
    await changed(NEW);
    const outcome = await device.pass();
    expect(outcome).toMatchObject({ kind: 'Stalled', reasons: [{ code: 'NotRestorable' }] });
    const message = JSON.stringify(outcome);
    expect(message).toContain('name=office: its old passphrase is bound no more');
    expect(message).toContain('taken back whole or not at all. Bind the old value under its name again');
    for (const secret of [OLD, NEW]) expect(message).not.toContain(secret);
    expect(held()).toBe(`two disable ${NEW}`);

    environment['WIFI'] = OLD;
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(held()).toBe(`one push-button ${OLD}`);
  });

  it('is not where no secret can be read, and why is said', async () => {
    await changed(OLD);
    Object.assign(device.config, { key: null });
    const outcome = await device.pass();
    expect(outcome).toMatchObject({ kind: 'Stalled' });
    expect(JSON.stringify(outcome)).toContain('ROUTEROS_GITOPS_KEY');
    expect(held()).toBe(`two disable ${OLD}`);
  });
});
