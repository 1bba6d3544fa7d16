import { describe, expect, it } from 'vitest';
import { makePlan, type DesiredState } from '#differ';
import type { Row } from '#routeros';
import { OWNERS, PATH } from '#test/path-plans.ts';
import type { ManagementPath } from '../../controller/policy/management-facts.ts';
import { pathRisks } from '../../controller/policy/path-risks.ts';

describe('names, time and identity on a way that is not known to be plain', () => {
  const dns: DesiredState = {
    menus: {
      '/ip/dns': { shape: 'settings', declaredBy: OWNERS, fields: { servers: '9.9.9.9' }, owners: { servers: OWNERS } },
    },
  };
  const plan = makePlan({ desired: dns, base: null, live: { menus: { '/ip/dns': [{ servers: '1.1.1.1' }] } } });
  const exit = (type: string, carriers: readonly Row[] = [], more: readonly Row[] = []): ManagementPath => ({
    ...PATH,
    interfaces: [{ name: 'ether1', type, running: 'true' }, ...more],
    carriers,
  });

  it('is high risk when the controller or its way is not known', () => {
    expect(pathRisks(plan, PATH)).toEqual([]);
    expect(pathRisks(plan, { ...PATH, controllers: [] })).toHaveLength(1);
    expect(pathRisks(plan, { ...PATH, routes: [] })).toHaveLength(1);
    expect(pathRisks(plan, { ...PATH, controllers: ['10.255.0.2', '2001:db8::2'] })).toHaveLength(1);
  });

  it('is high risk over any interface that is not known to be plain', () => {
    for (const type of ['wg', 'eoip', 'gre-tunnel', 'wlan', 'vrrp', '']) {
      expect(pathRisks(plan, exit(type))).toHaveLength(1);
    }
    const declared = { address: '10.10.0.1', interface: 'gone1' };
    expect(pathRisks(plan, { ...PATH, declared })[0]).toContain('gone1');
  });

  it('is high risk beside IPsec policies, which no interface shows', () => {
    const policy = { menu: '/ip/ipsec/policy', 'dst-address': '10.255.0.0/16' };
    expect(pathRisks(plan, { ...PATH, addressUsers: [policy] })).toHaveLength(1);
    expect(pathRisks(plan, { ...PATH, addressUsers: [{ ...policy, template: 'true' }] })).toEqual([]);
    expect(pathRisks(plan, { ...PATH, addressUsers: [{ ...policy, disabled: 'true' }] })).toEqual([]);
  });

  it('looks below VLANs, bridges and bonds as far as the router tells', () => {
    const port = { name: 'sfp1', type: 'ether' };
    const tunnel = { name: 'eoip1', type: 'eoip' };
    const over = (name: string): Row => ({ name: 'ether1', interface: name });
    for (const type of ['vlan', 'bridge', 'bond']) {
      expect(pathRisks(plan, exit(type, [over('sfp1')], [port]))).toEqual([]);
      expect(pathRisks(plan, exit(type, [over('sfp1'), over('eoip1')], [port, tunnel]))).toHaveLength(1);
      expect(pathRisks(plan, exit(type))).toHaveLength(1);
      expect(pathRisks(plan, exit(type, [over('ether1')]))).toHaveLength(1);
    }
  });
});
