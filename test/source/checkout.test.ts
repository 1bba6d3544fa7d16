import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectCheckout } from '#controller';
import { Failure } from '#failure';
import { GIT_ENVIRONMENT, type GitWork, makeGitWork } from '#test/git-work.ts';
import { temporaryFolder } from '#test/rig.ts';
import { runs } from '#test/sample.ts';
import { checkoutPaths } from '../../cli/git/checkout.ts';
import { openLocal } from '../../git/local.ts';
import { readTree } from '../../controller/source/git-tree.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is read: every file with its text, and every fault; or the code of the failure. */
interface ReadFleet {
  readonly files: unknown;
  readonly faults: readonly string[];
}

async function told(
  reading: Promise<{ readonly files: unknown; readonly faults: readonly { file: string; message: string }[] }>,
) {
  return await reading.then(
    ({ files, faults }): ReadFleet => ({ files, faults: faults.map(({ file, message }) => `${file} ${message}`) }),
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );
}

async function byReviewer(at: string) {
  const place = { folder: at, env: GIT_ENVIRONMENT, signal: new AbortController().signal };
  return await told(checkoutPaths(place).then((listed) => inspectCheckout(at, listed)));
}

/** As a controller reads it after all was committed. */
async function byController(work: GitWork, below = '.') {
  work.git('add', '--all');
  const repository = openLocal({ kind: 'local', url: join(work.folder, '.git'), branch: 'main', path: below });
  try {
    return await told(readTree(repository, work.git('write-tree'), below));
  } finally {
    await repository.close();
  }
}

const NAMES = [
  'a.yaml',
  'A.yaml',
  'b.yml',
  'README',
  'readme',
  'x.yaml',
  'x.yaml/g.yaml',
  'tools/b.yaml',
  'tools/store.db',
  'tools/Store.PID',
  'tools/deep/e.yaml',
  'TOOLS/f.yaml',
  'control.sock/h.yaml',
  '.hidden/i.yaml',
  'ignored/j.yaml',
  'ignored.yaml',
  'cafe\u0301.yaml',
  'caf\u00e9.yaml',
  'odd\tname.yaml',
  '.rosctlignore',
  'tools/.rosctlignore',
  '.RosctlIgnore',
];

/** Lines of an ignore file, good and bad. */
const LINES = [
  'tools/',
  '/x.yaml',
  '*.yml',
  '!tools/b.yaml',
  'tools/*',
  'x.yaml/',
  '**/deep/**',
  'README',
  'A.yaml',
  '',
  '# a',
  '/**/a*b*c*d',
];

type Act = (work: GitWork, name: string) => void;

