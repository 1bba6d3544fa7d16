import { Failure } from '#failure';
import type { OwnSecrets } from '#routeros';
import type { Access } from '../access/authenticated.ts';
import type { Config } from '../config.ts';
import { keepSecret, readNameOf, Secret } from '../credentials/index.ts';
import type { Diagnostics } from '../diagnose/diagnostics.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Observed } from '../observed/observed.ts';
import type { Clock, Readers } from '../ports.ts';
import type { MenuReads } from '../reads/menu-reads.ts';
import type { LeaderOrder } from '../records/orders.ts';
import { proposeChange, withdrawProposal } from '../proposals/propose-change.ts';
import { scopeOf } from '../proposals/scope-of.ts';
import type { Store } from '../records/store.ts';
import type { EventHub } from '../reports/event-hub.ts';
import type { AccessLog } from '../reports/access-log.ts';
import { pauseRolloutsRestingOn } from '../rollouts/actions.ts';
import { revokeKey } from '../trust/actions.ts';
import type { Leader } from '../visits/lead.ts';
import type { Orders } from '../visits/orders.ts';
import type { Leadership } from '../visits/term.ts';
import type { Watch } from '../watch/watch.ts';
import type { Api } from './api.ts';
import { previewBy } from './preview-by.ts';

/** What the doors of a controller rest on. */
export interface ApiWorld {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly observed: Observed;
  readonly events: EventHub;
  readonly reads: MenuReads;
  readonly readers: Readers;
  readonly holder: string;
  readonly diagnostics: Diagnostics;
  readonly access: Access;
  readonly accessLog: AccessLog;
  readonly ownSecrets: OwnSecrets;
  readonly watch: Watch;
  readonly leadership: Pick<Leadership, 'leader'>;
  /** The work of this controller's term; null: it does not lead. */
  readonly leading: () => Leader | null;
  readonly orders: Pick<Orders, 'ask' | 'send'>;
  /** What the leader knows by now is known here when it resolves. */
  readonly catchUp: () => Promise<void>;
}

/** What people may ask of this controller. */
export function makeApi(world: ApiWorld): Api {
  const {
    config,
    clock,
    store,
    fleet,
    observed,
    reads,
    events,
    holder,
    ownSecrets,
    leadership,
    access,
    accessLog,
    diagnostics,
    watch,
  } = world;
  const proposing = { fleet, store, clock };
  return {
    clock,
    store,
    fleet,
    events,
    reads,
    holder,
    access,
    accessLog,
    diagnostics,
    watch: {
      kept: watch.kept,
      newestOf: (device) => watch.newestOf(device),
      conditionOf: (device, sample) => watch.conditionOf(device, sample),
      takeSnapshot: async (device) =>
        await byLeader(world, { kind: 'snapshot', device }, async () => await watch.takeSnapshot(device)),
    },
    startedAt: clock.now(),
    version: config.version,
    visitOf: (device) => observed.visitOf(device),
    lastOf: (device) => observed.lastOf(device),
    leader: () => leadership.leader(),
    refreshIfLeading: async () => await refreshSoon(world),
    look: async () => await byLeader(world, { kind: 'refresh', devices: null }, (leader) => leader.refresh()),
    reconcile: async (devices) =>
      await byLeader(world, { kind: 'refresh', devices }, (leader) => leader.refresh(devices)),
    explainPath: async (device) =>
      await byLeader(world, { kind: 'path', device }, (leader) => leader.explainPath(device)),
    async previewChange(intent, principal) {
      const scope = scopeOf(principal, fleet.devices());
      const wanted = { kind: 'preview', intent: JSON.stringify(intent), scope: JSON.stringify(scope) } as const;
      return await byLeader(world, wanted, (leader) => previewBy(leader, world, wanted));
    },
    proposeChange: async (intent, principal) => await proposeChange(proposing, intent, principal),
    withdrawProposal: async (proposal) => await withdrawProposal(proposing, proposal),
    wakeRollouts: () => wakeRollouts(world),
    trustInit: async (commit, actor) =>
      await byLeader(world, { kind: 'trust', commit, actor }, async (leader) => {
        await fleet.anchor(commit, actor);
        await leader.refresh([]);
      }),
    async revoke(key, reason, actor) {
      const act = { actor, at: clock.now() };
      const { fresh, ids } = await revokeKey(store, key, reason, act, fleet.inventory?.roster?.document);
      await pauseRolloutsRestingOn(store, fleet.source, ids, act);
      wakeRollouts(world);
      await refreshSoon(world);
      return fresh;
    },
    setSecret: async (name, secret, actor) => {
      // A secret of rows is no login: it is sealed where it is read, and cut out where a router repeats it.
      if (config.secrets?.some((binding) => binding.name === name) !== true)
        ownSecrets.add(secret, loginKeptAs(config.credentials, name));
      await keepSecret(store, config.key, name, new Secret(secret), { actor, at: clock.now() });
    },
  };
}

/** Whose password the store keeps under this name; null: nobody's that is known. */
function loginKeptAs(bindings: Config['credentials'], name: string): string | null {
  const writer = bindings.find((binding) => binding.name === name);
  return (writer ?? bindings.find((binding) => readNameOf(binding.name) === name)?.read)?.username ?? null;
}

/** Only the leader does this: this controller, or another one that is asked to. @throws {Failure} */
async function byLeader<T>(world: ApiWorld, wanted: LeaderOrder, here: (leader: Leader) => Promise<T>): Promise<T> {
  const leader = world.leading();
  if (leader !== null) return await here(leader);
  if (world.store.exclusive) throw new Failure('NotLeading', 'No controller leads at this moment.');
  const value = await world.orders.ask(wanted);
  await world.catchUp();
  return value as T;
}

/** As far as nobody has to wait for another controller. */
async function refreshSoon({ store, leading, orders }: ApiWorld): Promise<void> {
  const leader = leading();
  if (leader !== null) await leader.refresh([]);
  else if (!store.exclusive) orders.send({ kind: 'refresh', devices: [] });
}

function wakeRollouts({ store, leading, orders }: ApiWorld): void {
  const leader = leading();
  if (leader !== null) leader.wakeRollouts();
  else if (!store.exclusive) orders.send({ kind: 'rollouts' });
}
