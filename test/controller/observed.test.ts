import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { steppedClock, type SteppedClock } from '#test/stepped-clock.ts';
import { Observed } from '../../controller/observed/observed.ts';
import type { Sighting, VisitReport } from '../../controller/observed/report.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import type { ObservedRecord } from '../../controller/records/observed.ts';
import { createLog } from '../../controller/telemetry/log.ts';

/** What a store took, oldest first. */
class Kept {
  readonly rows = new Map<string, ObservedRecord>();
  readonly writes: (readonly string[])[] = [];
  up = true;

  async save(records: readonly ObservedRecord[]): Promise<void> {
    if (!this.up) throw new Failure('StoreUnavailable', 'the disk is full');
    this.writes.push(records.map(({ device }) => device));
    for (const record of records) this.rows.set(record.device, JSON.parse(JSON.stringify(record)) as ObservedRecord);
  }

  async list(): Promise<readonly ObservedRecord[]> {
    return [...this.rows.values()];
  }
}

const IN_SYNC: Outcome = { kind: 'InSync', extras: 0, frozen: [] };

function offline(message: string, preview = false): Outcome {
  const failure = new Failure('Unreachable', message);
  return { kind: 'Deferred', failure, readAt: 5, preview: preview ? ({ planId: 'sha256:0' } as never) : null };
}

function site(): {
  kept: Kept;
  clock: SteppedClock;
  open: () => Observed;
  see: (of: Observed, outcome: Outcome, device?: string, more?: Partial<VisitReport>) => void;
} {
  const kept = new Kept();
  const clock = steppedClock();
  const own = { ...clock, monotonic: () => clock.now() };
  return {
    kept,
    clock,
    open: () => new Observed({ records: kept, clock: own, log: createLog('silent') }),
    see(of, outcome, device = 'r1', more = {}) {
      const at = clock.now();
      const router = { version: '7.20.8', board: 'hEX' };
      of.note(device, {
        outcome,
        revision: 'a',
        at,
        durationMs: 1,
        failures: 0,
        nextAt: at,
        router,
        readAt: at,
        ...more,
      });
    },
  };
}

describe('what was observed', () => {
  it('of many devices is kept together, a second later', async () => {
    const { kept, clock, open, see } = site();
    const observed = open();
    for (const device of ['r1', 'r2', 'r3']) see(observed, IN_SYNC, device);
    expect(kept.writes).toEqual([]);
    await clock.advance(1_000);
    expect(kept.writes).toEqual([['r1', 'r2', 'r3']]);
    await observed.close();
  });

  it('is not written again while only the time changes, but for every ten minutes', async () => {
    const { kept, clock, open, see } = site();
    const observed = open();
    see(observed, IN_SYNC);
    await clock.advance(60_000);
    for (let minute = 0; minute < 9; minute += 1) {
      see(observed, IN_SYNC, 'r1', { durationMs: minute });
      await clock.advance(60_000);
    }
    expect(kept.writes).toHaveLength(1);
    see(observed, IN_SYNC);
    await clock.advance(1_000);
    expect(kept.writes).toHaveLength(2);
    await observed.close();
  });

  it.each<readonly [string, Outcome, Partial<VisitReport>]>([
    ['its outcome', { kind: 'InSync', extras: 1, frozen: [] }, {}],
    ['its failure', offline('no route'), {}],
    ['its revision', IN_SYNC, { revision: 'b' }],
    ['its version', IN_SYNC, { router: { version: '7.21', board: 'hEX' } }],
    ['its board', IN_SYNC, { router: { version: '7.20.8', board: 'RB5009' } }],
  ])('is written when %s changes', async (_what, outcome, more) => {
    const { kept, clock, open, see } = site();
    const observed = open();
    see(observed, IN_SYNC);
    await clock.advance(2_000);
    see(observed, outcome, 'r1', more);
    await clock.advance(2_000);
    expect(kept.writes).toHaveLength(2);
    await observed.close();
  });

  it('of a device that stays away is written once, however the failure is worded', async () => {
    const { kept, clock, open, see } = site();
    const observed = open();
    for (const message of ['not asked for 3 s', 'not asked for 9 s']) {
      see(observed, offline(message));
      await clock.advance(2_000);
    }
    expect(kept.writes).toHaveLength(1);
    await observed.close();
  });

  it('outlives the controller, and what decisions rest on does not', async () => {
    const { kept, clock, open, see } = site();
    const first = open();
    see(first, IN_SYNC, 'r1');
    see(first, offline('no route'), 'r2');
    await first.close();
    await clock.settle();
    const second = open();
    await second.load();
    expect(second.lastOf('r1')).toEqual(first.lastOf('r1'));
    expect(second.lastOf('r2')?.outcome).toMatchObject({ kind: 'Deferred', readAt: 5, preview: null });
    expect(second.lastOf('r2')?.outcome).toMatchObject({ failure: { code: 'Unreachable', message: 'no route' } });
    expect([second.visitOf('r1'), second.visitOf('r2'), second.lastOf('r3')]).toEqual([null, null, null]);
    expect(second.counts(['r1', 'r2', 'r3'])).toEqual(
      new Map([
        ['InSync', 1],
        ['Deferred', 1],
      ]),
    );
    see(second, IN_SYNC, 'r1');
    expect(second.visitOf('r1')?.outcome).toEqual(IN_SYNC);
    await clock.advance(2_000);
    expect(kept.writes).toHaveLength(1);
  });

  it('of an offline device says nothing of its rows, nor that nothing is to be done', async () => {
    const { kept, open, see } = site();
    const observed = open();
    see(observed, offline('no route', true));
    await observed.close();
    expect(JSON.stringify([...kept.rows.values()])).not.toContain('sha256:0');
    const next = open();
    await next.load();
    expect(next.lastOf('r1')?.outcome).toMatchObject({ kind: 'Deferred', readAt: null, preview: null });
  });

  it('is written later when the store does not take it, in its newest form', async () => {
    const { kept, clock, open, see } = site();
    const observed = open();
    kept.up = false;
    see(observed, IN_SYNC);
    await clock.advance(2_000);
    see(observed, offline('no route'));
    kept.up = true;
    await clock.advance(20_000);
    expect(kept.writes).toHaveLength(1);
    expect(JSON.stringify(kept.rows.get('r1'))).toContain('no route');
    await observed.close();
  });

  it('by a controller that leads no longer takes the place of nothing', async () => {
    const { kept, clock, open, see } = site();
    const observed = open();
    let leads = true;
    await observed.beginToLead(() => leads);
    see(observed, IN_SYNC);
    leads = false;
    await clock.advance(2_000);
    expect(kept.writes).toEqual([]);
    await observed.close();
  });

  it('is told to whoever subscribed, with what was known before, until it does not any more', async () => {
    const { kept, clock, open, see } = site();
    const leader = open();
    const follower = open();
    const told: Sighting[] = [];
    const end = follower.subscribe((sighting) => told.push(sighting));
    see(leader, IN_SYNC);
    await clock.advance(1_000);
    await follower.load();
    await follower.load();
    see(leader, offline('no route'));
    await clock.advance(1_000);
    await follower.load();
    expect(told.map(({ before, report }) => [before?.outcome.kind, report.outcome.kind])).toEqual([
      [undefined, 'InSync'],
      ['InSync', 'Deferred'],
    ]);
    end();
    see(follower, IN_SYNC);
    expect(told).toHaveLength(2);
    expect(kept.writes).toHaveLength(2);
    await leader.close();
    await follower.close();
  });
});
