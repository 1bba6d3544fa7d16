import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hiddenNames } from '#test/hidden-names.ts';
import { folderChanges, inspectFolder, readFolder, SOURCE_FAILURES } from '#controller';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'read',
    (error: unknown) => (error as { code: string }).code,
  );
}

describe('readFolder', () => {
  test('takes every YAML file at any depth, sorted, and nothing else', async () => {
    await write('b.yaml', 'b\n');
    await write('a/z.yml', 'z\n');
    await write('README.md', 'words');
    await write('.git/config.yaml', 'hidden\n');
    const { files } = await readFolder(folder);
    expect(Object.entries(files)).toEqual([
      ['a/z.yml', 'z\n'],
      ['b.yaml', 'b\n'],
    ]);
  });

  test('equal content has an equal id wherever it lies; another path or text has another', async () => {
    await write('one/a.yaml', 'a\n');
    await write('two/a.yaml', 'a\n');
    await write('three/b.yaml', 'a\n');
    await write('four/a.yaml', 'b\n');
    const ids = await Promise.all(['one', 'two', 'three', 'four'].map((name) => readFolder(join(folder, name))));
    expect(ids[0]?.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ids[1]?.id).toBe(ids[0]?.id);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
  });

  test('an empty folder is a failure and no empty fleet', async () => {
    await write('README.md', 'words');
    expect(await codeOf(readFolder(folder))).toBe('EmptySource');
  });

  test('a folder that is not there is a failure', async () => {
    expect(await codeOf(readFolder(join(folder, 'gone')))).toBe('SourceUnreadable');
  });

  test.each(['a.yaml', 'sub', 'notes.txt'])('a symbolic link named %s is refused', async (name) => {
    await write('real.yaml', 'a\n');
    await symlink(join(folder, 'real.yaml'), join(folder, name));
    await expect(readFolder(folder)).rejects.toMatchObject({
      code: 'SourceForbiddenEntry',
      message: `${name}:1:1: is a symbolic link\n    put the file itself there, or leave it out by a line in .rosctlignore`,
    });
  });

  test.each(hiddenNames())('a name in which something is hidden is refused: %j', async (name) => {
    await write('ok.yaml', 'a\n');
    await write(name, 'b\n');
    const refused = (await readFolder(folder).catch((error: unknown) => error)) as Error & { code: string };
    expect(refused.code).toBe('SourceForbiddenEntry');
    expect(refused.message).toContain('has a name that is no plain text');
    expect(refused.message).toMatch(/^[ -~\n]+$/);
  });

  test('a name that is no UTF-8 is refused', async () => {
    await write('ok.yaml', 'a\n');
    await writeFile(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff]), Buffer.from('.yaml')]), 'b\n');
    expect(await codeOf(readFolder(folder))).toBe('SourceForbiddenEntry');
  });

  test.each([
    ['lab.yaml', 'LAB.yaml'],
    ['lab/a.yaml', 'Lab/b.yaml'],
    ['caf\u00e9.yaml', 'cafe\u0301.yaml'],
  ])('%s beside %s is refused', async (one, other) => {
    await write(one, 'a\n');
    await write(other, 'b\n');
    expect(await codeOf(readFolder(folder))).toBe('SourceForbiddenEntry');
  });

  test('everything that keeps a folder from being a fleet is told at once, and the rest is read', async () => {
    await write('a.yaml', 'a\n');
    await write('B.yaml', 'b\n');
    await write('b.yaml', 'b\n');
    await write('c.yaml', Uint8Array.of(0x61, 0xff, 0x0a));
    await symlink(join(folder, 'a.yaml'), join(folder, 'd.yaml'));
    execFileSync('mkfifo', [join(folder, 'e.yaml')]);
    const { files, faults } = await inspectFolder(folder);
    expect(Object.keys(files)).toEqual(['B.yaml', 'a.yaml']);
    expect(faults.map(({ file, line, message }) => [file, line, message])).toEqual([
      ['b.yaml', 1, 'its name differs from B.yaml only in case or in how accents are written'],
      ['d.yaml', 1, 'is a symbolic link'],
      ['e.yaml', 1, 'is no regular file'],
      ['c.yaml', 1, 'is not UTF-8 text'],
    ]);
    const { message } = (await readFolder(folder).catch((error: unknown) => error)) as Error;
    for (const { file } of faults) expect(message).toContain(`${file}:1:1`);
  });

  test.each(['state', 'deep/own'])("the controller's own folder is none of the fleet: %s", async (own) => {
    await write('a.yaml', 'a\n');
    for (const name of ['store.db', 'control.sock', 'credentials.yaml', 'below/c.yaml'])
      await write(`${own}/${name}`, 'b\n');
    await write(`${own}2/d.yaml`, 'd\n');
    const { files } = await readFolder(folder, join(folder, own));
    expect(Object.keys(files)).toEqual(['a.yaml', `${own}2/d.yaml`]);
    await symlink(folder, `${folder}-link`);
    try {
      expect(await readFolder(folder, join(`${folder}-link`, own))).toEqual(
        await readFolder(folder, join(folder, own)),
      );
      expect(await readFolder(`${folder}-link`, join(folder, own))).toMatchObject({ files });
    } finally {
      await rm(`${folder}-link`);
    }
  });

  test.each(['elsewhere', '..', '.', 'state/below/missing'])(
    'no other folder is left out, whatever lies in it (--state %s)',
    async (state) => {
      await write('state/a.yaml', 'a\n');
      await write('state/credentials.yaml', 'credentials: []\n');
      const { files } = await readFolder(folder, join(folder, state));
      expect(Object.keys(files)).toEqual(['state/a.yaml', 'state/credentials.yaml']);
    },
  );

  test.each(['store.db', 'tools/store.db', 'tools/STORE.DB', 'a/b/store.pid', 'store.db-wal', 'x/control.sock'])(
    'a file of a controller hides nothing and is a fault: %s',
    async (path) => {
      await write('a.yaml', 'a\n');
      await write(path, '');
      await write('tools/b.yaml', 'b\n');
      const { files, faults } = await inspectFolder(folder);
      expect(Object.keys(files)).toEqual(['a.yaml', 'tools/b.yaml']);
      expect(faults.map(({ file, message }) => [file, message])).toEqual([[path, "is of a controller's own folder"]]);
    },
  );

  test('a folder named like a file is looked into; it is no file', async () => {
    await write('odd.yaml/a.yaml', 'a\n');
    expect(Object.keys((await readFolder(folder)).files)).toEqual(['odd.yaml/a.yaml']);
  });

  test('a file beyond all measure is refused unread', async () => {
    await write('big.yaml', new Uint8Array(16 * 1024 * 1024 + 1));
    expect(await codeOf(readFolder(folder))).toBe('SourceTooLarge');
  });

  test('folders within folders without end are refused', async () => {
    await write(`${'d/'.repeat(40)}a.yaml`, 'a\n');
    expect(await codeOf(readFolder(folder))).toBe('SourceTooLarge');
  });

  test('what changes while it is read is read again, or given up: never a mixture', async () => {
    await write('a.yaml', '0\n');
    await write('b.yaml', '0\n');
    const stop = new AbortController();
    const writer = (async () => {
      for (let round = 1; !stop.signal.aborted; round += 1) {
        for (const name of ['a', 'b']) {
          await write(`.${name}`, `${String(round)}\n`);
          await rename(join(folder, `.${name}`), join(folder, `${name}.yaml`));
        }
      }
    })();
    const seen: string[] = [];
    for (let tries = 0; tries < 40; tries += 1) {
      const read = await readFolder(folder).catch((error: unknown) => error as { code: string });
      if ('code' in read) seen.push(read.code);
      else {
        const difference = Number(read.files['a.yaml']) - Number(read.files['b.yaml']);
        seen.push(difference === 0 || difference === 1 ? 'whole' : 'mixed');
      }
    }
    stop.abort();
    await writer;
    expect(seen.filter((what) => what !== 'whole' && what !== 'SourceChanging')).toEqual([]);
  });

  test('every code says what happened and what to do', () => {
    for (const kind of Object.values(SOURCE_FAILURES)) {
      expect(kind.summary).toMatch(/\.$/);
      expect(kind.hint).toMatch(/\.$/);
    }
  });
});

