import { createHmac, randomBytes } from 'node:crypto';
import type { OwnSecrets } from '#routeros';
import type { Config } from '../config.ts';
import type { Changing } from '../device/changing.ts';
import { connectDevice, type Access } from '../device/connect.ts';
import { passSecrets, type PassSecrets } from '../device/pass-secrets.ts';
import type { Target } from '../fleet/target.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { remember, type Memory } from '../observed/memory.ts';
import type { Clock } from '../ports.ts';
import type { Ports } from '../reconcile/ports.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { authorityOf } from '../trust/authority.ts';
import type { Watch } from '../watch/watch.ts';
import type { Term } from './term.ts';

/** What all passes of one term share. */
export interface PassWorld {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  readonly holder: string;
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  readonly ownSecrets: OwnSecrets;
  readonly changing: Changing;
  readonly watch: Watch;
}

/** What a line to a router needs, whoever asks. */
export function accessOf({ config, clock, store, metrics, ownSecrets }: AccessWorld): Access {
  return {
    bindings: config.credentials,
    secrets: { environment: config.environment, records: store.secrets, key: config.key },
    ownSecrets,
    ca: config.ca,
    clock,
    timeScale: config.clockSpeed,
    onRequest: ({ method, status, durationMs }) => metrics.requested(method, status, durationMs),
  };
}

/** What that is made of. */
type AccessWorld = Pick<PassWorld, 'config' | 'clock' | 'store' | 'metrics' | 'ownSecrets'>;

/** What passes get of the world during one term. @param clock lets others be visited while it sleeps. */
export function makePorts(world: PassWorld, clock: Clock, rollouts: Ports['rollouts'], term: Term): Ports {
  const { config, store, log, holder, fleet, ownSecrets, changing } = world;
  const memory: Memory = new Map();
  const sealKey = config.key ?? randomBytes(32);
  const mustLead = (): void => {
    term.check();
    store.mustBeHere();
  };
  const access: Access = { ...accessOf(world), beforeSend: mustLead };
  const secretsOf = async (target: Target): Promise<PassSecrets> =>
    await passSecrets(target.desired, target, config.secrets ?? [], access.secrets);
  return {
    clock,
    store,
    log,
    holder,
    memory,
    bySerial: new Map(),
    noteResource: (device, resource) => world.watch.noteVisit(device, resource),
    mustLead,
    changing,
    targetOf: (device) => fleet.targetOf(device),
    incomingTargetOf: (device) => fleet.incomingTargetOf(device),
    fleetSource: fleet.source,
    declaredAt: () => fleet.acceptedAt ?? 0,
    rollouts,
    authority: authorityOf(fleet),
    ownSecrets,
    seal: (secret) => createHmac('sha256', sealKey).update(secret).digest('hex'),
    secretsOf,
    async connect(target) {
      const known = await secretsOf(target);
      const line = { ...(await connectDevice(target, access, known.vault)), secrets: known };
      remember(memory, target.name, { session: line.session });
      return line;
    },
  };
}
