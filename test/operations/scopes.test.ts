import { mkdir } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '#failure';
import { doorsOf, People, send } from '#test/api-rig.ts';
import { runs } from '#test/sample.ts';
import { mayBy, NAMES, neutral, NOBODY, rightsArbitrary, shown } from '#test/scoped-rights.ts';
import {
  COMING,
  DEVICES,
  GONE,
  type ScopedWorld,
  SENTINEL,
  startScopedWorld,
  type Target,
} from '#test/scoped-world.ts';
import { PERMISSIONS, type Permission, ROLES } from '../../controller/access/permissions.ts';
import { type Principal, principalOf } from '../../controller/access/principal.ts';
import type { Rights } from '../../controller/access/rights.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { operationsAt } from '../../controller/operations/at-door.ts';
import { operationsOf } from '../../controller/operations/api.ts';
import type { Operation } from '../../controller/operations/operation.ts';
import { isStream } from '../../controller/operations/run.ts';
import { OPERATIONS, type OperationName } from '../../controller/operations/table.ts';
import { requestOf } from '../../controller/operations/wire.ts';

let world: ScopedWorld;
beforeAll(async () => {
  world = await startScopedWorld();
});
afterAll(() => world.rig.close());

type Given = Readonly<Record<string, unknown>>;
type Inputs = (target: Target) => readonly Given[];

const nothing: Inputs = () => [{}];
const ofDevice: Inputs = ({ device }) => [{ device }];
/** A plan by its device, its id, the beginning of it, and that of a fleet plan. */
const ofPlan: Inputs = ({ device, plan, fleetPlan }) =>
  [device, plan, plan.slice(7), plan.slice(0, 19), plan.slice(7, 15), fleetPlan, fleetPlan.slice(7, 15)].map(
    (each) => ({
      plan: each,
    }),
  );

const ofDiagnostic: Inputs = ({ diagnostic }) => [{ diagnostic }];

/** Changes of a device, of a RouterConfig of its name, and of whatever there is. */
const ofIntent: Inputs = ({ device }) => [
  { section: 'identity', whom: { devices: [device] }, set: { name: 'x' }, reason: 'test' },
  { section: 'identity', whom: { config: device }, set: { name: 'x' }, reason: 'test' },
  { section: 'identity', whom: { config: 'all' }, set: { name: 'x' }, reason: 'test' },
  { section: 'dns', whom: { selector: {} }, set: { servers: ['192.0.2.250'] }, reason: 'test' },
  { section: 'dns', whom: { devices: [device] }, remove: ['servers'], reason: 'test' },
  { section: 'addressLists', whom: { devices: [device] }, remove: [{ list: 'x' }], reason: 'test' },
];

