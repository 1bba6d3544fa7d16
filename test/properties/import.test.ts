import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSkipped } from '#differ';
import { menuOf, type MenuPath, type MenuRows } from '#routeros';
import { routerRows } from '#test/router-rows.ts';
import { runs } from '#test/sample.ts';
import { compose, type Files } from '../../cli/import/compose.ts';
import { inventoryFile, inventoryText } from '../../cli/import/documents.ts';
import { declaredDevice } from '../../cli/import/sections-of.ts';
import { verify } from '../../cli/import/verify.ts';

const RUNS = runs(100);

function deviceRead(name: string, menus: MenuRows) {
  return {
    name,
    from: `${name}.json`,
    version: '7.20.8',
    serial: null,
    live: { menus },
    others: {},
    faults: [],
    refused: [],
    lineOf: () => undefined,
  };
}

function labelled(name: string, port: number, role: string, site: string): Files {
  const address = `https://127.0.0.1:${String(20_000 + port)}`;
  const spec = { address, credentialsRef: 'fleet', environment: 'lab' as const, site };
  return { [inventoryFile(name)]: inventoryText(spec, { name, labels: { role } }, []) };
}

/** Five routers of two roles and two sites; each holds what its role holds, and something of its own. */
const fleets = fc.tuple(fc.tuple(routerRows(), routerRows()), fc.array(routerRows(), { minLength: 5, maxLength: 5 }));

it('routers become a fleet that changes nothing on any of them, and again the same files', () => {
  let imported = 0;
  let refused = 0;
  fc.assert(
    fc.property(fleets, ([ofRole, own]) => {
      const names = own.map((_, index) => `r${String(index)}`);
      const read = names.map((name, index) => deviceRead(name, together(ofRole[index % 2] ?? {}, own[index] ?? {})));
      const added = Object.assign(
        {},
        ...names.map((name, index) =>
          labelled(name, index, index % 2 === 0 ? 'edge' : 'core', index < 3 ? 'vie' : 'gra'),
        ),
      ) as Files;
      const devices = read.map(declaredDevice);
      for (const { device, rows, imported: some, refused: others } of devices) {
        const all = Object.entries(device.live.menus).flatMap(([path, each]) =>
          each.filter((row) => !isSkipped(menuOf(path as MenuPath), row)),
        );
        expect(rows).toBe(all.length);
        imported += some;
        refused += others.filter(({ reason }) => !reason.startsWith('it is the same row')).length;
      }
      const { files, inventory } = compose({}, added, devices);
      for (const device of read) expect(verify(inventory, device)).toMatchObject({ differences: 0, text: null });
      expect(compose(files, {}, devices)).toMatchObject({ files, written: [], removed: [] });
      // One of them alone has nothing to add either.
      expect(compose(files, {}, devices.slice(0, 1)).files).toEqual(files);
    }),
    RUNS,
  );
  // Values are put together blindly, so that many rows lack what they need. Were all refused, nothing would be shown.
  expect(imported).toBeGreaterThan(refused / 4);
});

/** The rows of both; of settings what the second says. */
function together(one: MenuRows, other: MenuRows): MenuRows {
  const menus = Object.entries(one) as [MenuPath, MenuRows[MenuPath]][];
  return Object.fromEntries(
    menus.map(([path, rows]) => {
      const more = other[path] ?? [];
      if (menuOf(path).shape === 'settings') return [path, [{ ...rows[0], ...more[0] }]];
      return [path, [...rows, ...more.map((row, index) => ({ ...row, '.id': `*1${index.toString(16)}` }))]];
    }),
  );
}
