import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '#simulator';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { PASSWORD, seed, writeFiles } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl, type Ran } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rosctl-plan-'));
const CREDENTIALS =
  'credentials: [{name: fleet, username: gitops, from: {env: PW}, hosts: [127.0.0.0/8], tls: plaintext}]';
let fleet: Fleet;

async function plan(...args: readonly string[]): Promise<Ran> {
  const given = ['--credentials', join(folder, 'credentials.yaml'), '--device', 'r1'];
  return await rosctl(['plan', ...given, ...args], { cwd: folder, env: { PW: PASSWORD } });
}

function declared(sections: string): Record<string, string> {
  return {
    'device.yaml': deviceYaml('r1', `address: ${fleet.router('r1').url}`),
    'config.yaml': configYaml('c', 1, sections),
  };
}

beforeAll(async () => {
  fleet = await startFleet([
    seed('r1', {
      menus: {
        '/ip/firewall/address-list': [{ list: 'old', address: '192.0.2.7' }],
        '/ip/pool': [{ name: 'old', ranges: '192.0.2.10-192.0.2.20' }],
      },
    }),
  ]);
  await writeFiles(folder, { 'credentials.yaml': CREDENTIALS });
  await writeFiles(join(folder, 'now'), declared('dns: {servers: [192.0.2.53]}\naddressLists: []'));
  await writeFiles(join(folder, 'before'), declared('addressLists: [{list: old, address: 192.0.2.7}]'));
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

describe('from a router to a plan without a controller', () => {
  test('--save reads and writes nothing on the router', async () => {
    const { code, stdout } = await plan('--fleet', 'now', '--save', 'saved');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('/ip/dns');
    const saved = JSON.parse(readFileSync(join(folder, 'saved/r1.json'), 'utf8')) as Record<string, unknown>;
    expect(saved['/ip/dns']).toMatchObject({ servers: '' });
    expect(saved['/ip/firewall/address-list']).toEqual([
      expect.objectContaining({ list: 'old', address: '192.0.2.7' }),
    ]);
    expect(fleet.router('r1').requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('no secret is compared, and who does so is told', async () => {
    const row = '{name: office, wps: disable, passphrase: {secretRef: office-wifi}}';
    await writeFiles(join(folder, 'wifi'), declared(`wifi: {security: [${row}]}`));
    const held = { '/interface/wifi/security': [{ '.id': '*1', name: 'office', wps: 'push-button' }] };
    await writeFiles(join(folder, 'saved-wifi'), { 'r1.json': JSON.stringify(held) });
    const { code, stdout } = await plan('--fleet', 'wifi', '--from', 'saved-wifi');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('saved state holds no secrets, so none is compared; the controller plans this row');
  });

  test('without a base nothing is removed, and rosctl says so', async () => {
    const { code, stdout, stderr } = await plan('--fleet', 'now', '--from', 'saved', '--commands');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('0 to add, 1 to change, 0 to remove.');
    expect(stdout).toContain('RouterOS commands:\n  /ip dns set servers="192.0.2.53"');
    expect(stderr).toContain('without --base nothing is removed');
  });

  test('what the base declared and the fleet does not is removed', async () => {
    const { code, stdout, stderr } = await plan('--fleet', 'now', '--from', 'saved', '--base', 'before');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('- /ip/firewall/address-list list=old address=192.0.2.7');
    expect(stderr).toBe('');
  });

  test('who names what goes is for the router to say, and rosctl says so', async () => {
    await writeFiles(join(folder, 'pools'), declared('pools: [{name: old, ranges: [192.0.2.10-192.0.2.20]}]'));
    await writeFiles(join(folder, 'none'), declared('pools: []'));
    const { stdout, stderr } = await plan('--fleet', 'none', '--from', 'saved', '--base', 'pools');
    expect(stdout).toContain('- /ip/pool name=old');
    expect(stderr).toMatch(/^note: whether a row of .* or \d+ other menus names what goes is not known here/);
  });

  test('what the version of the router lacks is held back, field, version and all, before anybody asks the router', async () => {
    const sections =
      'dns: {vrf: main, mdnsRepeatIfaces: [bridge]}\ndnsForwarders: [{name: office, dnsServers: [192.0.2.53]}]';
    await writeFiles(join(folder, 'newer'), declared(sections));
    const { code, stdout } = await plan('--fleet', 'newer', '--from', 'saved', '--routeros', '7.12.2');
    expect(code).toBe(EXIT.changes);
    expect(stdout).toContain('/ip/dns (only mdns-repeat-ifaces): RouterOS 7.12.2 does not have mdns-repeat-ifaces');
    expect(stdout).toContain(
      '/ip/dns/forwarders name=office: RouterOS 7.12.2 does not have disabled, name, dns-servers',
    );
    const other = await plan('--fleet', 'newer', '--from', 'saved', '--routeros', 'seven');
    expect(other).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('"seven" is no version of RouterOS'),
    });
  });

  test('nothing to change ends with 0', async () => {
    expect((await plan('--fleet', 'before', '--from', 'saved')).code).toBe(EXIT.ok);
  });

  test('machines get the plan, its violations and whether there was a base', async () => {
    const { stdout } = await plan('--fleet', 'now', '--from', 'saved', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      device: 'r1',
      base: false,
      violations: [],
      plan: { changes: [{ kind: 'set', menu: '/ip/dns' }] },
    });
  });

  test('a plan that the controller would refuse is said to be', async () => {
    const budget = 'selector: {}\nbudgets: {maxChanges: 1}';
    await writeFiles(join(folder, 'much'), {
      ...declared('dns: {servers: [192.0.2.53]}\naddressLists: [{list: a, address: 192.0.2.8}]'),
      'policy.yaml': `apiVersion: routeros-gitops.dev/v1alpha1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  ${budget.replace('\n', '\n  ')}\n`,
    });
    const { stdout } = await plan('--fleet', 'much', '--from', 'saved');
    expect(stdout).toContain(
      'The controller would refuse it:\n  OverChangeBudget: The plan makes 2 changes and 1 are allowed.',
    );
  });
});

describe('saved state is never trusted blindly', () => {
  test.each([
    ['no JSON', '{', 'JSON'],
    ['no object', '[]', 'it must hold an object of menu paths'],
    [
      'a menu that was not read',
      '{"/ip/dns": {"servers": ""}}',
      '/ip/firewall/address-list missing: a menu that was not read is never taken for empty',
    ],
    ['a settings menu as a list', '{"/ip/dns": []}', '/ip/dns must be an object'],
    ['a list as an object', '{"/ip/firewall/address-list": {}}', '/ip/firewall/address-list must be a list of rows'],
    ['a value that is no text', '{"/ip/dns": {"cache-size": 2048}}', '/ip/dns.cache-size must be a text'],
    [
      'a row that is no object',
      '{"/ip/firewall/address-list": ["x"]}',
      '/ip/firewall/address-list[0] must be an object',
    ],
  ])('%s is refused', async (_what, text, words) => {
    await writeFiles(join(folder, 'bad'), { 'r1.json': text });
    const { code, stderr } = await plan('--fleet', 'now', '--from', 'bad');
    expect(code).toBe(EXIT.faultyInput);
    expect(stderr).toContain(words);
    expect(stderr).toContain('save it anew: rosctl plan r1 --save');
  });

  test('state that was never saved', async () => {
    expect(await plan('--fleet', 'now', '--from', 'nowhere')).toMatchObject({ code: EXIT.noInput });
  });

  test('a failed read saves nothing', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), CREDENTIALS);
    const args = ['plan', '--device', 'r1', '--fleet', 'now', '--save', 'failed', '--credentials', 'wrong.yaml'];
    const { code, stderr } = await rosctl(args, { cwd: folder, env: { PW: 'wrong' } });
    expect(code).toBe(EXIT.failure);
    expect(stderr).toContain('[Unauthorized]');
    expect(stderr).not.toContain('wrong"');
    expect((await plan('--fleet', 'now', '--from', 'failed')).code).toBe(EXIT.noInput);
  });

  test.each([
    [['--from', 'a', '--save', 'b'], '--from and --save exclude each other'],
    [['--base', 'before'], '--base is for plans from saved state'],
  ])('%j is a question back', async (args, words) => {
    const { code, stderr } = await plan(...args);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(words);
  });

  test('saved state is planned device by device', async () => {
    expect((await rosctl(['plan', '--from', 'saved'], { cwd: folder })).stderr).toContain('DEVICE is missing');
  });
});

test('a folder that nobody named and that is no fleet is answered with how to name one', async () => {
  await symlink(join(folder, 'now'), join(folder, 'linked'));
  const unnamed = await plan('--from', 'saved');
  expect(unnamed.code).not.toBe(EXIT.ok);
  expect(unnamed.stderr).toContain('name the fleet: --fleet FOLDER');
});
