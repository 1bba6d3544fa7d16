import { afterEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#canonical-json';
import {
  applyChanges,
  canonicalMenu,
  declaredIn,
  isSkipped,
  type LiveState,
  makePlan,
  type Plan,
  writableRow,
} from '#differ';
import { CATALOGUE, menuOf, type MenuPath, type Row } from '#routeros';
import type { RestSession } from '#routeros/rest';
import { createClock, startFleet, type Properties } from '#simulator';
import { readLive } from '../../controller/device/live.ts';
import { statusOf } from '../../controller/observed/outcome.ts';
import { openSession } from '../rest/raw-router.ts';
import { configYaml, labFleet, outcomeOf, type Rig, seed, startRig, until } from '#test/rig.ts';
import { restoreText, stateOf } from '#test/undo-text.ts';

const LIST = '/ip/firewall/address-list';
const DNS = '/ip/dns/static';

let rig: Rig;
afterEach(async () => await rig?.close());

/** A value that no script on a router can hold: by itself it is longer than a script may be. */
const LONG = 'x'.repeat(50_000);

/** Rows that the router has and no change can touch, in front of good ones and behind them. */
const HELD: Readonly<Record<string, readonly Properties[]>> = {
  [DNS]: [
    { name: 'edge.example', address: '203.0.113.20' },
    { name: 'printer.example', address: '198.51.100.9', comment: LONG },
    { name: 'kept.example', address: '198.51.100.1', ttl: '1h' },
  ],
  [LIST]: [
    { list: 'blocked', address: '203.0.113.10', timeout: '20h' },
    { list: 'blocked', address: 'edge.example' },
    { list: 'blocked', address: '198.51.100.7', comment: 'seen once' },
  ],
};

const WANTED = `
dns: {servers: [9.9.9.9]}
dnsStatic:
  - {name: printer.example, address: 198.51.100.9, ttl: 2h}
  - {name: kept.example, address: 198.51.100.1, ttl: 2h}
addressLists:
  - {list: blocked, address: 203.0.113.10}
  - {list: blocked, address: 203.0.113.20}
  - {list: blocked, address: 198.51.100.7, comment: seen twice}
`;

function rowsOf(menu: string, field: string, value: string): readonly Properties[] {
  return rig.router.rows(menu).filter((row) => row[field] === value);
}

describe('rows that can not be changed', () => {
  it('are left as they are while the rest is applied, and keep the device from being ready', async () => {
    rig = await startRig((router) => labFleet(router, WANTED), [seed('r1', { menus: HELD })]);
    const printer = rowsOf(DNS, 'name', 'printer.example');
    const status = statusOf(await outcomeOf(rig, 'r1', 'Confirmed'));
    expect(status).toMatchObject({ ready: 'False', reason: 'RowsHeldBack', reconciling: false });
    for (const row of [
      '/ip/dns/static name=printer.example type=A address=198.51.100.9',
      '/ip/firewall/address-list list=blocked address=203.0.113.10',
      '/ip/firewall/address-list list=blocked address=203.0.113.20',
    ])
      expect(status.message).toContain(`${row}: `);
    expect(status.message).toContain('list=blocked address=edge.example stands for it');
    expect(status.message).not.toContain('RouterConfig');

    expect(rowsOf(DNS, 'name', 'printer.example')).toEqual(printer);
    expect(rowsOf(LIST, 'address', '203.0.113.10')).toMatchObject([{ dynamic: 'true' }]);
    expect(rowsOf(LIST, 'address', '203.0.113.20')).toMatchObject([{ dynamic: 'true' }]);
    expect(rowsOf(DNS, 'name', 'kept.example')).toMatchObject([{ ttl: '2h' }]);
    expect(rowsOf(LIST, 'address', '198.51.100.7')).toMatchObject([{ comment: 'seen twice' }]);
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.9');

    const { store } = rig.controller.api;
    // Whoever declared them is an author still when they are planned.
    expect((await store.devices.get('r1'))?.baseRevision).toBeNull();
    const base = (await store.devices.get('r1'))?.base;
    // That somebody declared them once is remembered, so that nobody prunes them.
    const names = JSON.stringify(base === null || base === undefined ? null : declaredIn(base));
    for (const held of ['printer.example', '203.0.113.10', '203.0.113.20']) expect(names).not.toContain(held);
    expect(names).toContain('kept.example');

    const again = statusOf(await outcomeOf(rig, 'r1', 'InSync'));
    expect(again).toMatchObject({ ready: 'False', reason: 'RowsHeldBack', message: status.message });
    expect(await store.plans.listCurrent()).toEqual([]);
    expect(await store.drift.listOpen()).toEqual([]);
    expect(await store.attempts.list('r1', 10)).toHaveLength(1);

    // What stood in the way goes, and what it kept back follows by a plan of its own.
    rig.router.human.change({
      user: 'gitops',
      menu: LIST,
      verb: 'remove',
      where: { address: '203.0.113.10' },
      args: {},
    });
    await rig.controller.api.reconcile([]);
    await until(
      () => rowsOf(LIST, 'address', '203.0.113.10'),
      (rows) => rows[0]?.['dynamic'] === 'false',
    );
    await outcomeOf(rig, 'r1', 'InSync');
    expect(JSON.stringify((await store.devices.get('r1'))?.base)).toContain('203.0.113.10');
  });

  it('are the reason that is told when nothing else is to be done; there is no plan to approve', async () => {
    const spec = 'dnsStatic:\n  - {name: printer.example, address: 198.51.100.9, ttl: 2h}';
    rig = await startRig((router) => labFleet(router, spec), [seed('r1', { menus: HELD })]);
    const status = statusOf(await outcomeOf(rig, 'r1', 'InSync'));
    expect(status).toMatchObject({ ready: 'False', reason: 'RowsHeldBack', stalled: true });
    expect(status.message).toContain('/ip/dns/static name=printer.example type=A address=198.51.100.9: ');
    const { store } = rig.controller.api;
    expect(await store.plans.listCurrent()).toEqual([]);
    expect(await store.attempts.list('r1', 10)).toEqual([]);

    await rig.declare({ 'configs/r1.yaml': configYaml('r1', `${spec}\ndns: {servers: [9.9.9.10]}`) });
    expect(statusOf(await outcomeOf(rig, 'r1', 'Confirmed'))).toMatchObject({ reason: 'RowsHeldBack' });
    expect(await store.devices.get('r1')).toMatchObject({ baseRevision: null, base: expect.anything() });
    // A revision stands with the base once nothing is held back any more.
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'dns: {servers: [9.9.9.10]}') });
    await until(
      async () => (await store.devices.get('r1'))?.baseRevision ?? null,
      (revision) => revision !== null,
    );
  });
});

