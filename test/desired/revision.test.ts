import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '#controller';
import { configYaml, deviceYaml, faultsOf, inventoryOf, messagesOf, policyYaml } from '#test/documents.ts';

const LAB = deviceYaml('r1', 'serial: S1');

function config(sections: string): Readonly<Record<string, string>> {
  return { 'r1.yaml': LAB, 'c.yaml': configYaml('c', 100, sections) };
}

describe('a revision as a whole', () => {
  test('every fault of every file is reported at once, sorted, with its line', () => {
    const faults = faultsOf({
      'b.yaml': configYaml('c', 100, 'dns:\n  sevrers: []\n  cacheSize: yes\naddresses:\n  - interface: bridge'),
      'a.yaml': 'kind: RouterDevice\n',
    });
    expect(renderDiagnostics(faults)).toBe(
      [
        'a.yaml:1:1: "apiVersion" is missing',
        '    write apiVersion: routeros-gitops.dev/v1alpha1',
        'a.yaml:1:1: "metadata" is missing',
        'a.yaml:1:1: "spec" is missing',
        'b.yaml:9:5: spec.dns.sevrers: unknown field "sevrers"',
        '    did you mean "servers"?',
        'b.yaml:10:16: spec.dns.cacheSize: other YAML readers take yes for another value',
        '    put it in quotes, or write true or false',
        'b.yaml:12:7: spec.addresses[0]: "address" is missing',
        '    for example "192.0.2.1/24"',
      ].join('\n'),
    );
  });

  test('with one faulty file there is no inventory, not even a part of one', () => {
    expect(() => inventoryOf({ 'r1.yaml': LAB, 'x.yaml': 'a: b\n' })).toThrow('x.yaml:1:1');
  });

  test('devices and configs are sorted by name wherever they stand', () => {
    const inventory = inventoryOf({
      'z.yaml': deviceYaml('r1'),
      'a.yaml': `${deviceYaml('r3')}---\n${deviceYaml('r2')}`,
    });
    expect([...inventory.devices.keys()]).toEqual(['r1', 'r2', 'r3']);
  });
});

describe('devices', () => {
  test.each([
    ['address: http://192.0.2.1\nenvironment: prod', 'spec.address: http carries the password in clear'],
    ['address: http://192.0.2.1\ntls: {mode: verify}', 'spec.tls: has no effect with an http address'],
    ['address: https://192.0.2.1:99999', 'spec.address: must be a URL that can be read'],
    ['address: https://user@192.0.2.1', 'spec.address: must be a URL of scheme, host and port only'],
    ['environment: prod\ntls: {mode: insecure}', 'spec.tls.mode: unchecked TLS is for lab devices only'],
    ['tls: {mode: pinned}', 'spec.tls: "pinned" needs a fingerprint'],
    [
      `tls: {mode: verify, fingerprint: "${Array.from({ length: 32 }, () => '0A').join(':')}"}`,
      'spec.tls.fingerprint: a fingerprint has no effect with mode "verify"',
    ],
    ['management: {address: 192.0.2.1/24, interface: ether1}', 'spec.management.address: must be an IP address'],
    ['timeZone: Europe/Wien', 'spec.timeZone: is no IANA time zone'],
  ])('%j is refused', (spec, message) => {
    expect(messagesOf({ 'r1.yaml': deviceYaml('r1', spec) }).join('\n')).toContain(message);
  });

  test('http and unchecked TLS are for the lab', () => {
    expect(faultsOf({ 'r1.yaml': deviceYaml('r1', 'address: http://192.0.2.1') })).toEqual([]);
    expect(faultsOf({ 'r1.yaml': deviceYaml('r1', 'tls: {mode: insecure}') })).toEqual([]);
  });

  test('a label can not contradict the device itself', () => {
    expect(messagesOf({ 'r1.yaml': deviceYaml('r1', '', 'environment: prod, name: r2') })).toEqual([
      'metadata.labels.environment: the label "environment" is taken from the device itself',
      'metadata.labels.name: the label "name" is taken from the device itself',
    ]);
  });

  test('two devices with one name, address or serial are refused, in all spellings of the address', () => {
    const messages = messagesOf({
      'a.yaml': deviceYaml('r1', 'address: https://r1.example.net\nserial: S1'),
      'b.yaml': deviceYaml('r1', 'address: https://192.0.2.1'),
      'c.yaml': deviceYaml('r2', 'address: https://R1.example.net:443/\nserial: S1'),
    });
    expect(messages).toEqual([
      'metadata.name: a RouterDevice named "r1" is declared twice',
      'spec.address: belongs to the device "r1" already (a.yaml:9)',
      'spec.serial: belongs to the device "r1" already (a.yaml:10)',
    ]);
  });
});

