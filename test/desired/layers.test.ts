import { describe, expect, test } from 'vitest';
import {
  approvalPoliciesFor,
  configsFor,
  DEFAULT_ROLLOUT_POLICY,
  effectiveRolloutPolicy,
  type Inventory,
  type LocatedInventory,
  layersFor,
  lineText,
  provenanceOf,
} from '#controller';
import rolloutSchema from '../../schemas/rollout-policy.json' with { type: 'json' };
import { configYaml, deviceYaml, inventoryOf, policyYaml } from '#test/documents.ts';

function fleet(): LocatedInventory {
  return inventoryOf({
    'devices.yaml': [deviceYaml('r1', 'site: vie'), deviceYaml('r2', 'site: vie'), deviceYaml('r3', 'site: gra')].join(
      '---\n',
    ),
    'fleet.yaml': configYaml(
      'fleet',
      100,
      `dns: {servers: [192.0.2.1], cacheSize: 4096}
addressLists:
  - {list: a, address: 192.0.2.0/24, comment: fleet}
  - {list: b, address: 198.51.100.1}
unlisted: {addressLists: prune, addresses: prune}`,
    ),
    'vie.yaml': configYaml(
      'vie',
      200,
      `dns: {servers: [192.0.2.2, 192.0.2.1]}
addressLists:
  - {list: a, address: 192.0.2.0/24, disabled: true, comment: vie}
unlisted: {addressLists: tolerate}`,
      '{matchLabels: {site: vie}}',
    ),
    'r2.yaml': configYaml('only-r2', 300, 'identity: {name: r2}\naddresses: []', '{matchLabels: {name: r2}}'),
  });
}

