import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '#test/rig.ts';
import { accessBy, declared } from '#test/access-rig.ts';
import { type Ran, rosctl } from './run.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder, 'state/access.yaml');
});
afterEach(async () => await rm(folder, { recursive: true }));

async function access(...words: readonly string[]): Promise<Ran> {
  return await rosctl(['access', ...words, '--state', path.join(folder, 'state')]);
}

async function newToken(name: string, ...more: readonly string[]): Promise<Ran> {
  return await access('token', 'new', name, '--role', 'read_only', ...more);
}

it('a new token is all there is on standard output, and counts', async () => {
  const { code, stdout, stderr } = await newToken('grafana', '--all');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^rgt_[\w-]{43}\n$/);
  expect(stderr).toContain('the token grafana counts until');
  expect(stderr).not.toContain(stdout.trim());
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(stdout.trim());
  const { access: by } = await accessBy(folder, text, [declared('r1')]);
  const { principal, expiresAt } = await by.authenticate(`Bearer ${stdout.trim()}`, 'api');
  expect(principal.actor).toBe('token:grafana');
  expect(principal.may('device.read', 'r1')).toBe(true);
  const days = ((expiresAt ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(363.9);
  expect(days).toBeLessThanOrEqual(365);
});

it('the file keeps its comments, its mode and what else is in it', async () => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '# Ours.\ntokens:\n  # For the screen in the hall.\n', { mode: 0o640 });
  expect((await newToken('a', '--all')).stderr).toContain('is not valid');
  await writeFile(file, '# Ours.\nroles:\n  noc: [fleet.read] # no more\n', { mode: 0o640 });
  await chmod(file, 0o640);
  expect((await newToken('hall', '--selector', 'site=vie,role=edge', '--days', '30', '--for', 'mcp')).code).toBe(0);
  expect((await newToken('two', '--names', 'r1, r2')).code).toBe(0);
  const text = await readFile(file, 'utf8');
  expect(text).toMatch(/^# Ours\.\nroles:\n {2}noc: \[ ?fleet\.read ?\] # no more\ntokens:\n/);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  const shown = JSON.parse((await access('show', '-o', 'json')).stdout) as object;
  expect(shown).toMatchObject({
    file,
    tokens: [
      { name: 'hall', for: 'mcp', role: 'read_only', devices: { matchLabels: { site: 'vie', role: 'edge' } } },
      { name: 'two', for: 'api', devices: { names: ['r1', 'r2'] } },
    ],
    roles: { noc: ['fleet.read'], auditor: ['fleet.read', 'audit.read'] },
  });
  const { stdout } = await access('show');
  expect(stdout).toContain('site=vie role=edge');
  expect(stdout).not.toMatch(/[0-9a-f]{64}/);
});

it.each([
  [['token'], 'NAME is missing'],
  [['token', 'new'], 'NAME is missing'],
  [['token', 'new', 'x', '--all'], '--role is missing'],
  [['token', 'new', 'x', '--role', 'read_only'], 'it is not said which devices'],
  [['token', 'new', 'x', '--role', 'read_only', '--all', '--names', 'r1'], 'it is not said which devices'],
  [['token', 'new', 'x', '--role', 'read_only', '--selector', 'vie'], '--selector takes LABEL=VALUE'],
  [['token', 'new', 'x', '--role', 'read_only', '--all', '--days', '0'], '--days takes a whole number'],
  [['token', 'new', 'x', '--role', 'root', '--all'], 'no token was made: role: must be one of'],
  [['token', 'new', 'X Y', '--role', 'read_only', '--all'], 'no token was made: name: must be a name'],
  [['show'], 'nobody but the operator may do anything'],
  [['test'], 'it is not said who'],
])('access %j is refused, and nothing is written', async (words, why) => {
  const { code, stdout, stderr } = await access(...words);
  expect(code).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain(why);
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('no token is made twice, and none in a file that is not the own one', async () => {
  expect((await newToken('a', '--all')).code).toBe(0);
  expect((await newToken('a', '--all')).stderr).toContain('has a token a already');
  await rm(file);
  await writeFile(path.join(folder, 'elsewhere.yaml'), 'tokens: []\n');
  await symlink(path.join(folder, 'elsewhere.yaml'), file);
  expect((await newToken('a', '--all')).stderr).toContain('is a symbolic link');
  await rm(file);
  await writeFile(file, 'tokens: []\n');
  await chmod(file, 0o666);
  expect((await newToken('a', '--all')).stderr).toContain('is open to others');
});
