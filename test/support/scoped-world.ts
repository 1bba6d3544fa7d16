import { Failure } from '#failure';
import type { PlanId } from '#differ';
import { type GitRig, startGitRig } from './git-rig.ts';
import { READ_PASSWORD, READ_POLICY } from './reader-rig.ts';
import { configYaml, deviceYaml, outcomeOf, PASSWORD, seed, until, waitsFor } from './rig.ts';
import type { Api } from '../../controller/operations/api.ts';
import { record } from '../../controller/events.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import type { VisitReport } from '../../controller/observed/report.ts';
import type { RolloutMember, RolloutRecord } from '../../controller/records/rollouts.ts';

/** Devices by names that nothing else holds: each name is part of all that is seeded for it. */
export const DEVICES = {
  /** Took its change, and drifted since. */
  kiwano: { site: 'vie', environment: 'lab', role: 'edge' },
  loquat: { site: 'prg', environment: 'lab', role: 'core' },
  /** Wait for an approval. */
  tamarind: { site: 'vie', environment: 'staging', role: 'core' },
  feijoa: { site: 'prg', environment: 'staging', role: 'edge' },
  /** Lead to routers with one serial number. */
  durian: { site: 'vie', environment: 'lab', role: 'edge' },
  jabuticaba: { site: 'prg', environment: 'lab', role: 'edge' },
  /** Does not answer. */
  salak: { site: 'ber', environment: 'lab', role: 'core' },
} as const;

/** Left the fleet: what is stored of it stays. */
export const GONE = 'lychee';
/** A control plan that waits would bring it. */
export const COMING = 'kumquat';
/** Nothing ever had this name. */
export const NEVER = 'mangosteen';
/** In no fleet either, but those who are asked about may see it. */
export const SENTINEL = 'quince';

/** What a device, or one that never was, is known by. */
export interface Target {
  readonly device: string;
  readonly plan: PlanId;
  readonly rollout: string;
  readonly fleetPlan: PlanId;
  readonly diagnostic: string;
}

/** A controller whose every record of a device tells which one it is. */
export interface ScopedWorld {
  readonly rig: GitRig;
  /** The controller's, but what would change the world ends right before it does. */
  readonly api: Api;
  readonly targets: ReadonlyMap<string, Target>;
  /** Lets the last visit of devices have ended so; the others as it was. */
  pretend(outcomes: ReadonlyMap<string, Outcome>): void;
  /** Something of every kind happens to everybody. */
  happen(): void;
  /** What must be told to nobody who does not see the device. */
  canariesOf(device: string): readonly RegExp[];
  /** What must be told to nobody who does not see every device. */
  readonly ofAll: readonly RegExp[];
  /** Devices that the controller was asked to visit. */
  readonly steered: string[];
}

/** The RouterDevice. */
function declared(fleet: GitRig['fleet'], name: keyof typeof DEVICES): string {
  const { site, environment } = DEVICES[name];
  const yaml = deviceYaml(fleet.router(name), name, `  site: ${site}\n`, environment, 60);
  const labelled = yaml.replace(`{name: ${name}}`, `{name: ${name}, labels: {role: ${DEVICES[name].role}}}`);
  return name === 'salak' ? labelled.replace(/address: .*\n/, 'address: http://127.0.0.1:9\n') : labelled;
}

const names = Object.keys(DEVICES) as readonly (keyof typeof DEVICES)[];