function put(work: GitWork, name: string, make: (path: string) => void): void {
  const path = join(work.folder, name);
  rmSync(path, { recursive: true, force: true });
  for (let above = dirname(path); above !== work.folder; above = dirname(above)) {
    try {
      mkdirSync(above, { recursive: true });
    } catch {
      // A file or a link is where a folder is to be.
      rmSync(above, { recursive: true, force: true });
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  make(path);
}

const ACTS: Readonly<Record<string, Act>> = {
  write: (work, name) => put(work, name, (path) => writeFileSync(path, `text of ${name}\n`)),
  latin: (work, name) => put(work, name, (path) => writeFileSync(path, Buffer.of(0xff, 0x0a))),
  executable: (work, name) =>
    put(work, name, (path) => {
      writeFileSync(path, 'x\n');
      chmodSync(path, 0o755);
    }),
  ignore: (work, name) =>
    put(work, '.rosctlignore', (path) => {
      const at = name.length % LINES.length;
      writeFileSync(path, `${LINES.slice(at, at + 3).join('\n')}${name.startsWith('c') ? '' : '\n'}`);
    }),
  // A tracked repository counts until git lets go of it.
  remove(work, name) {
    if (work.git('ls-files', '--stage', '--', name).startsWith('160000')) ACTS['untrack']?.(work, name);
    rmSync(join(work.folder, name), { recursive: true, force: true });
  },
  link: (work, name) => put(work, name, (path) => symlinkSync('/etc/hostname', path)),
  'link to a folder of its own': (work, name) =>
    put(work, name, (path) => {
      mkdirSync(join(work.folder, '.other'), { recursive: true });
      writeFileSync(join(work.folder, '.other/b.yaml'), 'another text\n');
      symlinkSync(join(work.folder, '.other'), path);
    }),
  repository: (work, name) => put(work, name, (path) => void makeGitWork(path).commit({ 'n.yaml': 'n\n' })),
  track: (work) => void work.git('add', '--all'),
  'track what is ignored': (work) => void work.git('add', '--all', '--force', '--', ':(exclude).git'),
  untrack: (work, name) => void work.git('rm', '-r', '--force', '--quiet', '--cached', '--ignore-unmatch', '--', name),
  commit: (work) => {
    work.git('add', '--all');
    work.git('commit', '--quiet', '--allow-empty', '-m', 'change');
  },
};

/** Each starts git some thirty times. */
const TRIES = runs(40);

const IGNORE = '/ignored/\nignored.yaml\n';

describe('reviewers and the controller read the same files', () => {
  const act = fc.tuple(fc.constantFrom(...Object.keys(ACTS)), fc.constantFrom(...NAMES));

  test('whatever lies in the checkout, tracked, ignored, deleted, linked or a repository of its own', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), async (acts) => {
        runs += 1;
        const work = makeGitWork(join(folder, String(runs)));
        writeFileSync(join(work.folder, '.gitignore'), IGNORE);
        for (const [kind, name] of acts) ACTS[kind]?.(work, name);
        const reviewed = await byReviewer(work.folder);
        expect(reviewed).toEqual(await byController(work));
        rmSync(work.folder, { recursive: true, force: true });
      }),
      { ...TRIES, interruptAfterTimeLimit: 30_000 },
    );
  });

  test('an empty store.db hides nothing, and is a fault for both', async () => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n', 'tools/evil.yaml': 'e\n', 'tools/store.db': '' });
    const read = await byReviewer(folder);
    expect(read).toEqual({
      files: { 'a.yaml': 'a\n', 'tools/evil.yaml': 'e\n' },
      faults: ["tools/store.db is of a controller's own folder"],
    });
    expect(await byController(work)).toEqual(read);
  });

  test.each<readonly [string, (work: GitWork) => void]>([
    [
      'a link that became a file',
      (work) => (ACTS['link']?.(work, 'x.yaml'), work.git('add', '-A'), ACTS['write']?.(work, 'x.yaml')),
    ],
    [
      'a repository that became a file',
      (work) => (ACTS['repository']?.(work, 'x.yaml'), work.git('add', '-A'), ACTS['write']?.(work, 'x.yaml')),
    ],
    [
      'a file that became a repository',
      (work) => (ACTS['write']?.(work, 'x.yaml'), work.git('add', '-A'), ACTS['repository']?.(work, 'x.yaml')),
    ],
    [
      'a file that became a link',
      (work) => (ACTS['write']?.(work, 'x.yaml'), work.git('add', '-A'), ACTS['link']?.(work, 'x.yaml')),
    ],
    [
      'a link that took the place of a folder with a repository in it',
      (work) => (
        ACTS['repository']?.(work, 'x.yaml/g.yaml'),
        work.git('add', '-A'),
        rmSync(join(work.folder, 'x.yaml'), { recursive: true }),
        ACTS['link']?.(work, 'x.yaml')
      ),
    ],
    [
      'a link where the disk holds none',
      (work) => (
        ACTS['link']?.(work, 'x.yaml'),
        work.git('add', '-A'),
        work.git('config', 'core.symlinks', 'false'),
        rmSync(join(work.folder, 'x.yaml')),
        work.git('checkout', 'x.yaml')
      ),
    ],
  ])('%s', async (_, act) => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n' });
    act(work);
    const reviewed = await byReviewer(folder);
    expect(reviewed).toEqual(await byController(work));
    expect(reviewed).toHaveProperty('files');
  });

  test('below a folder of the repository, too', async () => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n', 'fleet/b.yaml': 'b\n', '.gitignore': 'x.yaml\n' });
    writeFileSync(join(folder, 'fleet/c.yaml'), 'c\n');
    writeFileSync(join(folder, 'fleet/x.yaml'), 'x\n');
    expect(await byReviewer(join(folder, 'fleet'))).toEqual({
      files: { 'b.yaml': 'b\n', 'c.yaml': 'c\n' },
      faults: [],
    });
    expect(await byController(work, 'fleet')).toEqual(await byReviewer(join(folder, 'fleet')));
  });
});

