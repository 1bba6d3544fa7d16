import { isRunning } from '../engine/network.ts';
import { dropRow, insertRow, tableOf } from '../engine/table.ts';
import { bool, either, nonEmptyText, number, oneOf, reference } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { FieldSpec, MenuSpec, RouterState, StoredRow } from '../model/state.ts';
import { frameTypes, hex, multicastRouter } from './bridge.ts';
import { comment, disabled, fieldsOf, flag, state, wordsOf } from './fields.ts';

const path = '/interface/bridge/port';
const trees = 'command trees';

const off: FieldSpec = { kind: bool, default: 'false' };
const on: FieldSpec = { kind: bool, default: 'true' };
const cost: FieldSpec = { kind: number(1, 200_000_000), show: 'set' };

/** What only a port that runs tells. */
const RUNNING = wordsOf(`role forwarding learning edge-port edge-port-discovery point-to-point-port port-id
  designated-bridge-id designated-cost designated-port-id root-path-cost rx-bpdu tx-bpdu topology-changes
  debug-info sending-rstp external-fdb-status hw-offload`);

/** /interface/bridge/port (routeros-rest.md §5.12): an interface is a port once. */
export const bridgePorts: MenuSpec = {
  path,
  shape: 'orderedList',
  noun: 'bridge port',
  source: 'routeros-rest.md §5.12',
  key: ['interface'],
  unsetSince: '7.14',
  fields: {
    '.nextid': { ...state, show: 'always' },
    bridge: { kind: reference('/interface/bridge'), required: true },
    interface: { kind: { ...nonEmptyText, reference: '/interface', orReference: '/interface/list' }, required: true },
    pvid: { kind: number(1, 4094), default: '1' },
    'frame-types': frameTypes,
    'ingress-filtering': on,
    'tag-stacking': off,
    priority: { kind: hex(0, 255), default: '0x80' },
    'path-cost': cost,
    'internal-path-cost': cost,
    edge: { kind: oneOf('auto', 'no', 'no-discover', 'yes', 'yes-discover'), default: 'auto' },
    'point-to-point': { kind: oneOf('auto', 'no', 'yes'), default: 'auto' },
    'bpdu-guard': off,
    'restricted-role': off,
    'restricted-tcn': off,
    learn: { kind: oneOf('auto', 'no', 'yes'), default: 'auto' },
    horizon: { kind: either(oneOf('none'), number(0, 429_496_729)), default: 'none' },
    hw: on,
    trusted: off,
    'trusted-ra': { ...off, since: '7.22' },
    'trusted-dhcpv6': { ...off, since: '7.24' },
    'auto-isolate': off,
    'fast-leave': off,
    'multicast-router': multicastRouter,
    'broadcast-flood': on,
    'unknown-multicast-flood': on,
    'unknown-unicast-flood': on,
    'mvrp-applicant-state': {
      kind: oneOf('non-participant', 'normal-participant'),
      default: 'normal-participant',
      since: '7.16',
      source: trees,
    },
    'mvrp-registrar-state': { kind: oneOf('fixed', 'normal'), default: 'normal', since: '7.16', source: trees },
    status: { ...state, show: 'always' },
    inactive: flag,
    ...fieldsOf(state, ...RUNNING),
    dynamic: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => values['interface'], refusal: 'havePort' },
  initial: () => [2, 3, 4, 5].map((port) => ({ bridge: 'bridge', interface: `ether${port}`, comment: 'defconf' })),
  prepare(_router, next) {
    if (next['interface'] === next['bridge']) {
      throw refusal('portOfItself');
    }
    return next;
  },
  computed: (router, row) => ({ '.nextid': nextId(router, row), ...stateOf(router, row) }),
  changed(router, { verb, row }) {
    const menu = router.profile.menus.get(path);
    if (menu === undefined) {
      return;
    }
    const table = tableOf(router, path);
    for (const child of table.rows.filter((other) => other.parent === row.id)) {
      dropRow(menu, table, child);
    }
    if (verb === 'remove' || row.values['disabled'] === 'true') {
      return;
    }
    for (const name of membersOf(router, row.values['interface'] ?? '')) {
      if (table.rows.some(({ values }) => values['interface'] === name)) {
        continue;
      }
      const values = { ...row.values, interface: name, dynamic: 'true' };
      insertRow(router, menu, table, values, null).parent = row.id;
    }
  },
};

/** The enabled members of an interface list; nothing for an interface. */
function membersOf(router: RouterState, list: string): readonly string[] {
  return tableOf(router, '/interface/list/member')
    .rows.filter(({ values }) => values['list'] === list && values['disabled'] !== 'true')
    .map(({ values }) => values['interface'] ?? '');
}

function nextId(router: RouterState, row: StoredRow): string {
  const { rows } = tableOf(router, path);
  return rows[rows.indexOf(row) + 1]?.id ?? '*FFFFFFFF';
}

/** A port whose interface does not run tells no more than that (routeros-rest.md §5.12). */
function stateOf(router: RouterState, row: StoredRow): Properties {
  const { values } = row;
  if (values['disabled'] === 'true' || !isRunning(router, values['interface'] ?? '')) {
    return { status: 'inactive', inactive: 'true' };
  }
  return {
    status: 'in-bridge',
    inactive: 'false',
    role: 'designated-port',
    forwarding: 'true',
    learning: 'true',
    'edge-port': 'true',
    'point-to-point-port': 'true',
    'hw-offload': 'false',
    'debug-info': '',
  };
}
