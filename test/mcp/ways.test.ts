import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { doorsOf, People, send } from '#test/api-rig.ts';
import {
  labFleet,
  outcomeOf,
  PASSWORD,
  READABLE_LAB,
  readableSeed,
  READER,
  type Rig,
  startRig,
  until,
  writeFiles,
} from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

const ROSCTL = path.resolve(import.meta.dirname, '../../bin/rosctl.mjs');
const ENV = { RIG_PASSWORD: PASSWORD, RIG_READ_PASSWORD: READER.user.password };
const CREDENTIALS = `credentials:
  - name: lab
    username: gitops
    from: {env: RIG_PASSWORD}
    hosts: [127.0.0.0/8]
    tls: plaintext
    read: {username: ${READER.user.name}, from: {env: RIG_READ_PASSWORD}}
`;

let rig: Rig;
let doors: Doors;
const people = new People();
const admin = people.set('admin', { role: 'admin' });

beforeAll(async () => {
  rig = await startRig(
    (router) => labFleet(router, 'dns: {servers: [192.0.2.53]}'),
    [readableSeed('r1')],
    () => ({ credentials: READABLE_LAB, apiLimits: { quotas: true, shedding: false } }),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true });
  doors = await doorsOf(rig, people);
  await writeFiles(path.dirname(rig.sourceFolder), {
    'credentials.yaml': CREDENTIALS,
    'no-reader.yaml': CREDENTIALS.replace(/ {4}read:.*\n/, ''),
  });
});
afterAll(async () => {
  await doors.close();
  await rig.close();
});

function direct(credentials = 'credentials.yaml'): string[] {
  const file = path.join(path.dirname(rig.sourceFolder), credentials);
  return ['--direct', '--fleet', rig.sourceFolder, '--credentials', file];
}

interface Session {
  readonly client: Client;
  readonly stderr: () => string;
  readonly call: (name: string, input?: object) => Promise<{ readonly isError?: boolean; readonly text: string }>;
}

/** A client as people have them, until `work` is done; whatever is no protocol on standard output fails it. */
async function session<T>(
  words: readonly string[],
  work: (session: Session) => Promise<T>,
  env: Readonly<Record<string, string>> = ENV,
): Promise<T> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [ROSCTL, 'mcp', ...words],
    env: { ...(process.env as Record<string, string>), ...env },
    cwd: rig.sourceFolder,
    stderr: 'pipe',
  });
  let told = '';
  transport.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const client = new Client({ name: 'test', version: '1' });
  const errors: Error[] = [];
  Object.assign(client, { onerror: (error: Error) => errors.push(error) });
  await client.connect(transport);
  try {
    const call: Session['call'] = async (name, input = {}) => {
      const { isError, content } = await client.callTool({ name, arguments: { ...input } });
      return { ...(isError === true ? { isError } : {}), text: JSON.stringify(content) };
    };
    return await work({ client, stderr: () => told, call });
  } finally {
    await client.close();
    expect(errors).toEqual([]);
  }
}