describe('a checkout that shows something else than the repository holds is refused', () => {
  test('because it is sparse', async () => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n', 'b/c.yaml': 'c\n', 'd/e.yaml': 'e\n', 'f/words': 'f\n' });
    work.git('sparse-checkout', 'set', '--no-cone', '/a.yaml', '/b/', '/d/');
    expect(await byReviewer(folder)).toMatchObject({ files: { 'd/e.yaml': 'e\n' } });
    work.git('sparse-checkout', 'set', '--no-cone', '/a.yaml');
    expect(await byReviewer(folder)).toMatch(/this checkout is sparse: 2 files, "b\/c.yaml" among them, are/);
  });

  test.each([
    ['*.yaml working-tree-encoding=UTF-16', 'working-tree-encoding'],
    ['*.yaml ident', 'ident'],
    ['a.yaml filter=lfs', 'filter'],
  ])('because of the attribute %s', async (line, attribute) => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n', 'b/.gitattributes': '* text\n', 'b/words': 'w\n' });
    expect(await byReviewer(folder)).toMatchObject({ files: { 'a.yaml': 'a\n' } });
    writeFileSync(join(folder, '.gitattributes'), `${line}\n`);
    expect(await byReviewer(folder)).toContain(`.gitattributes gives it ${attribute}`);
  });

  test.each(['assume-unchanged', 'skip-worktree'])('because git is told not to look: %s', async (flag) => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n', words: 'w\n' });
    work.git('update-index', `--${flag}`, 'words');
    expect(await byReviewer(folder)).toMatchObject({ files: { 'a.yaml': 'a\n' } });
    work.git('update-index', `--${flag}`, 'a.yaml');
    writeFileSync(join(folder, 'a.yaml'), 'another\n');
    expect(await byReviewer(folder)).toMatch(/git is told not to look at "a.yaml"/);
  });

  test('a submodule that is not checked out is one', async () => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n' });
    work.git('update-index', '--add', '--cacheinfo', `160000,${'b'.repeat(40)},vendor`);
    work.git('commit', '--quiet', '-m', 'add');
    expect(await byReviewer(folder)).toMatchObject({ faults: ['vendor is a submodule or a repository of its own'] });
    writeFileSync(join(folder, '.rosctlignore'), '/vendor\n');
    expect(await byReviewer(folder)).toMatchObject({ faults: [] });
  });

  test('because git can not read it', async () => {
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, 'a.yaml'), 'a\n');
    expect(await byReviewer(folder)).toMatch(/not a git repository/);
  });

  test('because there is no git', async () => {
    makeGitWork(folder).commit({ 'a.yaml': 'a\n' });
    const place = { folder, env: { PATH: '/nonexistent' }, signal: new AbortController().signal };
    await expect(checkoutPaths(place)).rejects.toMatchObject({
      message: expect.stringContaining('without git nobody can tell which of its files a controller reads'),
    });
  });

  test('a program that the checkout names is not run', async () => {
    const work = makeGitWork(folder);
    work.commit({ 'a.yaml': 'a\n' });
    const trace = join(folder, '.trace');
    writeFileSync(join(folder, '.monitor'), `#!/bin/sh\necho ran > ${trace}\n`, { mode: 0o755 });
    work.git('config', 'core.fsmonitor', join(folder, '.monitor'));
    work.git('status');
    expect(existsSync(trace)).toBe(true);
    rmSync(trace);
    await byReviewer(folder);
    expect(existsSync(trace)).toBe(false);
  });
});