describe('values of RouterConfigs', () => {
  test.each([
    ['addressLists: [{list: a, address: 203.0.113.77/24}]', '203.0.113.0/24'],
    ['addressLists: [{list: a, address: 203.0.113.1-254}]', '203.0.113.1-203.0.113.254'],
  ])('%j is refused with what was probably meant', (sections, suggestion) => {
    const [fault, ...more] = faultsOf(config(sections));
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ path: 'spec.addressLists[0].address', hint: `Did you mean "${suggestion}"?` });
  });

  test.each([
    ['addressLists: [{list: a, address: "2001:db8::1"}]', 'spec.addressLists[0].address'],
    ['addressLists: [{list: a, address: localhost}]', 'spec.addressLists[0].address'],
    ['addressLists: [{list: a, address: 10.0.0.l}]', 'spec.addressLists[0].address'],
    ['addresses: [{address: "2001:db8::1/64", interface: bridge}]', 'spec.addresses[0].address'],
    ['addresses: [{address: 192.0.2.1, interface: bridge}]', 'spec.addresses[0].address'],
    ['dns: {servers: [192.0.2.53, dns.example.net]}', 'spec.dns.servers[1]'],
    ['dns: {servers: [192.0.2.53, 192.0.2.53]}', 'spec.dns.servers[1]'],
    ['dns: {cacheMaxTtl: soon}', 'spec.dns.cacheMaxTtl'],
    ['ntpClient: {servers: [192.0.2.300]}', 'spec.ntpClient.servers[0]'],
    ['dnsStatic: [{name: a.example, regexp: b, address: 192.0.2.1}]', 'spec.dnsStatic[0].regexp'],
    ['dnsStatic: [{address: 192.0.2.1}]', 'spec.dnsStatic[0].name'],
    ['dnsStatic: [{name: a.example, type: CNAME}]', 'spec.dnsStatic[0].cname'],
    ['dnsStatic: [{name: a.example, type: CNAME, cname: b.example, address: 192.0.2.1}]', 'spec.dnsStatic[0].address'],
    ['dnsStatic: [{name: a.example, type: AAAA, address: 192.0.2.1}]', 'spec.dnsStatic[0].address'],
    ['dnsStatic: [{name: a.example, address: "2001:db8::1"}]', 'spec.dnsStatic[0].address'],
  ])('%j is refused at its place', (sections, path) => {
    expect(faultsOf(config(sections)).map((fault) => fault.path)).toEqual([path]);
  });

  test('a name in an address list needs a dot, and the fault says so', () => {
    expect(messagesOf(config('addressLists: [{list: a, address: localhost}]'))).toEqual([
      'spec.addressLists[0].address: "localhost" is not an IPv4 address, prefix or range, or a domain name with at least one dot',
    ]);
  });

  test.each([
    ['addressLists: [{list: "Gäste", address: 192.0.2.1}]', 'spec.addressLists[0].list', '"ä" (U+00E4)'],
    ['addressLists: [{list: "a\\u200b", address: 192.0.2.1}]', 'spec.addressLists[0].list', 'U+200B'],
    ['dnsStatic: [{regexp: "\\U0001F600", type: NXDOMAIN}]', 'spec.dnsStatic[0].regexp', '"😀" (U+1F600)'],
    ['dns: {mdnsRepeatIfaces: [brücke]}', 'spec.dns.mdnsRepeatIfaces[0]', '"ü" (U+00FC)'],
  ])('%j is refused, because what names something is ASCII', (sections, path, character) => {
    expect(faultsOf(config(sections))).toMatchObject([
      {
        path,
        message: `${character} is no printable ASCII character`,
        hint: 'Write it in ASCII: letters beyond it are for comments, the identity and the text of TXT records.',
      },
    ]);
  });

  test.each([
    'dns: {servers: ["2001:db8::53", 192.0.2.53@main]}',
    'addressLists: [{list: a, address: host.example.net}, {list: a, address: 10.0.0.1-10.0.0.9}]',
    'dnsStatic: [{name: a.example, type: AAAA, address: "2001:db8::1"}]',
    'addresses: []',
  ])('%j is accepted', (sections) => {
    expect(faultsOf(config(sections))).toEqual([]);
  });

  test('one entry in two spellings is one entry twice', () => {
    const sections = 'addressLists:\n  - {list: a, address: 192.0.2.1}\n  - {list: a, address: 192.0.2.1/32}';
    const [fault, ...more] = faultsOf(config(sections));
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      path: 'spec.addressLists[1]',
      message: 'the row list=a address=192.0.2.1 is declared twice',
      hint: 'the first one is at c.yaml:9; keep one of them',
    });
  });

  test('a record whose type goes without saying is the same record', () => {
    const sections =
      'dnsStatic:\n  - {name: a.example, address: 192.0.2.1}\n  - {name: a.example, type: A, address: 192.0.2.1, ttl: 5m}';
    expect(messagesOf(config(sections))).toEqual([
      'spec.dnsStatic[1]: the row name=a.example type=A address=192.0.2.1 is declared twice',
    ]);
  });
});

