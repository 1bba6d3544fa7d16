import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, type Fleet, type RouterSeed, startFleet } from '#simulator';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { freePorts } from '#test/free-port.ts';
import { PASSWORD, READER, seed, writeFiles } from '#test/rig.ts';
import { accountCommands, readerCommands } from '../../cli/doctor/rights.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl, type Ran } from './run.ts';

const RIGHT = {
  groups: [{ name: 'gitops', policy: 'read,write,api,rest-api,test' }],
  users: [{ name: 'gitops', password: PASSWORD, group: 'gitops' }],
};
const folder = mkdtempSync(join(tmpdir(), 'rosctl-doctor-'));
let fleet: Fleet;

const POLICIES = ['read', 'write', 'api', 'rest-api', 'test'] as const;

/** What the user that is to read alone may do, and what is found. */
const READERS = {
  'reader-well': 'read,test,api,rest-api',
  'reader-writes': 'read,write,test,api,rest-api',
  'reader-no-ping': 'read,api,rest-api',
  'reader-sniffs': 'read,test,api,rest-api,sniff',
} as const;

const SEEDS: readonly RouterSeed[] = [
  ...POLICIES.map((lacking) =>
    seed(`lacks-${lacking}`, {
      ...RIGHT,
      groups: [{ name: 'gitops', policy: POLICIES.filter((policy) => policy !== lacking).join(',') }],
    }),
  ),
  seed('well', { ...RIGHT, tls: true }),
  seed('untrusted', { ...RIGHT, tls: true }),
  seed('pinned', { ...RIGHT, tls: true }),
  seed('unchecked', { ...RIGHT, tls: true }),
  seed('poor', { ...RIGHT, groups: [{ name: 'gitops', policy: 'read,api,rest-api' }] }),
  seed('rich', {}),
  seed('swapped', RIGHT),
  seed('locked', { ...RIGHT, menus: { '/system/device-mode': [{ mode: 'home', scheduler: 'no' }] } }),
  seed('busy', RIGHT),
  seed('newest', { ...RIGHT, version: '7.24' }),
  seed('names-a-secret', {
    ...RIGHT,
    tls: true,
    groups: [{ name: 'gitops', policy: 'read,write,api,rest-api,test,sensitive' }],
  }),
  seed('cannot-read-it', { ...RIGHT, tls: true }),
  ...Object.entries(READERS).map(([name, policy]) =>
    seed(name, {
      groups: [...RIGHT.groups, { name: 'gitops-read', policy }],
      users: [...RIGHT.users, { name: 'gitops-read', password: READER.user.password, group: 'gitops-read' }],
    }),
  ),
  seed('stranger', { users: [{ name: 'other', password: 'x', group: 'full' }] }),
];

const SECRETS = `wifi:
  security:
    - {name: office, passphrase: {secretRef: office-wifi}}
    - {name: guests, passphrase: {secretRef: guest-wifi}}`;

interface Report {
  readonly device: string;
  readonly checks: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly message: string;
    readonly next?: string;
  }[];
  readonly commands: string | null;
}

/** In the environment of an operator who has bound one of the secrets, and has the key. */
const BOUND: Readonly<Record<string, string>> = { PW: PASSWORD, READ: READER.user.password };
let env = BOUND;

async function doctor(device: string, ...more: readonly string[]): Promise<Ran> {
  const args = ['doctor', device, '--fleet', 'fleet', '--credentials', 'credentials.yaml', '--ca', 'ca.pem', ...more];
  return await rosctl(args, { cwd: folder, env });
}

async function check(device: string, name: string): Promise<Report['checks'][number] | undefined> {
  const { items } = JSON.parse((await doctor(device, '-o', 'json')).stdout) as { items: readonly Report[] };
  const [report] = items;
  return report?.checks.findLast((each) => each.check === name);
}

