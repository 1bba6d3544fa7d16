import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accessRulesOf } from '../../controller/access/access-file.ts';

const GOOD = `# The people of the network.
issuers:
  - {url: https://login.example.net/realms/net, api: https://gitops.example.net/api, mcp: https://gitops.example.net/mcp, client: rosctl, groups: groups, alsoFor: [account]}
bindings:
  - {who: {groups: [net-vie]}, role: ops_rw, devices: {matchLabels: {site: vie}}, person: anna}
  - who: {subjects: [4f6c], issuer: https://login.example.net/realms/net}
    role: noc
    devices: {all: true}
tokens:
  - {name: grafana, sha256: ${'9f86'.repeat(16)}, for: api, expires: 2027-06-30, role: read_only, devices: {names: [r1]}}
roles:
  noc: [fleet.read, device.diagnose]
`;

/** The faults as the message lists them; none for a valid file. */
function faultsOf(text: string): readonly string[] {
  try {
    accessRulesOf(text, 'access.yaml');
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'AccessInvalid' });
    return (error as Error).message.split('\n').slice(1);
  }
}

/** The faults of the good file with one text replaced by another. */
function faultsWith(before: string, after: string): readonly string[] {
  expect(GOOD).toContain(before);
  return faultsOf(GOOD.replace(before, after));
}

