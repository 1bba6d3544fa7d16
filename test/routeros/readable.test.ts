import { CATALOGUE, type MenuPath, type Version } from '#routeros';
import { describe, expect, it } from 'vitest';
import {
  asAsked,
  configurationColumns,
  configurationOf,
  columnsOf,
  FRESHNESS_SECONDS,
  holds,
  matchColumns,
  proplistOf,
  queryWords,
  READABLE,
  READABLE_TOPICS,
  readableIn,
  type ReadableMenu,
  sizeClassOf,
  splitFilters,
} from '#routeros/readable';

const MENUS: readonly ReadableMenu[] = [...READABLE.values()];
const NEW: Version = [7, 24, 0];

function menuAt(path: MenuPath): ReadableMenu {
  const menu = READABLE.get(path);
  if (menu === undefined) throw new Error(`${path} is not readable`);
  return menu;
}

/** Paths with `{a,b}` written out, as a shell does. */
function spelledOut(paths: string): readonly string[] {
  return paths.split(/\s+/).flatMap((path) => {
    const [, before = path, words = '', after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? [];
    return words === '' ? [path] : words.split(',').map((word) => before + word + after);
  });
}

const PROMISED = spelledOut(
  `/system/{resource,identity,routerboard,package,clock,health,history,script,scheduler,device-mode,logging}
   /system/{logging/action,ntp/client,ntp/client/servers,ntp/server} /user /user/{group,active} /ip/service
   /certificate /interface /interface/{ethernet,vlan,bonding,list,list/member,wireguard,wireguard/peers}
   /interface/bridge /interface/bridge/{port,vlan,host}
   /ip/{address,arp,neighbor,route,pool,dns,dns/static,dns/cache,dns/adlist,dns/forwarders}
   /ip/{dhcp-server,dhcp-server/network,dhcp-server/lease,dhcp-client}
   /ip/firewall/{filter,nat,mangle,raw,address-list}
   /routing/{table,rule,bgp/connection,bgp/session,ospf/instance,ospf/neighbor} /interface/wifi
   /interface/wifi/{registration-table,radio,configuration,security,channel,datapath,capsman,capsman/remote-cap}
   /interface/wireless /interface/wireless/{registration-table,security-profiles}
   /caps-man/{remote-cap,registration-table} /log /tool/netwatch /queue/simple /tool/bandwidth-server`,
);

describe('the read catalogue', () => {
  it('has every menu that is promised and every menu that a section manages, each once', () => {
    expect([...READABLE.keys()]).toEqual(expect.arrayContaining([...PROMISED, ...Object.keys(CATALOGUE)]));
    expect(PROMISED).toHaveLength(75);
    expect(Object.values(READABLE_TOPICS).flat()).toHaveLength(READABLE.size);
  });

  it.each(MENUS.map((menu) => [menu.path, menu] as const))('%s is consistent', (_, menu) => {
    const columnAt = (name: string): object => menu.columns[name] ?? { missing: name };
    const { filters = [], neverWhole } = menu.manyRows ?? {};
    for (const name of [...menu.match, ...filters]) {
      expect(columnAt(name)).not.toHaveProperty('secret');
      expect(columnAt(name)).not.toHaveProperty('missing');
    }
    for (const name of menu.skipWhen)
      expect(columnAt(name)).toMatchObject({ type: 'flag', readOnly: true, volatile: true });
    for (const name of neverWhole?.counts ?? []) expect(columnAt(name)).toMatchObject({ type: 'flag' });
    const { configured = {} } = neverWhole ?? {};
    expect(splitFilters(menu, NEW, configured)).toEqual({ router: configured, here: {}, unknown: [] });
    // Whatever the router adds by itself is no configuration.
    const isKept = configurationColumns(menu, NEW).length > 0;
    expect(isKept && menu.columns['dynamic'] !== undefined).toBe(menu.skipWhen.includes('dynamic'));
    // A row of a snapshot can be found again.
    if (isKept) expect(configurationColumns(menu, NEW)).toEqual(expect.arrayContaining([...menu.match]));
    if (menu.shape === 'settings') expect([menu.match, menu.skipWhen, menu.manyRows]).toEqual([[], [], undefined]);
    for (const word of menu.words) expect(word).toBe(word.toLowerCase());
    expect(menu.title).toMatch(/^[A-Z].*[^.]$/);
    expect(menu.source).toMatch(/^(routeros-rest\.md §|command trees? of )/);
  });

  it('takes the columns of a managed menu from the catalogue, with its secrets, versions and match', () => {
    for (const { path, fields, match, shape } of Object.values(CATALOGUE)) {
      const menu = menuAt(path);
      expect([path, menu.match, menu.shape]).toEqual([path, match, shape]);
      // `.about` is a remark of the router, which nothing but people reads.
      const { '.about': _, ...columns } = menu.columns;
      expect([path, Object.keys(columns)]).toEqual([path, Object.keys(fields)]);
      for (const [name, { since, until, readOnly, secret }] of Object.entries(fields)) {
        const column = columns[name];
        expect([path, name, column?.since, column?.until, column?.readOnly]).toEqual([
          path,
          name,
          since,
          until,
          readOnly,
        ]);
        if (secret === true) expect([path, name, column?.secret]).toEqual([path, name, true]);
      }
    }
  });
});

describe('what to ask for', () => {
  it('is each column of the version but the secret ones', () => {
    const wireguard = menuAt('/interface/wireguard');
    expect(proplistOf(wireguard, [7, 20, 8])).not.toContain('vrf');
    expect(proplistOf(wireguard, [7, 21, 0])).toContain('vrf');
    expect(proplistOf(wireguard, NEW)).toEqual(expect.arrayContaining(['.id', 'name', 'public-key', 'listen-port']));
    expect(proplistOf(wireguard, NEW)).not.toContain('private-key');
    expect(columnsOf(menuAt('/ip/firewall/nat'), [7, 15, 3])).toContain('tls-host');
    expect(columnsOf(menuAt('/ip/firewall/nat'), [7, 16, 0])).not.toContain('tls-host');
  });

  it('never includes a secret, in no menu and no version, and is never empty: then a router would say everything', () => {
    for (const menu of MENUS) {
      const secrets = Object.keys(menu.columns).filter((name) => menu.columns[name]?.secret === true);
      for (const version of [[7, 12, 2], [7, 16, 2], [7, 20, 8], [7, 22, 3], NEW] as const) {
        if (!readableIn(menu, version)) continue;
        const asked = proplistOf(menu, version).filter((name) => name !== '.id');
        expect([menu.path, asked.length > 0]).toEqual([menu.path, true]);
        expect([menu.path, asked.filter((name) => secrets.includes(name))]).toEqual([menu.path, []]);
        expect([menu.path, configurationColumns(menu, version).filter((name) => !asked.includes(name))]).toEqual([
          menu.path,
          [],
        ]);
      }
    }
  });

  it('leaves out exactly these: keys, passwords, and sources of scripts and schedulers', () => {
    const secrets = MENUS.map(({ path, columns }) => [
      path,
      ...Object.keys(columns).filter((name) => columns[name]?.secret === true),
    ]);
    expect(secrets.filter((row) => row.length > 1).map((row) => row.join(' '))).toEqual([
      '/system/history undo redo trace',
      '/system/script source',
      '/system/scheduler on-event',
      '/system/logging/action script',
      '/user password',
      '/certificate challenge-password',
      '/interface/wireguard private-key',
      '/interface/wireguard/peers private-key preshared-key',
      '/ip/dhcp-server lease-script',
      '/ip/dhcp-server/lease reconfigure-key',
      '/ip/dhcp-client script reconfigure-key',
      '/routing/bgp/connection tcp-md5-key',
      '/interface/wifi security.eap-password security.passphrase',
      '/interface/wifi/configuration security.eap-password security.passphrase',
      '/interface/wifi/security eap-password passphrase',
      '/interface/wireless nv2-preshared-key nv2-sync-secret',
      '/interface/wireless/security-profiles management-protection-key mschapv2-password static-key-0 static-key-1 ' +
        'static-key-2 static-key-3 static-sta-private-key wpa-pre-shared-key wpa2-pre-shared-key',
      '/tool/netwatch up-script down-script test-script',
    ]);
  });

  it('is all that is shown, whatever a router answers', () => {
    const answered = { '.id': '*1', name: 'wg1', 'private-key': 'canary', 'never-heard-of': 'canary', vrf: 'main' };
    expect(asAsked(menuAt('/interface/wireguard'), NEW, answered)).toEqual({ '.id': '*1', name: 'wg1', vrf: 'main' });
    expect(asAsked(menuAt('/interface/wireguard'), [7, 20, 8], answered)).toEqual({ '.id': '*1', name: 'wg1' });
  });

  it('begins with what identifies a row; settings have no id', () => {
    expect(columnsOf(menuAt('/interface/bridge/vlan'), NEW).slice(0, 2)).toEqual(['bridge', 'vlan-ids']);
    expect(proplistOf(menuAt('/system/clock'), NEW)).not.toContain('.id');
    expect(proplistOf(menuAt('/system/health'), NEW)).toEqual(expect.arrayContaining(['name', 'value']));
  });

  it('depends on the version for menus, too', () => {
    expect(readableIn(menuAt('/ip/dns/forwarders'), [7, 16, 2])).toBe(false);
    expect(readableIn(menuAt('/ip/dns/forwarders'), [7, 17, 0])).toBe(true);
    expect(readableIn(menuAt('/log'), [7, 1, 0])).toBe(true);
  });
});

describe('freshness', () => {
  it('is ten seconds for state, a minute for health, five minutes for configuration', () => {
    const secondsOf = (path: MenuPath): number => FRESHNESS_SECONDS[menuAt(path).freshness];
    expect(secondsOf('/interface')).toBe(10);
    expect(secondsOf('/system/resource')).toBe(60);
    expect(secondsOf('/ip/firewall/filter')).toBe(300);
  });
});

describe('filters', () => {
  const leases = menuAt('/ip/dhcp-server/lease');

  it('that are certain the router applies in a menu with many rows', () => {
    const filters = { status: 'bound', 'mac-address': '02:00:5e:00:53:0a', comment: 'x' };
    expect(splitFilters(leases, NEW, filters)).toEqual({
      router: { status: 'bound', 'mac-address': '02:00:5E:00:53:0A' },
      here: { comment: 'x' },
      unknown: [],
    });
  });

  it('for what a row may leave out are looked at here', () => {
    const split = splitFilters(leases, NEW, { server: 'all', 'host-name': '' });
    expect(split).toEqual({ router: {}, here: { server: 'all', 'host-name': '' }, unknown: [] });
    const routes = menuAt('/ip/route');
    expect(splitFilters(routes, NEW, { static: 'no', gateway: '192.0.2.1' })).toEqual({
      router: { gateway: '192.0.2.1' },
      here: { static: 'false' },
      unknown: [],
    });
    expect(splitFilters(routes, NEW, { static: 'yes' }).router).toEqual({ static: 'true' });
  });

  it('are all looked at here in a menu that is read whole for everybody', () => {
    const vlans = menuAt('/interface/vlan');
    expect(splitFilters(vlans, NEW, { interface: 'bridge', running: 'yes' })).toEqual({
      router: {},
      here: { interface: 'bridge', running: 'true' },
      unknown: [],
    });
  });

  it('by a secret, or by what the version does not have, are unknown: nobody can guess a secret by them', () => {
    const peers = menuAt('/interface/wireguard/peers');
    const { unknown } = splitFilters(peers, [7, 12, 2], {
      'preshared-key': 'x',
      name: 'a',
      nothing: '1',
      interface: 'w',
    });
    expect(unknown).toEqual(['preshared-key', 'name', 'nothing']);
  });

  it('hold by value, and for what a row leaves out', () => {
    expect(holds(leases, { 'mac-address': '02:00:5E:00:53:0A' }, { server: 'all', disabled: 'no' })).toBe(true);
    expect(holds(leases, { server: 'lan', disabled: 'true' }, { server: 'lan', disabled: 'false' })).toBe(false);
    expect(holds(leases, { 'expires-after': '1h30m' }, { 'expires-after': '01:30:00' })).toBe(true);
    expect(holds(menuAt('/ip/route'), { blackhole: '' }, { blackhole: 'yes' })).toBe(true);
    expect(holds(menuAt('/ip/route'), {}, { blackhole: 'yes' })).toBe(false);
  });

  it('become words of a query, to count what they find', () => {
    expect(queryWords({ list: 'blocked', address: '192.0.2.1' })).toEqual(['list=blocked', 'address=192.0.2.1']);
  });
});

describe('size', () => {
  it('tells which menus are counted first, and which are never read whole', () => {
    expect(sizeClassOf(menuAt('/ip/route'))).toBe('narrowed');
    expect(sizeClassOf(menuAt('/ip/firewall/address-list'))).toBe('counted');
    expect(sizeClassOf(menuAt('/interface/vlan'))).toBe('whole');
  });

  it('of the routes is told by counts of kinds, and the static ones can be read', () => {
    const { manyRows } = menuAt('/ip/route');
    expect(manyRows?.filters).toContain('static');
    expect(manyRows?.neverWhole?.counts).toEqual(expect.arrayContaining(['static', 'connect', 'bgp', 'ospf', 'dhcp']));
  });
});

describe('the configuration of a menu', () => {
  it('is there for menus that people configure, and not for those that only say what the router does', () => {
    const only = MENUS.filter((menu) => configurationColumns(menu, NEW).length === 0).map(({ path }) => path);
    expect(only).toEqual([
      '/system/health',
      '/system/history',
      '/log',
      '/user/active',
      '/ip/neighbor',
      '/ip/dns/cache',
      '/routing/bgp/session',
      '/routing/ospf/neighbor',
      '/interface/wifi/registration-table',
      '/interface/wifi/capsman/remote-cap',
      '/interface/wireless/registration-table',
      '/caps-man/remote-cap',
      '/caps-man/registration-table',
    ]);
  });

  it('has no row of the router, no counter, no secret, no id, and nothing that is only written out', () => {
    const rows = [
      {
        '.id': '*2',
        interface: 'wg1',
        'public-key': 'b',
        'preshared-key': 'hidden',
        'persistent-keepalive': '00:00:25',
        disabled: 'false',
        comment: '',
        rx: '17',
        dynamic: 'false',
      },
      { '.id': '*1', interface: 'wg1', 'public-key': 'a', disabled: 'yes', 'last-handshake': '3s' },
      { '.id': '*3', interface: 'wg1', 'public-key': 'c', dynamic: 'true' },
    ];
    expect(configurationOf(menuAt('/interface/wireguard/peers'), NEW, rows)).toEqual([
      { disabled: 'true', interface: 'wg1', 'public-key': 'a' },
      { interface: 'wg1', 'persistent-keepalive': '25s', 'public-key': 'b' },
    ]);
  });

  it('holds no secret of any menu, and is the same when it is taken of itself', () => {
    for (const menu of MENUS) {
      const names = Object.keys(menu.columns);
      const row = Object.fromEntries(names.map((name) => [name, menu.columns[name]?.secret === true ? 'canary' : '7']));
      const kept = configurationOf(menu, NEW, [{ '.id': '*1', ...row }]);
      expect(JSON.stringify(kept)).not.toContain('canary');
      expect(configurationOf(menu, NEW, kept)).toEqual(kept);
    }
  });

  it('is the same whatever the order of rows and ids, unless the order counts', () => {
    const [one, two] = [
      { '.id': '*1', name: 'a' },
      { '.id': '*2', name: 'b' },
    ] as const;
    const inNewOrder = [{ ...two, '.id': '*7' }, one];
    const tables = menuAt('/routing/table');
    expect(configurationOf(tables, NEW, [one, two])).toEqual(configurationOf(tables, NEW, inNewOrder));
    const queues = menuAt('/queue/simple');
    expect(configurationOf(queues, NEW, inNewOrder)).toEqual([{ name: 'b' }, { name: 'a' }]);
  });

  it('keeps a switch that is on, which a router writes as an empty text', () => {
    const route = { 'dst-address': '192.0.2.0/24', blackhole: '', static: 'true' };
    expect(configurationOf(menuAt('/ip/route'), NEW, [route])).toEqual([
      { blackhole: 'true', 'dst-address': '192.0.2.0/24' },
    ]);
  });

  it('of a route says the same whether the route is off and says little, or on', () => {
    const on = {
      'dst-address': '192.0.2.0/24',
      gateway: '192.0.2.1',
      distance: '1',
      scope: '30',
      'routing-table': 'main',
    };
    const off = { 'dst-address': '192.0.2.0/24', gateway: '192.0.2.1', disabled: 'true', static: 'true' };
    const [kept] = configurationOf(menuAt('/ip/route'), NEW, [off]);
    expect(configurationOf(menuAt('/ip/route'), NEW, [on])).toEqual([{ ...kept, disabled: undefined }]);
  });

  it('is found again by the match columns, or by all of it where rows have no key', () => {
    expect(matchColumns(menuAt('/interface/wireguard/peers'), NEW)).toEqual(['interface', 'public-key']);
    expect(matchColumns(menuAt('/system/clock'), NEW)).toEqual([]);
    const rules = menuAt('/ip/firewall/filter');
    expect(matchColumns(rules, NEW)).toEqual(configurationColumns(rules, NEW));
    expect(matchColumns(rules, NEW)).not.toContain('bytes');
  });
});
