import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hiddenNames } from '#test/hidden-names.ts';
import { GIT_ENVIRONMENT, type GitWork, makeGitWork } from '#test/git-work.ts';
import { temporaryFolder } from '#test/rig.ts';
import { inspectFolder } from '#controller';
import { changedFiles } from '../../git/changed-files.ts';
import { readLinks } from '../../git/history.ts';
import { openLocal } from '../../git/local.ts';
import type { GitRepository } from '../../git/repository.ts';
import { readTree } from '../../controller/source/git-tree.ts';

let folder: string;
let work: GitWork;
let repository: GitRepository;
let reads = 0;

beforeEach(async () => {
  folder = await temporaryFolder();
  work = makeGitWork(join(folder, 'work'));
  const opened = openLocal({ kind: 'local', url: join(work.folder, '.git'), branch: 'main', path: '.' });
  reads = 0;
  repository = {
    ...opened,
    readObject(id) {
      reads += 1;
      return opened.readObject(id);
    },
  };
});

afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

function treeOf(commit: string): string {
  return work.git('rev-parse', `${commit}^{tree}`);
}

type RawEntry = readonly [mode: string, name: string | Buffer, id: string];

/** A tree object as somebody wants it, whatever git thinks of it. */
function rawTree(...entries: readonly RawEntry[]): string {
  const bytes = Buffer.concat(
    entries.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.of(0), Buffer.from(id, 'hex')]),
    ),
  );
  return work.feed(bytes, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally');
}

function blob(text: string): string {
  return work.feed(text, 'hash-object', '-w', '--stdin');
}

async function faultsOf(tree: string): Promise<readonly (readonly [string, string])[]> {
  return (await readTree(repository, tree, '.')).faults.map(({ file, message }) => [file, message] as const);
}

