import { createSecretKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { menuOf } from '#routeros';
import { statusOf } from '../../controller/observed/outcome.ts';
import {
  configYaml,
  deviceYaml,
  labFleet,
  outcomeOf,
  PASSWORD,
  POLICIES,
  seed,
  startRig,
  waitsFor,
  type Rig,
} from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

const SECURITY = '/interface/wifi/security';
const OLD = 'Alte-Passphrase-1';
const NEW = 'Neue "Passphrase" $2';

Object.assign(menuOf(SECURITY), { pathEffects: ['none'] });

const SPEC = `
wifi:
  security:
    - {name: office, authenticationTypes: [wpa2-psk], passphrase: {secretRef: office-wifi}}`;

let rig: Rig;
afterEach(async () => await rig?.close());

const environment: Record<string, string> = {};

async function start(held: string, spec = SPEC, hosts = ['127.0.0.0/8'], group = 'full', key = true): Promise<void> {
  Object.assign(environment, { RIG_PASSWORD: PASSWORD, WIFI: OLD });
  const row = { name: 'office', 'authentication-types': 'wpa2-psk', ...(held === '' ? {} : { passphrase: held }) };
  rig = await startRig(
    (router) => ({
      ...labFleet(router, spec),
      'policies.yaml': POLICIES.replace('selector: {}', 'selector: {}\n  failureBudget: 9'),
    }),
    [
      seed('r1', {
        tls: true,
        groups: [{ name: 'blind', policy: 'read,write,api,rest-api,test,!sensitive' }],
        users: [{ name: 'gitops', password: PASSWORD, group }],
        menus: { [SECURITY]: [row] },
      }),
    ],
    () => ({
      environment,
      key: key ? createSecretKey(Buffer.alloc(32, 7)) : null,
      secrets: [{ name: 'office-wifi', from: { env: 'WIFI' }, hosts, tls: 'verify' }],
    }),
  );
}

function passphrases(): readonly string[] {
  return rig.router.rows(SECURITY).map((row) => `${row['name']}=${row['passphrase'] ?? ''}`);
}

describe('a Wi-Fi passphrase', () => {
  it('is rotated: ill once, the old one comes back; then it stays, and no copy is left', async () => {
    await start(OLD);
    await outcomeOf(rig, 'r1', 'InSync');
    environment['WIFI'] = NEW;
    const ill = { menu: SECURITY, where: { passphrase: NEW } };
    rig.router.faults.add({ kind: 'health', when: ill, effects: { cpuLoad: 100 } });
    await rig.controller.api.reconcile([]);
    await waitsFor(rig, 'r1', 'RolledBack');
    expect(passphrases()).toEqual([`office=${OLD}`]);
    rig.router.faults.clear();
    expect(await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder])).toMatchObject({ code: 0 });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(passphrases()).toEqual([`office=${NEW}`]);
    const attempts = await rig.controller.api.store.attempts.list('r1', 20);
    expect(attempts.map(({ end }) => end)).toEqual(['confirmed', 'undone']);
  });
});
