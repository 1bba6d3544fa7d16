import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqlite } from '../../controller/store/sqlite.ts';

let due: PromiseWithResolvers<void>[];
let opened: ReturnType<typeof openSqlite>;

beforeEach(async () => {
  due = [];
  opened = openSqlite(join(mkdtempSync(join(tmpdir(), 'store-')), 'controller'), () => {
    const answer = Promise.withResolvers<void>();
    due.push(answer);
    return answer.promise;
  });
  const creating = sql`create table rows (name text)`.execute(opened.db);
  await nextTurn();
  answer();
  await creating;
});
afterEach(async () => {
  const closing = opened.db.destroy();
  await nextTurn();
  answer();
  await closing;
});

/** What waits for nothing has happened by then. */
async function nextTurn(): Promise<void> {
  await new Promise(setImmediate);
}

/** The disk has what it was asked for until now. */
function answer(): void {
  for (const each of due.splice(0)) each.resolve();
}

interface Write {
  readonly ended: Promise<unknown>;
  readonly isDone: () => boolean;
}

function write(name: string): Write {
  let done = false;
  const ended = opened.db
    .transaction()
    .execute(async (transaction) => await sql`insert into rows values (${name})`.execute(transaction))
    .finally(() => (done = true));
  ended.catch(() => {});
  return { ended, isDone: () => done };
}

async function names(): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`select name from rows`.execute(opened.db);
  return rows.map(({ name }) => name);
}

test('a write returns when the disk has it, and not before; others read and write meanwhile', async () => {
  const first = write('a');
  await nextTurn();
  const [second, third] = [write('b'), write('c')];
  expect(await names()).toEqual(['a', 'b', 'c']);
  await nextTurn();
  expect([first, second, third].map(({ isDone }) => isDone())).toEqual([false, false, false]);
  expect(due).toHaveLength(1);
  answer();
  await first.ended;
  await nextTurn();
  // The disk was asked before those two were written.
  expect([second, third].map(({ isDone }) => isDone())).toEqual([false, false]);
  expect(due).toHaveLength(1);
  answer();
  await Promise.all([second.ended, third.ended]);
  expect(due).toEqual([]);
});

test('a statement by itself waits for the disk as well', async () => {
  let done = false;
  const ended = sql`insert into rows values ('a')`.execute(opened.db).finally(() => (done = true));
  await nextTurn();
  expect(done).toBe(false);
  answer();
  await ended;
});

test('what was rolled back, and what only reads, waits for no disk', async () => {
  const changed = opened.db.transaction().execute(async (transaction) => {
    await sql`insert into rows values ('a')`.execute(transaction);
    throw new Error('changed its mind');
  });
  await expect(changed).rejects.toThrow('changed its mind');
  expect(await names()).toEqual([]);
  expect(due).toEqual([]);
});

test('a store whose disk refuses is gone: nobody goes on by what a later life may not find', async () => {
  const first = write('a');
  await nextTurn();
  const second = write('b');
  await nextTurn();
  due.splice(0)[0]?.reject(new Error('EIO'));
  await expect(first.ended).rejects.toMatchObject({
    code: 'StoreGone',
    message: expect.stringContaining('EIO') as string,
  });
  await expect(second.ended).rejects.toMatchObject({ code: 'StoreGone' });
  // Asked again it may say yes to what it has dropped.
  expect(due).toEqual([]);
  expect(opened.files.gone.aborted).toBe(true);
  await expect(names()).rejects.toMatchObject({ code: 'StoreGone' });
});

test('closing waits for the disk', async () => {
  const last = write('a');
  await nextTurn();
  let closed = false;
  const closing = opened.db.destroy().then(() => (closed = true));
  await nextTurn();
  expect(closed).toBe(false);
  answer();
  await Promise.all([last.ended, closing]);
});