describe('readTree', () => {
  test('gives what a folder with the same files gives, from the commit and not the work tree', async () => {
    const commit = work.commit({
      'b.yaml': 'b\n',
      'a/z.yml': 'z: "é"\r\n',
      'a.yaml': '',
      'README.md': 'words',
      '.github/ci.yaml': 'hidden\n',
      'a/.x.yaml': 'hidden\n',
    });
    work.git('checkout-index', '--all', `--prefix=${join(folder, 'out')}/`);
    const content = await readTree(repository, treeOf(commit), '.');
    expect({ ...content, hides: null }).toEqual({ ...(await inspectFolder(join(folder, 'out'))), hides: null });
    expect(Object.keys(content.files)).toEqual(['a.yaml', 'a/z.yml', 'b.yaml']);
    expect(content.files['a/z.yml']).toBe('z: "é"\r\n');
  });

  test('paths are relative to the folder that is asked for', async () => {
    const commit = work.commit({ 'fleets/lab/x/a.yaml': 'a\n', 'fleets/prod/b.yaml': 'b\n' });
    expect((await readTree(repository, treeOf(commit), 'fleets/lab')).files).toEqual({ 'x/a.yaml': 'a\n' });
  });

  test.each(['gone', 'a.yaml', 'link', 'words', 'words/gone'])('%s is no fleet, and no empty one', async (path) => {
    work.git('update-index', '--add', '--cacheinfo', `120000,${blob('words')},link`);
    work.git('commit', '--quiet', '-m', 'link');
    const commit = work.commit({ 'a.yaml': 'a\n', 'words/README.md': 'b\n' });
    await expect(readTree(repository, treeOf(commit), path)).rejects.toMatchObject({ code: 'EmptySource' });
  });

  test('links, submodules, twins and text that is not UTF-8 are faults, wherever they lie, all at once', async () => {
    work.commit({ 'ok.yaml': 'a\n', 'sub/latin.yaml': Buffer.from([0x61, 0xff]), '.hidden/x': 'x' });
    const add = (mode: string, id: string, path: string): string =>
      work.git('update-index', '--add', '--cacheinfo', `${mode},${id},${path}`);
    const file = blob('x\n');
    add('120000', blob('/etc/passwd'), 'sub/link.yaml');
    add('120000', blob('elsewhere'), 'notes');
    add('120000', blob('elsewhere'), '.hidden/link');
    add('160000', '1'.repeat(40), 'sub/module');
    for (const name of [
      'Lab.yaml',
      'lab.yaml',
      'dir/a.yaml',
      'Dir/b.yaml',
      'caf\u00e9.yaml',
      'cafe\u0301.yaml',
      'stra\u00dfe.yaml',
      'STRASSE.yaml',
      'README',
      'readme',
    ])
      add('100644', file, name);
    expect(await faultsOf(work.git('write-tree'))).toEqual([
      ['caf\u00e9.yaml', expect.stringContaining('differs from cafe\u0301.yaml only in case')],
      ['dir', expect.stringContaining('differs from Dir')],
      ['lab.yaml', expect.stringContaining('differs from Lab.yaml')],
      ['notes', 'is a symbolic link'],
      ['readme', expect.stringContaining('differs from README')],
      ['stra\u00dfe.yaml', expect.stringContaining('differs from STRASSE.yaml')],
      ['sub/link.yaml', 'is a symbolic link'],
      ['sub/module', 'is a submodule or a repository of its own'],
      ['sub/latin.yaml', 'is not UTF-8 text'],
    ]);
  });

  test('names that are no plain text are faults', async () => {
    const file = blob('x\n');
    const tree = rawTree(
      ['100644', 'a\nb.yaml', file],
      ['100644', 'a\\b.yaml', file],
      ['100644', Buffer.from([0x61, 0xff]), file],
    );
    expect((await faultsOf(tree)).map(([, message]) => message)).toEqual(
      Array(3).fill('has a name that is no plain text'),
    );
  });

  test.each(hiddenNames())('a name in which something is hidden is a fault: %j', async (name) => {
    const faults = await faultsOf(rawTree(['100644', name, blob('x\n')]));
    expect(faults.map(([, message]) => message)).toEqual(['has a name that is no plain text']);
    expect(faults[0]?.[0]).toMatch(/^[ -~]+$/);
  });

  test.each<readonly [string, (file: string, tree: string) => readonly RawEntry[]]>([
    ['a name with a slash', (file) => [['100644', 'a/b.yaml', file]]],
    ['the name ..', (_, tree) => [['40000', '..', tree]]],
    ['the name .', (_, tree) => [['40000', '.', tree]]],
    ['the name .git', (_, tree) => [['40000', '.git', tree]]],
    ['the name .GIT', (_, tree) => [['40000', '.GIT', tree]]],
    ['an empty name', (file) => [['100644', '', file]]],
    [
      'entries out of order',
      (file) => [
        ['100644', 'b.yaml', file],
        ['100644', 'a.yaml', file],
      ],
    ],
    [
      'a folder sorted like a file',
      (file, tree) => [
        ['40000', 'a', tree],
        ['100644', 'a.yaml', file],
      ],
    ],
    [
      'one name twice',
      (file) => [
        ['100644', 'a.yaml', file],
        ['100644', 'a.yaml', file],
      ],
    ],
    [
      'a file and a folder of one name',
      (file, tree) => [
        ['100644', 'a', file],
        ['100644', 'a.b', file],
        ['40000', 'a', tree],
      ],
    ],
    ['a mode that does not exist', (file) => [['100600', 'a.yaml', file]]],
    ['a mode with a zero before it', (file) => [['0100644', 'a.yaml', file]]],
    ['a blob as a folder', (file) => [['40000', 'a', file]]],
    ['a tree as a file', (_, tree) => [['100644', 'a.yaml', tree]]],
  ])('a tree with %s is refused', async (_, entries) => {
    const file = blob('x\n');
    await expect(
      readTree(repository, rawTree(...entries(file, rawTree(['100644', 'x.yaml', file]))), '.'),
    ).rejects.toMatchObject({ code: 'GitObjectBad' });
  });

  test('a tree that is cut off is refused', async () => {
    const id = work.feed(
      Buffer.from('100644 a.yaml\0short'),
      'hash-object',
      '-t',
      'tree',
      '-w',
      '--stdin',
      '--literally',
    );
    await expect(readTree(repository, id, '.')).rejects.toMatchObject({ code: 'GitObjectBad' });
  });

  test('what is not there is a failure and no removal', async () => {
    const tree = rawTree(['100644', 'a.yaml', blob('a\n')], ['100644', 'b.yaml', '2'.repeat(40)]);
    await expect(readTree(repository, tree, '.')).rejects.toMatchObject({ code: 'GitObjectMissing' });
  });

  test('folders within folders without end are refused, also when a few objects stand for millions', async () => {
    let deep = rawTree(['100644', 'a.yaml', blob('a\n')]);
    for (let n = 0; n < 40; n += 1) deep = rawTree(['40000', 'd', deep]);
    await expect(readTree(repository, deep, '.')).rejects.toMatchObject({ code: 'SourceTooLarge' });
    let wide = rawTree(['100644', 'words', blob('a\n')]);
    for (let n = 0; n < 8; n += 1) {
      const below = wide;
      wide = rawTree(...Array.from({ length: 10 }, (_, index) => ['40000', `d${String(index)}`, below] as const));
    }
    await expect(readTree(repository, wide, '.')).rejects.toMatchObject({ code: 'SourceTooLarge' });
  });

  test('a file beyond all measure is refused', async () => {
    const tree = rawTree(['100644', 'a.yaml', blob('x'.repeat(16 * 1024 * 1024 + 1))]);
    await expect(readTree(repository, tree, '.')).rejects.toMatchObject({ code: 'SourceTooLarge' });
  });
});

