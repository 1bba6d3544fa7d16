import type { LiveState } from '#differ';
import { followSource, logSource, lookFirst } from '../fleet/follow.ts';
import type { LastRead } from '../observed/memory.ts';
import type { Observed } from '../observed/observed.ts';
import type { Target } from '../fleet/target.ts';
import type { Clock, DeviceName } from '../ports.ts';
import { explainPath } from '../reconcile/explain-path.ts';
import { plannedOnLastRead, type PlannedOnLastRead } from '../reconcile/last-read.ts';
import { noteFleetPlan } from '../reports/note-fleet-plan.ts';
import type { ReportSink } from '../reports/report-sink.ts';
import { Rollouts } from '../rollouts/rollouts.ts';
import { retain } from './retain.ts';
import { makePorts, type PassWorld } from './make-ports.ts';
import { VisitQueue } from './queue.ts';
import type { Term } from './term.ts';
import { visit } from './visit.ts';

/** So long rows of reads are kept unless the operator says otherwise. */
const READ_DAYS = 30;

/** What leading needs of the world. */
export interface LeadWorld extends PassWorld {
  readonly observed: Observed;
  readonly sink: ReportSink;
}

/** The work of one term: it follows the source, visits every device, and takes rollouts forward. */
export interface Leader {
  /** The first look at the source has ended. */
  readonly looked: Promise<void>;
  /** Reads the source; visits these devices now, all for an empty list, those that have to for none. */
  refresh(devices?: readonly DeviceName[]): Promise<void>;
  /** What visits have read of a device last; null: nothing, or too much to be remembered. */
  lastReadOf(device: DeviceName): LastRead | null;
  wakeRollouts(): void;
  /** Reads of a router by which way the controller reaches it. @throws {Failure} */
  explainPath(device: DeviceName): ReturnType<typeof explainPath>;
  /**
   * Plans a device from its last read, as a visit would. @param target what is or would be desired of it. @param more menus
   * that were read beside it.
   */
  planOn(target: Target, more?: LiveState['menus']): Promise<PlannedOnLastRead>;
  /** How many devices of the open rollouts are in each state. */
  rolloutCounts(): ReadonlyMap<string, number>;
  /** Resolves when the term is over and every visit has ended. */
  run(): Promise<void>;
}

/** Begins a term: the source is looked at from now on, devices are visited once it runs. */
export function beginToLead(world: LeadWorld, term: Term): Leader {
  const { config, clock, store, log, fleet, observed, sink, watch } = world;
  const { signal } = term;
  const rollouts = new Rollouts({
    clock,
    store,
    log,
    fleet,
    visitOf: (device) => observed.visitOf(device),
    visitNow: (devices) => queue.visitNow(devices),
  });
  // A device that is watched after its change keeps no other from being visited.
  const resting: Clock = { ...clock, sleep: (ms, signals) => queue.lendWhile(() => clock.sleep(ms, signals)) };
  const ports = makePorts(world, resting, rollouts, term);
  const queue = new VisitQueue(clock, config.concurrency, async (device, visiting) => {
    const next = await visit({ ports, fleet, observed, watch }, device, visiting);
    await noteFleetPlan(store, fleet, observed, clock).catch((error: unknown) =>
      log.error({ err: error }, 'fleet plan not recorded'),
    );
    rollouts.wake();
    return next;
  });
  const looked = lookFirst(fleet, log, signal);

  async function refresh(devices?: readonly DeviceName[]): Promise<void> {
    const changed = await fleet.refresh(signal);
    logSource(log, fleet, changed);
    queue.setDevices(fleet.devices());
    if (changed || devices !== undefined)
      queue.visitNow(devices === undefined || devices.length === 0 ? undefined : devices);
  }

  async function followFromNow(): Promise<void> {
    await looked;
    queue.setDevices(fleet.devices());
    await followSource(fleet, refresh, log, signal);
  }

  return {
    looked,
    refresh,
    lastReadOf: (device) => ports.memory.get(device)?.lastRead ?? null,
    wakeRollouts: () => rollouts.wake(),
    explainPath: (device) => explainPath(ports, device, signal),
    planOn: (target, more) => plannedOnLastRead(ports, target, more),
    rolloutCounts: () => rollouts.counts(),
    async run() {
      const unsubscribe = observed.subscribe(({ device, report, before }) =>
        sink.report({ action: 'visit.ended', device, visit: report, previous: before }),
      );
      signal.addEventListener('abort', () => void queue.stop(), { once: true });
      queue.setDevices(fleet.devices());
      if (!signal.aborted)
        await Promise.all([
          queue.run(),
          followFromNow(),
          retain(store, { days: config.retentionDays }, config.readDays ?? READ_DAYS, clock, log, signal),
          rollouts.run(signal),
          watch.run(term),
        ]);
      await queue.stop();
      await looked;
      unsubscribe();
    },
  };
}