/** Starts it; takes a few seconds. */
export async function startScopedWorld(): Promise<ScopedWorld> {
  const rig = await startGitRig(
    (fleet) => ({
      ...Object.fromEntries(names.map((name) => [`devices/${name}.yaml`, declared(fleet, name)])),
      ...Object.fromEntries(
        names.map((name) => [`configs/${name}.yaml`, configYaml(name, `identity: {name: plan-${name}}`)]),
      ),
    }),
    names.map((name) =>
      seed(name, {
        tls: DEVICES[name].environment === 'staging',
        groups: [{ name: 'gitops-read', policy: READ_POLICY }],
        users: [
          { name: 'gitops', password: PASSWORD, group: 'full' },
          { name: 'gitops-read', password: READ_PASSWORD, group: 'gitops-read' },
        ],
        menus: { '/ip/dhcp-server/lease': [{ address: '192.0.2.9', comment: `lease-${name}` }] },
        ...(name === 'jabuticaba' ? { serial: 'SERIAL-durian' } : {}),
      }),
    ),
    () => ({
      credentials: [
        {
          name: 'lab',
          username: 'gitops',
          from: { env: 'RIG_PASSWORD' },
          hosts: ['127.0.0.0/8'],
          tls: 'plaintext',
          read: { username: 'gitops-read', from: { env: 'READ_PASSWORD' } },
        },
      ],
      environment: { RIG_PASSWORD: PASSWORD, READ_PASSWORD },
    }),
  );
  for (const name of ['kiwano', 'loquat']) await outcomeOf(rig, name, 'InSync');
  for (const name of ['tamarind', 'feijoa']) await waitsFor(rig, name, 'ApprovalMissing');
  for (const name of ['durian', 'jabuticaba', 'salak']) await outcomeOf(rig, name, 'Deferred');
  for (const name of ['kiwano', 'loquat'])
    rig.fleet
      .router(name)
      .human.change({ user: `user-${name}`, menu: '/system/identity', verb: 'set', args: { name: `drift-${name}` } });
  await rig.look();
  for (const name of ['kiwano', 'loquat']) await waitsFor(rig, name, 'DriftNotCorrected');
  await rig.change(
    {
      [`devices/${COMING}.yaml`]: declared(rig.fleet, 'kiwano')
        .replaceAll('kiwano', COMING)
        .replace(/address: .*\n/, 'address: http://127.0.0.1:8\n'),
    },
    { key: rig.keys.alice },
  );
  await until(
    () => rig.controller.api.fleet.incoming?.devices.has(COMING) ?? false,
    (waits) => waits,
  );
  const targets = await seeded(rig);
  const pretended = new Map<string, Outcome>();
  const steered: string[] = [];
  const acts = acting(rig, pretended, steered);
  return { rig, targets, steered, ...(await canaries(rig, targets)), ...acts, happen: () => happen(acts.api, targets) };
}

function happen(api: Api, targets: ReadonlyMap<string, Target>): void {
  const { events, clock } = api;
  const at = clock.now();
  for (const [device, { plan: planId, rollout }] of targets) {
    const last = api.lastOf(device);
    if (last !== null) events.saw({ device, report: last, before: null });
    const origin = { actor: `actor-${device}`, at, correlationId: `correlation-${device}` };
    const detail = { attempt: `attempt-${device}`, planId, number: 1, detail: `detail-${device}` };
    events.report({ action: 'attempt.undone', device, detail, ...origin });
    const inRollout = { rollout, policy: null, revision: '', devices: [device] };
    events.report({ action: 'rollout.opened', device: null, detail: inRollout, ...origin });
    events.publish({ kind: 'health', device, at, values: { board: `board-${device}` } });
  }
  events.publish({ kind: 'health', device: SENTINEL, at, values: {} });
}

