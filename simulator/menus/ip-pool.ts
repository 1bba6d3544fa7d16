import { clientsOf, lanOf } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { covers, span, spanOf, spanText } from '../kinds/address.ts';
import { listOf, nonEmptyText, reference } from '../kinds/kind.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { comment, state } from './fields.ts';

const counter = { ...state, since: '7.18', show: 'always' } as const;

/** /ip/pool (routeros-rest.md §5.7). One that others name may go; they keep its dead id. */
export const ipPool: MenuSpec = {
  path: '/ip/pool',
  shape: 'list',
  noun: 'ip pool',
  source: 'routeros-rest.md §5.7',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    ranges: { kind: listOf(span), required: true },
    'next-pool': { kind: reference('/ip/pool', 'none') },
    comment,
    total: counter,
    used: counter,
    available: counter,
  },
  unique: { key: (values) => values['name'], refusal: 'havePool' },
  initial: (router) => (clientsOf(router).length === 0 ? [] : [{ name: 'default-dhcp', ranges: lanRange(router) }]),
  prepare(_router, next) {
    const { 'next-pool': following, ...rest } = next;
    return following === undefined || following === 'none' ? rest : next;
  },
  computed(router, row) {
    const ranges = (row.values['ranges'] ?? '').split(',');
    const total = ranges.reduce((sum, range) => sum + sizeOf(range), 0);
    const used = leased(router).filter((address) => ranges.some((range) => covers(range, address))).length;
    return { total: String(total), used: String(used), available: String(total - used) };
  },
};

/** The LAN but for its first addresses and its last. */
function lanRange(router: RouterState): string {
  const lan = lanOf(router);
  const held = spanOf(`${lan.network}/${lan.length}`) ?? { first: 0, last: 0 };
  return spanText({ first: Math.min(held.first + 10, held.last), last: Math.max(held.first, held.last - 1) });
}

function sizeOf(range: string): number {
  const held = spanOf(range);
  return held === undefined ? 0 : held.last - held.first + 1;
}

function leased(router: RouterState): readonly string[] {
  return tableOf(router, '/ip/dhcp-server/lease').rows.map((row) => row.values['address'] ?? '');
}