describe('the undo of a plan that holds rows back', () => {
  const MENUS: readonly MenuPath[] = [DNS, LIST, '/ip/dns'];

  /** Live as configuration: without ids, whatever the order of lists. */
  function configuration(live: LiveState): unknown {
    return MENUS.map((path) => {
      const menu = menuOf(path);
      const rows = (live.menus[path] ?? []).map((row) => (isSkipped(menu, row) ? row : writableRow(menu, row)));
      return canonicalMenu(menu, rows)
        .map((row) => canonicalJson(row))
        .toSorted();
    });
  }

  const owners = ['fleet'];
  const wanted = (rows: readonly Row[]) => ({
    shape: 'list' as const,
    declaredBy: owners,
    unlisted: 'prune' as const,
    rows: rows.map((fields) => ({ fields, owners })),
  });

  async function write(session: RestSession, { changes }: Plan, live: LiveState): Promise<void> {
    const idOf = (menu: MenuPath, match: Row): string =>
      (live.menus[menu] ?? []).find(
        (row) => row['dynamic'] !== 'true' && Object.entries(match).every(([name, text]) => row[name] === text),
      )?.['.id'] ?? '';
    for (const change of changes) {
      if (change.kind === 'create') await session.add(change.menu, change.fields);
      else if (change.kind === 'remove') await session.remove(change.menu, idOf(change.menu, change.match));
      else if (change.kind === 'set')
        await session.set(change.menu, change.match === null ? null : idOf(change.menu, change.match), change.fields);
    }
  }

  it('brings everything else back from every prefix on a router, and leaves those rows alone', async () => {
    const user = { name: 'gitops', password: 'correct horse', group: 'full' };
    const fleet = await startFleet([seed('r1', { users: [user], menus: HELD })], { clock: createClock(20) });
    const session = openSession(fleet.router('r1').url);
    try {
      const before = await readLive(session, MENUS);
      const dns = (before.menus[DNS] ?? []).map((row) => writableRow(menuOf(DNS), row));
      const plan = makePlan({
        live: before,
        base: { menus: { [DNS]: wanted(dns), [LIST]: wanted([]) } },
        desired: {
          menus: {
            '/ip/dns': {
              shape: 'settings',
              declaredBy: owners,
              fields: { servers: '9.9.9.9' },
              owners: { servers: owners },
            },
            [DNS]: wanted([
              { name: 'kept.example', type: 'A', address: '198.51.100.1', ttl: '2h' },
              { name: 'new.example', type: 'A', address: '198.51.100.3' },
            ]),
            [LIST]: wanted([
              { list: 'blocked', address: '203.0.113.10' },
              { list: 'blocked', address: '203.0.113.20' },
              { list: 'blocked', address: '198.51.100.8' },
            ]),
          },
        },
      });
      expect(plan.heldBack?.map(({ match }) => match?.['name'] ?? match?.['address'])).toEqual([
        '203.0.113.10',
        '203.0.113.20',
        'printer.example',
      ]);
      expect(plan.changes.length).toBeGreaterThan(5);
      for (let length = 0; length <= plan.changes.length; length++) {
        const prefix = { ...plan, changes: plan.changes.slice(0, length) };
        const live = await readLive(session, MENUS);
        await write(session, prefix, live);
        const now = await readLive(session, MENUS);
        expect(now.menus[DNS]).toContainEqual(expect.objectContaining({ name: 'printer.example', comment: LONG }));
        if (length === plan.changes.length)
          expect(configuration(now)).toEqual(configuration(applyChanges(before, plan.changes, CATALOGUE)));
        expect(await session.execute(`${restoreText(stateOf(plan))}\n:put $rgFailed`)).toContain('0');
        const undone = await readLive(session, MENUS);
        expect(configuration(undone)).toEqual(configuration(before));
        expect(undone.menus[DNS]).toContainEqual(expect.objectContaining({ name: 'printer.example', comment: LONG }));
      }
    } finally {
      await session.close();
      await fleet.close();
    }
  });
});
