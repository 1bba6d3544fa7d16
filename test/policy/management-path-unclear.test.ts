import { describe, expect, it } from 'vitest';
import type { Row } from '#routeros';
import { addresses, ADDRESSES, entry, LIST, listed, PATH, reasonsFor } from '#test/path-plans.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';

const FILTER = { table: 'filter', chain: 'input' };
const ELSEWHERE = [{ address: '172.16.5.1/24', interface: 'bridge' }];
const SECOND = [{ address: '192.168.88.1/24', interface: 'bridge' }];

function ruled(...rules: readonly Row[]): ManagementPath {
  return { ...PATH, rules };
}

function enters(list: string, path: ManagementPath, address = '10.255.0.0/24'): string {
  return reasonsFor(LIST, [], [entry(list, address)], [], path);
}

function leaves(list: string, path: ManagementPath, address = '10.255.0.0/24'): string {
  const row = entry(list, address);
  return reasonsFor(LIST, listed([row]), [], [row], path);
}

describe('what a rule does with a list', () => {
  it.each(['jump', 'return', 'add-src-to-address-list', 'add-dst-to-address-list', 'fasttrack-connection', 'new-one'])(
    '%s is decided elsewhere, so neither entering nor leaving is harmless',
    (action) => {
      const path = ruled({ ...FILTER, action, 'src-address-list': 'used' });
      expect(enters('used', path)).toContain('10.255.0.2 enters the list "used"');
      expect(leaves('used', path)).toContain('10.255.0.2 leaves the list "used"');
    },
  );

  it.each(['log', 'passthrough'])('%s only notes', (action) => {
    const path = ruled({ ...FILTER, action, 'src-address-list': 'used' });
    expect(enters('used', path) + leaves('used', path)).toBe('');
  });

  it.each(['drop', 'reject', 'tarpit'])('%s is harmless to leave and not to enter', (action) => {
    const path = ruled({ ...FILTER, action, 'src-address-list': 'used' });
    expect(leaves('used', path)).toBe('');
    expect(enters('used', path)).toContain('enters');
  });

  it('a timed entry does not keep the controller on the list: it goes by itself', () => {
    const path = ruled({ ...FILTER, action: 'accept', 'src-address-list': 'used' });
    const live = listed([entry('used', '10.255.0.0/24')]);
    const timed = { ...entry('used', '10.255.0.2'), '.id': '*9', dynamic: 'true', timeout: '5m' };
    expect(reasonsFor(LIST, [...live, timed], [], [entry('used', '10.255.0.0/24')], path)).toContain('leaves');
  });

  describe('an entry that is added with a timeout', () => {
    const used = { 'src-address-list': 'used' };
    const timed = { ...entry('used', '10.255.0.0/24'), timeout: '1d' };
    const added = (path: ManagementPath, live: readonly Row[] = []): string =>
      reasonsFor(LIST, live, [...live.map(({ list = '', address = '' }) => entry(list, address)), timed], [], path);

    it('is refused where the way would rest on it, for it goes by itself', () => {
      const way = added(ruled({ ...FILTER, action: 'accept', ...used }));
      expect(way).toContain('10.255.0.2 leaves, once its timeout is over, the list "used"');
      expect(way).not.toContain('enters');
      const only = added(ruled({ ...FILTER, action: 'drop', 'src-address-list': '!used' }));
      expect(only).toContain('leaves, once its timeout is over');
    });

    it('is refused where it shuts out, as one that lasts', () => {
      const way = added(ruled({ ...FILTER, action: 'drop', ...used }));
      expect(way).toContain('10.255.0.2 enters the list "used"');
      expect(way).not.toContain('leaves');
    });

    it('is no matter where the way rests on a lasting entry, where nobody of it is named, and where no rule looks', () => {
      const path = ruled({ ...FILTER, action: 'accept', ...used });
      expect(added(path, listed([entry('used', '10.255.0.9')]))).toContain('10.255.0.2 leaves, once');
      expect(added(path, listed([entry('used', '10.0.0.0/8')]))).toBe('');
      const other = { ...entry('used', '203.0.113.9'), timeout: '1d' };
      expect(reasonsFor(LIST, [], [other], [], path)).toBe('');
      expect(added(ruled())).toBe('');
    });

    it('does not stand in for a lasting entry that goes in the same plan, nor for one that goes later', () => {
      const path = ruled({ ...FILTER, action: 'accept', ...used });
      const lasting = entry('used', '10.0.0.0/8');
      expect(reasonsFor(LIST, listed([lasting]), [timed], [lasting], path)).toContain('10.255.0.2 leaves the list');
    });
  });

  it('routing uses lists too: BGP announces them and filters match on them', () => {
    const bgp = { menu: '/routing/bgp/connection', name: 'up', 'output.network': 'announced' };
    const filter = { menu: '/routing/filter/rule', rule: 'if (dst in announced) { accept }' };
    for (const row of [bgp, filter]) {
      const path = { ...ruled(), routingFilters: [row] };
      expect(enters('announced', path)).toContain(row.menu);
      expect(enters('other', path)).toBe('');
    }
  });

  it("every address of the router counts when it isn't known which one the controller talks to", () => {
    const rule = { ...FILTER, action: 'drop', 'dst-address-list': 'used' };
    expect(enters('used', ruled(rule), '192.168.88.1')).toBe('');
    expect(enters('used', { ...ruled(rule), dialled: null }, '192.168.88.1')).toContain('enters');
  });

  it('when the gateway is not known, every entry could be it', () => {
    const drop = { ...FILTER, action: 'drop', 'src-address-list': 'used' };
    const shared = { ...ruled(drop), routes: [...PATH.routes, { ...PATH.routes[0], gateway: '10.10.0.253' }] };
    const recursive = { ...ruled(drop), routes: [{ ...PATH.routes[0], gateway: '172.16.0.1' }] };
    for (const path of [shared, recursive]) {
      expect(enters('used', path, '198.51.100.7')).toContain('gateway towards the controller enters');
      expect(leaves('used', path, '198.51.100.7')).toBe('');
      expect(enters('unused', path, '198.51.100.7')).toBe('');
    }
  });
});

