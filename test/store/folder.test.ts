import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../controller/store/index.ts';
import { openSqlite } from '../../controller/store/sqlite.ts';
import { event, T0 } from './samples.ts';
import { startWriter } from './writer-process.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'store-')), 'controller');
});

function permissionsOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('a second controller on the same folder', () => {
  test('is refused in the same process, and the first one keeps its lock', async () => {
    const store = await openStore({ folder });
    for (const _again of [1, 2]) {
      await expect(openStore({ folder })).rejects.toMatchObject({
        code: 'StoreLocked',
        message: `Another controller (process ${process.pid}) works on the folder ${folder}. Stop it, or give this controller a folder of its own.`,
      });
    }
    const writer = startWriter({ folder });
    expect(JSON.parse((await writer.said(1))[0] ?? '')).toMatchObject({ code: 'StoreLocked' });
    await store.audit.append(event('still here'));
    await store.close();
  });

  test('is refused from another process, which is named, until that one is gone', async () => {
    const writer = startWriter({ folder });
    await writer.said(1);
    await expect(openStore({ folder })).rejects.toMatchObject({
      code: 'StoreLocked',
      message: expect.stringContaining(`process ${writer.pid}`) as string,
    });
    await writer.kill();
    await (await openStore({ folder })).close();
  });

  test.each([
    ['says nothing', (path: string) => writeFileSync(path, '')],
    ['is gone', (path: string) => rmSync(path)],
  ])('is refused with a plain message when the file that names the first one %s', async (_name, spoil) => {
    const store = await openStore({ folder });
    spoil(join(folder, 'store.pid'));
    await expect(openStore({ folder })).rejects.toMatchObject({
      message: expect.stringMatching(/^Another controller works on/) as string,
    });
    await store.close();
  });
});

test('the folder is for its owner alone, and so is every file in it', async () => {
  const store = await openStore({ folder });
  await store.freeze.set({ by: 'alice', reason: '', since: T0 });
  expect(permissionsOf(folder)).toBe('700');
  expect(readdirSync(folder).toSorted()).toEqual(['store.db', 'store.db-wal', 'store.pid']);
  for (const file of readdirSync(folder)) expect([file, permissionsOf(join(folder, file))]).toEqual([file, '600']);
  await store.close();
  expect(readdirSync(folder)).toEqual(['store.db']);
});

test('a folder that others could read is closed to them', async () => {
  await (await openStore({ folder })).close();
  chmodSync(folder, 0o755);
  const store = await openStore({ folder });
  expect(permissionsOf(folder)).toBe('700');
  await store.close();
});

test('a file that is no store is refused and not touched', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'store.db'), 'something else entirely, long enough to be looked at\n'.repeat(40));
  const before = readFileSync(join(folder, 'store.db'));
  await expect(openStore({ folder })).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining(folder) as string,
  });
  expect(readFileSync(join(folder, 'store.db'))).toEqual(before);
});

test('a folder that cannot be made is named', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'store-')), 'file');
  writeFileSync(file, '');
  const failure = openStore({ folder: join(file, 'controller') });
  await expect(failure).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining(file) as string,
  });
});

test('a transaction that SQLite rolls back by itself, as on a full disk, leaves nothing of what comes after either', async () => {
  await (await openStore({ folder })).close();
  const database = new DatabaseSync(join(folder, 'store.db'));
  database.exec("create trigger full before insert on freeze begin select raise(rollback, 'disk is full'); end");
  database.close();
  const store = await openStore({ folder });
  const failing = store.transaction(async (records) => {
    await records.audit.append(event('before'));
    await records.freeze.set({ by: 'alice', reason: '', since: T0 }).catch(() => undefined);
    await records.audit.append(event('after')).catch(() => undefined);
  });
  await expect(failing).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(await store.audit.list({ limit: 9 })).toEqual([]);
  await store.audit.append(event('later'));
  expect(await store.audit.list({ limit: 9 })).toHaveLength(1);
  await store.close();
});

test('SQLite itself leaves it to us when a commit is on the disk', async () => {
  const { db } = openSqlite(folder);
  const settings = await Promise.all(
    ['synchronous', 'journal_mode', 'locking_mode', 'foreign_keys'].map(
      async (name) =>
        Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)).rows[0] ?? {})[0],
    ),
  );
  expect(settings).toEqual([1, 'wal', 'exclusive', 1]);
  await db.destroy();
});

test.each(['mysql://u:hunter2@localhost/db', 'hunter2', 'postgres://u:hunter2@[half'])(
  'an address that is no PostgreSQL is refused without repeating it: %s',
  async (databaseUrl) => {
    const failure = await openStore({ databaseUrl }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining('postgres://') as string,
    });
    expect(`${String((failure as Error).stack)} ${JSON.stringify(failure)}`).not.toContain('hunter2');
  },
);