describe('changedFiles', () => {
  async function changed(after: string, before: string | null, path = '.'): Promise<readonly string[]> {
    const treeOf = async (id: string) => (await readLinks(repository, id)).tree;
    const was = before === null ? null : await treeOf(before);
    return (await changedFiles(repository, was, await treeOf(after), path)).map((file) => file.path).toSorted();
  }

  test('names files that were added, changed or removed; without a tree before all', async () => {
    const first = work.commit({ 'a.yaml': '1\n', 'dir/b.yaml': '1\n', 'dir/c.yaml': '1\n' });
    const second = work.commit({ 'a.yaml': '2\n', 'dir/c.yaml': null, 'new/d.yaml': '1\n' });
    expect(await changed(first, null)).toEqual(['a.yaml', 'dir/b.yaml', 'dir/c.yaml']);
    expect(await changed(second, first)).toEqual(['a.yaml', 'dir/c.yaml', 'new/d.yaml']);
    expect(await changed(second, first, 'dir')).toEqual(['c.yaml']);
    expect(await changed(second, first, 'gone')).toEqual([]);
    expect(await changed(work.commit({}, 'nothing'), second)).toEqual([]);
  });

  test('a file that took the place of a folder, and the other way round', async () => {
    const before = work.commit({ 'x.yaml': '1\n', 'y/a.yaml': '1\n' });
    const after = work.commit({ 'x.yaml': null, 'y/a.yaml': null, 'x.yaml/a.yaml': '1\n' });
    expect(await changed(after, before)).toEqual(['x.yaml', 'x.yaml/a.yaml', 'y/a.yaml']);
  });

  test('folders that are alike are not looked into', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d${String(n)}/a.yaml`, `${String(n)}\n`]));
    const before = work.commit(many);
    const after = work.commit({ 'd7/a.yaml': 'new\n' });
    reads = 0;
    expect(await changed(after, before)).toEqual(['d7/a.yaml']);
    expect(reads).toBeLessThan(10);
  });

  test('agrees with git on a history of its own', async () => {
    let before: string | null = null;
    for (let n = 0; n < 12; n += 1) {
      const after = work.commit({
        [`d${String(n % 3)}/e/${String(n % 4)}.yaml`]: `${String(n)}\n`,
        [`${String(n % 5)}.yaml`]: n % 2 === 0 ? null : `${String(n)}\n`,
      });
      const byGit = execFileSync('git', ['diff-tree', '--root', '-r', '--no-commit-id', '--name-only', '-z', after], {
        cwd: work.folder,
        env: GIT_ENVIRONMENT,
      });
      expect(await changed(after, before)).toEqual(
        byGit
          .toString()
          .split('\0')
          .filter((name) => name !== '')
          .toSorted(),
      );
      before = after;
    }
  });
});