/** What each operation is asked with about a device, and about one that never was: no operation without. */
const INPUTS: { readonly [Name in OperationName]: Inputs } = {
  status: nothing,
  version: nothing,
  devices: ({ device }) => [
    {},
    { cursor: device },
    { text: device },
    { site: 'vie', limit: 1 },
    { label: `name=${device}` },
  ],
  device: ofDevice,
  explain: ({ device }) => [{ device }, { device, section: 'dns' }, { device, limit: 1 }],
  events: ({ device }) => [{}, { after: device }],
  plans: nothing,
  planGroups: nothing,
  plan: ofPlan,
  retryPlan: ofPlan,
  explainPath: ofDevice,
  approvable: (target) => [...ofPlan(target), { plan: 'fleet' }, { plan: 'control' }],
  judgeCommit: ({ plan }) => [{ id: plan.slice(7, 47), commit: 'YQ==' }],
  drift: (target) => [{}, ...ofDevice(target)],
  history: ({ device }) => [{ device }, { device, limit: 1 }],
  audit: ({ device }) => [
    {},
    { limit: 3 },
    { device },
    { since: '2020-01-01T00:00:00Z' },
    { action: 'attempt.', device },
  ],
  report: () =>
    (['changes', 'approvals', 'refusals', 'access'] as const).map((name) => ({ name, since: '2020-01-01T00:00:00Z' })),
  reconcile: ({ device }) => [{}, { devices: [] }, { devices: [device] }, { devices: [device, SENTINEL] }],
  look: nothing,
  rollouts: () => [{}, { limit: 1 }],
  rollout: ({ rollout }) => [{ rollout }, { rollout: rollout.slice(3, 9) }],
  actOnRollout: ({ device, rollout }) => [
    ...(['pause', 'resume', 'abort', 'rollback'] as const).map((action) => ({ rollout, action })),
    ...['ro-a11a11a11a11', 'ro-b22b22b22b22', 'ro-c33c33c33c33', rollout].flatMap((each) => [
      { rollout: each, action: 'skip', device },
      { rollout: each, action: 'rollback', device },
      { rollout: each, action: 'skip', wave: true },
      { rollout: each, action: 'resume' },
    ]),
  ],
  freeze: () => [{ reason: 'test' }],
  unfreeze: nothing,
  trust: nothing,
  initTrust: () => [{ commit: '0'.repeat(40) }],
  signers: nothing,
  revoke: ({ device }) => [{ key: device, reason: 'test' }],
  credentials: nothing,
  setCredential: ({ device }) => [{ name: device, secret: 'test' }],
  removeCredential: ({ device }) => [{ name: device }],
  auditReads: ({ device }) => [{}, { limit: 3 }, { device }, { operation: 'history', device }],
  me: nothing,
  login: nothing,
  startDiagnostic: ({ device }) => [
    { device, kind: 'ping', target: '192.0.2.1' },
    { device, kind: 'bandwidth', target: 'kiwano' },
    { device: SENTINEL, kind: 'bandwidth', target: device },
    { device: 'kiwano', kind: 'bandwidth', target: device },
  ],
  diagnostic: ofDiagnostic,
  diagnosticEvents: ofDiagnostic,
  cancelDiagnostic: ofDiagnostic,
  fleetHealth: nothing,
  health: ({ device }) => [{ device }, { device, since: '30d' }],
  snapshots: ofDevice,
  snapshot: ({ device }) => [{ device }, { device, menu: '/ip/dns' }],
  snapshotDiff: ({ device }) => [{ device, from: '2h' }],
  takeSnapshot: ofDevice,
  previewChange: ofIntent,
  proposeChange: ofIntent,
  proposals: () => [{}, { limit: 1 }],
  proposal: ({ device }) => [{ proposal: device }],
  withdrawProposal: ({ device }) => [{ proposal: device }],
  testAccess: () => [{ groups: ['test'] }],
  menus: ofDevice,
  menu: ({ device }) =>
    ['/system/identity', '/ip/dhcp-server/lease', '/log', '/no/menu'].map((menu) => ({ device, menu })),
};

/** An order to a rollout and a retry are about what one sees; whether they may is asked then. */
const ACTS: readonly OperationName[] = ['actOnRollout', 'retryPlan'];

function seesFor(rights: Rights, name: OperationName): (device: string) => boolean {
  const { permission }: Operation['needs'] = OPERATIONS[name].needs;
  const also = permission === null || ACTS.includes(name) ? 'fleet.read' : permission;
  return (device) => mayBy(rights, 'fleet.read', device) && mayBy(rights, also, device);
}

function seesAll(rights: Rights): boolean {
  return rights.some(({ permissions, devices }) => permissions.has('fleet.read') && 'all' in devices);
}

function asking(rights: Rights): Principal {
  const { fleet } = world.api;
  return principalOf('token:test', rights, (device) => fleet.inventory?.devices.get(device)?.document ?? null);
}

/** What comes back, as bytes; of a stream what it says of what has just happened. */
async function told(rights: Rights, name: OperationName, given: Given): Promise<string> {
  const operations = operationsOf(world.api);
  try {
    if (!isStream(name)) return JSON.stringify(await operations.ask(asking(rights), name, given));
    const ending = new AbortController();
    const seeing = [...rights, { permissions: new Set(['fleet.read'] as const), devices: { names: [SENTINEL] } }];
    const events: unknown[] = [];
    for await (const { data } of await operations.follow(asking(seeing), name, given, ending.signal)) {
      if ('kind' in data && (data.kind === 'begins' || data.kind === 'missed')) world.happen();
      if ('device' in data && data.device === SENTINEL) ending.abort();
      events.push({ ...data, at: 0 });
    }
    return JSON.stringify(events);
  } catch (error) {
    if (error instanceof Failure) return JSON.stringify({ code: error.code, message: error.message });
    throw error;
  }
}

type Tell = typeof told;

