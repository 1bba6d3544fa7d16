import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, InterceptedRequest, SimulatedRouter } from '#simulator';
import { auditFaults, ledgerFaults } from '#test/crash-judge.ts';
import { keepLedger, undoObjects, type Ledger } from '#test/crash-site.ts';
import { deviceYaml, POLICIES, seed, SPEED, startRig, until, type Rig } from '#test/rig.ts';

const WRITES = { writes: true } as const;
const READS = { method: 'GET' } as const;

/** One fault of the simulator's list, striking at a write of the apply; `at` counts writes from the first of the probe. */
const FAULTS: Readonly<Record<string, (router: SimulatedRouter, at: number) => void>> = {
  offline: (router, at) => cutOff(router, at, 40),
  slow: add((at) => ({ kind: 'slow', milliseconds: 20_000, match: WRITES, skip: at, times: 2 })),
  reset: add((at) => ({ kind: 'reset', match: WRITES, skip: at, times: 2 })),
  'answer lost': add((at) => ({ kind: 'answer-lost', match: WRITES, skip: at, times: 1 })),
  'status 500': add((at) => ({ kind: 'status', status: 500, match: WRITES, skip: at, times: 2 })),
  'status 401': add((at) => ({ kind: 'unauthorized', match: WRITES, skip: at, times: 2 })),
  'applied but 400': add((at) => ({ kind: 'applied-but-400', match: WRITES, skip: at, times: 1 })),
  'session closed': add((at) => ({ kind: 'session-closed', match: WRITES, skip: at, times: 1 })),
  'wrong body': add((at) => ({ kind: 'wrong-body', skip: at * 3, times: 2 })),
  'reboot before a write': add((at) => ({ kind: 'reboot', phase: 'before-effect', match: WRITES, skip: at, times: 1 })),
  'reboot after a write': add((at) => ({ kind: 'reboot', phase: 'after-effect', match: WRITES, skip: at, times: 1 })),
  'reads reset': add((at) => ({ kind: 'reset', match: READS, skip: at * 2, times: 3 })),
  'reads 500': add((at) => ({ kind: 'status', status: 500, match: READS, skip: at * 2, times: 3 })),
  'health turns bad': add(() => ({
    kind: 'health',
    when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.9/ } },
    effects: { cpuLoad: 100 },
  })),
  'a human changes rows': add((at) => ({ kind: 'human', change: HUMAN, match: WRITES, skip: at, times: 1 })),
  'a human in safe mode': add((at) => ({ kind: 'safe-mode', user: 'anna', match: WRITES, skip: at, times: 1 })),
};

const HUMAN = {
  user: 'anna',
  menu: '/ip/dns/static',
  verb: 'add',
  args: { name: 'by-hand.example', address: '192.0.2.99' },
};

function add(fault: (at: number) => Fault) {
  return (router: SimulatedRouter, at: number): void => router.faults.add(fault(at));
}

/** No connection from the write on, for so many seconds of the routers' time. */
function cutOff(router: SimulatedRouter, at: number, seconds: number): void {
  let writes = 0;
  watch(router, ({ phase, method, path }) => {
    if (phase !== 'before-effect' || method === 'GET' || path.endsWith('/print')) return;
    writes += 1;
    if (writes !== at + 1) return;
    router.faults.add({ kind: 'offline' });
    setTimeout(() => router.faults.clear(), (seconds * 1000) / SPEED);
  });
}

type Hook = (request: InterceptedRequest) => void;

const ledgers = new Map<string, Ledger>();
const hooks = new Map<string, readonly Hook[]>();

/** Keeps the router's ledger, and shows every request to all its hooks. */
function watch(router: SimulatedRouter, hook: Hook = () => {}): void {
  const ledger = ledgers.get(router.name) ?? keepLedger(router);
  ledgers.set(router.name, ledger);
  hooks.set(router.name, [...(hooks.get(router.name) ?? []), hook]);
  router.intercept((request) => {
    ledger.note(request);
    for (const each of hooks.get(router.name) ?? []) each(request);
  });
}

const NAMES = Object.keys(FAULTS);
const PAIRS = NAMES.flatMap((one, i) => NAMES.slice(i).map((other, j) => ({ one, other, name: `r${i}-${i + j}` })));

/** The writes of an apply, the probe among them: both faults of a pair fall somewhere in it, differently in each pair. */
const FIRST_WRITE = 5;
const WRITES_OF_AN_APPLY = 17;

const OLD = `
dns: {servers: [1.1.1.1]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: old}
  - {list: blocked, address: 198.51.100.8}
addresses:
  - {address: 172.16.5.1/24, interface: bridge}
`;
const NEW = `
dns: {servers: [9.9.9.9, 1.1.1.1]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: new}
  - {list: blocked, address: 203.0.113.1}
addresses:
  - {address: 172.16.6.1/24, interface: bridge}
`;

let rig: Rig;

