import { bridgeOf } from '../engine/links.ts';
import { isRunning } from '../engine/network.ts';
import { followRename } from '../engine/references.ts';
import { countedAt } from '../engine/surroundings.ts';
import { dropRow, insertRow, replaceValues, tableOf } from '../engine/table.ts';
import { mac } from '../kinds/address.ts';
import { either, nonEmptyText, number, oneOf, reference, text } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState, RowChange } from '../model/state.ts';
import { comment, disabled, fieldsOf, flag, rareFlag, state, wordsOf } from './fields.ts';

const zero = { ...state, default: '0' };
const counted = wordsOf('rx-byte tx-byte rx-packet tx-packet fp-rx-byte fp-tx-byte fp-rx-packet fp-tx-packet');
const mtu = either(oneOf('auto'), number(68, 65_535));

/** /interface: fixed rows, also those of bridges (routeros-rest.md §5.14). */
export const interfaces: MenuSpec = {
  path: '/interface',
  shape: 'list',
  noun: 'interface',
  source: 'routeros-rest.md §5.14',
  rows: 'fixed',
  key: ['name'],
  resetCounters: true,
  fields: {
    name: { kind: nonEmptyText },
    'default-name': state,
    type: { ...state, show: 'always' },
    mtu: { kind: mtu, default: '1500' },
    'actual-mtu': { ...state, default: '1500' },
    l2mtu: { kind: number(0, 65_535) },
    'max-l2mtu': state,
    'mac-address': state,
    running: flag,
    disabled,
    dynamic: rareFlag,
    slave: rareFlag,
    inactive: rareFlag,
    'last-link-up-time': state,
    'last-link-down-time': state,
    'link-downs': zero,
    ...fieldsOf(
      zero,
      'rx-byte',
      'tx-byte',
      'rx-packet',
      'tx-packet',
      'rx-drop',
      'tx-drop',
      'rx-error',
      'tx-error',
      'tx-queue-drop',
    ),
    ...fieldsOf(zero, 'fp-rx-byte', 'fp-tx-byte', 'fp-rx-packet', 'fp-tx-packet'),
    vrf: { ...state, since: '7.16' },
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  initial: (router) => [...[1, 2, 3, 4, 5].map((port) => ethernet(router, port)), ...madeRows(router)],
  changed(router, { verb, row }) {
    for (const path of verb === 'set' ? MAKERS : []) {
      const menu = router.profile.menus.get(path);
      const table = tableOf(router, path);
      const maker = table.rows.find(({ values }) => values['name'] === row.values['name']);
      if (menu !== undefined && maker !== undefined) {
        const { disabled: off = 'false', comment: told } = row.values;
        const { comment: _, ...values } = maker.values;
        replaceValues(menu, table, maker, {
          ...values,
          disabled: off,
          ...(told === undefined ? {} : { comment: told }),
        });
      }
    }
  },
  computed(router, row) {
    const name = row.values['name'] ?? '';
    return {
      running: String(isRunning(router, name)),
      ...(bridgeOf(router, name) === undefined ? {} : { slave: 'true' }),
    };
  },
  counters: {
    names: new Set(counted),
    at(router, { values }) {
      const name = values['name'] ?? '';
      return isRunning(router, name) ? trafficOf(router, name) : {};
    },
  },
};

function trafficOf(router: RouterState, name: string): Properties {
  const counts = ['rx', 'tx'].flatMap((way) => {
    const bytes = countedAt(router, 250_000, name, way);
    return [
      [`${way}-byte`, bytes],
      [`${way}-packet`, Math.floor(bytes / 640)],
      [`fp-${way}-byte`, Math.floor(bytes * 0.9)],
      [`fp-${way}-packet`, Math.floor(bytes / 720)],
    ] as const;
  });
  return Object.fromEntries(counts.map(([counter, count]) => [counter, String(count)]));
}

/** Menus whose rows are interfaces, too. */
const MAKERS = ['/interface/bridge', '/interface/vlan'];

function ethernet(router: RouterState, port: number): Record<string, string> {
  const name = `ether${port}`;
  return {
    name,
    'default-name': name,
    type: 'ether',
    'mac-address': macOf(router, port),
    l2mtu: '1596',
    running: String(port <= 2),
  };
}

/** The interfaces that seeded rows of other menus are. */
function madeRows(router: RouterState): readonly Properties[] {
  const seeded = (type: string, usual: readonly Properties[]): readonly Properties[] => {
    const seeds = router.facts.menus[`/interface/${type}`] ?? [];
    const others = usual.filter(({ name }) => seeds.every((seed) => seed['name'] !== name));
    return [...others, ...seeds].map(({ name = '', comment }) => ({
      ...madeInterface(router, type, name),
      ...(comment === undefined ? {} : { comment }),
    }));
  };
  return [...seeded('bridge', [{ name: 'bridge', comment: 'defconf' }]), ...seeded('vlan', [])];
}

function madeInterface(router: RouterState, type: string, name: string): Properties {
  return { name, type, 'mac-address': macOf(router, 2), l2mtu: '1596', running: 'true' };
}

/** What a row of another menu is in /interface. */
export function alsoInterface(type: string): NonNullable<MenuSpec['changed']> {
  return (router, change) => listInterface(router, change, (name) => madeInterface(router, type, name));
}

/**
 * A row of another menu is one of /interface, too (routeros-rest.md §5.14): made, renamed, switched off and gone with
 * it.
 */
export function listInterface(
  router: RouterState,
  { verb, row, before }: RowChange,
  made: (name: string) => Properties,
): void {
  const menu = router.profile.menus.get('/interface');
  if (menu === undefined) {
    return;
  }
  const table = tableOf(router, '/interface');
  const { name = '', disabled: off = 'false', comment: told } = row.values;
  const shared = { name, disabled: off, ...(told === undefined ? {} : { comment: told }) };
  const twin = table.rows.find((candidate) => candidate.values['name'] === (before?.['name'] ?? name));
  if (verb === 'remove' && twin !== undefined) {
    dropRow(menu, table, twin);
    followRename(router, menu.path, name, twin.id);
  } else if (verb === 'add' && twin === undefined) {
    insertRow(router, menu, table, { ...made(name), ...shared }, null);
  } else if (twin !== undefined) {
    const { comment: _, ...values } = twin.values;
    replaceValues(menu, table, twin, { ...values, ...shared });
    followRename(router, menu.path, before?.['name'], name);
  }
}

/** A locally made MAC that differs between routers and ports. */
function macOf(router: RouterState, port: number): string {
  let sum = 0;
  for (const character of router.facts.serial + router.facts.name) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0xff_ff_ff;
  }
  return mac.canonical(`48a98a${(((sum + port) % 0xff_ff_ff) + 0x1_00_00_00).toString(16).slice(-6)}`, 'mac-address');
}

/** /interface/list. */
export const interfaceLists: MenuSpec = {
  path: '/interface/list',
  shape: 'list',
  noun: 'interface list',
  source: 'routeros-rest.md §5.14',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    include: { kind: text, default: '' },
    exclude: { kind: text, default: '' },
    builtin: flag,
    dynamic: flag,
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveList' },
  initial: () => [
    ...['all', 'none', 'dynamic', 'static'].map((name) => ({ name, builtin: 'true' })),
    { name: 'WAN', comment: 'defconf' },
    { name: 'LAN', comment: 'defconf' },
  ],
};

/** /interface/list/member. */
export const interfaceListMembers: MenuSpec = {
  path: '/interface/list/member',
  shape: 'list',
  noun: 'interface list member',
  source: 'routeros-rest.md §5.14',
  key: ['list', 'interface'],
  fields: {
    list: { kind: reference('/interface/list'), required: true },
    interface: { kind: reference('/interface'), required: true },
    dynamic: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => `${values['list']} ${values['interface']}`, refusal: 'haveMember' },
  initial: () => [
    { list: 'LAN', interface: 'bridge', comment: 'defconf' },
    { list: 'WAN', interface: 'ether1', comment: 'defconf' },
  ],
};
