import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '#test/sample.ts';
import { accessRulesOf } from '../../controller/access/access-file.ts';
import { grantedTo } from '../../controller/access/granted.ts';
import { identityIn } from '../../controller/access/identity.ts';
import { PERMISSIONS, ROLES, SCOPES } from '../../controller/access/permissions.ts';
import { ALL_DEVICES, ANY_DEVICE, may } from '../../controller/access/rights.ts';
import { declared } from '#test/access-rig.ts';

const ISSUER = 'https://a.example';
const RULES = accessRulesOf(
  `issuers:
  - {url: ${ISSUER}, api: x}
  - {url: https://b.example, api: x, scopesNeeded: true, groups: 'https://ours.example/groups'}
bindings:
  - {who: {issuer: ${ISSUER}, groups: [vie]}, role: ops_rw, devices: {matchLabels: {site: vie}}, person: anna}
  - {who: {issuer: ${ISSUER}, groups: [all]}, role: read_only, devices: {all: true}}
  - {who: {issuer: ${ISSUER}, subjects: [boss]}, role: admin, devices: {names: [r2]}, person: the-boss}
  - {who: {issuer: https://b.example, groups: [vie, all]}, role: admin, devices: {all: true}}
`,
  'access.yaml',
);
const [ours, scoped] = RULES.issuers;
const DEVICES = [declared('r1'), declared('r2', 'gra')];

/** What somebody with these claims may do, as `permission@device`. */
function allowed(claims: Readonly<Record<string, unknown>>, issuer = ours): readonly string[] {
  const identity = issuer === undefined ? null : identityIn({ sub: 'anna', exp: 1, ...claims }, issuer);
  if (identity === null) return ['nobody'];
  const { rights } = grantedTo(identity, RULES);
  return DEVICES.flatMap((document) =>
    PERMISSIONS.filter((permission) => may(rights, permission, { name: document.metadata.name, document })).map(
      (permission) => `${permission}@${document.metadata.name}`,
    ),
  );
}

function on(device: string, role: keyof typeof ROLES): readonly string[] {
  return PERMISSIONS.filter((each) => (ROLES[role] as readonly string[]).includes(each)).map(
    (each) => `${each}@${device}`,
  );
}