/** Asks about every device. @returns what is told that must not be, each with what was asked. */
async function faultsOf(rights: Rights, name: OperationName, tell: Tell = told): Promise<readonly string[]> {
  const sees = seesFor(rights, name);
  const hidden = NAMES.filter((device) => !sees(device));
  const canaries = [...hidden.flatMap((device) => world.canariesOf(device)), ...(seesAll(rights) ? [] : world.ofAll)];
  // Whoever may do it to every device does it; what it changes is no question of sight.
  const { permission, fleet }: Operation['needs'] = OPERATIONS[name].needs;
  const whole = rights.some(
    ({ permissions, devices }) => 'all' in devices && permissions.has(permission ?? 'fleet.read'),
  );
  if (fleet === 'all' && whole) return [];
  const faults: string[] = [];
  for (const [device, target] of world.targets) {
    const [asked, never] = [INPUTS[name](target), INPUTS[name](NOBODY)];
    for (const [index, given] of asked.entries()) {
      world.steered.length = 0;
      const text = neutral(await tell(rights, name, given), target);
      const where = `${name} ${JSON.stringify(given)} for ${JSON.stringify(rights, shown)}: ${text}`;
      const asking = JSON.stringify(given);
      for (const canary of canaries)
        if (canary.test(text) && !canary.test(asking)) faults.push(`${String(canary)} in ${where}`);
      const wrongly = world.steered.filter((each) => !mayBy(rights, STEERING[name] ?? 'fleet.steer', each));
      if (wrongly.length > 0) faults.push(`visits ${wrongly.join()} after ${where}`);
      const askingNone = JSON.stringify(never[index]);
      if (mayBy(rights, 'fleet.read', device) || asking === askingNone || askingNone.includes(device)) continue;
      const none = neutral(await tell(rights, name, never[index] ?? {}), NOBODY);
      if (text !== none) faults.push(`${where} where none is told ${none}`);
    }
  }
  return faults;
}

/** With which permission an operation has devices visited. */
const STEERING: Readonly<Partial<Record<OperationName, Permission>>> = { retryPlan: 'plans.retry' };

/** As a rollout says it that used its budget up. */
const FAILED = `${String(NAMES.length)} devices failed, and the failure budget is 0; the last one: ${NAMES.join(', ')}`;

/** Ends of visits that name every device there is. */
const OUTCOMES: readonly Outcome[] = [
  ...(
    [
      { code: 'RolloutTurn', rollout: 'ro-a11a11a11a11', wave: 'wave 1', atMost: 2, underWay: NAMES },
      { code: 'RolloutHalted', rollout: 'ro-a11a11a11a11', because: FAILED },
      { code: 'RolloutUndoing', rollout: 'ro-a11a11a11a11', because: FAILED, waitsFor: NAMES },
    ] as const
  ).map((reason): Outcome => ({
    kind: 'Waiting',
    planId: `sha256:${'3f'.repeat(32)}`,
    reasons: [reason],
    ready: null,
  })),
  {
    kind: 'Deferred',
    failure: new Failure('SerialTaken', `${NAMES.join(' and ')} lead to one router.`),
    readAt: null,
    preview: null,
  },
];

const pretence = fc.array(fc.tuple(fc.constantFrom(...Object.keys(DEVICES)), fc.constantFrom(...OUTCOMES)), {
  maxLength: 4,
});

const every = Object.keys(OPERATIONS) as readonly OperationName[];

/** Where the source itself may show. */
const TELLING_OF_SOURCE = ['status', 'plans', 'plan', 'drift', 'approvable', 'reconcile', 'trust'] as const;

/** Narrow rights that reach every operation which needs no more than some device. */
const NARROW: readonly Rights[] = [
  [{ permissions: new Set(PERMISSIONS), devices: { matchLabels: { site: 'vie' } } }],
  [
    { permissions: new Set(ROLES.read_only), devices: { names: ['durian', 'loquat'] } },
    { permissions: new Set(ROLES.admin), devices: { names: ['feijoa', GONE] } },
  ],
  [],
];

test('whoever may read a router is told what it holds', async () => {
  const [rights = []] = NARROW;
  const leases = await told(rights, 'menu', { device: 'kiwano', menu: '/ip/dhcp-server/lease' });
  expect(leases).toContain('lease-kiwano');
  expect(await told(rights, 'device', { device: 'kiwano' })).toContain('SERIAL-kiwano');
  expect(await told(rights, 'audit', { device: 'kiwano' })).toContain('audit-kiwano');
  expect(await told(rights, 'history', { device: 'kiwano' })).toContain('health-kiwano');
  expect(await told(rights, 'events', {})).toContain('detail-kiwano');
});