describe('routes that sleep', () => {
  const sleeping: Row = { 'dst-address': '10.255.0.0/16', gateway: '198.51.100.1', inactive: 'true', static: 'true' };
  const waker = [{ address: '198.51.100.2/24', interface: 'bridge' }];
  const beside = (row: Row): ManagementPath => ({ ...PATH, routes: [...PATH.routes, row] });

  it('an address that connects the gateway of a more specific one wakes it', () => {
    expect(addresses(waker)).toBe('');
    expect(addresses(waker, [], beside(sleeping))).toContain('may change, the way back');
    expect(addresses(waker, [], beside({ ...sleeping, 'check-gateway': 'ping' }))).toContain('may change');
    expect(addresses(ELSEWHERE, [], beside(sleeping))).toBe('');
  });

  it('one that is disabled, of another destination, or of a greater distance stays asleep', () => {
    expect(addresses(waker, [], beside({ ...sleeping, disabled: 'true' }))).toBe('');
    expect(addresses(waker, [], beside({ ...sleeping, 'dst-address': '10.99.0.0/16' }))).toBe('');
    expect(addresses(waker, [], beside({ ...sleeping, 'dst-address': '0.0.0.0/0', distance: '2' }))).toBe('');
  });

  it('one of the same rank makes the way unclear', () => {
    expect(addresses(waker, [], beside({ ...sleeping, 'dst-address': '0.0.0.0/0' }))).toContain('may change');
  });

  it('behind a checked gateway the next best way counts too', () => {
    const checked: ManagementPath = {
      ...PATH,
      routes: [
        { ...PATH.routes[0], 'check-gateway': 'ping' },
        { ...sleeping, 'dst-address': '0.0.0.0/0', distance: '2' },
      ],
    };
    expect(addresses(waker, [], checked)).toContain('may change');
    expect(addresses(ELSEWHERE, [], checked)).toBe('');
  });

  it('one whose gateway is found through another route can not be told', () => {
    const inner = { 'dst-address': '198.51.100.1/32', gateway: '203.0.113.1', scope: '10', inactive: 'true' };
    const path = { ...PATH, routes: [...PATH.routes, sleeping, inner] };
    expect(addresses(ELSEWHERE, [], path)).toContain('not clear');
  });

  it('an interface that does not run makes no certain way', () => {
    const down = ADDRESSES.map((row) =>
      row['.id'] === '*2' ? { ...row, address: '10.255.0.9/24', network: '10.255.0.0' } : row,
    );
    const path = {
      ...PATH,
      interfaces: PATH.interfaces.map((row) => ({ ...row, running: String(row['name'] === 'ether1') })),
    };
    const wider = [{ address: '10.0.0.1/8', interface: 'ether2' }];
    expect(reasonsFor('/ip/address', down, wider, [], path)).toContain('may change');
  });

  it('a point-to-point address leads to its far end', () => {
    expect(addresses([{ address: '172.16.9.1/32', network: '10.255.0.2', interface: 'bridge' }])).toContain(
      'may change',
    );
  });

  it('a gateway in another table, or one that is no interface, can not be told', () => {
    for (const gateway of ['10.10.0.254@blue', 'gone1', '10.10.0.254,10.10.0.253']) {
      const path = { ...PATH, routes: [{ ...PATH.routes[0], gateway }] };
      expect(addresses(ELSEWHERE, [], path)).toContain('not clear');
    }
  });
});

