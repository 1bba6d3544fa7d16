import { cp } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { NEW } from '#test/crash-site.ts';
import { labFleet, outcomeOf, startRig, temporaryFolder, until } from '#test/rig.ts';

const PASSES = 100;

it(`writes nothing to the router and no row to the store but health over ${PASSES} passes without a change`, async () => {
  const rig = await startRig((router) => labFleet(router, NEW));
  try {
    await outcomeOf(rig, 'r1', 'InSync');
    // What a visit found is kept a moment after it, and anew every ten minutes.
    await until(
      () => rig.controller.api.store.observed.list(),
      ([kept]) => kept?.outcome.kind === 'InSync',
    );
    const stored = await rowsOf(rig.config.stateFolder);
    rig.router.requests.clear();
    const passes = (): number => rig.router.requests.filter((request) => request.path === '/system/resource').length;
    for (let done = 0; done < PASSES; done = passes()) {
      await rig.controller.api.reconcile([]);
      await until(passes, (count) => count > done);
    }
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.requests.filter(({ method, path: to }) => method !== 'GET' && !to.endsWith('/print'))).toEqual(
      [],
    );
    expect(await rowsOf(rig.config.stateFolder)).toEqual(stored);

    // The measure does see a write.
    await rig.controller.api.store.freeze.set({ by: 'test', reason: 'to see a write', since: 0 });
    expect(await rowsOf(rig.config.stateFolder)).not.toEqual(stored);
  } finally {
    await rig.close();
  }
});

/**
 * Every row but those of health, and but SQLite's own counters of rows, by table: of a copy, since the controller holds
 * the database alone.
 */
async function rowsOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const copy = await temporaryFolder();
  await cp(folder, copy, { recursive: true, filter: (file) => file === folder || /store\.db(-wal)?$/.test(file) });
  const database = new DatabaseSync(path.join(copy, 'store.db'));
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    const names = tables.map(({ name }) => String(name)).filter((name) => !/^(health_|sqlite_)/.test(name));
    expect(names).toContain('observed');
    return Object.fromEntries(names.map((name) => [name, database.prepare(`select * from "${name}"`).all()]));
  } finally {
    database.close();
  }
}
