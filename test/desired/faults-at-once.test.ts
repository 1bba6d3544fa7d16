import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { revisionOf } from '#controller';
import { configYaml, deviceYaml, faultsOf, messagesOf, policyYaml } from '#test/documents.ts';
import { runs } from '#test/sample.ts';

const R1 = deviceYaml('r1');

function pathsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return faultsOf(files).map(({ file, path }) => `${file} ${path}`);
}

describe('a fault hides no other one of its kind', () => {
  const rowsAs = (...rows: readonly string[]): readonly string[] =>
    pathsOf({ 'c.yaml': configYaml('c', 1, `addressLists:\n  - ${rows.join('\n  - ')}`) }).map((fault) =>
      fault.replace('c.yaml spec.addressLists', ''),
    );
  const BAD_VALUES = Array.from({ length: 10 }, (_, n) => `{list: a, address: 10.0.${String(n)}.l}`);

  test('rows against the schema, and once they are corrected bad values beside rows given twice', () => {
    const shapes = [
      '{list: ""}',
      '{list: 5, address: 192.0.2.300}',
      '{list: b, address: 192.0.2.1, comment: 5}',
      '{list: b, address: 192.0.2.1, disabled: maybe}',
    ];
    expect(rowsAs(...shapes, ...BAD_VALUES)).toEqual(['[0]', '[0].list', '[1].list', '[2].comment', '[3].disabled']);
    const values = ['{list: b, address: 192.0.2.1}', '{list: b, address: 192.0.2.1, comment: x}'];
    expect(rowsAs(...BAD_VALUES, ...values, '{list: a, address: 192.0.2.300}')).toEqual([
      ...Array.from({ length: 10 }, (_, n) => `[${String(n)}].address`),
      '[11]',
      '[12].address',
    ]);
  });

  test('fields and sections beside a faulty one', () => {
    expect(pathsOf({ 'c.yaml': configYaml('c', 1, 'dns: {cacheSize: big, vrf: 7}\nadresses: []') })).toEqual([
      'c.yaml spec.dns.cacheSize',
      'c.yaml spec.dns.vrf',
      'c.yaml spec.adresses',
    ]);
    const values = 'dns: {cacheMaxTtl: soon, servers: [300.1.1.1]}\nntpClient: {servers: [x y]}';
    expect(pathsOf({ 'c.yaml': configYaml('c', 1, values) })).toEqual([
      'c.yaml spec.dns.cacheMaxTtl',
      'c.yaml spec.dns.servers[0]',
      'c.yaml spec.ntpClient.servers[0]',
    ]);
  });

  test('bad values of valid documents beside a document against the schema', () => {
    const faults = pathsOf({
      'a.yaml': configYaml('a', 1, 'dns: {cacheMaxTtl: soon}'),
      'b.yaml': configYaml('b', 1, 'dns: {vrf: 7}'),
      'd.yaml': deviceYaml('r1', 'timeZone: Europe/Wien', 'name: x'),
    });
    expect(faults).toEqual([
      'a.yaml spec.dns.cacheMaxTtl',
      'b.yaml spec.dns.vrf',
      'd.yaml metadata.labels.name',
      'd.yaml spec.timeZone',
    ]);
  });

  test('layer faults in several sections', () => {
    const faults = pathsOf({
      'r1.yaml': R1,
      'a.yaml': configYaml('a', 1, 'dns: {cacheSize: 4096}\nidentity: {name: one}'),
      'b.yaml': configYaml('b', 1, 'dns: {cacheSize: 8192}\nidentity: {name: two}'),
    });
    expect(faults).toEqual(['b.yaml spec.dns.cacheSize', 'b.yaml spec.identity.name']);
  });

  test('devices and policies: against the schema, and once that is corrected what they say', () => {
    const shapes = pathsOf({
      'd.yaml': deviceYaml('r1', 'address: https://192.0.2.1\nserail: S1', 'role: ä'),
      'e.yaml': deviceYaml('r2', 'address: https://192.0.2.1\ncritical: 1'),
      'p.yaml': policyYaml('RolloutPolicy', 'p', 'selector: {}\nhealth: {pings: [{adress: c.d}]}'),
      'q.yaml': policyYaml('RolloutPolicy', 'q', 'selector: {matchLabels: {role: edge}}\nunknown: 1'),
    });
    expect(shapes).toEqual([
      'd.yaml metadata.labels.role',
      'd.yaml spec.serail',
      'e.yaml spec.critical',
      'p.yaml spec.health.pings[0]',
      'p.yaml spec.health.pings[0].adress',
      'q.yaml spec.unknown',
    ]);
    const values = pathsOf({
      'd.yaml': deviceYaml('r1', 'address: https://192.0.2.1\ntimeZone: Europe/Wien', 'name: x, role: edge'),
      'e.yaml': deviceYaml('r2', 'address: https://192.0.2.1'),
      'p.yaml': policyYaml('RolloutPolicy', 'p', 'selector: {}\nhealth: {pings: [{address: a.b}]}'),
      'q.yaml': policyYaml('RolloutPolicy', 'q', 'selector: {matchLabels: {role: edge}}'),
    });
    expect(values).toEqual([
      'd.yaml metadata.labels.name',
      'd.yaml spec.timeZone',
      'e.yaml spec.address',
      'p.yaml spec.health.pings[0].address',
      'q.yaml spec.selector',
    ]);
  });

  test('names that no device has, once every document is valid', () => {
    const config = configYaml('c', 1, 'dns: {}', '{names: [r2]}');
    expect(pathsOf({ 'd.yaml': deviceYaml('r1', 'critical: 1'), 'c.yaml': config })).toEqual(['d.yaml spec.critical']);
    expect(pathsOf({ 'd.yaml': R1, 'c.yaml': config })).toEqual(['c.yaml spec.selector.names[0]']);
    const own = deviceYaml('r1', 'timeZone: Europe/Wien');
    expect(pathsOf({ 'd.yaml': own, 'c.yaml': config })).toEqual([
      'c.yaml spec.selector.names[0]',
      'd.yaml spec.timeZone',
    ]);
  });

  test('what stands below a misspelt version; a document of another API is left alone', () => {
    const [right, spec] = [deviceYaml('r1'), 'spec:\n  critical: 1'];
    const misspelt = right.replace('v1alpha1', 'v1alpah1').replace('spec:', spec);
    expect(pathsOf({ 'd.yaml': misspelt })).toEqual(['d.yaml apiVersion', 'd.yaml spec.critical']);
    const foreign = right.replace('routeros-gitops.dev/v1alpha1', 'v1').replace('spec:', spec);
    expect(pathsOf({ 'd.yaml': foreign })).toEqual(['d.yaml apiVersion']);
  });
});

