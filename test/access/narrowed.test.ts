import fc from 'fast-check';
import { expect, it } from 'vitest';
import { declared } from '#test/access-rig.ts';
import { runs } from '#test/sample.ts';
import { NO_RULES } from '../../controller/access/access-file.ts';
import { loginView, meView } from '../../controller/access/access-views.ts';
import { narrowed, type Narrowing } from '../../controller/access/narrowed.ts';
import { PERMISSIONS, ROLES } from '../../controller/access/permissions.ts';
import { operator, type Principal, principalOf } from '../../controller/access/principal.ts';
import { ALL_DEVICES, ANY_DEVICE } from '../../controller/access/rights.ts';
import { scopeOf } from '../../controller/proposals/scope-of.ts';
import type { RouterDevice } from '#schemas';

const DEVICES = [declared('r1'), declared('r2', 'gra')];
const documentOf = (name: string): RouterDevice | null =>
  DEVICES.find(({ metadata }) => metadata.name === name) ?? null;
const VIE = '{"matchLabels": {"site": "vie"}}';

function less(narrowing: Narrowing, whole = operator('anna')): Principal {
  return narrowed(whole, narrowing, NO_RULES, documentOf).principal;
}

it('the operator can be less than they are', () => {
  const technician = less({ role: 'ops_rw', devices: VIE });
  expect(technician.actor).toBe('operator:anna');
  expect(technician.may('device.diagnose', 'r1')).toBe(true);
  expect(technician.may('device.diagnose', 'r2')).toBe(false);
  expect(technician.may('freeze', ALL_DEVICES)).toBe(false);
  expect(technician.may('fleet.read', ANY_DEVICE)).toBe(true);
  expect(technician.may('fleet.read', ALL_DEVICES)).toBe(false);
  expect(meView(technician, ['r1'])).toEqual({
    actor: 'operator:anna',
    until: null,
    may: [{ permissions: [...ROLES.ops_rw], all: false, devices: ['r1'] }],
  });
  expect(less({}).may('trust', ALL_DEVICES)).toBe(true);
});

it('whoever may propose changes, of no device that they may not read', () => {
  const proposer = principalOf(
    'token:bot',
    [
      { permissions: new Set(['change.propose']), devices: { all: true } },
      { permissions: new Set(['fleet.read']), devices: { names: ['r2'] } },
    ],
    documentOf,
  );
  expect(scopeOf(proposer, ['r1', 'r2'])).toEqual({ visible: ['r2'], allowed: ['r2'] });
  expect(scopeOf(operator('anna'), ['r1', 'r2'])).toEqual({ visible: null, allowed: null });
});

it.each([
  [{ role: 'root' }, 'The role must be one of read_only, ops_rw, admin, auditor.'],
  [{ role: 'constructor' }, 'The role must be one of'],
  [{ devices: '{}' }, 'The devices must have one of all, names and matchLabels'],
  [{ devices: 'r1' }, 'The devices must have all, names, matchLabels'],
  [{ devices: '{"names": []}' }, 'must have at least one'],
  [{ devices: '{"matchLabels": {}}' }, 'must have at least one label'],
])('%j is refused', (narrowing, message) => {
  expect(() => less(narrowing)).toThrow(
    expect.objectContaining({ code: 'BadRequest', message: expect.stringContaining(message) }),
  );
});

it('nothing is ever given by narrowing', () => {
  const scopes = ['{"all": true}', VIE, '{"names": ["r2"]}', undefined];
  const whole = principalOf(
    'token:x',
    [{ permissions: new Set(ROLES.read_only), devices: { names: ['r1'] } }],
    documentOf,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(ROLES), undefined),
      fc.constantFrom(...scopes),
      fc.constantFrom(...PERMISSIONS),
      fc.constantFrom('r1', 'r2', 'gone', ANY_DEVICE, ALL_DEVICES),
      (role, devices, permission, about) => {
        const narrow = less({ role, devices }, whole);
        expect(!narrow.may(permission, about) || whole.may(permission, about)).toBe(true);
      },
    ),
    runs(200),
  );
});

it('who one is says which permissions hold for which devices', () => {
  const rights = [
    { permissions: new Set(ROLES.read_only), devices: { all: true } as const },
    { permissions: new Set(ROLES.ops_rw), devices: { matchLabels: { site: 'vie' } } },
  ];
  const notes = { person: 'anna', expiresAt: 7, why: 'because' };
  expect(meView(principalOf('user:x', rights, documentOf, notes), ['r1', 'r2'])).toEqual({
    actor: 'user:x',
    person: 'anna',
    until: 7,
    may: [
      { permissions: ['fleet.read', 'device.read'], all: true, devices: ['r1', 'r2'] },
      { permissions: ['device.diagnose', 'change.propose', 'fleet.steer'], all: false, devices: ['r1'] },
    ],
    why: 'because',
  });
});

it('a login needs a client and an audience of the API', () => {
  const issuer = {
    url: 'https://a.example',
    alsoFor: [],
    groups: 'groups',
    loginScopes: ['openid'],
    scopesNeeded: false,
  };
  const issuers = [
    { ...issuer, audiences: { api: 'x', mcp: 'y' }, client: 'rosctl' },
    { ...issuer, audiences: { mcp: 'y' }, client: 'rosctl' },
    { ...issuer, audiences: { api: 'x' }, client: null },
  ];
  expect(loginView({ ...NO_RULES, issuers })).toEqual({
    issuers: [{ url: 'https://a.example', client: 'rosctl', audience: 'x', scopes: ['openid'] }],
    mcpIssuers: ['https://a.example', 'https://a.example'],
  });
});