describe('what a token says', () => {
  it('gives what its groups and its subject are bound to', () => {
    expect(allowed({ groups: ['vie'] })).toEqual(on('r1', 'ops_rw'));
    expect(allowed({ groups: ['vie', 'all', 'else'] })).toEqual([...on('r1', 'ops_rw'), ...on('r2', 'read_only')]);
    expect(allowed({ sub: 'boss' })).toEqual(on('r2', 'admin'));
    expect(allowed({ groups: ['boss'] })).toEqual([]);
    expect(allowed({ sub: 'vie' })).toEqual([]);
  });

  it.each([
    [{ groups: 'vie' }],
    [{ groups: { vie: true } }],
    [{ groups: ['vie', 7] }],
    [{ groups: null }],
    [{ groups: ['vie'], hasgroups: true }],
    [{ groups: ['vie'], hasgroups: 'false' }],
    [{ groups: ['vie'], _claim_names: { groups: 'src1' } }],
    [{ groups: ['vie'], _claim_names: 'groups' }],
    [{ groups: ['vie'], scope: ['routeros:read'] }],
    [{ groups: ['vie'], scope: 7 }],
    [{ groups: ['vie'], scp: { read: true } }],
    [{ groups: ['vie'], scp: ['routeros:read', null] }],
    [{ groups: ['vie'], scope: 'routeros:everything' }],
    [{ groups: ['vie'], scope: 'openid,routeros:read' }],
    [{ groups: ['vie'], scope: 'openid\nrouteros:read' }],
    [{ groups: ['vie'], scope: '"routeros:read"' }],
    [{ groups: ['vie'], scope: 'ROUTEROS:READ' }],
    [{ groups: ['vie'], scp: ['openid routeros:read'] }],
    [{ groups: ['vie'], scp: ['api://gitops/routeros:read'] }],
  ])('that is %j gives no device', (claims) => {
    expect(allowed(claims)).toEqual([]);
  });

  it('that is no claim of ours changes nothing', () => {
    expect(
      allowed({ groups: ['vie'], _claim_names: { roles: 'src1' }, hasgroups: false, scope: 'openid email' }),
    ).toEqual(on('r1', 'ops_rw'));
  });

  it.each([[{ sub: '' }], [{ sub: 7 }], [{ sub: 'a b' }], [{ sub: 'x'.repeat(256) }], [{ exp: '1' }]])(
    'that is %j names nobody',
    (claims) => {
      expect(allowed(claims)).toEqual(['nobody']);
    },
  );

  it('must have a scope where the operator asks for one', () => {
    const groups = { 'https://ours.example/groups': ['vie'] };
    expect(allowed(groups, scoped)).toEqual([]);
    expect(allowed({ ...groups, scope: 'routeros:audit' }, scoped)).toEqual(['audit.read@r1', 'audit.read@r2']);
    expect(allowed({ groups: ['vie'], scope: 'routeros:audit' }, scoped)).toEqual([]);
  });

  it('in both claims of scopes narrows twice', () => {
    expect(allowed({ groups: ['all'], scope: 'routeros:read', scp: ['routeros:read'] })).toEqual([
      ...on('r1', 'read_only'),
      ...on('r2', 'read_only'),
    ]);
    expect(allowed({ groups: ['all'], scope: 'routeros:read', scp: 'routeros:audit' })).toEqual([]);
  });

  it('names a person only where bindings name one', () => {
    const person = (claims: object): unknown => {
      const identity = ours && identityIn({ sub: 'anna', exp: 1, ...claims }, ours);
      return identity && grantedTo(identity, RULES).notes.person;
    };
    expect(person({ groups: ['vie', 'all'] })).toBe('anna');
    expect(person({ groups: ['vie'], sub: 'boss' })).toBeUndefined();
    expect(person({ groups: ['all'] })).toBeUndefined();
  });

  it('narrows whatever scopes it has', () => {
    const scopes = fc.subarray([...Object.keys(SCOPES), 'routeros:else', 'openid']);
    const groups = fc.subarray(['vie', 'all', 'else']);
    fc.assert(
      fc.property(groups, scopes, fc.boolean(), fc.constantFrom('anna', 'boss'), (given, some, asList, sub) => {
        const whole = allowed({ groups: given, sub });
        const less = allowed({ groups: given, sub, ...(asList ? { scp: some } : { scope: some.join(' ') }) });
        expect(whole).toEqual(expect.arrayContaining([...less]));
        if (!some.some((each) => each.startsWith('routeros:'))) expect(less).toEqual(whole);
        else
          expect(less).toEqual(
            whole.filter((each) =>
              some.flatMap((scope) => SCOPES[scope] ?? []).some((left) => each.startsWith(`${left}@`)),
            ),
          );
      }),
      runs(200),
    );
  });
});

describe('may', () => {
  const scopes = fc.oneof(
    fc.constant({ all: true } as const),
    fc.record({ names: fc.subarray(['r1', 'r2', 'gone']) }),
    fc.record({
      matchLabels: fc.constantFrom({}, { site: 'vie' }, { site: 'gra' }, { site: 'vie', name: 'r1' }, { nothing: 'x' }),
    }),
  );
  const rights = fc.array(
    fc.record({ permissions: fc.subarray([...PERMISSIONS]).map((list) => new Set(list)), devices: scopes }),
    { maxLength: 4 },
  );

  it('is the union of the pairs, and never more than one of them gives', () => {
    const about = fc.constantFrom(
      ALL_DEVICES,
      ANY_DEVICE,
      { name: 'gone', document: null },
      ...DEVICES.map((document) => ({ name: document.metadata.name, document })),
    );
    fc.assert(
      fc.property(rights, fc.constantFrom(...PERMISSIONS), about, (given, permission, device) => {
        const each = given.some((right) => may([right], permission, device));
        expect(may(given, permission, device)).toBe(each);
        if (each) expect(given.some(({ permissions }) => permissions.has(permission))).toBe(true);
      }),
      runs(300),
    );
  });

  it('gives nothing by an empty selector, and every device by `all` alone', () => {
    const everything = new Set(PERMISSIONS);
    for (const devices of [{}, { names: [] }, { matchLabels: {} }])
      for (const document of DEVICES)
        expect(
          may([{ permissions: everything, devices }], 'fleet.read', { name: document.metadata.name, document }),
        ).toBe(false);
    expect(may([{ permissions: everything, devices: { names: ['r1', 'r2'] } }], 'fleet.read', ALL_DEVICES)).toBe(false);
    expect(may([{ permissions: everything, devices: { all: true } }], 'fleet.read', ALL_DEVICES)).toBe(true);
  });
});