describe('a fault is not told a second time in other words', () => {
  const settled = (strong: string, selector = '{}', priority = 200): readonly string[] =>
    pathsOf({
      'r1.yaml': R1,
      'a.yaml': configYaml('a', 100, 'dns: {cacheSize: 4096}'),
      'b.yaml': configYaml('b', 100, 'dns: {cacheSize: 8192}'),
      'c.yaml': configYaml('c', priority, strong, selector),
    }).filter((fault) => fault.startsWith('b.yaml'));

  test.each([
    'dns: {cacheSize: big}',
    'dns: {cacheSize: 1}',
    'dns: {cachSize: 4096}',
    'dns: {cacheSize: 4096, cacheSize: 8192}',
    'dns: 5',
    'dsn: {cacheSize: 4096}',
  ])('two that disagree wait until a stronger one, which may settle it, is valid: %s', (strong) => {
    expect(settled(strong)).toEqual([]);
    expect(settled(strong, '{matchLabel: {role: core}}')).toEqual([]);
  });

  test.each([
    ['another field', 'dns: {cacheMaxTtl: 1d}', '{}', 200],
    ['another section', 'identity: {name: x}', '{}', 200],
    ['other devices', 'dns: {cacheSize: 4096}', '{matchLabels: {role: core}}', 200],
    ['a weaker word', 'dns: {cacheSize: 4096}', '{}', 50],
  ])('%s settles nothing between them', (_, strong, selector, priority) => {
    expect(settled(strong, selector, priority)).toEqual(['b.yaml spec.dns.cacheSize']);
  });

  test.each([
    ['a device whose name is faulty', deviceYaml('R2')],
    ['a document that can not be read', 'a: [\n'],
    ['a document of unknown kind', deviceYaml('r2').replace('RouterDevice', 'RouterDevise')],
    ['a file that may be cut off', deviceYaml('r3').trimEnd()],
  ])('a name is not missing while it may stand in %s', (_, text) => {
    const files = { 'r1.yaml': R1, 'c.yaml': configYaml('c', 1, 'dns: {}', '{names: [r2]}'), 'x.yaml': text };
    expect(pathsOf(files).filter((fault) => fault.startsWith('c.yaml'))).toEqual([]);
  });

  test('nor while a file of the folder could not be read', () => {
    const unread = { file: 'x.yaml', line: 1, column: 1, path: '', message: 'is no text' };
    const files = { 'r1.yaml': R1, 'c.yaml': configYaml('c', 1, 'dns: {}', '{names: [r2]}') };
    expect(revisionOf(files, [unread])).toEqual({ ok: false, faults: [unread] });
    expect(revisionOf({ 'r1.yaml': R1 }, [unread])).toEqual({ ok: false, faults: [unread] });
  });

  test.each([
    ['RouterDevice', deviceYaml('r1', 'address: http://192.0.2.1').replace('environment: lab', 'environment: lba'), 1],
    ['RouterDevice', deviceYaml('r1', 'tls: {mode: pinned, fingerprnt: x}'), 1],
    ['RouterDevice', deviceYaml('r1', 'tls: {mode: insecure}').replace('environment', 'enviroment'), 2],
    ['ApprovalPolicy', policyYaml('ApprovalPolicy', 'p', 'selector: {}\napporvers: {roles: [approver]}'), 1],
    ['ApprovalPolicy', policyYaml('ApprovalPolicy', 'p', 'selector: {}\natuo: true'), 1],
    ['ApprovalPolicy', policyYaml('ApprovalPolicy', 'p', 'selector: {matchLables: {environment: lab}}\nauto: true'), 1],
    ['Roster', policyYaml('Roster', 'r', 'people: [{nam: a, roles: [policy]}, {nam: a, roles: [policy]}]'), 4],
    ['RouterConfig', configYaml('c', 1, 'addresses: [{adress: 192.0.2.1/24, interface: a}]'), 2],
    ['RouterConfig', configYaml('c', 1, 'dnsStatic: [{name: a.example, tpye: CNAME, cname: b.example}]'), 1],
    ['RouterConfig', configYaml('c', 1, 'dnsStatic: [{name: a.example, type: CNAM, cname: b.example}]'), 1],
    [
      'RouterConfig',
      configYaml('c', 1, 'addressLists: [{list: "", address: 192.0.2.1}, {list: "", address: 192.0.2.1}]'),
      2,
    ],
  ])('of a %s: %j', (_, text, count) => {
    expect(messagesOf({ 'f.yaml': text })).toHaveLength(count);
  });

  test('people are not looked up in a roster that may name more', () => {
    const policy = policyYaml('ApprovalPolicy', 'p', 'selector: {}\napprovers: {people: [bob]}\nrequired: 1');
    const roster = (people: string): string =>
      policyYaml('Roster', 'r', `people: [{name: alice, roles: [policy]}, ${people}]`);
    const found = (people: string): readonly string[] =>
      pathsOf({ 'p.yaml': policy, 'r.yaml': roster(people) }).filter((fault) => fault.startsWith('p.yaml'));
    expect(found('{name: Bob, roles: [policy]}')).toEqual([]);
    expect(found('{name: carl, roles: [policy], keys: [x]}')).toEqual([]);
    expect(found('{name: carl, roles: [policy]}')).toEqual(['p.yaml spec.approvers.people[0]']);
  });
});