describe('through --controller', () => {
  it('nobody is more than their role and devices, whoever is logged in', async () => {
    const url = doors.httpAt ?? '';
    const asMe = async (headers: Record<string, string>): Promise<unknown> =>
      JSON.parse(
        (await send({ url }, '/api/v1/access/me', { headers: { authorization: `Bearer ${admin}`, ...headers } })).text,
      );
    expect(await asMe({ 'x-role': 'read_only', 'x-devices': '{"names":["r1"]}' })).toMatchObject({
      may: [{ permissions: ['fleet.read', 'device.read'], all: false, devices: ['r1'] }],
    });
    const reader = people.set('reader', { role: 'read_only', devices: { names: ['none'] } });
    const more = await send({ url }, '/api/v1/devices', {
      headers: { authorization: `Bearer ${reader}`, 'x-role': 'admin', 'x-devices': '{"all":true}' },
    });
    expect(JSON.parse(more.text)).toEqual([]);
    expect(await asMe({ 'x-role': 'none' })).toMatchObject({ code: 'BadRequest' });
    const env = { ROUTEROS_GITOPS_TOKEN: admin };
    await session(
      ['--controller', url],
      async ({ client, call }) => {
        expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('diag_ping');
        await expect(call('diag_ping', { device: 'r1', target: '192.0.2.1' })).rejects.toThrow('no tool');
      },
      env,
    );
  });

  it('says who has to log in, and counts a token that comes later, or another one', async () => {
    const file = path.join(rig.config.stateFolder, 'token');
    const words = ['--controller', doors.httpAt ?? ''];
    const none = await session(words, async ({ call }) => await call('fleet_summary'), {
      XDG_CONFIG_HOME: rig.sourceFolder,
    });
    expect(none).toMatchObject({ isError: true });
    expect(none.text).toContain('rosctl login --controller');
    const env = { ROUTEROS_GITOPS_TOKEN_FILE: file };
    await session(
      words,
      async ({ call }) => {
        expect((await call('fleet_summary')).text).toContain('NotAuthenticated');
        await writeFile(file, 'token-of-nobody', { mode: 0o600 });
        expect((await call('fleet_summary')).text).toContain('NotAuthenticated');
        await writeFile(file, admin);
        expect(await call('fleet_summary')).not.toHaveProperty('isError');
      },
      env,
    );
  });

  it('a token that does not count is told with what to do, and never shown', async () => {
    const env = { ROUTEROS_GITOPS_TOKEN: 'token-of-nobody' };
    const { code, stdout, stderr } = await rosctl(['mcp', '--check', '--controller', doors.httpAt ?? ''], {
      cwd: rig.sourceFolder,
      env,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('ask the operator for another');
    expect(stdout + stderr).not.toContain('token-of-nobody');
  });
});

describe('rosctl mcp --direct', () => {
  it('shows the same rows as the controller, and has nothing that needs one', async () => {
    const rowsOf = async (
      words: readonly string[],
    ): Promise<{ readonly text: string; readonly names: readonly string[] }> =>
      await session(words, async ({ client, call }) => ({
        names: (await client.listTools()).tools.map(({ name }) => name),
        text: (await call('menu_read', { device: 'r1', menu: '/ip/dns' })).text,
      }));
    const [beside, without] = [await rowsOf(['--state', rig.config.stateFolder]), await rowsOf(direct())];
    const still = (text: string): string => text.replaceAll(/as of [^ "\\]+/g, '');
    expect(still(without.text)).toBe(still(beside.text));
    expect(without.text).toContain('192.0.2.53');
    expect(without.names).toEqual(expect.arrayContaining(['device_list', 'device_health', 'menu_find', 'menu_read']));
    const gone = beside.names.filter((name) => !without.names.includes(name));
    for (const name of gone) expect(name).toMatch(/^(drift|plan|rollout|snapshot|change|audit|report|service)/);
  });

  it('previews a change with the lines of files that the controller shows, and sends nobody to propose it', async () => {
    const args = { section: 'dns', devices: ['r1'], set: { servers: ['192.0.2.54'] }, reason: 'moved' };
    const previewIn = async (words: readonly string[]) =>
      await session([...words, '--role', 'ops_rw'], async ({ client }) => {
        const { structuredContent } = await client.callTool({ name: 'change_preview', arguments: args });
        const { rows, hint } = structuredContent as { rows: readonly (readonly unknown[])[]; hint: string };
        return { parts: new Set(rows.map(([part]) => part)), diff: rows.filter(([part]) => part === 'diff'), hint };
      });
    const [beside, without] = [await previewIn(['--state', rig.config.stateFolder]), await previewIn(direct())];
    expect(JSON.stringify(without.diff)).toContain('192.0.2.54');
    expect(without.diff).toEqual(beside.diff);
    expect([...without.parts]).toEqual(['diff']);
    expect(beside.parts.has('plan')).toBe(true);
    expect(beside.hint).toContain('change_propose');
    expect(without.hint).not.toContain('change_propose');
  });

  it('asks for health now, and pings as a role that may', async () => {
    await session([...direct(), '--role', 'ops_rw'], async ({ call }) => {
      expect((await call('device_health', { device: 'r1' })).text).toContain('healthy');
      expect((await call('diag_ping', { device: 'r1', target: '127.0.0.1', count: 1 })).text).toContain('done');
    });
  });
});

describe('rosctl mcp --check', () => {
  it('says what works', async () => {
    const { code, stdout } = await rosctl(['mcp', '--check', '--state', rig.config.stateFolder, '-o', 'json'], {
      cwd: rig.sourceFolder,
    });
    const items = (
      JSON.parse(stdout) as { readonly items: readonly { readonly check: string; readonly verdict: string }[] }
    ).items;
    expect(items.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'way ok',
      'who ok',
      'devices ok',
      'tools ok',
      'reads ok',
      'proposals ok',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('others need change.propose, device.diagnose');
  });

  it('reads the files of a clone as they lie there, whatever of them is trusted', async () => {
    const clone = path.join(path.dirname(rig.sourceFolder), 'clone');
    await cp(rig.sourceFolder, clone, { recursive: true });
    await promisify(execFile)('git', ['init', '--quiet', clone]);
    // Where somebody ran a controller before.
    await writeFiles(path.join(clone, 'state'), { 'store.db': '', 'credentials.yaml': CREDENTIALS });
    const { code, stdout } = await rosctl(
      ['mcp', '--check', '--direct', '--fleet', clone, '--credentials', '../credentials.yaml', '-o', 'json'],
      { cwd: rig.sourceFolder, env: ENV },
    );
    expect(stdout).toContain('1 of 1 routers');
    expect(code).toBe(0);
  });

  it.each([
    [['--role', 'readonly'], 'The role must be one of'],
    [['--devices', 'site=vie,edge-01'], '--devices takes names, labels or JSON'],
    [['--devices', '{"names":'], '--devices takes names, labels or JSON'],
    [['--devices', '{"matchLabels":3}'], 'The devices'],
    [['--devices', 'edge-01'], 'none is seen'],
    [['--controller', 'http://gitops.example.net'], 'takes an https:// URL'],
    [['--direct', '--fleet', 'nowhere', '--credentials', '../credentials.yaml'], 'nowhere'],
    [['--direct'], 'credentials.yaml'],
    [['--toolsets', 'netwrok'], 'Did you mean network?'],
    [['--exclude-tools', 'devicelist'], 'Did you mean device_list?'],
    [['--direct', '--controller', 'https://gitops.example.net'], 'are two ways'],
    [['--state', 'nowhere'], 'nowhere/mcp.sock does not answer'],
  ])('%j ends with %s', async (words, told) => {
    const { code, stdout, stderr } = await rosctl(['mcp', '--check', '--state', rig.config.stateFolder, ...words], {
      cwd: rig.sourceFolder,
    });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(told);
  });
});

describe('rosctl mcp stays up', () => {
  it('while the controller is away, and goes on when it is back', async () => {
    await session(['--state', rig.config.stateFolder], async ({ client, call }) => {
      expect(await call('fleet_summary')).not.toHaveProperty('isError');
      await rig.controller.stop();
      const away = await call('fleet_summary');
      expect(away.isError).toBe(true);
      expect(away.text).toMatch(/unavailable[\s\S]*does not answer[\s\S]*Try again/);
      expect((await client.listTools()).tools.length).toBeGreaterThan(0);
      await rig.restart();
      expect(await call('fleet_summary')).not.toHaveProperty('isError');
    });
  });

  it('from a start without one, and says so on standard error', async () => {
    await session(['--state', path.join(rig.sourceFolder, 'nowhere')], async ({ call, stderr }) => {
      expect((await call('fleet_summary')).text).toContain('unavailable');
      await until(stderr, (told) => told.includes('nowhere/mcp.sock does not answer'));
    });
  });
});

describe('rosctl mcp --direct without a read user', () => {
  it('reads nothing without a read user, and never by the one that writes', async () => {
    rig.router.requests.clear();
    await rig.controller.stop();
    const told = await session(
      direct('no-reader.yaml'),
      async ({ call }) => await call('menu_read', { device: 'r1', menu: '/ip/dns' }),
    );
    expect(told).toMatchObject({ isError: true });
    expect(told.text).toContain('ReadUserMissing');
    expect(rig.router.requests.filter(() => true)).toEqual([]);
  });
});
