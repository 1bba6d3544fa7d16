import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { accessBy } from '#test/access-rig.ts';
import { doorsOf } from '#test/api-rig.ts';
import { API, type IdentityProvider, startIdentityProvider } from '#test/identity-provider.ts';
import { deviceYaml, POLICIES, type Rig, seed, startRig, temporaryFolder } from '#test/rig.ts';
import { browse } from '#test/scripted-browser.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { rosctl, startRosctl, type Running } from '../cli/run.ts';

let provider: IdentityProvider;
let rig: Rig;
let doors: Doors;
let folder: string;
let url: string;
beforeAll(async () => {
  [provider, folder] = await Promise.all([startIdentityProvider(), temporaryFolder()]);
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(['r1', 'r2'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name)),
  );
  const { access } = await accessBy(
    folder,
    `issuers:
  - {url: '${provider.url}', api: '${API}', client: rosctl}
bindings:
  - {who: {subjects: [anna]}, role: ops_rw, devices: {names: [r1]}, person: anna}
`,
  );
  const { controller } = rig;
  await mkdir(path.join(rig.config.stateFolder, 'doors'));
  doors = await doorsOf({ ...rig, controller: { ...controller, api: { ...controller.api, access } } }, access);
  url = doors.httpAt ?? '';
});
afterEach(async () => await rm(path.join(folder, 'routeros-gitops'), { recursive: true, force: true }));
afterAll(async () => {
  await doors.close();
  await rig.close();
  await provider.stop();
  await rm(folder, { recursive: true });
});

const setting = (): { readonly env: Record<string, string> } => ({ env: { XDG_CONFIG_HOME: folder } });
const logins = (): string => path.join(folder, 'routeros-gitops/logins.json');

function login(...more: readonly string[]): Running {
  return startRosctl(['login', '--controller', url, ...more], setting());
}

/** The address that rosctl tells a person to open. */
async function told(running: Running): Promise<string> {
  let address: string | undefined;
  await expect
    .poll(() => (address = /^ {2}(https?:\S+)$/m.exec(running.stderr())?.[1]), { timeout: 20_000 })
    .toBeDefined();
  return address ?? '';
}

async function stored(): Promise<Record<string, string | number>> {
  return Object.values(JSON.parse(await readFile(logins(), 'utf8')) as object)[0] as Record<string, string | number>;
}

it('a colleague logs in by the browser, sees their part of the fleet, and logs out', async () => {
  const running = login();
  expect(await browse(await told(running), 'anna')).toContain('You can close this window');
  expect(await running.code).toBe(0);
  expect(running.stdout()).toContain(`logged in at ${url}, renewed by itself`);
  expect((await stat(logins())).mode & 0o777).toBe(0o600);
  expect(running.stdout() + running.stderr()).not.toContain(String((await stored())['accessToken']));

  const me = await rosctl(['access', 'me', '--controller', url], setting());
  expect(me.stderr).toBe('');
  expect(me.stdout).toMatch(/Who +user:anna@127\.0\.0\.1.*\nIn the Roster +anna\nUntil/);
  expect(me.stdout).toContain('fleet.read device.read device.diagnose change.propose fleet.steer  r1');
  const devices = await rosctl(['devices', '--controller', url], setting());
  expect(devices.stdout).toContain('r1');
  expect(devices.stdout).not.toContain('r2');

  expect((await rosctl(['reconcile', 'r1', '--wait', '0', '--controller', url], setting())).code).toBe(0);
  const refused = await rosctl(['freeze', '--reason', 'x', '--controller', url], setting());
  expect(refused.stderr).toContain('it needs freeze');
  const records = await rig.controller.api.store.audit.list({ limit: 10 });
  for (const action of ['operation.asked', 'operation.refused'])
    expect(records.find((each) => each.action === action)).toMatchObject({
      actor: expect.stringMatching(/^user:anna@127/),
      detail: { person: 'anna' },
    });

  expect((await rosctl(['logout', '--controller', `${url}/`], setting())).stdout).toContain('logged out');
  expect((await rosctl(['logout', '--controller', url], setting())).stdout).toContain('nobody was logged in');
  expect((await rosctl(['devices', '--controller', url], setting())).stderr).toContain('nobody is logged in');
});

it('by a code on another device, and the token is renewed when it is about to end', async () => {
  const running = login('--device');
  expect(await browse(await told(running), 'anna')).toContain('successful');
  expect(await running.code).toBe(0);
  const first = await stored();
  await writeFile(logins(), JSON.stringify({ [url]: { ...first, expiresAt: Date.now() + 10_000 } }), { mode: 0o600 });
  const asked = await Promise.all([1, 2, 3].map(async () => await rosctl(['devices', '--controller', url], setting())));
  expect(asked.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
  const second = await stored();
  expect(second['accessToken']).not.toBe(first['accessToken']);
  expect(second['refreshToken']).not.toBe(first['refreshToken']);

  await writeFile(logins(), JSON.stringify({ [url]: { ...second, refreshToken: 'gone', expiresAt: 0 } }), {
    mode: 0o600,
  });
  const refused = await rosctl(['devices', '--controller', url], setting());
  expect(refused.code).toBe(69);
  expect(refused.stderr).toContain('invalid_grant');
  expect(refused.stderr).toContain(`log in again: rosctl login --controller ${url}`);
});

it('Ctrl-C ends it, and nothing else than the provider brings a code', async () => {
  const running = login();
  const back = new URL(new URL(await told(running)).searchParams.get('redirect_uri') ?? '');
  for (const wrong of ['/callback?code=x&state=y', '/callback', '/'])
    expect((await fetch(new URL(wrong, back))).status).toBe(404);
  await running.stop();
  expect(running.stderr()).toContain('stopped');
  await expect(stat(logins())).rejects.toMatchObject({ code: 'ENOENT' });
});

it.each([
  [['--controller', 'http://gitops.example.net'], 'takes an https:// URL'],
  [[], '--controller is missing'],
  [['--controller', 'https://127.0.0.1:1'], 'can not be asked'],
])('login %j is refused', async (options, why) => {
  const { code, stderr } = await rosctl(['login', ...options], setting());
  expect(code).not.toBe(0);
  expect(stderr).toContain(why);
});

it('an issuer must be one that the controller names', async () => {
  const { stderr } = await rosctl(['login', '--controller', url, '--issuer', 'https://other.example'], setting());
  expect(stderr).toContain(`--issuer must be one of ${provider.url}`);
});

it('logins that others can read are not used', async () => {
  await mkdir(path.dirname(logins()), { recursive: true });
  await writeFile(logins(), '{}', { mode: 0o644 });
  const { stderr } = await rosctl(['devices', '--controller', url], setting());
  expect(stderr).toContain('is open to others (mode 0644)');
});