describe('which address the controller talks to', () => {
  const declared = { address: '10.10.0.1', interface: 'ether1' };

  it('removing and changing need to know it, adding does not', () => {
    for (const path of [
      { ...PATH, dialled: null },
      { ...PATH, dialled: '203.0.113.7' },
      { ...PATH, declared: { ...declared, address: '10.10.0.9' } },
    ]) {
      expect(addresses([], SECOND, path)).toContain("Name the router's own address in spec.management");
      expect(addresses([{ ...SECOND[0], comment: 'x' }], [], path)).toContain('spec.management');
      expect(addresses(ELSEWHERE, [], path)).toBe('');
    }
  });

  it('spec.management tells it where the URL does not', () => {
    for (const dialled of [null, '203.0.113.7']) expect(addresses([], SECOND, { ...PATH, declared, dialled })).toBe('');
  });

  it('both the declared and the dialled address are never touched', () => {
    const path = { ...PATH, declared, dialled: '192.168.88.1' };
    expect(addresses([], SECOND, path)).toContain('never touched');
    expect(addresses([{ address: '10.10.0.1/24', interface: 'ether1', comment: 'x' }], [], path)).toContain('never');
  });

  it('nor are the rows of its network on the declared interface', () => {
    const twin = { address: '10.10.0.2/24', interface: 'ether1' };
    const live = [...ADDRESSES, { ...twin, '.id': '*3', network: '10.10.0.0', disabled: 'false', dynamic: 'false' }];
    expect(reasonsFor('/ip/address', live, [], [twin], { ...PATH, declared })).toContain('its network');
  });
});

describe('what answers may depend on besides', () => {
  it.each<[string, Partial<ManagementPath>]>([
    ['mark-routing', { rules: [{ table: 'mangle', chain: 'output', action: 'mark-routing' }] }],
    ['/routing/rule', { otherTables: [{ menu: '/routing/rule', action: 'lookup', table: 'blue' }] }],
    ['/ip/vrf', { otherTables: [{ menu: '/ip/vrf', name: 'blue' }] }],
  ])('%s sends them to another table', (what, facts) => {
    expect(addresses(ELSEWHERE, [], { ...PATH, ...facts })).toContain(what);
    const off = (rows: readonly Row[] = []): readonly Row[] => rows.map((row) => ({ ...row, disabled: 'true' }));
    const disabled = { ...PATH, rules: off(facts.rules), otherTables: off(facts.otherTables) };
    expect(addresses(ELSEWHERE, [], disabled)).toBe('');
  });

  it('a menu that may not be read could hold anything', () => {
    const path: ManagementPath = { ...PATH, unread: ['/routing/rule'] };
    expect(addresses(ELSEWHERE, [], path)).toContain('may not read /routing/rule');
    expect(enters('unused', path)).toContain('may not read /routing/rule');
  });

  it('an IPv6 controller is not modelled', () => {
    const path = { ...PATH, controllers: ['2001:db8::2'] };
    expect(addresses(ELSEWHERE, [], path)).toContain('2001:db8::2, which is not an IPv4 address');
    expect(enters('unused', path)).toContain('not an IPv4 address');
  });

  it('the proof holds for every address that the controller may have', () => {
    const path = { ...PATH, controllers: ['10.255.0.2', '10.77.0.2'] };
    expect(addresses([{ address: '10.77.0.1/24', interface: 'bridge' }])).toBe('');
    expect(addresses([{ address: '10.77.0.1/24', interface: 'bridge' }], [], path)).toContain('10.77.0.2');
    expect(enters('blocked', path, '10.77.0.0/24')).toContain('10.77.0.2 enters');
  });

  it('an address that goes may be the source of RADIUS or IPsec', () => {
    for (const [menu, name] of [
      ['/radius', 'src-address'],
      ['/ip/ipsec/peer', 'local-address'],
      ['/ip/ipsec/policy', 'sa-src-address'],
    ] as const) {
      const using = (address: string): ManagementPath => ({ ...PATH, addressUsers: [{ menu, [name]: address }] });
      expect(addresses([], SECOND, using('192.168.88.1'))).toContain(menu);
      expect(addresses([], SECOND, using('10.10.0.1'))).toBe('');
    }
  });

  it('an address that goes may be the local end of anything that is not a plain link', () => {
    const path = { ...PATH, interfaces: [...PATH.interfaces, { name: 'new1', type: 'a-type-of-tomorrow' }] };
    expect(addresses([], SECOND, path)).toContain('new1 (a-type-of-tomorrow)');
  });
});
