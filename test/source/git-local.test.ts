import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GIT_ENVIRONMENT, type GitWork, makeGitWork } from '#test/git-work.ts';
import { temporaryFolder } from '#test/rig.ts';
import { gitLocationOf } from '../../git/location.ts';
import { openGitRepository } from '../../git/open.ts';
import type { GitRepository } from '../../git/repository.ts';

const never = new AbortController().signal;
let folder: string;
let work: GitWork;
let repository: GitRepository;

beforeEach(async () => {
  folder = await temporaryFolder();
  work = makeGitWork(join(folder, 'work'));
  repository = await openAt(work.folder);
});

afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openAt(source: string): Promise<GitRepository> {
  const location = gitLocationOf(source, 'main', '.');
  if (location === null) throw new Error(`${source} is no repository`);
  return await openGitRepository(location, {
    cacheFolder: join(folder, 'cache'),
    token: () => null,
    ca: [],
    timeoutMs: 10_000,
  });
}

function objectFile(id: string): string {
  return join(work.folder, '.git/objects', id.slice(0, 2), id.slice(2));
}

function overwrite(file: string, bytes: Uint8Array): void {
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
}

/** Every object as git has it. */
function objectsByGit(): Map<string, { type: string; bytes: Buffer }> {
  const ids = work.git('cat-file', '--batch-check=%(objectname) %(objecttype)', '--batch-all-objects').split('\n');
  return new Map(
    ids.map((line) => {
      const [id = '', type = ''] = line.split(' ');
      const bytes = execFileSync('git', ['cat-file', type, id], {
        cwd: work.folder,
        env: GIT_ENVIRONMENT,
        maxBuffer: 1 << 28,
      });
      return [id, { type, bytes }];
    }),
  );
}

/** How many objects were read, each as git reads it. */
async function compareAllObjects(): Promise<number> {
  const objects = objectsByGit();
  for (const [id, { type, bytes }] of objects) {
    const object = await repository.readObject(id);
    expect([id, object.type, Buffer.from(object.bytes).equals(bytes)]).toEqual([id, type, true]);
  }
  return objects.size;
}

