import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '#simulator';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { PASSWORD, seed, until, writeFiles } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { controlSocketIn } from '../../cli/control/round-trip.ts';
import { rosctl, type Running, startRosctl } from './run.ts';

const KEY = 'ab'.repeat(32);
const folder = mkdtempSync(join(tmpdir(), 'rosctl-controller-'));
const running: Running[] = [];
let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet([seed('r1')]);
  await writeFiles(folder, {
    'fleet/device.yaml': deviceYaml('r1', `address: ${fleet.router('r1').url}`),
    'fleet/config.yaml': configYaml('c', 1, 'dns: {servers: [192.0.2.53]}'),
    'fleet/policy.yaml': policyYaml('ApprovalPolicy', 'asks', 'selector: {}\napprovers: {roles: [approver]}'),
    'fleet/roster.yaml': policyYaml('Roster', 'people', 'people: [{name: alice, roles: [approver]}]'),
    'state/credentials.yaml':
      'credentials: [{name: fleet, username: gitops, from: {store: true}, hosts: [127.0.0.0/8], tls: plaintext}]',
  });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.stop()));
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

/** `rosctl controller`, once it answers. */
async function started(setting: { readonly tty?: boolean } = {}): Promise<Running> {
  const command = startRosctl(['controller', '--source', 'fleet', '--listen', 'off'], {
    cwd: folder,
    env: { ROUTEROS_GITOPS_KEY: KEY },
    ...setting,
  });
  running.push(command);
  await until(
    () => existsSync(controlSocketIn(join(folder, 'state'))) && command.stdout().includes('controller started'),
    (up) => up,
  );
  return command;
}

async function credentials(args: readonly string[], input = '', key = KEY) {
  return await rosctl(['credentials', ...args], {
    cwd: folder,
    env: key === '' ? {} : { ROUTEROS_GITOPS_KEY: key },
    input,
  });
}

test('a password set without a controller, and one set through it, both open the router', async () => {
  expect(await credentials(['set', 'fleet'], 'wrong\n')).toMatchObject({ code: EXIT.ok });
  const controller = await started();
  await until(
    () => rosctl(['status', '-o', 'json'], { cwd: folder }),
    ({ stdout }) => stdout.includes('"Unauthorized"'),
  );

  expect(await credentials(['set', 'fleet'], `${PASSWORD}\n`, '')).toMatchObject({ code: EXIT.ok });
  await rosctl(['reconcile'], { cwd: folder });
  expect((await rosctl(['plan'], { cwd: folder })).stdout).toContain('/ip/dns servers: "" → 192.0.2.53');

  expect(await controller.stop()).toBe(EXIT.ok);
  expect(existsSync(controlSocketIn(join(folder, 'state')))).toBe(false);
  const audit = (await startedAudit()).stdout;
  expect(audit.match(/operator:\S+ +credentials\.set/g)).toHaveLength(2);
  expect(controller.stdout() + controller.stderr() + audit).not.toContain(PASSWORD);
  expect(readFileSync(join(folder, 'state/store.db')).includes(PASSWORD)).toBe(false);
});

async function startedAudit() {
  await started();
  return await rosctl(['audit'], { cwd: folder });
}

test('list names passwords and never shows them, remove takes one away', async () => {
  expect(await credentials(['set', 'spare'], 'of-no-use')).toMatchObject({ code: EXIT.ok, stderr: '' });
  const { stdout } = await credentials(['list']);
  expect(stdout).toMatch(/^spare +20\d\d-/m);
  expect(stdout).not.toContain('of-no-use');
  expect((await credentials(['remove', 'spare'])).code).toBe(EXIT.ok);
  expect(await credentials(['remove', 'spare'])).toMatchObject({
    code: EXIT.failure,
    stderr: expect.stringContaining('the store has no password spare') as string,
  });
});

test.each([
  [['set'], '', 'NAME is missing'],
  [['set', 'fleet'], '', 'the password is empty'],
  [['set', '../fleet'], 'x', 'lower-case letters, digits and hyphens'],
  [['set', 'bad name!'], 'x', 'use the name that spec.credentialsRef has'],
  [['remove', 'bad name!'], '', 'use the name that spec.credentialsRef has'],
])('credentials %j with %j is refused', async (args, input, words) => {
  const { code, stderr } = await credentials(args, input);
  expect(code).not.toBe(EXIT.ok);
  expect(stderr).toContain(words);
});

