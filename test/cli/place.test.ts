import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS, STATE } from '../../cli/command-line/options.ts';
import { wholeCommands } from '../../cli/command-line/whole-commands.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl } from './run.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rosctl-place-'));
const servers: Server[] = [];

/** In each state folder somebody who says its name as the controller's release. */
beforeAll(async () => {
  for (const name of ['state', 'other state']) {
    mkdirSync(path.join(folder, name));
    const server = createServer((_, response) => {
      response.end(JSON.stringify({ version: name, startedAt: 0 }));
    });
    const socket = path.join(folder, name, 'control.sock');
    await new Promise<void>((done) => server.listen(socket, done));
    chmodSync(socket, 0o600);
    servers.push(server);
  }
});
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  rmSync(folder, { recursive: true });
});

async function asked(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const ran = await rosctl(args, { cwd: folder, env });
  expect(ran.code).toBe(EXIT.ok);
  return (JSON.parse(ran.stdout) as { controller: unknown }).controller;
}

describe('the controller that is asked', () => {
  const there = 'other state';
  it.each([
    [['version', '-o', 'json'], {}, 'state'],
    [['version', '-o', 'json'], { ROSCTL_STATE: there }, there],
    [['version', '-o', 'json'], { ROSCTL_STATE: '' }, 'state'],
    [['version', '-o', 'json', '--state', there], {}, there],
    [['--state', there, 'version', '-o', 'json'], {}, there],
    [['-o', 'json', `--state=${there}`, 'version'], {}, there],
    [['--state', './state', '--output', 'json', 'version'], { ROSCTL_STATE: there }, 'state'],
    [['--state', there, '-o', 'json', 'version', '--state', 'state'], { ROSCTL_STATE: there }, 'state'],
    [['version', '-o', 'json'], { ROSCTL_STATE: 'nowhere' }, null],
  ])('rosctl %j with %j asks %j', async (args, env, expected) => {
    expect(await asked(args, env)).toBe(expected);
  });

  it('is said to be another release than rosctl', async () => {
    const { stdout, stderr } = await rosctl(['version'], { cwd: folder });
    expect(stdout).toMatch(/^rosctl +\S+\ncontroller +state\n/);
    expect(stderr).toContain('another release');
  });

  it('does not matter to a command that asks none', async () => {
    expect((await rosctl(['--state', there, '--output', 'table', 'help', 'status'])).code).toBe(EXIT.ok);
    expect((await rosctl(['--state', there, 'completion', 'bash'])).code).toBe(EXIT.ok);
  });

  it.each([...GLOBAL_OPTIONS.filter(({ name }) => name !== 'help'), STATE])('--$name before it', async (option) => {
    const value = option.choices?.[0] ?? 'state';
    for (const spelt of [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])]) {
      const words = option.value === undefined ? [spelt] : [spelt, value];
      expect(await rosctl([...words, 'status', '--help'])).toMatchObject({ code: EXIT.ok, stderr: '' });
    }
  });

  it.each([[['--state']], [['-o']], [['--nonsense', 'status']]])('rosctl %j says what is missing', async (args) => {
    const { code, stderr } = await rosctl(args);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('see: rosctl --help');
  });
});

describe('a printed command', () => {
  it.each([
    ['rosctl status; rosctl rollouts watch', ['status'], 'rosctl status; rosctl rollouts watch'],
    ['see: rosctl status', ['status', '--state', 'x'], 'see: rosctl --state x status'],
    ['rosctl status', ['--state=a b', 'plan'], "rosctl --state 'a b' status"],
    ['rosctl status', ['plan', '--state', '$&'], "rosctl --state '$&' status"],
    ['rosctl controller --source . --state y', ['plan', '--state', 'x'], 'rosctl controller --source . --state y'],
    ['rosctl --help', ['plan', '--state', 'x'], 'rosctl --help'],
    ['rosctl status', ['completion', 'words', '--', '--state', 'x'], 'rosctl status'],
  ])('%j after %j leads to the controller that was asked', (hint, argv, expected) => {
    expect(wholeCommands(hint, argv)).toBe(expected);
  });

  it('leads there when it is the hint of a failure', async () => {
    const { stderr } = await rosctl(['status', '--state', 'nowhere'], { cwd: folder });
    expect(stderr).toContain('rosctl --state nowhere controller');
  });
});