describe('folderChanges', () => {
  const FAST = { quietMilliseconds: 30, pollMilliseconds: 60_000 };

  test('tells of a change, also in folders that came since', async () => {
    await write('a.yaml', 'a\n');
    const stop = new AbortController();
    const changes = folderChanges(folder, null, FAST, stop.signal);
    let next = changes.next();
    await write('a.yaml', 'b\n');
    expect(await next).toEqual({ done: false, value: undefined });
    next = changes.next();
    await write('new/b.yaml', 'b\n');
    expect(await next).toEqual({ done: false, value: undefined });
    next = changes.next();
    await write('new/b.yaml', 'c\n');
    expect(await next).toEqual({ done: false, value: undefined });
    next = changes.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  test('a change while the last one is worked on is not lost', async () => {
    await write('a.yaml', 'a\n');
    const stop = new AbortController();
    const changes = folderChanges(folder, null, FAST, stop.signal);
    const first = changes.next();
    await write('a.yaml', 'b\n');
    await first;
    await write('a.yaml', 'c\n');
    expect((await changes.next()).done).toBe(false);
    stop.abort();
    await changes.return();
  });

  test('a store that lies in the folder wakes nobody', async () => {
    await write('a.yaml', 'a\n');
    await write('state/store.db', 'a\n');
    const stop = new AbortController();
    const changes = folderChanges(folder, join(folder, 'state'), { ...FAST, pollMilliseconds: 3_600_000 }, stop.signal);
    const next = changes.next().then(({ done }) => done);
    for (const name of ['store.db', 'store.db-wal', 'store.db-shm', 'store.pid']) await write(`state/${name}`, 'b\n');
    const quiet = setTimeout(150, 'quiet');
    expect(await Promise.race([next, quiet])).toBe('quiet');
    await write('a.yaml', 'b\n');
    expect(await next).toBe(false);
    stop.abort();
    await changes.return();
  });

  test('looks again now and then, even at a folder that is not there', async () => {
    const stop = new AbortController();
    const changes = folderChanges(
      join(folder, 'gone'),
      null,
      { quietMilliseconds: 5, pollMilliseconds: 10 },
      stop.signal,
    );
    expect((await changes.next()).done).toBe(false);
    expect((await changes.next()).done).toBe(false);
    stop.abort();
    expect((await changes.next()).done).toBe(true);
  });
});
