import { describe, expect, it } from 'vitest';
import { makePlan, type DesiredState } from '#differ';
import { ADDRESSES, addresses, entry, LIST, listed, OWNERS, PATH, reasonsFor } from '#test/path-plans.ts';
import { pathRisks } from '../../controller/policy/path-risks.ts';

describe('addresses', () => {
  it('an address in a subnet that has nothing to do with the path is harmless', () => {
    expect(addresses([{ address: '172.16.5.1/24', interface: 'bridge' }])).toBe('');
  });

  it('a connected route towards the controller on another interface cuts the path', () => {
    expect(addresses([{ address: '10.255.0.1/24', interface: 'bridge' }])).toContain(
      'may change, the way back to the controller',
    );
  });

  it('the subnet of the path on another interface makes the way ambiguous', () => {
    expect(addresses([{ address: '10.10.0.77/24', interface: 'bridge' }])).toContain('may change, the way back');
  });

  it("the gateway's or the controller's own address is refused", () => {
    expect(addresses([{ address: '10.10.0.254/32', interface: 'bridge' }])).toContain(
      'address of the controller or of its gateway',
    );
    expect(addresses([{ address: '10.255.0.2/32', interface: 'bridge' }])).toContain(
      'address of the controller or of its gateway',
    );
  });

  it('the management address is not removed, disabled or commented', () => {
    expect(addresses([], [{ address: '10.10.0.1/24', interface: 'ether1' }])).toContain('never touched');
    expect(addresses([{ address: '10.10.0.1/24', interface: 'ether1', disabled: 'true' }])).toContain('never touched');
    expect(addresses([{ address: '10.10.0.1/24', interface: 'ether1', comment: 'x' }])).toContain('never touched');
  });

  it('the far end of a point-to-point link changes the ways as a prefix does', () => {
    const link = [{ address: '192.168.88.1/24', interface: 'bridge', network: '172.16.7.0' }];
    expect(addresses(link)).toBe('');
    expect(addresses([{ ...link[0], network: '10.255.0.0' }])).toContain('may change, the way back to the controller');
    expect(addresses([{ address: '10.10.0.1/24', interface: 'ether1', network: '172.16.7.0' }])).toContain(
      'never touched',
    );
  });

  it('removing another address is harmless, unless a route uses it as its source or a tunnel may', () => {
    const gone = [{ address: '192.168.88.1/24', interface: 'bridge' }];
    expect(addresses([], gone)).toBe('');
    const source = {
      ...PATH,
      routes: [
        ...PATH.routes,
        { 'dst-address': '10.9.0.0/16', gateway: '10.10.0.254', 'pref-src': '192.168.88.1', active: 'true' },
      ],
    };
    expect(addresses([], gone, source)).toContain('preferred source address');
    const tunnel = { ...PATH, interfaces: [...PATH.interfaces, { name: 'gre1', type: 'gre-tunnel' }] };
    expect(addresses([], gone, tunnel)).toContain('not modelled');
  });

  it('nothing is proven when the router does not tell where we come from, or has no clear way back', () => {
    expect(addresses([{ address: '172.16.5.1/24', interface: 'bridge' }], [], { ...PATH, controllers: [] })).toContain(
      'does not tell',
    );
    expect(addresses([{ address: '172.16.5.1/24', interface: 'bridge' }], [], { ...PATH, routes: [] })).toContain(
      'not clear',
    );
  });

  it('addresses in VRFs are not modelled', () => {
    const live = ADDRESSES.map((row) => ({ ...row, vrf: 'blue' }));
    expect(reasonsFor('/ip/address', live, [{ address: '172.16.5.1/24', interface: 'bridge' }])).toContain('VRF');
  });
});

