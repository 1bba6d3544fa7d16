import { resolveName } from '../engine/network.ts';
import { dropRow, insertRow, tableOf } from '../engine/table.ts';
import { serverOrName } from '../kinds/address.ts';
import { bool, either, listOf, number, oneOf, text } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { comment, disabled, flag, state } from './fields.ts';

const serversPath = '/system/ntp/client/servers';

/** /system/ntp/client; `servers` is a view of the rows of …/servers (routeros-rest.md §5.3). */
export const ntpClient: MenuSpec = {
  path: '/system/ntp/client',
  shape: 'settings',
  noun: 'NTP client settings',
  source: 'routeros-rest.md §5.3',
  fields: {
    enabled: { kind: bool, default: 'false' },
    mode: { kind: oneOf('unicast', 'broadcast', 'multicast', 'manycast'), default: 'unicast' },
    servers: { kind: listOf(serverOrName), default: '' },
    vrf: { kind: text, default: 'main' },
    'freq-drift': state,
    status: { ...state, default: 'stopped' },
    'synced-server': state,
    'synced-stratum': state,
    'system-offset': state,
  },
  prepare(router, next, before, args) {
    const { servers, ...rest } = next;
    if (before !== null && args['servers'] !== undefined) {
      replaceServers(
        router,
        (servers ?? '').split(',').filter((address) => address !== ''),
      );
    }
    return rest;
  },
  computed(router, row) {
    const addresses = activeServers(router);
    const servers = addresses.join(',');
    if (row.values['enabled'] !== 'true') {
      return { servers, status: 'stopped' };
    }
    const first = addresses[0];
    return first === undefined
      ? { servers, status: 'waiting' }
      : {
          servers,
          status: 'synchronized',
          'freq-drift': '3.109',
          'synced-server': first,
          'synced-stratum': '1',
          'system-offset': '1.703',
        };
  },
};

/** /system/ntp/client/servers (routeros-rest.md §5.3). */
export const ntpServers: MenuSpec = {
  path: serversPath,
  shape: 'list',
  noun: 'NTP server',
  source: 'routeros-rest.md §5.3',
  key: ['address'],
  fields: {
    address: { kind: serverOrName, required: true },
    'min-poll': { kind: number(3, 17), default: '6' },
    'max-poll': { kind: number(3, 17), default: '10' },
    iburst: { kind: bool, default: 'true' },
    'auth-key': { kind: either(oneOf('none'), number(0, 65_535)), default: 'none' },
    comment,
    disabled,
    dynamic: flag,
    'resolved-address': { ...state, show: 'always' },
  },
  initial: (router) =>
    (router.facts.menus['/system/ntp/client'] ?? [])
      .flatMap((seed) => (seed['servers'] ?? '').split(','))
      .filter((address) => address !== '')
      .map((address) => ({ address })),
  unique: { key: (values: Properties) => values['address'], refusal: 'haveNtpServer' },
  computed(router, row) {
    const address = row.values['address'] ?? '';
    return { 'resolved-address': /^[\d.]+$|:/.test(address) ? address : (resolveName(router, address)[0] ?? '') };
  },
};

function activeServers(router: RouterState): readonly string[] {
  return tableOf(router, serversPath)
    .rows.filter((row) => row.values['disabled'] !== 'true')
    .map((row) => row.values['address'] ?? '');
}

function replaceServers(router: RouterState, addresses: readonly string[]): void {
  const menu = router.profile.menus.get(serversPath);
  if (menu === undefined) {
    return;
  }
  const table = tableOf(router, serversPath);
  for (const row of table.rows.filter((candidate) => candidate.values['dynamic'] !== 'true')) {
    if (!addresses.includes(row.values['address'] ?? '')) {
      dropRow(menu, table, row);
    }
  }
  for (const address of addresses) {
    if (!table.rows.some((row) => row.values['address'] === address)) {
      insertRow(router, menu, table, { address }, null);
    }
  }
}