function acting(rig: GitRig, pretended: Map<string, Outcome>, steered: string[]): Pick<ScopedWorld, 'api' | 'pretend'> {
  const { api } = rig.controller;
  const stopped = (): Promise<never> => Promise.reject(new Failure('StoreUnavailable', 'the test lets nothing change'));
  const visit = (device: string): VisitReport | null => {
    const outcome = pretended.get(device);
    const last = api.lastOf(device);
    return outcome === undefined || last === null ? last : { ...last, outcome, revision: api.fleet.revision };
  };
  return {
    api: {
      ...api,
      lastOf: visit,
      visitOf: visit,
      store: {
        ...api.store,
        transaction: stopped,
        freeze: { ...api.store.freeze, set: stopped },
        secrets: { ...api.store.secrets, remove: stopped },
      },
      diagnostics: {
        start: stopped,
        startOrJoin: stopped,
        cancel: stopped,
        get: async (id) => await api.diagnostics.get(id),
        news: async (signal) => await api.diagnostics.news(signal),
      },
      refreshIfLeading: () => Promise.resolve(),
      revoke: stopped,
      setSecret: stopped,
      trustInit: stopped,
      wakeRollouts() {},
      look: () => Promise.resolve(),
      async reconcile(devices) {
        steered.push(...(devices.length === 0 ? names : devices));
      },
      explainPath: async (device) => ({
        controllers: [`path-${device}`],
        addresses: [],
        chains: [],
        lists: [],
        unclear: [],
      }),
    },
    pretend(outcomes) {
      pretended.clear();
      for (const [device, outcome] of outcomes) pretended.set(device, outcome);
    },
  };
}

/** Rollouts, a fleet plan, and what is left of a device that is gone; nobody takes them forward. */
async function seeded(rig: GitRig): Promise<ReadonlyMap<string, Target>> {
  const { store, clock, fleet } = rig.controller.api;
  const now = clock.now();
  await store.devices.pinSerial(GONE, `SERIAL-${GONE}`);
  const [attempt] = await store.attempts.list('kiwano', 1);
  if (attempt === undefined) throw new Error('kiwano has no attempt');
  const { number: _, steps: __, end: ___, endedAt: ____, endReason: _____, ...rest } = attempt;
  const open = JSON.parse(
    JSON.stringify(rest)
      .replaceAll('kiwano', GONE)
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:7'),
  ) as typeof rest;
  const planId: PlanId = `sha256:${'1d'.repeat(32)}`;
  await store.attempts.open({
    ...open,
    id: `attempt-${GONE}`,
    correlationId: `correlation-${GONE}`,
    device: GONE,
    planId,
  });
  await store.attempts.end(`attempt-${GONE}`, attempt.holder, 'undone', now, `end-of-${GONE}`);
  await store.plans.propose({
    id: planId,
    device: GONE,
    revision: fleet.revision ?? '',
    body: open.payload.body,
    plan: open.payload.plan,
    createdAt: now,
  });
  const current = new Map((await store.plans.listCurrent()).map(({ device, id }) => [device, id]));
  const targets = new Map<string, Target>();
  for (const [index, device] of [...names, GONE, COMING].entries()) {
    const digits = (letter: string, length: number): string => `${letter}${String(index)}`.repeat(length / 2);
    const plan = current.get(device) ?? `sha256:${digits('d', 64)}`;
    const detail = { planId: plan, approvals: [], reasons: [{ code: 'X', message: `audit-${device}` }] };
    await record(store, { action: 'plan.refused', device, detail }, { actor: `actor-${device}`, at: now });
    await store.health.add({ device, attemptId: null, at: now, verdict: 'unknown', checks: [checkOf(device)] });
    const own = rolloutOf(rig, `ro-${digits('b', 12)}`, [device], now);
    await store.rollouts.add({ ...own, state: 'done', reason: `1 confirmed: ${device}` });
    const fleetPlan: PlanId = `sha256:${digits('c', 64)}`;
    await store.fleetPlans.record({
      id: fleetPlan,
      revision: fleet.revision ?? '',
      createdAt: now,
      plans: [{ device, planId: plan }, ...(device === 'kiwano' ? [] : [{ device: 'kiwano', planId: plan }])],
    });
    const diagnostic = await diagnosed(rig, `dg-${digits('a', 12)}`, device);
    targets.set(device, { device, plan, rollout: own.id, fleetPlan, diagnostic });
  }
  await store.rollouts.add(rolloutOf(rig, 'ro-a11a11a11a11', names, now));
  await store.rollouts.add(rolloutOf(rig, 'ro-b22b22b22b22', ['loquat', 'feijoa'], now));
  const ended = rolloutOf(rig, 'ro-c33c33c33c33', names, now);
  await store.rollouts.add({ ...ended, state: 'undone', reason: `rolled back: ${ended.reason}` });
  return targets;
}