describe.each(['waits with a control plan', 'is refused'] as const)('while the source %s', (state) => {
  beforeAll(async () => {
    if (state === 'waits with a control plan') return;
    await world.rig.change({ 'configs/feijoa.yaml': 'broken-of-feijoa: [tamarind' });
  });

  test('that tells of devices', () => {
    const { fleet } = world.rig.controller.api;
    const said = state === 'is refused' ? fleet.fault : fleet.sourceStatus()?.control?.plan.body;
    expect(JSON.stringify(said)).toMatch(state === 'is refused' ? /feijoa/ : new RegExp(COMING));
  });

  test.each(state === 'is refused' ? TELLING_OF_SOURCE : every)(
    '%s tells narrow rights of nothing beyond them',
    async (name) => {
      world.pretend(new Map());
      for (const rights of NARROW) expect(await faultsOf(rights, name)).toEqual([]);
    },
  );

  test('nobody is told of a device that they do not see, whatever their rights, and how its visits ended', async () => {
    await fc.assert(
      fc.asyncProperty(rightsArbitrary, pretence, fc.constantFrom(...every), async (rights, outcomes, name) => {
        world.pretend(new Map(outcomes));
        expect(await faultsOf(rights, name)).toEqual([]);
      }),
      runs(60),
    );
  }, 400_000);
});

describe.each(['http', 'mcp'] as const)('at the door %s', (door) => {
  let doors: Doors;
  let coming: Rights = [];
  beforeAll(async () => {
    const { rig, api } = world;
    await mkdir(`${rig.config.stateFolder}/doors`, { recursive: true });
    const access = Object.assign(new People(), {
      authenticate: async () =>
        await Promise.resolve({
          principal: asking(coming),
          rights: coming,
          requestsPerMinute: 1_000_000,
          expiresAt: null,
        }),
    });
    doors = await doorsOf({ ...rig, controller: { ...rig.controller, api } }, access, {
      apiLimits: { quotas: false, shedding: false },
    });
  });
  afterAll(() => doors.close());

  /** Status, headers and body as they cross the wire, without what no two answers have in common. */
  async function wired(rights: Rights, name: OperationName, given: Given): Promise<string> {
    coming = isStream(name)
      ? [...rights, { permissions: new Set(['fleet.read'] as const), devices: { names: [SENTINEL] } }]
      : rights;
    const { method, path, body } = requestOf(name, given);
    const at =
      door === 'http' ? { url: doors.httpAt ?? '' } : { socketPath: `${world.rig.config.stateFolder}/doors/mcp.sock` };
    const came = await send(at, `/api${path}`, {
      method,
      headers: {
        authorization: 'Bearer test',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      onData(text) {
        if (/"(begins|missed)"/.test(text)) world.happen();
        return isStream(name) && text.includes(`"${SENTINEL}"`);
      },
    });
    const headers = Object.entries(came.headers).filter(([header]) => !['date', 'content-length'].includes(header));
    return `${String(came.status)} ${JSON.stringify(headers)} ${came.text}`
      .replaceAll(/"correlationId":"[^"]*"/g, '')
      .replaceAll(/^id: .*$/gm, '');
  }

  test('nobody is told in any byte of a device that they do not see', async () => {
    const property = fc.asyncProperty(
      rightsArbitrary,
      pretence,
      fc.constantFrom(...operationsAt(door)),
      async (rights, outcomes, name) => {
        world.pretend(new Map(outcomes));
        expect(await faultsOf(rights, name, wired)).toEqual([]);
      },
    );
    await fc.assert(property, runs(30));
  }, 300_000);

  test('who sees a device is told of it there', async () => {
    const [rights = []] = NARROW;
    expect(await wired(rights, 'status', {})).toContain('tamarind');
    expect(await wired(rights, 'events', {})).toContain('detail-kiwano');
  });

  test('its description holds no device', async () => {
    const at =
      door === 'http' ? { url: doors.httpAt ?? '' } : { socketPath: `${world.rig.config.stateFolder}/doors/mcp.sock` };
    const { status, text } = await send(at, '/api/v1/openapi.json');
    expect(status).toBe(200);
    expect(NAMES.filter((name) => text.includes(name))).toEqual([]);
  });
});