beforeAll(async () => {
  fleet = await startFleet(SEEDS);
  const stranger = await createAuthority(Date.now());
  const [dead = 0] = await freePorts(1);
  const tls: Readonly<Record<string, string>> = {
    pinned: `tls: {mode: pinned, fingerprint: "${withColons(fleet.router('pinned').fingerprint)}"}`,
    unchecked: 'tls: {mode: insecure}',
  };
  const devices = SEEDS.map(({ name }) => {
    const serial = name === 'swapped' ? 'ANOTHER' : `SERIAL-${name}`;
    return [
      `${name}.yaml`,
      deviceYaml(name, `address: ${fleet.router(name).url}\nserial: ${serial}\n${tls[name] ?? ''}`).replace(
        'credentialsRef: fleet',
        name in READERS ? 'credentialsRef: both' : 'credentialsRef: fleet',
      ),
    ] as const;
  });
  const offline = deviceYaml('offline', `address: http://127.0.0.1:${String(dead)}`);
  await writeFiles(join(folder, 'fleet'), {
    ...Object.fromEntries(devices),
    'offline.yaml': offline,
    'c.yaml': configYaml('c', 1, 'dns: {}'),
    's.yaml': configYaml('s', 2, SECRETS).replace(
      'selector: {}',
      'selector: {names: [names-a-secret, cannot-read-it]}',
    ),
  });
  writeFileSync(
    join(folder, 'credentials.yaml'),
    `credentials: [{name: fleet, username: gitops, from: {env: PW}, hosts: [127.0.0.0/8], tls: plaintext}, {name: both, username: gitops, from: {env: PW}, hosts: [127.0.0.0/8], tls: plaintext, read: {username: gitops-read, from: {env: READ}}}]
secrets: [{name: office-wifi, from: {env: WIFI}, hosts: [127.0.0.0/8], tls: verify}]`,
  );
  writeFileSync(join(folder, 'ca.pem'), fleet.caPem);
  writeFileSync(join(folder, 'other-ca.pem'), stranger.pem);
  fleet.router('busy').human.takeSafeMode('admin');
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

function withColons(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':');
}

test('a healthy device has nothing but good news, and nothing is written to it', async () => {
  const { code, stdout } = await doctor('well');
  expect(code).toBe(EXIT.ok);
  expect(stdout).not.toMatch(/problem|warning|unknown/);
  for (const name of [
    'reachable',
    'certificate',
    'login',
    'version',
    'serial',
    'rights',
    'undo',
    'safe mode',
    'clock',
  ]) {
    expect(stdout).toContain(`ok  ${name}`);
  }
  expect(fleet.router('well').requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('an untrusted certificate is shown with the fingerprint to pin, before any password is sent', async () => {
  const { code, stdout } = await doctor('untrusted', '--ca', 'other-ca.pem');
  expect(code).toBe(EXIT.failure);
  expect(stdout).toContain(`mode: pinned, fingerprint: ${withColons(fleet.router('untrusted').fingerprint)}`);
  expect(fleet.router('untrusted').requests).toHaveLength(0);
});

test('a pinned certificate is good, an unchecked one is told with its fingerprint', async () => {
  expect(await check('pinned', 'certificate')).toMatchObject({ verdict: 'ok' });
  expect(await check('unchecked', 'certificate')).toMatchObject({
    verdict: 'warning',
    next: `pin it: mode: pinned, fingerprint: ${withColons(fleet.router('unchecked').fingerprint)}`,
  });
});

test('missing policies are named, and the commands that make the right account are printed', async () => {
  const { code, stdout } = await doctor('poor');
  expect(code).toBe(EXIT.failure);
  expect(stdout).toContain('group gitops lacks write, test');
  expect(stdout).toContain('/user group set gitops policy=write,test');
  expect(stdout).toContain('/user group add name=gitops policy=read,write,api,rest-api,test,!local');
  expect(await check('rich', 'rights')).toMatchObject({
    verdict: 'warning',
    message: expect.stringContaining('policy') as string,
  });
});

test.each([
  ['read', 'rights', 'The group of gitops lacks the policy read', '/user group set GROUP policy=read'],
  ['api', 'rights', 'The group of gitops lacks the policy api', '/user group set GROUP policy=api'],
  ['rest-api', 'login', 'the group of gitops lacks the policy rest-api', '/user group set GROUP policy=rest-api'],
  ['write', 'rights', 'group gitops lacks write', '/user group set gitops policy=write'],
  ['test', 'rights', 'group gitops lacks test', '/user group set gitops policy=test'],
])('a group without %s is told so, with the command that adds it', async (policy, name, message, next) => {
  const device = `lacks-${policy}`;
  const { code, stdout } = await doctor(device);
  expect(code).toBe(EXIT.failure);
  expect(stdout).not.toContain('rosctl doctor');
  expect(stdout).toContain('/user group add name=gitops');
  const found = await check(device, name);
  expect(found).toMatchObject({ verdict: 'problem', message: expect.stringContaining(message) as string });
  expect(found?.next).toContain(next);
});

describe('the policy sensitive', () => {
  const withKey = { PW: PASSWORD, WIFI: 'Geheim-und-lang', ROUTEROS_GITOPS_KEY: 'ab'.repeat(32) };
  afterEach(() => {
    env = BOUND;
  });

  test('is needed where rows name secrets: there it is no more than is needed', async () => {
    expect(await check('names-a-secret', 'rights')).toMatchObject({
      verdict: 'ok',
      message: expect.stringContaining('sensitive is for secrets of rows: guest-wifi, office-wifi') as string,
    });
    const { code, stdout } = await doctor('cannot-read-it');
    expect(code).toBe(EXIT.failure);
    expect(stdout).toContain('lacks sensitive; sensitive is for secrets of rows: guest-wifi, office-wifi');
    expect(stdout).toContain('/user group set gitops policy=sensitive');
    expect(stdout).toContain('policy=read,write,api,rest-api,test,sensitive,!local');
    expect(await check('rich', 'rights')).toMatchObject({
      verdict: 'warning',
      message: expect.stringMatching(/more than is needed: .*sensitive/) as string,
    });
  });

  test('comes with what is bound of them, and what is not', async () => {
    env = withKey;
    const { stdout } = await doctor('names-a-secret');
    expect(stdout).toMatch(/ok +secrets +Bound: office-wifi/i);
    expect(stdout).toMatch(/warning +secrets +guest-wifi has no value here/i);
    expect(stdout).toContain('the operator has bound no secret "guest-wifi"');
    expect(stdout).not.toContain(withKey.WIFI);
    env = BOUND;
    const keyless = await check('names-a-secret', 'secrets');
    expect(keyless).toMatchObject({
      verdict: 'warning',
      next: expect.stringContaining('ROUTEROS_GITOPS_KEY') as string,
    });
    expect(await check('well', 'secrets')).toBeUndefined();
  });
});

test('a refused login names everything it can mean', async () => {
  const found = await check('stranger', 'login');
  expect(found?.message).toContain('password is wrong');
  expect(found?.message).toContain('address list');
});

test('a refused login prints the commands too', async () => {
  const { code, stdout } = await doctor('stranger');
  expect(code).toBe(EXIT.failure);
  expect(stdout).toMatch(/problem +login/);
  expect(stdout).toContain('/user add name=gitops group=gitops');
  expect(stdout).not.toContain(PASSWORD);
});

describe('what else stands in the way', () => {
  test.each([
    ['swapped', 'serial', 'problem', 'the fleet says ANOTHER'],
    ['locked', 'undo', 'warning', 'tier job-only, because device-mode forbids schedulers'],
    ['newest', 'undo', 'warning', 'tier job-only, because this RouterOS release loses startup entries'],
    ['busy', 'safe mode', 'warning', 'safe mode is held by'],
    ['offline', 'reachable', 'problem', 'no connection to 127.0.0.1'],
  ])('%s: %s is a %s', async (device, name, verdict, message) => {
    expect(await check(device, name)).toMatchObject({ verdict, message: expect.stringContaining(message) as string });
  });

  test('a clock that is off', async () => {
    fleet.router('rich').state.clockOffset = -7_200_000;
    expect(await check('rich', 'clock')).toMatchObject({
      verdict: 'warning',
      message: expect.stringMatching(/72\d\d s behind ours/) as string,
    });
  });

  test('a serial that the fleet does not name', async () => {
    await writeFiles(join(folder, 'bare'), { 'd.yaml': deviceYaml('well', `address: ${fleet.router('well').url}`) });
    const { stdout } = await doctor('well', '--fleet', 'bare');
    expect(stdout).toContain('set spec.serial: SERIAL-well');
  });

  test('credentials that may not go there are not sent', async () => {
    writeFileSync(
      join(folder, 'narrow.yaml'),
      'credentials: [{name: fleet, username: gitops, from: {env: PW}, hosts: [192.0.2.1], tls: plaintext}]',
    );
    const before = fleet.router('rich').requests.length;
    const { code, stdout } = await doctor('rich', '--credentials', 'narrow.yaml');
    expect(code).toBe(EXIT.failure);
    expect(stdout).toContain('may not be sent to 127.0.0.1');
    expect(fleet.router('rich').requests).toHaveLength(before);
  });
});

test('without names every device of the fleet is examined, in its order', async () => {
  const args = ['doctor', '--fleet', 'fleet', '--credentials', 'credentials.yaml', '--ca', 'ca.pem', '-o', 'json'];
  const { stdout } = await rosctl(args, { cwd: folder, env: { PW: PASSWORD } });
  const { items: reports } = JSON.parse(stdout) as { items: readonly Report[] };
  expect(reports.map(({ device }) => device)).toEqual([...SEEDS.map(({ name }) => name), 'offline'].toSorted());
});

describe('the user that only reads', () => {
  test.each([
    ['well', 'ok', 'none is bound'],
    ['reader-well', 'ok', 'gitops-read, and its group gitops-read can write nothing'],
    ['reader-writes', 'problem', 'gitops-read of reader-writes may do more than read (write)'],
    ['reader-no-ping', 'warning', 'group gitops-read lacks test'],
    ['reader-sniffs', 'warning', 'more than is needed: sniff'],
  ])('of %s is %s', async (device, verdict, message) => {
    const { stdout } = await doctor(device);
    expect(await check(device, 'read user')).toMatchObject({ verdict, message: expect.stringContaining(message) });
    expect(stdout.includes('/user add name=gitops-read')).toBe(verdict !== 'ok');
    expect(stdout).not.toContain('/user add name=gitops ');
  });

  test('with another password is told so', async () => {
    const before = env;
    env = { ...env, READ: 'another one' };
    expect(await check('reader-well', 'read user')).toMatchObject({ verdict: 'problem' });
    env = before;
  });
});

describe('the commands for the right account', () => {
  test('are printed without any file', async () => {
    expect(await rosctl(['doctor', '--commands'], { cwd: '/' })).toEqual({
      code: EXIT.ok,
      stdout: `${accountCommands('gitops')}\n${readerCommands('gitops-read')}\n`,
      stderr: '',
    });
  });

  test('quote a name that the console would read as something else', () => {
    expect(accountCommands('a "b" $c')).toContain(String.raw`name="a \"b\" \$c"`);
  });
});