describe('address lists', () => {
  it('a list that no rule uses is harmless whatever it holds', () => {
    expect(reasonsFor(LIST, [], [entry('unused', '10.255.0.0/16'), entry('unused', 'example.net')])).toBe('');
  });

  it('an entry that holds the controller or its gateway, on a list that a drop rule uses, cuts the path', () => {
    expect(reasonsFor(LIST, [], [entry('blocked', '10.255.0.0/16')])).toContain('10.255.0.2 enters the list "blocked"');
    expect(reasonsFor(LIST, [], [entry('blocked', '10.10.0.250-10.10.0.254')])).toContain('10.10.0.254 enters');
    expect(reasonsFor(LIST, [], [entry('blocked', '198.51.100.7')])).toBe('');
  });

  it('a name on a used list could be anything', () => {
    expect(reasonsFor(LIST, [], [entry('blocked', 'example.net')])).toContain('Whatever example.net resolves to');
  });

  it('the controller may enter the list that lets it in and not leave it', () => {
    expect(reasonsFor(LIST, [], [entry('management', '10.255.0.0/24')])).toBe('');
    expect(
      reasonsFor(LIST, listed([entry('management', '10.255.0.0/24')]), [], [entry('management', '10.255.0.0/24')]),
    ).toContain('leaves the list "management"');
  });

  it('leaving through one entry is harmless while another one holds the controller, in the order of the changes', () => {
    const live = listed([entry('management', '10.255.0.0/24'), entry('management', '10.10.0.0/24')]);
    const narrower = [entry('management', '10.10.0.0/24'), entry('management', '10.255.0.0/28')];
    expect(reasonsFor(LIST, live, narrower, [entry('management', '10.255.0.0/24')])).toBe('');
  });

  it('what raw, nat and mangle rules do with a list is never taken as harmless', () => {
    expect(
      reasonsFor(LIST, listed([entry('bogons', '10.255.0.0/24')]), [], [entry('bogons', '10.255.0.0/24')]),
    ).toContain('raw rule');
  });

  it('rules of the form "drop all but" are read the other way round', () => {
    const path = {
      ...PATH,
      rules: [{ table: 'filter', chain: 'input', action: 'drop', 'src-address-list': '!trusted' }],
    };
    expect(reasonsFor(LIST, [], [entry('trusted', '10.255.0.0/24')], [], path)).toBe('');
    expect(
      reasonsFor(LIST, listed([entry('trusted', '10.255.0.0/24')]), [], [entry('trusted', '10.255.0.0/24')], path),
    ).toContain('leaves');
  });

  it('disabled rules do not count', () => {
    const path = { ...PATH, rules: PATH.rules.map((rule) => ({ ...rule, disabled: 'true' })) };
    expect(reasonsFor(LIST, [], [entry('blocked', '10.255.0.0/16')], [], path)).toBe('');
  });
});

describe('names, time and identity', () => {
  const dns: DesiredState = {
    menus: {
      '/ip/dns': { shape: 'settings', declaredBy: OWNERS, fields: { servers: '9.9.9.9' }, owners: { servers: OWNERS } },
    },
  };
  const plan = makePlan({ desired: dns, base: null, live: { menus: { '/ip/dns': [{ servers: '1.1.1.1' }] } } });

  it('a static DNS row that feeds a used list is refused', () => {
    const row = { name: 'a.example', type: 'A', address: '192.0.2.1', 'address-list': 'blocked' };
    expect(reasonsFor('/ip/dns/static', [], [row])).toContain('feeds the list "blocked"');
    expect(reasonsFor('/ip/dns/static', [], [{ ...row, 'address-list': 'unused' }])).toBe('');
  });

  it('DNS is high risk when the path runs through a tunnel', () => {
    expect(pathRisks(plan, PATH)).toEqual([]);
    const tunnel = { ...PATH, interfaces: [{ name: 'ether1', type: 'wg' }] };
    expect(pathRisks(plan, tunnel)).toHaveLength(1);
  });

  it('a time source is high risk when firewall rules look at the clock', () => {
    const ntp: DesiredState = {
      menus: {
        '/system/ntp/client': {
          shape: 'settings',
          declaredBy: OWNERS,
          fields: { enabled: 'true' },
          owners: { enabled: OWNERS },
        },
      },
    };
    const change = makePlan({
      desired: ntp,
      base: null,
      live: { menus: { '/system/ntp/client': [{ enabled: 'false' }] } },
    });
    expect(pathRisks(change, PATH)).toEqual([]);
    expect(
      pathRisks(change, { ...PATH, rules: [{ table: 'filter', action: 'drop', time: '8h-17h,mon' }] }),
    ).toHaveLength(1);
  });
});