describe('an access file', () => {
  it('says which issuers, bindings and tokens count', () => {
    const { issuers, bindings, tokens, roles } = accessRulesOf(GOOD, 'access.yaml');
    expect(issuers).toEqual([
      {
        url: 'https://login.example.net/realms/net',
        audiences: { api: 'https://gitops.example.net/api', mcp: 'https://gitops.example.net/mcp' },
        alsoFor: ['account'],
        groups: 'groups',
        client: 'rosctl',
        loginScopes: ['openid', 'offline_access'],
        scopesNeeded: false,
      },
    ]);
    expect(bindings).toMatchObject([
      {
        who: { issuer: 'https://login.example.net/realms/net', groups: ['net-vie'], subjects: [] },
        role: { name: 'ops_rw', requestsPerMinute: 600 },
        devices: { matchLabels: { site: 'vie' } },
        person: 'anna',
      },
      { who: { subjects: ['4f6c'] }, role: roles.get('noc'), devices: { all: true }, person: null },
    ]);
    expect(roles.get('noc')).toEqual({
      name: 'noc',
      permissions: new Set(['fleet.read', 'device.diagnose']),
      requestsPerMinute: 300,
    });
    expect(tokens).toMatchObject([
      { name: 'grafana', audience: 'api', expiresAt: Date.UTC(2027, 5, 30), devices: { names: ['r1'] } },
    ]);
  });

  it.each([
    ['devices: {matchLabels: {site: vie}}', 'devices: {}', 'access.yaml:5: bindings[0].devices: must have one of all'],
    ['devices: {matchLabels: {site: vie}}', 'devices: {matchLabels: {}}', 'matchLabels: must have at least one label'],
    ['devices: {matchLabels: {site: vie}}', 'devices: {names: []}', 'devices.names: must have at least one'],
    ['devices: {matchLabels: {site: vie}}', 'devices: {all: false}', 'devices.all: must be true'],
    ['devices: {matchLabels: {site: vie}}', 'devices: {matchLabels: {site: 7}}', 'must be a text; put it in quotes'],
    ['devices: {matchLabels: {site: vie}}', 'devices: {all: true, names: [r1]}', 'must have one of all'],
    ['devices: {matchLabels: {site: vie}}', 'devices: everything', 'bindings[0].devices: must have all, names'],
    ['role: ops_rw, devices: {matchLabels: {site: vie}}', 'role: ops_rw', 'bindings[0]: lacks devices'],
    ['role: ops_rw', 'role: root', 'bindings[0].role: must be one of read_only, ops_rw, admin, auditor, noc'],
    ['role: ops_rw', 'rolle: ops_rw', 'has unknown fields: "rolle" (did you mean "role"?)'],
    ['who: {groups: [net-vie]}', 'who: {}', 'bindings[0].who: must have groups or subjects'],
    ['who: {groups: [net-vie]}', 'who: {groups: [a], subjects: [b]}', 'must have groups or subjects, one of the two'],
    ['who: {groups: [net-vie]}', 'who: {groups: net-vie}', 'bindings[0].who.groups: must be a list'],
    [
      'issuer: https://login.example.net/realms/net',
      'issuer: https://other.example',
      'must be the url of one of issuers',
    ],
    ['noc: [fleet.read, device.diagnose]', 'noc: [trust]', 'access.yaml:12: roles.noc[0]: must be some of fleet.read'],
    ['noc: [fleet.read, device.diagnose]', 'noc: []', 'roles.noc: must have at least one'],
    [
      'noc: [fleet.read, device.diagnose]',
      'noc: [fleet.read]\n  admin: [freeze]',
      'roles.admin: is the name of a role',
    ],
    ['url: https://login', 'url: http://login', 'access.yaml:3: issuers[0].url: must be an https address'],
    ['realms/net, api', 'realms/net?x, api', 'issuers[0].url: must be an https address'],
    ['mcp: https://gitops.example.net/mcp', 'mcp: https://gitops.example.net/api', 'mcp: must not be that of api'],
    ['alsoFor: [account]', 'alsoFor: [https://gitops.example.net/mcp]', 'alsoFor: must name audiences of others'],
    [', for: api', ', for: both', 'access.yaml:10: tokens[0].for: must be api or mcp'],
    ['expires: 2027-06-30', 'expires: 2027-02-30', 'tokens[0].expires: must be a day'],
    ['expires: 2027-06-30', 'expires: never', 'tokens[0].expires: must be a day'],
    ['expires: 2027-06-30, ', '', 'tokens[0]: lacks expires'],
    ['roles:', 'rules:', 'the file: has unknown fields: "rules" (did you mean "roles"?)'],
  ])('with %j replaced by %j is refused', (before, after, fault) => {
    expect(faultsWith(before, after).join('\n')).toContain(fault);
  });

  it('must name the issuer where there are several, and none twice', () => {
    const other = '  - {url: https://b.example, api: x}\nbindings:\n';
    expect(faultsWith('bindings:\n', other)).toEqual([
      '- access.yaml:6: bindings[0].who: must have issuer: there are several',
    ]);
    expect(faultsOf('issuers: [{url: https://b.example, api: x}, {url: https://b.example, api: y}]\n')).toEqual([
      '- access.yaml:1: issuers[1].url: stands there twice',
    ]);
  });

  it('tells every fault at once and repeats no value', () => {
    const secret = 'rgt_hunter2';
    const faults = faultsOf(
      [
        'tokens:',
        `  - {name: a, sha256: ${secret}, for: api, expires: 2027-06-30, role: read_only, devices: {all: true}}`,
        `  - {name: b, ${secret}: x, for: ${secret}, expires: ${secret}, role: ${secret}, devices: ${secret}}`,
        `${secret}: [`,
      ].join('\n'),
    );
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).not.toContain(secret);
    const closed = faultsOf(
      `tokens:\n  - {name: b, ${secret}: x, for: ${secret}, expires: ${secret}, role: ${secret}}\n`,
    );
    expect(closed.length).toBeGreaterThan(4);
    expect(closed.join('\n')).not.toContain(secret);
  });

  it.each([
    ['', 'the file: must have'],
    ['[]\n', 'the file: must have'],
    ['issuers: &a []\nbindings: *a\n', 'must have no aliases'],
    ['a: 1\na: 2\n', 'not valid YAML'],
    ['tokens: []\n---\ntokens: []\n', 'not valid YAML'],
  ])('that is %j is refused', (text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault);
  });

  it('is what the guide shows', () => {
    const guide = readFileSync(path.join(import.meta.dirname, '../../docs/guides/access.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(accessRulesOf(example, 'access.yaml').bindings).toHaveLength(3);
  });

  it('may be without anything', () => {
    expect(accessRulesOf('tokens: []\n', 'access.yaml')).toMatchObject({ issuers: [], bindings: [], tokens: [] });
  });
});