describe('layers', () => {
  test('the highest priority wins field by field, and everyone who declares a field owns it', () => {
    expect(layersFor(fleet(), 'r1').desired.menus['/ip/dns']).toEqual({
      shape: 'settings',
      declaredBy: ['fleet', 'vie'],
      fields: { servers: '192.0.2.2,192.0.2.1', 'cache-size': '4096' },
      owners: { servers: ['fleet', 'vie'], 'cache-size': ['fleet'] },
    });
  });

  test('lists are united by match tuple, in the order of the tuples', () => {
    expect(layersFor(fleet(), 'r1').desired.menus['/ip/firewall/address-list']).toEqual({
      shape: 'list',
      declaredBy: ['fleet', 'vie'],
      unlisted: 'tolerate',
      unlistedBy: ['vie'],
      rows: [
        {
          fields: { list: 'a', address: '192.0.2.0/24', disabled: 'true', comment: 'vie' },
          owners: ['fleet', 'vie'],
        },
        { fields: { list: 'b', address: '198.51.100.1', disabled: 'false' }, owners: ['fleet'] },
      ],
    });
  });

  test('a row is in force unless the strongest who says anything says that it is disabled', () => {
    const entry = (said: string): string => `addressLists: [{list: a, address: 192.0.2.1${said}}]`;
    const disabledOf = (strong: string, weak: string): unknown => {
      const { menus } = layersFor(
        inventoryOf({
          'd.yaml': deviceYaml('r1'),
          's.yaml': configYaml('strong', 2, entry(strong)),
          'w.yaml': configYaml('weak', 1, entry(weak)),
        }),
        'r1',
      ).desired;
      const menu = menus['/ip/firewall/address-list'];
      return menu?.shape === 'list' ? menu.rows.map(({ fields }) => fields['disabled']) : undefined;
    };
    expect(disabledOf('', '')).toEqual(['false']);
    expect(disabledOf('', ', disabled: true')).toEqual(['true']);
    expect(disabledOf(', disabled: false', ', disabled: true')).toEqual(['false']);
  });

  test('a radio is off or on as it was unless somebody says so; an access point on it is in force', () => {
    const rows =
      '[{name: wifi1, comment: hall}, {name: guests, masterInterface: wifi1}, {name: wifi2, disabled: true}]';
    const { menus } = layersFor(
      inventoryOf({ 'd.yaml': deviceYaml('r1'), 'c.yaml': configYaml('c', 1, `wifi: {interfaces: ${rows}}`) }),
      'r1',
    ).desired;
    const radios = menus['/interface/wifi'];
    expect(radios?.shape === 'list' && radios.rows.map(({ fields }) => fields)).toEqual([
      { name: 'guests', 'master-interface': 'wifi1', disabled: 'false' },
      { name: 'wifi1', comment: 'hall' },
      { name: 'wifi2', disabled: 'true' },
    ]);
  });

  test('a selector that does not match leaves the device alone', () => {
    const { menus } = layersFor(fleet(), 'r3').desired;
    expect(Object.keys(menus)).toEqual(['/ip/dns', '/ip/firewall/address-list']);
    expect(menus['/ip/dns']).toMatchObject({ fields: { servers: '192.0.2.1' }, declaredBy: ['fleet'] });
    expect(menus['/ip/firewall/address-list']).toMatchObject({ unlisted: 'prune' });
  });

  test('an empty list declares the section; an absent section is not managed', () => {
    const inventory = fleet();
    expect(layersFor(inventory, 'r2').desired.menus['/ip/address']).toEqual({
      shape: 'list',
      declaredBy: ['only-r2'],
      unlisted: 'prune',
      unlistedBy: ['fleet'],
      rows: [],
    });
    expect(layersFor(inventory, 'r1').desired.menus['/ip/address']).toBeUndefined();
  });

  test('devices that the same RouterConfigs select share one desired state', () => {
    const inventory = inventoryOf({
      'd.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2')}`,
      'c.yaml': configYaml('c', 1, 'dns: {}'),
    });
    expect(layersFor(inventory, 'r1')).toBe(layersFor(inventory, 'r2'));
  });

  test('what a file or document is called does not change the desired state', () => {
    const one = configYaml('one', 1, 'addressLists: [{list: a, address: 192.0.2.1}]');
    const two = configYaml('two', 2, 'addressLists: [{list: b, address: 192.0.2.1}]');
    const rowsOf = (inventory: Inventory): unknown => layersFor(inventory, 'r1').desired.menus;
    expect(rowsOf(inventoryOf({ 'd.yaml': deviceYaml('r1'), 'a.yaml': one, 'b.yaml': two }))).toEqual(
      rowsOf(inventoryOf({ 'all.yaml': [two, deviceYaml('r1'), one].join('---\n') })),
    );
  });

  test('configs come strongest first', () => {
    expect(configsFor(fleet(), 'r2').map((config) => config.name)).toEqual(['only-r2', 'vie', 'fleet']);
  });

  test('a device that is not in the inventory is a mistake of the caller', () => {
    expect(() => layersFor(fleet(), 'r9')).toThrow(RangeError);
    expect(() => effectiveRolloutPolicy(fleet(), 'r9')).toThrow(RangeError);
    expect(() => approvalPoliciesFor(fleet(), 'r9')).toThrow(RangeError);
  });
});

describe('provenance', () => {
  test('every desired value has its RouterConfig and line', () => {
    const found = provenanceOf(fleet(), 'r1').map(
      (each) => `${each.field}=${each.value} ${each.config} ${lineText(each)}`,
    );
    expect(found).toEqual([
      'servers=192.0.2.2,192.0.2.1 vie vie.yaml:8',
      'cache-size=4096 fleet fleet.yaml:8',
      'list=a vie vie.yaml:10',
      'address=192.0.2.0/24 vie vie.yaml:10',
      'disabled=true vie vie.yaml:10',
      'comment=vie vie vie.yaml:10',
      'list=b fleet fleet.yaml:11',
      'address=198.51.100.1 fleet fleet.yaml:11',
      'disabled=false fleet fleet.yaml:11',
      'unlisted=tolerate vie vie.yaml:11',
    ]);
  });
});

describe('policies of a device', () => {
  test('without a RolloutPolicy the defaults count, and they are what the schema says', () => {
    expect(effectiveRolloutPolicy(fleet(), 'r1')).toEqual({ name: null, policy: DEFAULT_ROLLOUT_POLICY });
    const { spec } = rolloutSchema.properties;
    const { budgets, health, ...rest } = spec.properties;
    const { pings: _pings, resolve: _resolve, ...checks } = health.properties;
    const defaults = { ...rest, ...budgets.properties, ...checks };
    const stated: Record<string, unknown> = {
      ...DEFAULT_ROLLOUT_POLICY,
      ...DEFAULT_ROLLOUT_POLICY.budgets,
      ...DEFAULT_ROLLOUT_POLICY.health,
    };
    const fields = Object.entries(defaults).filter(([name]) => name !== 'selector');
    expect(fields.length).toBeGreaterThan(8);
    for (const [name, field] of fields) {
      expect({ [name]: (field as { default?: unknown }).default }).toEqual({ [name]: stated[name] });
    }
  });

  test('what a RolloutPolicy leaves out is the default', () => {
    const inventory = inventoryOf({
      'd.yaml': deviceYaml('r1'),
      'p.yaml': policyYaml(
        'RolloutPolicy',
        'lab',
        'selector: {}\nbudgets: {maxDeletions: 0}\nhealth: {pings: [{address: 192.0.2.1, count: 5}]}\ndrift: correct',
      ),
    });
    expect(effectiveRolloutPolicy(inventory, 'r1')).toEqual({
      name: 'lab',
      policy: {
        ...DEFAULT_ROLLOUT_POLICY,
        budgets: { ...DEFAULT_ROLLOUT_POLICY.budgets, maxDeletions: 0 },
        health: { ...DEFAULT_ROLLOUT_POLICY.health, pings: [{ address: '192.0.2.1', count: 5, maxLossPercent: 0 }] },
        drift: 'correct',
      },
    });
  });

  test('all ApprovalPolicies count that match the device', () => {
    const inventory = inventoryOf({
      'd.yaml': `${deviceYaml('r1')}---\n${deviceYaml('r2', 'environment: prod')}`,
      'p.yaml': [
        policyYaml('ApprovalPolicy', 'all', 'selector: {}\napprovers: {roles: [approver]}'),
        policyYaml('ApprovalPolicy', 'dns', 'selector: {}\nsections: [dns, dnsStatic]\napprovers: {roles: [policy]}'),
        policyYaml('ApprovalPolicy', 'lab', 'selector: {matchLabels: {environment: lab}}\nauto: true'),
      ].join('---\n'),
    });
    const names = (device: string): readonly string[] =>
      approvalPoliciesFor(inventory, device).map((policy) => policy.name);
    expect(names('r1')).toEqual(['all', 'dns', 'lab']);
    expect(names('r2')).toEqual(['all', 'dns']);
  });
});