describe('RouterConfigs on each other', () => {
  test('equal priorities that set one scalar differently are refused', () => {
    const [fault, ...more] = faultsOf({
      'r1.yaml': LAB,
      'r2.yaml': deviceYaml('r2'),
      'a.yaml': configYaml('a', 100, 'dns:\n  cacheSize: 4096'),
      'b.yaml': configYaml('b', 100, 'dns:\n  cacheSize: 8192'),
    });
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      file: 'b.yaml',
      line: 9,
      path: 'spec.dns.cacheSize',
      message:
        '"a" (a.yaml:9) sets cache-size=4096 with the same priority 100, here it is 8192; both mean the device "r1"',
    });
  });

  test('the same value in two spellings is no contradiction, and other devices are nobody’s business', () => {
    expect(
      faultsOf({
        'r1.yaml': LAB,
        'r2.yaml': deviceYaml('r2'),
        'a.yaml': configYaml('a', 100, 'dns: {cacheMaxTtl: 1d}', '{names: [r1]}'),
        'b.yaml': configYaml('b', 100, 'dns: {cacheMaxTtl: 24h}', '{names: [r1]}'),
        'c.yaml': configYaml('c', 100, 'dns: {cacheMaxTtl: 1h}', '{names: [r2]}'),
      }),
    ).toEqual([]);
  });

  test('equal priorities may not disagree about a field of one row, nor about unlisted rows', () => {
    const row = (comment: string): string => `addressLists: [{list: a, address: 192.0.2.1, comment: ${comment}}]`;
    expect(
      messagesOf({
        'r1.yaml': LAB,
        'a.yaml': configYaml('a', 100, `unlisted: {addressLists: prune}\n${row('one')}`),
        'b.yaml': configYaml('b', 100, `unlisted: {addressLists: tolerate}\n${row('two')}`),
      }).map((message) => message.split(':')[0]),
    ).toEqual(['spec.unlisted.addressLists', 'spec.addressLists[0].comment']);
  });

  test('two RouterConfigs of one name are refused', () => {
    const messages = messagesOf({
      'a.yaml': configYaml('a', 1, 'addresses: []'),
      'b.yaml': configYaml('a', 2, 'dns: {}'),
    });
    expect(messages).toEqual(['metadata.name: a RouterConfig named "a" is declared twice']);
  });

  test('a section that a device does not allow is refused', () => {
    const messages = messagesOf({
      'r1.yaml': deviceYaml('r1', 'capabilities: {sections: [dns]}'),
      'c.yaml': configYaml('c', 1, 'dns: {}\naddresses: []'),
    });
    expect(messages).toEqual([
      'spec.addresses: the device "r1" does not allow this section (spec.capabilities.sections, r1.yaml:10)',
    ]);
  });

  test('a selector names devices that exist, by name or by label', () => {
    const faults = faultsOf({
      'r1.yaml': deviceYaml('edge-01'),
      'c.yaml': configYaml('c', 1, 'dns: {}', '{names: [egde-01]}'),
      'd.yaml': configYaml('d', 1, 'dns: {}', '{names: [edge-01], matchLabels: {site: vie}}'),
    });
    expect(faults).toMatchObject([
      { path: 'spec.selector.names[0]', hint: 'did you mean "edge-01"?' },
      { path: 'spec.selector', message: 'matchLabels and names exclude each other' },
    ]);
  });
});

