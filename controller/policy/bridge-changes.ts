import type { Change } from '#differ';
import type { Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import type { PathLinks } from './path-links.ts';
import { cuts } from './path-reasons.ts';
import { named, type RouterState } from './router-state.ts';

/** What a bridge on the way may change without anybody on it noticing: multicast, counters and caches. */
const HARMLESS = new Set([
  'comment',
  'ageing-time',
  'arp-timeout',
  'fast-forward',
  'igmp-snooping',
  'igmp-version',
  'mld-version',
  'multicast-querier',
  'multicast-router',
  'last-member-interval',
  'last-member-query-count',
  'membership-interval',
  'querier-interval',
  'query-interval',
  'query-response-interval',
  'startup-query-count',
  'startup-query-interval',
  'querier-uses-bridge-address',
  'ra-guard',
  'dhcpv6-snooping',
  'dhcpv6-agent-circuit-id',
  'dhcpv6-agent-remote-id',
]);

/** Why a change of a bridge could cut the path. One that is made, or that carries nothing of the way, cannot. */
export function bridgeReasons(change: Change, before: RouterState, links: PathLinks): readonly Reason[] {
  const name = change.match?.['name'] ?? '';
  const chain = links.carriers.get(name);
  if (chain === undefined || change.kind === 'create') return [];
  if (change.kind !== 'set') return [cuts(`Removing bridge ${name}`, chain)];
  const row = named(before, '/interface/bridge', name) ?? {};
  const harmful = Object.keys(change.fields).filter(
    (field) => !HARMLESS.has(field) && !keeps(field, change.fields, row),
  );
  if (harmful.length === 0) return [];
  const what =
    change.fields['disabled'] === 'true'
      ? `Switching off bridge ${name}`
      : `Changing ${harmful.join(', ')} of bridge ${name}`;
  return [cuts(what, chain)];
}

/** Whether the bridge stays as it is for those who talk to it: the MAC that it has now is pinned, or ARP is answered. */
function keeps(field: string, fields: Row, row: Row): boolean {
  if (field === 'auto-mac' || field === 'admin-mac') {
    const after = { ...row, ...fields };
    const mac = (after['admin-mac'] ?? '').toUpperCase();
    return after['auto-mac'] === 'false' && mac !== '' && mac === (row['mac-address'] ?? '').toUpperCase();
  }
  return field === 'arp' && ['enabled', 'proxy-arp'].includes(fields['arp'] ?? '');
}