describe('a local repository', () => {
  test('its branch head is what counts, not the work tree', async () => {
    const head = work.commit({ 'a.yaml': 'a\n' });
    writeFileSync(join(work.folder, 'a.yaml'), 'not committed\n');
    work.git('checkout', '--quiet', '-b', 'other');
    work.commit({ 'a.yaml': 'other\n' });
    expect(await repository.fetchHead(never)).toBe(head);
    work.git('pack-refs', '--all');
    expect(await repository.fetchHead(never)).toBe(head);
  });

  test('a bare repository is read as well', async () => {
    const head = work.commit({ 'a.yaml': 'a\n' });
    work.git('clone', '--quiet', '--bare', '.', join(folder, 'bare'));
    const bare = await openAt(join(folder, 'bare'));
    expect(await bare.fetchHead(never)).toBe(head);
    expect((await bare.readObject(head)).type).toBe('commit');
    await bare.close();
  });

  test('loose and packed objects, with deltas and large files, are read as git reads them', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${String(index)}`);
    for (const change of ['one', 'two', 'three', 'four']) {
      lines[10_000] = change;
      work.commit({
        'big.txt': lines.join('\n'),
        'dir/a.yaml': `${change}\n`,
        'empty.yaml': '',
        'b.bin': Buffer.alloc(700_000, change),
      });
    }
    work.git('tag', '-a', '-m', 'tag', 'v1');
    expect(await compareAllObjects()).toBeGreaterThan(10);
    work.git('gc', '--quiet', '--aggressive');
    expect(
      work.git(
        'verify-pack',
        '-v',
        join(
          '.git/objects/pack',
          readdirSync(join(work.folder, '.git/objects/pack')).find((name) => name.endsWith('.idx')) ?? '',
        ),
      ),
    ).toContain('chain length');
    expect(await compareAllObjects()).toBeGreaterThan(10);
  });

  test('deltas that name their base by id are read', async () => {
    for (let n = 0; n < 6; n += 1) work.commit({ 'a.yaml': `${'some text that repeats\n'.repeat(500)}${String(n)}\n` });
    work.git('-c', 'repack.useDeltaBaseOffset=false', 'repack', '--quiet', '-a', '-d', '-f');
    expect(await compareAllObjects()).toBeGreaterThan(10);
  });

  test('a repository that borrows objects is refused with the reason, and read once it has its own', async () => {
    const head = work.commit({ 'a.yaml': 'a\n' });
    work.git('clone', '--quiet', '--bare', '--shared', '.', join(folder, 'shared'));
    const shared = await openAt(join(folder, 'shared'));
    await expect(shared.fetchHead(never)).rejects.toMatchObject({
      code: 'SourceUnreadable',
      message: expect.stringContaining('git repack'),
    });
    execFileSync('git', ['repack', '--quiet', '-a', '-d'], { cwd: join(folder, 'shared'), env: GIT_ENVIRONMENT });
    rmSync(join(folder, 'shared/objects/info/alternates'));
    expect(await shared.fetchHead(never)).toBe(head);
    expect((await shared.readObject(head)).type).toBe('commit');
    await shared.close();
  });

  test('what git packs while we read is found where it went', async () => {
    const first = work.commit({ 'a.yaml': 'a\n' });
    await repository.readObject(first);
    const second = work.commit({ 'a.yaml': 'b\n' });
    work.git('gc', '--quiet', '--prune=now');
    expect(existsSync(objectFile(second))).toBe(false);
    expect((await repository.readObject(second)).type).toBe('commit');
  });

  test('nothing in it is written', async () => {
    work.commit({ 'a.yaml': 'a\n' });
    const before = execFileSync('find', [work.folder, '-printf', '%p %T@ %C@\n']).toString();
    await repository.readObject(await repository.fetchHead(never));
    expect(execFileSync('find', [work.folder, '-printf', '%p %T@ %C@\n']).toString()).toBe(before);
  });

  test('a shallow clone is refused, and read once it is whole', async () => {
    work.commit({ 'a.yaml': 'a\n' });
    const head = work.commit({ 'a.yaml': 'b\n' });
    work.git('clone', '--quiet', '--bare', '--depth=1', `file://${work.folder}`, join(folder, 'shallow'));
    const shallow = await openAt(join(folder, 'shallow'));
    await expect(shallow.fetchHead(never)).rejects.toMatchObject({ code: 'ShallowHistory' });
    execFileSync('git', ['fetch', '--quiet', '--unshallow'], { cwd: join(folder, 'shallow'), env: GIT_ENVIRONMENT });
    expect(await shallow.fetchHead(never)).toBe(head);
    await shallow.close();
  });

  test.each(['a deleted branch', 'an empty repository'])('%s is a failure and no empty state', async (which) => {
    if (which === 'a deleted branch') {
      work.commit({ 'a.yaml': 'a\n' });
      work.git('checkout', '--quiet', '-b', 'other');
      work.git('branch', '--quiet', '-D', 'main');
    }
    await expect(repository.fetchHead(never)).rejects.toMatchObject({ code: 'BranchMissing' });
  });

  test('a replacement of a commit does not count: the object itself is read', async () => {
    const real = work.commit({ 'a.yaml': 'a\n' });
    const other = work.commit({ 'a.yaml': 'b\n' });
    work.git('replace', real, other);
    const { bytes } = await repository.readObject(real);
    expect(Buffer.from(bytes).toString()).toBe(`${work.git('--no-replace-objects', 'cat-file', 'commit', real)}\n`);
  });

  test('an object that is not there', async () => {
    work.commit({ 'a.yaml': 'a\n' });
    await expect(repository.readObject('1'.repeat(40))).rejects.toMatchObject({ code: 'GitObjectMissing' });
    await expect(repository.readObject('../../../etc/passwd')).rejects.toMatchObject({ code: 'GitObjectBad' });
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 12)],
    ['empty', () => Buffer.alloc(0)],
    ['of another object', () => deflateSync(Buffer.from('blob 2\0x\n'))],
    ['with a wrong length', () => deflateSync(Buffer.from('blob 9\0x\n'))],
    ['of no known type', () => deflateSync(Buffer.from('bulb 2\0x\n'))],
    ['inflating beyond all measure', () => deflateSync(Buffer.alloc(80 * 1024 * 1024))],
  ])('a loose object %s is never used', async (_, damage) => {
    const head = work.commit({ 'a.yaml': 'a\n' });
    overwrite(objectFile(head), damage(readFileSync(objectFile(head))));
    await expect(repository.readObject(head)).rejects.toMatchObject({ code: 'GitObjectBad' });
  });

  test('no byte of a pack can be changed and the object still be used as another one', async () => {
    for (let n = 0; n < 4; n += 1) work.commit({ 'a.yaml': `${'text\n'.repeat(100)}${String(n)}\n` });
    const objects = objectsByGit();
    work.git('gc', '--quiet');
    await repository.close();
    const packs = join(work.folder, '.git/objects/pack');
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith('.pack')) ?? '');
    const good = readFileSync(pack);
    let refused = 0;
    for (let at = 12; at < good.byteLength - 20; at += 61) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x55;
      overwrite(pack, bad);
      const damaged = await openAt(work.folder);
      for (const [id, { bytes }] of objects) {
        await damaged.readObject(id).then(
          (object) => expect(Buffer.from(object.bytes).equals(bytes)).toBe(true),
          (error: unknown) => {
            refused += 1;
            expect(error).toMatchObject({ code: 'GitObjectBad' });
          },
        );
      }
      await damaged.close();
    }
    expect(refused).toBeGreaterThan(50);
  });

  test('an index that leads astray is refused', async () => {
    work.commit({ 'a.yaml': 'a\n' });
    const head = work.commit({ 'a.yaml': 'b\n' });
    work.git('gc', '--quiet');
    const packs = join(work.folder, '.git/objects/pack');
    const index = join(packs, readdirSync(packs).find((name) => name.endsWith('.idx')) ?? '');
    for (const damage of [Buffer.alloc(10), readFileSync(index).subarray(0, 1100), Buffer.alloc(2000)]) {
      overwrite(index, damage);
      const damaged = await openAt(work.folder);
      await expect(damaged.readObject(head)).rejects.toMatchObject({ code: 'GitObjectBad' });
      await damaged.close();
    }
  });

  test('a repository of a form that is not read is refused with the reason', async () => {
    mkdirSync(join(folder, 'sha256'));
    execFileSync('git', ['init', '--quiet', '--bare', '--object-format=sha256', '--initial-branch=main'], {
      cwd: join(folder, 'sha256'),
      env: GIT_ENVIRONMENT,
    });
    const other = await openAt(join(folder, 'sha256'));
    await expect(other.fetchHead(never)).rejects.toMatchObject({
      code: 'SourceUnreadable',
      message: expect.stringContaining('sha256'),
    });
    await other.close();
  });
});
