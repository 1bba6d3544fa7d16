import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '#controller';
import { query, startPostgres, type PostgresServer } from '#test/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  const started = await startPostgres();
  if (typeof started === 'string') throw new Error(`no PostgreSQL here: ${started}`);
  server = started;
});
afterAll(async () => await server.stop());

test('a schema that is dropped is a store that is gone', async () => {
  const databaseUrl = await server.createDatabase();
  const store = await openStore({ databaseUrl });
  await store.devices.pinSerial('r1', 'S1');
  expect(() => store.mustBeHere()).not.toThrow();
  await query(databaseUrl, 'drop schema public cascade');
  await expect(store.leader.renew('anybody', 15_000)).rejects.toMatchObject({ code: 'StoreGone' });
  expect(store.gone.reason).toMatchObject({ code: 'StoreGone' });
  expect(() => store.mustBeHere()).toThrow(/is not the one that this controller opened/);
  await store.close();
});

/** An error event that nobody hears would fail this file. */
test('a connection that breaks while it is in use fails its transaction and nothing else', async () => {
  const databaseUrl = await server.createDatabase();
  const store = await openStore({ databaseUrl });
  const cut = store.transaction(async (records) => {
    await records.freeze.get();
    const ours = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'routeros-gitops'";
    await query(databaseUrl, ours);
    await records.freeze.get();
  });
  await expect(cut).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(await store.freeze.get()).toBeNull();
  await store.close();
});
