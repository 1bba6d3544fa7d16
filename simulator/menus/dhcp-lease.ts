import { drawn, drawnHex } from '../engine/drawn.ts';
import { clientsOf } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { ip4Of, mac, poolOrAddress } from '../kinds/address.ts';
import { bool, listOf, nonEmptyText, noMatch, reference, text } from '../kinds/kind.ts';
import { durationText, time } from '../kinds/time.ts';
import type { Kind, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { comment, disabled, fieldsOf, flag, state } from './fields.ts';

const path = '/ip/dhcp-server/lease';
const maybe = { kind: bool, show: 'set' } as const;
const maybeText = { kind: text, show: 'set' } as const;

/** Bytes in hex without leading zeros (routeros-rest.md §3); other text as it is. */
const clientId: Kind = {
  clearable: true,
  canonical: (value) =>
    /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(value) ? value.toLowerCase().replaceAll(/\b0(?=[0-9a-f])/g, '') : value,
};

/** What a bound client has; of a lease that waits there is none of it (routeros-rest.md §5.10). */
const bound = ['active-address', 'active-mac-address', 'active-client-id', 'host-name', 'class-id', 'expires-after'];
const rare = ['age', 'src-mac-address', 'reconfigure-key', 'reconfigure-status', 'reconfigure-last-sent'];

/** /ip/dhcp-server/lease (routeros-rest.md §5.10): static rows, and those that a server made (`dynamic`). */
export const dhcpLease: MenuSpec = {
  path,
  shape: 'list',
  noun: 'dhcp lease',
  source: 'routeros-rest.md §5.10',
  key: ['server', 'mac-address'],
  unsetSince: '7.1',
  fields: {
    address: { kind: poolOrAddress },
    'mac-address': { kind: mac },
    'client-id': { kind: clientId },
    server: { kind: reference('/ip/dhcp-server', 'all') },
    'use-src-mac': maybe,
    'lease-time': { kind: time(), show: 'set' },
    'block-access': maybe,
    'always-broadcast': maybe,
    'rate-limit': maybeText,
    routes: maybeText,
    'address-lists': { kind: listOf(nonEmptyText), default: '' },
    'dhcp-option': { kind: listOf(reference('/ip/dhcp-server/option')), default: '' },
    'dhcp-option-set': { kind: reference('/ip/dhcp-server/option/sets', 'none'), show: 'set' },
    'parent-queue': { kind: nonEmptyText },
    'queue-type': { kind: nonEmptyText },
    'insert-queue-before': { kind: nonEmptyText },
    'allow-dual-stack-queue': maybe,
    'agent-circuit-id': { kind: text, default: '', since: '7.21' },
    'agent-remote-id': { kind: text, default: '', since: '7.21' },
    comment,
    disabled,
    dynamic: flag,
    status: { ...state, default: 'waiting' },
    'last-seen': { ...state, default: 'never' },
    radius: flag,
    blocked: flag,
    'active-server': state,
    'active-agent-circuit-id': { ...state, default: '' },
    'active-agent-remote-id': { ...state, default: '' },
    ...fieldsOf(state, ...bound, ...rare),
  },
  prepare(router, next, before) {
    const { server, ...rest } = next;
    const values = server === undefined || server === 'all' ? rest : next;
    refuseUnknownPool(router, values['address'] ?? '');
    if (values['dynamic'] !== 'true') {
      refuseSecond(router, values, before);
    }
    return values;
  },
  initial: (router) =>
    clientsOf(router).map((client) => ({
      address: client.address,
      'mac-address': client.mac,
      'client-id': `1:${client.mac.toLowerCase()}`,
      server: 'defconf',
      dynamic: 'true',
      status: 'bound',
      'active-address': client.address,
      'active-mac-address': client.mac,
      'active-client-id': `1:${client.mac.toLowerCase()}`,
      'active-server': 'defconf',
      'host-name': client.hostName,
      // No command tree names `show-sensitive` here: whoever may read, reads it.
      ...(client.number === 0 ? { 'reconfigure-key': drawnHex(router, 32, 'lease key') } : {}),
    })),
  computed: (router, { values }) => ({
    // A server that is gone (routeros-rest.md §5.8).
    ...(values['server']?.startsWith('*') === true ? { 'active-server': '*FFFFFFFF' } : {}),
    ...(router.facts.surroundings !== undefined && values['status'] === 'bound' ? timesOf(router, values) : {}),
  }),
};

/** Renewed at half of the 30 minutes that a lease lasts; each client at another moment. */
function timesOf(router: RouterState, values: Properties): Properties {
  const seconds = Math.floor((router.clock.now() - router.bootedAt) / 1000);
  const seen = (seconds + drawn(router, 900, 'lease', values['mac-address'] ?? '')) % 900;
  return {
    'expires-after': values['expires-after'] ?? durationText((1800 - seen) * 1000),
    'last-seen': values['last-seen'] ?? durationText(seen * 1000),
  };
}

function refuseUnknownPool(router: RouterState, address: string): void {
  const isAddress = address === '' || ip4Of(address) !== undefined;
  if (!isAddress && !tableOf(router, '/ip/pool').rows.some((row) => row.values['name'] === address)) {
    throw noMatch('address');
  }
}

/**
 * One enabled lease for a client and server, where `all` is every server; one lease for an address, whatever its server
 * (routeros-rest.md §5.10).
 */
function refuseSecond(router: RouterState, values: Properties, before: Properties | null): void {
  for (const { values: other } of tableOf(router, path).rows) {
    if (other === before || other['dynamic'] === 'true') {
      continue;
    }
    const isSameClient = values['mac-address'] !== undefined && other['mac-address'] === values['mac-address'];
    const servers = [other['server'], values['server']];
    const meets = servers.includes(undefined) || servers[0] === servers[1];
    if (isSameClient && meets && other['disabled'] !== 'true' && values['disabled'] !== 'true') {
      throw refusal('haveLeaseOfClient');
    }
    const address = values['address'] ?? '0.0.0.0';
    if (address !== '0.0.0.0' && ip4Of(address) !== undefined && other['address'] === address) {
      throw refusal('haveLeaseOfAddress');
    }
  }
}