function fleetFiles(rigged: Rig['fleet'], sections: string): Record<string, string> {
  const files: Record<string, string> = { 'policies.yaml': POLICIES };
  for (const [name, router] of rigged.routers) files[`devices/${name}.yaml`] = deviceYaml(router, name, '', 'lab', 120);
  files['configs/all.yaml'] = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: all}
spec:
  selector: {}
  priority: 10
${sections
  .trim()
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`;
  return files;
}

/** As OLD declares it, so that the first pass finds every router in sync. */
const SEEDED = {
  '/ip/dns': [{ servers: '1.1.1.1' }],
  '/ip/firewall/address-list': [
    { list: 'blocked', address: '198.51.100.7', comment: 'old' },
    { list: 'blocked', address: '198.51.100.8' },
  ],
  '/ip/address': [{ address: '172.16.5.1/24', interface: 'bridge' }],
};

/** The rows that the plan touches, as one text. */
function touched(router: SimulatedRouter): string {
  return JSON.stringify([
    router.rows('/ip/dns')[0]?.['servers'],
    router
      .rows('/ip/firewall/address-list')
      .filter((row) => row['list'] === 'blocked')
      .map((row) => `${row['address']} ${row['comment'] ?? ''}`)
      .toSorted(),
    router
      .rows('/ip/address')
      .map((row) => row['address'] ?? '')
      .filter((address) => address.startsWith('172.'))
      .toSorted(),
  ]);
}

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => fleetFiles(fleet, OLD),
    PAIRS.map(({ name }) => seed(name, { menus: SEEDED })),
  );
  const devices = PAIRS.map(({ name }) => name);
  const visit = (name: string): string => rig.controller.api.visitOf(name)?.outcome.kind ?? '';
  await until(
    () => devices.filter((name) => visit(name) !== 'InSync'),
    (left) => left.length === 0,
    120,
  );
  before = touched(rig.router);
  for (const [at, { one, other, name }] of PAIRS.entries()) {
    const router = rig.fleet.router(name);
    watch(router);
    FAULTS[one]?.(router, FIRST_WRITE + (at % WRITES_OF_AN_APPLY));
    FAULTS[other]?.(router, FIRST_WRITE + ((at * 7 + 3) % WRITES_OF_AN_APPLY));
  }
  await rig.declare(fleetFiles(rig.fleet, NEW));
}, 300_000);

let before = '';
const AFTER = JSON.stringify(['9.9.9.9,1.1.1.1', ['198.51.100.7 new', '203.0.113.1 '], ['172.16.6.1/24']]);

afterAll(async () => await rig.close());

describe('any two faults during an apply', () => {
  it.each(PAIRS)(
    '$one and $other',
    async ({ name }) => {
      const router = rig.fleet.router(name);
      const { store } = rig.controller.api;
      const ended = await until(
        async () => {
          const visit = rig.controller.api.visitOf(name);
          const outcome = (visit?.at ?? 0) >= (rig.controller.api.fleet.acceptedAt ?? 0) ? visit?.outcome : undefined;
          // Whoever holds safe mode leaves it in the end, keeping everything.
          if (outcome?.kind === 'Waiting' && outcome.reasons[0]?.code === 'Occupied') router.human.releaseSafeMode();
          const open = await store.attempts.openOf(name);
          const [last] = await store.attempts.list(name, 1);
          return {
            outcome: outcome?.kind,
            reasons: outcome?.kind === 'Waiting' || outcome?.kind === 'Stalled' ? outcome.reasons : [],
            open: open?.steps.at(-1)?.step ?? null,
            end: last?.end ?? null,
            because: last?.endReason,
          };
        },
        ({ outcome, open, end }) =>
          open === null && (outcome === 'InSync' || (end === 'undone' && outcome === 'Waiting')),
        60,
      );
      expect(touched(router)).toBe(ended.end === 'undone' ? before : AFTER);
      expect(undoObjects(router)).toEqual([]);
      expect(ledgerFaults(ledgers.get(name) ?? { effects: [], unarmed: ['not watched'] })).toEqual([]);
      const attempts = await store.attempts.list(name, 20);
      expect(await auditFaults(store, name, attempts.toReversed())).toEqual([]);
      expect(attempts.map((attempt) => attempt.end)).not.toContain('stalled');
    },
    90_000,
  );

  it('led to every kind of ending, and to an audit that is whole', async () => {
    const { store } = rig.controller.api;
    const attempts = (await Promise.all(PAIRS.map(({ name }) => store.attempts.list(name, 20)))).flat();
    const count = (end: string): number => attempts.filter((attempt) => attempt.end === end).length;
    expect(count('confirmed') + count('undone')).toBe(PAIRS.length);
    expect(Math.min(count('confirmed'), count('undone'), count('closed'))).toBeGreaterThan(5);
    expect(await store.audit.verify()).toBeNull();
  });
});