test('documents of any shape have faults and crash no check', () => {
  const kinds = ['RouterDevice', 'RouterConfig', 'Roster', 'ApprovalPolicy', 'RolloutPolicy'];
  const names = [
    'name',
    'labels',
    'selector',
    'names',
    'matchLabels',
    'priority',
    'unlisted',
    'addressLists',
    'dns',
    'servers',
  ];
  const more = [
    'tls',
    'mode',
    'address',
    'management',
    'capabilities',
    'sections',
    'people',
    'keys',
    'health',
    'pings',
    'auto',
  ];
  const key = fc.constantFrom(...names, ...more, 'approvers', 'roles', 'required', 'environment');
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(null, 5, true, '', 'a', 'lab', 'r1', 'http://192.0.2.1', '192.0.2.1'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const document = fc.record(
    {
      apiVersion: fc.constant('routeros-gitops.dev/v1alpha1'),
      kind: fc.constantFrom(...kinds),
      metadata: fc.oneof(fc.constant({ name: 'r1' }), value),
      spec: value,
    },
    { requiredKeys: ['kind'] },
  );
  fc.assert(
    fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), (documents) => {
      const text = documents.map((each) => `${JSON.stringify(each)}\n`).join('---\n');
      const revision = revisionOf({ 'f.yaml': text });
      expect(revision.ok || revision.faults.length > 0).toBe(true);
    }),
    runs(1500),
  );
});
