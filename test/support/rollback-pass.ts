import {
  createClock,
  openStore,
  passSecrets,
  readFolder,
  revisionOf,
  type Config,
  type Controller,
  type Store,
  type Target,
  targetOf,
} from '#controller';
import type { PlanId } from '#differ';
import { makeOwnSecrets } from '#routeros';
import { makeChanging } from '../../controller/device/changing.ts';
import { connectDevice } from '../../controller/device/connect.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import type { PathGate } from '../../controller/gates/gates.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import type { Ports } from '../../controller/reconcile/ports.ts';
import { reconcileDevice } from '../../controller/reconcile/reconcile-device.ts';
import type { UndoOrder } from '../../controller/rollouts/orders.ts';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import type { RolloutMemberState, RolloutRecord } from '../../controller/records/rollouts.ts';

/** A device whose change a rollout has confirmed, with the store that no controller holds any more. */
export interface Confirmed {
  readonly config: Config;
  readonly target: Target;
  readonly store: Store;
  /** The confirmed attempt. */
  readonly done: AttemptRecord;
  readonly order: UndoOrder;
  /** One pass, as another life of the controller would make it while this order (null: none) stands. */
  pass(order?: UndoOrder | null, gates?: readonly PathGate[]): Promise<Outcome>;
  /** Puts a plan of the device into a rollout that has released it. */
  release(planId: PlanId): Promise<void>;
  close(): Promise<void>;
}

const ROLLOUT = 'ro-0123456789ab';

/**
 * Stops the controller of a device that has confirmed its change and puts the device into a rollout that wants it
 * back.
 */
export async function confirmedBy(controller: Controller, config: Config): Promise<Confirmed> {
  await controller.stop();
  const store = await openStore({ folder: config.stateFolder });
  const [done] = await store.attempts.list('r1', 1);
  if (done === undefined) throw new Error('no attempt');
  await store.rollouts.add(rolloutOf(done, createClock(config.clockSpeed).now()));
  return await confirmedIn(config, store);
}

/** The same in another life. */
export async function reopened(config: Config): Promise<Confirmed> {
  return await confirmedIn(config, await openStore({ folder: config.stateFolder }));
}

async function confirmedIn(config: Config, store: Store): Promise<Confirmed> {
  const rollout = await store.rollouts.get(ROLLOUT);
  const [member] = rollout?.members ?? [];
  const done = member === undefined ? null : await store.attempts.lastOf('r1', member.planId);
  if (rollout === null || member === undefined || done?.end !== 'confirmed')
    throw new Error(`the attempt is ${done?.end}`);
  const revision = revisionOf((await readFolder(config.sourceFolder)).files);
  if (!revision.ok) throw new Error(JSON.stringify(revision.faults));
  const target = targetOf(revision.inventory, 'r1', done.payload.body.source, done.payload.revision);
  if (target === null) throw new Error('no r1');
  const order = { rollout: ROLLOUT, attemptId: done.id };
  return {
    config,
    target,
    store,
    done,
    order,
    pass: async (ordered: UndoOrder | null = order, gates?: readonly PathGate[]) =>
      await onePass(config, store, target, ordered, gates),
    release: async (planId) => {
      const { members, ...known } = rollout;
      const released = members.map((each) => ({ ...each, planId, state: 'released' as const }));
      await store.rollouts.save({ ...known, state: 'running', members: released, version: known.version + 1 });
    },
    close: () => store.close(),
  };
}

/** Says where the device and its rollout stand now. */
export async function standing(
  { store }: Confirmed,
  member: RolloutMemberState,
  rollout: RolloutRecord['state'] = 'undoing',
): Promise<void> {
  const known = await store.rollouts.get(ROLLOUT);
  if (known === null) throw new Error('no rollout');
  const members = known.members.map((each) => ({ ...each, state: member }));
  await store.rollouts.save({ ...known, state: rollout, members, version: known.version + 1 });
}

function rolloutOf({ planId, openedAt, payload }: AttemptRecord, since: number): RolloutRecord {
  return {
    id: ROLLOUT,
    source: payload.body.source,
    revision: payload.revision,
    policy: null,
    createdAt: openedAt,
    state: 'undoing',
    reason: 'an operator wants it back',
    since,
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
      onFailure: 'rollout',
    },
    members: [{ device: 'r1', planId, wave: 0, state: 'undoing', since, reason: 'an operator wants it back' }],
    version: 1,
  };
}

let lives = 0;

async function onePass(
  config: Config,
  store: Store,
  target: Target,
  order: UndoOrder | null,
  gates?: readonly PathGate[],
): Promise<Outcome> {
  const clock = createClock(config.clockSpeed);
  lives += 1;
  const access = {
    bindings: config.credentials,
    secrets: { environment: config.environment, records: store.secrets, key: config.key },
    ownSecrets: makeOwnSecrets(),
    ca: config.ca,
    clock,
    timeScale: config.clockSpeed,
    onRequest: () => {},
  };
  const secrets = await passSecrets(target.desired, target, config.secrets ?? [], access.secrets);
  const ports: Ports = {
    noteResource: () => {},
    clock,
    store,
    log: createLog('silent'),
    holder: `life-${lives}`,
    mustLead: () => {},
    changing: makeChanging(),
    targetOf: () => target,
    incomingTargetOf: () => null,
    connect: async () => ({ ...(await connectDevice(target, access, secrets.vault)), secrets }),
    secretsOf: () => Promise.resolve(secrets),
    ownSecrets: makeOwnSecrets(),
    seal: (secret) => secret,
    fleetSource: target.source,
    declaredAt: () => 0,
    rollouts: {
      rolloutFor: () => null,
      voided: async () => null,
      undoOrderFor: async () => order,
    },
    authority: {
      people: async () => [],
      consentsFor: async () => [],
      outdatedFor: async () => [],
      authorsOf: async () => ({ people: [], lasting: [], unknown: false }),
    },
    memory: new Map(),
    bySerial: new Map(),
    ...(gates === undefined ? {} : { gates }),
  };
  return await reconcileDevice(ports, 'r1', new AbortController().signal);
}
