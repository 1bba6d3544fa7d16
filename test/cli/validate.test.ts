import { mkdtempSync, rmSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configYaml, deviceYaml } from '#test/documents.ts';
import { makeGitWork } from '#test/git-work.ts';
import { until, writeFiles } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosctl, type Running, startRosctl } from './run.ts';

let folder: string;
const running: Running[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rosctl-validate-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.stop()));
  rmSync(folder, { recursive: true });
});

describe('validate', () => {
  test('tells faults of the folder among those of its files', async () => {
    await writeFiles(folder, {
      'a.yaml': deviceYaml('r1', 'sreial: X'),
      'c.yaml': configYaml('c', 1, 'addresses: [{address: 192.0.2.1, interface: a}]', '{names: [r2]}'),
    });
    await symlink(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
    const { code, stdout } = await rosctl(['validate', folder]);
    expect(code).toBe(EXIT.faultyInput);
    expect(stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      'a.yaml:10:3: spec.sreial: unknown field "sreial"',
      'b.yaml:1:1: is a symbolic link',
      'c.yaml:8:25: spec.addresses[0].address: the prefix length is missing',
    ]);
    const explained = await rosctl(['explain', 'r1', '--fleet', folder]);
    expect(explained).toMatchObject({ code: EXIT.faultyInput, stdout: '' });
    expect(explained.stderr).toContain('b.yaml:1:1: is a symbolic link');
  });

  test('warns of labels that no device has, and calls the fleet valid all the same', async () => {
    await writeFiles(folder, {
      'a.yaml': deviceYaml('r1'),
      'c.yaml': configYaml('c', 1, 'dns: {}', '{matchLabels: {role: egde}}'),
    });
    const { code, stdout, stderr } = await rosctl(['validate', folder]);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toMatch(/ is valid: 1 device, 1 RouterConfig, /);
    expect(stderr).toBe(
      '1 warning\nc.yaml:6:34: spec.selector.matchLabels.role: no device has the label "role: egde", so this RouterConfig matches ' +
        'none: it declares nothing, and rows it declared before are let go\n    did you mean "edge"?\n',
    );
    const json = JSON.parse((await rosctl(['validate', folder, '-o', 'json'])).stdout) as unknown;
    expect(json).toMatchObject({ valid: true, faults: [], warnings: [{ file: 'c.yaml', line: 6 }] });
  });

  test('--routeros names what that version lacks, as explain does', async () => {
    await writeFiles(folder, { 'a.yaml': deviceYaml('r1'), 'c.yaml': configYaml('c', 1, 'dns: {vrf: mgmt}') });
    const lacks = 'c.yaml:8:14: spec.dns.vrf: RouterOS 7.12.2 does not have /ip/dns vrf, which is declared for r1';
    const { code, stdout, stderr } = await rosctl(['validate', folder, '--routeros', '7.12.2']);
    expect(code).toBe(EXIT.faultyInput);
    expect(stdout).toBe(`${lacks}\n    take it out for devices of that version, or upgrade the routers\n`);
    expect(stderr).toContain('1 fault in');
    expect((await rosctl(['validate', folder, '--routeros', '7.22'])).code).toBe(EXIT.ok);
    expect(await rosctl(['validate', folder, '--routeros', 'new'])).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('"new" is no version of RouterOS') as unknown,
    });

    const explained = await rosctl(['explain', 'r1', '--fleet', folder, '--routeros', '7.12.2']);
    expect(explained.code).toBe(EXIT.ok);
    expect(explained.stderr).toContain(lacks);
    const json = await rosctl(['explain', 'r1', '--fleet', folder, '--routeros', '7.12.2', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ device: 'r1', lacking: [{ path: 'spec.dns.vrf' }] });
  });
});

test('in a checkout the files are those that git lists, for every command that reads them', async () => {
  const work = makeGitWork(join(folder, 'work'));
  work.commit({
    'a.yaml': deviceYaml('r1'),
    '.gitignore': 'drafts/\nignored.yaml\n',
    'tools/c.yaml': configYaml('c', 1, 'dns: {servers: [192.0.2.1]}', '{names: [r1]}'),
  });
  await writeFiles(work.folder, { 'ignored.yaml': 'not: ours\n', 'drafts/x.yaml': 'not: ours\n' });
  const { code, stdout } = await rosctl(['validate'], { cwd: work.folder });
  expect([code, stdout]).toEqual([EXIT.ok, expect.stringContaining('1 device, 1 RouterConfig, 0 policies in 2 files')]);
  await writeFiles(work.folder, { 'tools/store.db': '' });
  for (const command of [['validate'], ['explain', 'r1'], ['roster', 'list']]) {
    const refused = await rosctl(command, { cwd: work.folder });
    expect([refused.code, `${refused.stdout}${refused.stderr}`]).toEqual([
      EXIT.faultyInput,
      expect.stringContaining("tools/store.db:1:1: is of a controller's own folder"),
    ]);
  }
});

test('a controller keeps its state inside the fleet, and refuses a file without its end until that is meant', async () => {
  const rows = 'addressLists:\n  - {list: a, address: 192.0.2.1}\n  - {list: a, address: 192.0.2.2}';
  const shorter = configYaml('c', 1, rows.replace(/\n[^\n]*$/, ''));
  await writeFiles(folder, {
    'r1.yaml': deviceYaml('r1', 'address: https://127.0.0.1:9'),
    'c.yaml': configYaml('c', 1, rows),
    'state/credentials.yaml': 'credentials:\n  - {name: fleet, username: u, from: {env: P}, hosts: [127.0.0.1]}\n',
  });
  expect((await rosctl(['validate'], { cwd: folder })).code).toBe(EXIT.ok);
  const controller = startRosctl(['controller', '--listen', 'off'], { cwd: folder, env: { P: 'x' } });
  running.push(controller);
  await until(
    () => controller.stdout().includes('revision accepted'),
    (up) => up,
  );
  expect((await rosctl(['validate'], { cwd: folder })).code).toBe(EXIT.ok);
  expect((await rosctl(['reconcile', '--wait', '0'], { cwd: folder })).code).toBe(EXIT.ok);

  await writeFiles(folder, { 'c.yaml': shorter });
  expect((await rosctl(['validate'], { cwd: folder })).code).toBe(EXIT.ok);
  const refused = await rosctl(['reconcile', '--wait', '0'], { cwd: folder });
  expect(refused.code).toBe(EXIT.faultyInput);
  expect(refused.stderr).toContain('without its last line, which began with "- {list: a, address: 192.0.2.2}"');
  expect(refused.stderr).toContain('add a line "..." at the end of c.yaml');
  await writeFiles(folder, { 'c.yaml': `${shorter}...\n` });
  expect((await rosctl(['reconcile', '--wait', '0'], { cwd: folder })).code).toBe(EXIT.ok);
});
