import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { revisionOf } from '#controller';
import { configYaml, deviceYaml, faultsOf, messagesOf, policyYaml } from '#test/documents.ts';

const R1 = deviceYaml('r1');

function pathsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return faultsOf(files).map(({ file, path }) => `${file} ${path}`);
}

describe('a fault hides no other one', () => {
  test('a row against the schema, beside rows with bad values and rows given twice', () => {
    const rows = [
      '{list: ""}',
      '{list: 5, address: 192.0.2.300}',
      ...Array.from({ length: 10 }, (_, n) => `{list: a, address: 10.0.${String(n)}.l}`),
      '{list: b, address: 192.0.2.1, comment: 5}',
      '{list: b, address: 192.0.2.1, disabled: maybe}',
    ];
    const faults = pathsOf({ 'c.yaml': configYaml('c', 1, `addressLists:\n  - ${rows.join('\n  - ')}`) });
    expect(faults.map((fault) => fault.replace('c.yaml spec.addressLists', ''))).toEqual([
      '[0]',
      '[0].list',
      '[1].list',
      '[1].address',
      ...Array.from({ length: 10 }, (_, n) => `[${String(n + 2)}].address`),
      '[12].comment',
      '[13]',
      '[13].disabled',
    ]);
  });

  test('fields and sections beside a faulty one', () => {
    const sections =
      'dns: {cacheSize: big, cacheMaxTtl: soon, servers: [300.1.1.1]}\nntpClient: {servers: [x y]}\nadresses: []';
    expect(pathsOf({ 'c.yaml': configYaml('c', 1, sections) })).toEqual([
      'c.yaml spec.dns.cacheSize',
      'c.yaml spec.dns.cacheMaxTtl',
      'c.yaml spec.dns.servers[0]',
      'c.yaml spec.ntpClient.servers[0]',
      'c.yaml spec.adresses',
    ]);
  });

  test('a layer fault in a section with a faulty field, and in another section', () => {
    const faults = pathsOf({
      'r1.yaml': R1,
      'a.yaml': configYaml('a', 1, 'dns: {cacheSize: 4096, cacheMaxTtl: soon}\nidentity: {name: x}'),
      'b.yaml': configYaml('b', 1, 'dns: {cacheSize: 8192, vrf: 7}\nidentity: {name: y}'),
    });
    expect(faults).toEqual([
      'a.yaml spec.dns.cacheMaxTtl',
      'b.yaml spec.dns.cacheSize',
      'b.yaml spec.dns.vrf',
      'b.yaml spec.identity.name',
    ]);
  });

  test('faults of devices and policies beside schema faults of the same documents', () => {
    const faults = pathsOf({
      'd.yaml': deviceYaml('r1', 'address: https://192.0.2.1\nserail: S1\ntimeZone: Europe/Wien', 'name: x, role: ä'),
      'e.yaml': deviceYaml('r2', 'address: https://192.0.2.1\ncritical: 1'),
      'p.yaml': policyYaml('RolloutPolicy', 'p', 'selector: {}\nhealth: {pings: [{address: a.b}, {adress: c.d}]}'),
      'q.yaml': policyYaml('RolloutPolicy', 'q', 'selector: {matchLabels: {role: edge}}\nunknown: 1'),
    });
    expect(faults).toEqual([
      'd.yaml metadata.labels.name',
      'd.yaml metadata.labels.role',
      'd.yaml spec.serail',
      'd.yaml spec.timeZone',
      'e.yaml spec.address',
      'e.yaml spec.critical',
      'p.yaml spec.health.pings[0].address',
      'p.yaml spec.health.pings[1]',
      'p.yaml spec.health.pings[1].adress',
      'q.yaml spec.selector',
      'q.yaml spec.unknown',
    ]);
  });

  test('names that no device has, while all names of devices are known', () => {
    const files = {
      'd.yaml': deviceYaml('r1', 'critical: 1'),
      'c.yaml': configYaml('c', 1, 'dns: {}', '{names: [r2]}'),
    };
    expect(pathsOf(files)).toEqual(['c.yaml spec.selector.names[0]', 'd.yaml spec.critical']);
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
  ])('two that disagree wait for the stronger one that may settle it: %s', (strong) => {
    expect(settled(strong)).toEqual([]);
    expect(settled(strong, '{matchLabel: {role: core}}')).toEqual([]);
  });

  test.each([
    ['another field', 'dns: {cacheMaxTtl: soon}', '{}', 200],
    ['another section', 'identity: {name: 5}', '{}', 200],
    ['other devices', 'dns: {cacheSize: big}', '{matchLabels: {role: core}}', 200],
    ['a weaker word', 'dns: {cacheSize: big}', '{}', 50],
  ])('they do not wait for %s', (_, strong, selector, priority) => {
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
    expect(found('{name: carl, roles: [policy], keys: [x]}')).toEqual(['p.yaml spec.approvers.people[0]']);
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
    { numRuns: 1500 },
  );
});