describe('policies and the roster', () => {
  const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
  const PEOPLE = ['alice, roles: [approver]', 'pia, roles: [policy]', 'carl, roles: [contributor]'];
  const ROSTER = policyYaml('Roster', 'people', `people:\n${PEOPLE.map((each) => `  - {name: ${each}}\n`).join('')}`);
  const PROD = deviceYaml('p1', 'environment: prod');

  function approval(spec: string): Readonly<Record<string, string>> {
    return { 'd.yaml': LAB, 'p.yaml': PROD, 'roster.yaml': ROSTER, 'a.yaml': policyYaml('ApprovalPolicy', 'a', spec) };
  }

  test.each([
    ['selector: {}\nauto: true', 'spec.auto: automatic approval is for lab devices only; the selector also means "p1"'],
    ['selector: {matchLabels: {role: gone}}\nauto: true', 'spec.auto: automatic approval needs a selector that can'],
    ['selector: {names: [p1]}\nauto: true', 'spec.auto: automatic approval is for lab devices only'],
    [
      'selector: {matchLabels: {environment: lab}}\nauto: true\nrequired: 2',
      'spec.required: has no effect beside "auto: true"',
    ],
    ['selector: {}', 'spec: nobody could approve'],
    ['selector: {}\napprovers: {}', 'spec.approvers: nobody could approve'],
    ['selector: {}\nauto: false\nrequired: 1', 'spec: nobody could approve'],
    [
      'selector: {}\napprovers: {people: [alice, carl]}',
      'spec.approvers.people[1]: "carl" may not approve: the Roster gives neither the role approver nor policy',
    ],
    ['selector: {}\napprovers: {people: [alcie]}', 'spec.approvers.people[0]: "alcie" is not in the Roster'],
    [
      'selector: {}\napprovers: {roles: [approver]}\nrequired: 2',
      'spec.required: needs 2 people, but the Roster has only 1',
    ],
  ])('%j is refused', (spec, message) => {
    const messages = messagesOf(approval(spec));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(message);
  });

  test.each([
    'selector: {matchLabels: {environment: lab}}\nauto: true',
    'selector: {names: [r1]}\nauto: true',
    'selector: {}\napprovers: {people: [alice, pia]}',
  ])('%j is accepted', (spec) => {
    expect(messagesOf(approval(spec))).toEqual([]);
  });

  test('a roster with a person or a key twice, or a key that is another, is refused', () => {
    const people = [
      `- {name: alice, roles: [approver], keys: ["${KEY} alice@laptop"]}`,
      `- {name: alice, roles: [policy], keys: ["${KEY}"]}`,
      `- {name: bob, roles: [policy], keys: ["${KEY.replace('ssh-ed25519', 'ssh-rsa').replace('AAAAI', 'AAAAJ')}"]}`,
    ];
    const messages = messagesOf({ 'r.yaml': policyYaml('Roster', 'people', `people:\n  ${people.join('\n  ')}`) });
    expect(messages).toEqual([
      'spec.people[1].name: "alice" is listed twice',
      'spec.people[1].keys[0]: this key belongs to "alice" already',
      'spec.people[2].keys[0]: the key inside is no ssh-rsa key; copy the whole line of the .pub file',
    ]);
  });

  test.each(['cert-authority ', '*', 'restrict,'])('a key line that begins with %j is refused', (prefix) => {
    const roster = policyYaml('Roster', 'p', `people:\n  - {name: a, roles: [policy], keys: ["${prefix}${KEY}"]}`);
    expect(messagesOf({ 'r.yaml': roster })).toEqual([
      'spec.people[0].keys[0]: must be an SSH public key line: type, base64, optional comment',
    ]);
  });

  test('there is one roster', () => {
    const messages = messagesOf({ 'a.yaml': ROSTER, 'b.yaml': ROSTER.replace('name: people', 'name: more') });
    expect(messages).toEqual(['kind: there is one Roster for the whole repository']);
  });

  test('two RolloutPolicies that mean one device are refused', () => {
    const messages = messagesOf({
      'd.yaml': LAB,
      'a.yaml': policyYaml('RolloutPolicy', 'a', 'selector: {}'),
      'b.yaml': policyYaml('RolloutPolicy', 'b', 'selector: {matchLabels: {role: edge}}'),
    });
    expect(messages).toEqual(['spec.selector: the RolloutPolicy "a" also means "r1"; at most one may match a device']);
  });

  test('a ping goes to an address', () => {
    const spec = 'selector: {}\nhealth: {pings: [{address: example.com}]}';
    expect(messagesOf({ 'a.yaml': policyYaml('RolloutPolicy', 'a', spec) })).toEqual([
      'spec.health.pings[0].address: must be an IP address',
    ]);
  });
});