test('without a key no password is kept', async () => {
  const { code, stderr } = await credentials(['set', 'fleet'], 'hunter2', '');
  expect(code).toBe(EXIT.failure);
  expect(stderr).toContain('ROUTEROS_GITOPS_KEY');
  expect(stderr).toContain('openssl rand -hex 32');
});

test('a second controller on the same folder is refused', async () => {
  await started();
  const { code, stderr } = await rosctl(['controller', '--source', 'fleet', '--listen', 'off'], { cwd: folder });
  expect(code).toBe(EXIT.failure);
  expect(stderr).toContain('[StoreLocked]');
  expect((await rosctl(['status'], { cwd: folder })).code).toBe(EXIT.ok);
});

test('a pipe gets JSON lines, a terminal gets lines to read', async () => {
  const piped = await started();
  await piped.stop();
  const records = piped
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
  expect(records.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['controller started', 'shutting down', 'stopped']),
  );
  const terminal = await started({ tty: true });
  await terminal.stop();
  expect(terminal.stdout()).toMatch(/\d\d:\d\d:\d\d.*info.*controller started.*source=/);
});

test('a source that is refused from the start is told as such', async () => {
  await writeFiles(folder, { 'broken/device.yaml': 'kind: Nonsense\n' });
  const credentialsFile = ['--credentials', 'state/credentials.yaml'];
  const command = startRosctl(
    ['controller', '--source', 'broken', '--state', 'other', '--listen', 'off', ...credentialsFile],
    { cwd: folder },
  );
  running.push(command);
  await until(
    () => command.stdout(),
    (log) => log.includes('controller started'),
  );
  expect(await command.stop()).toBe(EXIT.ok);
  expect(command.stdout()).toContain('source refused, no revision is in force');
  expect(command.stdout()).not.toContain('last good revision counts');
});

test.each([
  [['--listen', 'nowhere'], '--listen takes HOST:PORT or off', EXIT.failure],
  [['--credentials', 'missing.yaml'], 'missing.yaml', EXIT.noInput],
])('a controller with %j does not start and says why', async (args, words, exit) => {
  const { code, stderr } = await rosctl(['controller', '--source', 'fleet', ...args], { cwd: folder });
  expect(code).toBe(exit);
  expect(stderr).toContain(words);
});

test('the way to a router without the controller does not open the store that a controller holds', async () => {
  await started();
  const { stdout } = await rosctl(['doctor', 'r1', '--fleet', 'fleet'], {
    cwd: folder,
    env: { ROUTEROS_GITOPS_KEY: KEY },
  });
  expect(stdout).toContain('the password lies in the store, which the running controller holds');
  expect(stdout.match(/next: /g)).toHaveLength(1);
  expect(stdout).toContain('next: stop the controller for this');
  await running.pop()?.stop();
  const alone = await rosctl(['doctor', 'r1', '--fleet', 'fleet'], { cwd: folder, env: { ROUTEROS_GITOPS_KEY: KEY } });
  expect(alone.stdout).toContain('ok       login');
});

test('a store that is removed ends it at once, with what to do', async () => {
  const controller = await started();
  rmSync(join(folder, 'state/store.db'));
  rmSync(join(folder, 'state/store.db-wal'));
  expect(await controller.code).toBe(EXIT.unavailable);
  expect(controller.stdout()).toContain('the store is gone');
  expect(controller.stderr()).toMatch(/the store is gone: nothing is written any more\n/);
  expect(controller.stderr()).toMatch(/store\.db is not there any more\..*\[StoreGone\]\n {2}Armed routers undo/);
});

test('a folder inside a repository is followed as it lies, with a warning; folder: means it', async () => {
  await writeFiles(folder, { 'repository/.git/HEAD': 'ref: refs/heads/main\n', 'repository/devices/a.yaml': 'a: 1\n' });
  for (const source of ['repository/devices', 'folder:repository/devices']) {
    const command = startRosctl(
      [
        'controller',
        '--source',
        source,
        '--state',
        'third',
        '--credentials',
        'state/credentials.yaml',
        '--listen',
        'off',
      ],
      { cwd: folder },
    );
    running.push(command);
    await until(
      () => command.stdout(),
      (log) => log.includes('controller started'),
    );
    expect(await command.stop()).toBe(EXIT.ok);
    expect(command.stderr().includes('--path devices')).toBe(!source.startsWith('folder:'));
  }
});
