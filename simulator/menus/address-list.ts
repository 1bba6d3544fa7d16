import { resolveName } from '../engine/network.ts';
import { dropRow, expireAt, insertRow, refuseDuplicate, tableOf } from '../engine/table.ts';
import { isHostName, spanOf, spanText } from '../kinds/address.ts';
import { bool, nonEmptyText } from '../kinds/kind.ts';
import { durationText, listTimeout, millisecondsOf, timestampText } from '../kinds/time.ts';
import type { Kind } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec, RouterState, StoredRow } from '../model/state.ts';
import { comment, disabled, state } from './fields.ts';

const path = '/ip/firewall/address-list';

/** Address, prefix or range; whatever parses as neither becomes a DNS name without error (routeros-rest.md §5.5). */
const entry: Kind = {
  clearable: false,
  canonical(value) {
    const span = spanOf(value);
    if (span !== undefined) {
      return spanText(span);
    }
    if (!isHostName(value)) {
      throw refusal('notDnsName', value);
    }
    return value;
  },
};

/** /ip/firewall/address-list (routeros-rest.md §5.5). */
export const addressList: MenuSpec = {
  path,
  shape: 'list',
  noun: 'address list entry',
  source: 'routeros-rest.md §5.5',
  key: ['list', 'address'],
  fields: {
    list: { kind: nonEmptyText, required: true },
    address: { kind: entry, required: true },
    timeout: { kind: listTimeout },
    dynamic: { kind: bool, default: 'false' },
    comment,
    disabled,
    'creation-time': { ...state, show: 'always' },
  },
  unique: {
    key: (values) => (values['disabled'] === 'true' ? undefined : `${values['list']} ${values['address']}`),
    refusal: 'haveEntry',
  },
  prepare: (_router, next) => (next['timeout'] === undefined ? next : { ...next, dynamic: 'true' }),
  computed(router, row) {
    const created = timestampText(row.bornAt + router.clockOffset);
    return row.expiresAt === undefined
      ? { 'creation-time': created }
      : { 'creation-time': created, timeout: remaining(row.expiresAt - router.clock.now()) };
  },
  changed(router, { verb, row, args }) {
    if (verb !== 'remove' && args['timeout'] !== undefined) {
      const table = tableOf(router, path);
      expireAt(table, row, router.clock.now() + (millisecondsOf(args['timeout']) ?? 0));
    }
    dropChildren(router, row);
    if (verb !== 'remove' && row.values['disabled'] !== 'true') {
      addChildren(router, row);
    }
  },
};

/** Whole seconds, rounded up: right after the add exactly the configured value. */
function remaining(milliseconds: number): string {
  return durationText(Math.ceil(milliseconds / 1000) * 1000);
}

function dropChildren(router: RouterState, parent: StoredRow): void {
  const menu = router.profile.menus.get(path);
  if (menu === undefined || spanOf(parent.values['address'] ?? '') !== undefined) {
    return;
  }
  const table = tableOf(router, path);
  for (const child of table.rows.filter((row) => row.parent === parent.id)) {
    dropRow(menu, table, child);
  }
}

function addChildren(router: RouterState, parent: StoredRow): void {
  const name = parent.values['address'] ?? '';
  const menu = router.profile.menus.get(path);
  if (menu === undefined || spanOf(name) !== undefined) {
    return;
  }
  const table = tableOf(router, path);
  for (const address of resolveName(router, name)) {
    const values = { list: parent.values['list'] ?? '', address, comment: name, dynamic: 'true' };
    try {
      refuseDuplicate(menu, table, values, null);
    } catch {
      continue;
    }
    insertRow(router, menu, table, values, null).parent = parent.id;
  }
}