/** A ping that has ended. */
async function diagnosed(rig: GitRig, id: string, device: string): Promise<string> {
  const { store, clock } = rig.controller.api;
  const request = {
    kind: 'ping',
    target: `target-${device}`,
    count: 1,
    size: null,
    interface: null,
    source: null,
  } as const;
  const limits = { waitingInAll: 64, waiting: 9, starts: 9, since: clock.now() };
  const actor = `actor-${device}`;
  await store.diagnostics.add({ id, device, request, actor, askedAt: clock.now(), holder: 'test' }, limits, 60_000);
  const step = { kind: 'probe', from: `from-${device}`, milliseconds: 1, status: 'answered' } as const;
  await store.diagnostics.begin(id, 'test', 100, clock.now());
  await store.diagnostics.keep(id, 'test', [step]);
  const reason = { code: 'X', message: `reason-${device}` };
  await store.diagnostics.end(id, 'test', { state: 'failed', reason }, clock.now());
  return id;
}

function checkOf(device: string) {
  return { check: `check-${device}`, verdict: 'unknown', message: `health-${device}` } as const;
}

/** One that halted, and says who failed. */
function rolloutOf(rig: GitRig, id: string, devices: readonly string[], now: number): RolloutRecord {
  const state = (index: number): RolloutMember['state'] => (index === 0 ? 'failed' : 'skipped');
  return {
    id,
    source: rig.controller.api.fleet.source,
    revision: 'of-no-revision',
    policy: `policy-${devices.length === 1 ? (devices[0] ?? '') : 'usual'}`,
    createdAt: now,
    state: 'halted',
    reason: `${String(devices.length)} devices failed; the last one: ${devices.join(', ')}`,
    since: now,
    wave: 0,
    waveDoneAt: null,
    nextWave: null,
    forgivenAt: null,
    rules: {
      waves: ['rest'],
      maxUnavailable: 1,
      failureBudget: 0,
      soakSeconds: 0,
      pauseSeconds: 0,
      betweenWaves: 'continue',
      onFailure: 'device',
    },
    members: devices.map((device, index) => ({
      device,
      planId: `sha256:${'2e'.repeat(32)}`,
      wave: 0,
      state: state(index),
      since: now,
      reason: `member-${device}`,
    })),
    version: 1,
  };
}

async function canaries(
  rig: GitRig,
  targets: ReadonlyMap<string, Target>,
): Promise<Pick<ScopedWorld, 'canariesOf' | 'ofAll'>> {
  const { store, fleet } = rig.controller.api;
  const found = new Map<string, readonly RegExp[]>();
  for (const [device, { plan, rollout, fleetPlan, diagnostic }] of targets) {
    const attempts = await store.attempts.list(device, 10);
    const ids = attempts.flatMap(({ id, planId, correlationId }) => [id, planId.slice(7, 19), correlationId]);
    const port = fleet.targetOf(device)?.address.port ?? '';
    found.set(device, [
      ...[device, plan.slice(7, 15), rollout, fleetPlan.slice(7, 23), diagnostic, ...ids].map(
        (text) => new RegExp(text, 'i'),
      ),
      ...(port === '' || port === '9' ? [] : [new RegExp(String.raw`127\.0\.0\.1:${port}\b`)]),
    ]);
  }
  const control = fleet.sourceStatus()?.control?.plan.id ?? '';
  return {
    canariesOf: (device) => found.get(device) ?? [],
    ofAll: [new RegExp(control.slice(7, 19)), /broken-of-/],
  };
}
