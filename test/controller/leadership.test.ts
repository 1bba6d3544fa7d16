import { describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock } from '#test/stepped-clock.ts';
import type { LeaderRecords } from '../../controller/records/leader.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { leadingByLease } from '../../controller/visits/leadership.ts';
import type { Leadership, Term } from '../../controller/visits/term.ts';

/** A store whose clock is the test's. */
class LeaseTable implements LeaderRecords {
  readonly clock: SteppedClock;
  holder = '';
  until = 0;
  /** Whether it answers. */
  up = true;

  constructor(clock: SteppedClock) {
    this.clock = clock;
  }

  async claim(holder: string, milliseconds: number): Promise<string> {
    this.#answer();
    if (this.holder === holder || this.until <= this.clock.now()) {
      this.holder = holder;
      this.until = this.clock.now() + milliseconds;
    }
    return this.holder;
  }

  async renew(holder: string, milliseconds: number): Promise<boolean> {
    this.#answer();
    if (this.holder !== holder) return false;
    this.until = this.clock.now() + milliseconds;
    return true;
  }

  async release(holder: string): Promise<void> {
    this.#answer();
    if (this.holder === holder) this.until = 0;
  }

  #answer(): void {
    if (!this.up) throw new Error('the database does not answer');
  }
}

/** What one controller went through. */
interface Life {
  readonly leadership: Leadership;
  readonly terms: Term[];
  /** How often it was asked to follow. */
  followed: number;
  /** What its own clocks are ahead of the store's. */
  readonly ahead: { wall: number; monotonic: number };
  stop(): Promise<void>;
}

function start(table: LeaseTable, holder: string): Life {
  const { clock } = table;
  const ahead = { wall: 0, monotonic: 0 };
  const terms: Term[] = [];
  const stopping = new AbortController();
  const own = {
    now: () => clock.now() + ahead.wall,
    monotonic: () => clock.now() + ahead.monotonic,
    sleep: (milliseconds: number, signal?: AbortSignal) => clock.sleep(milliseconds, signal),
  };
  const leadership = leadingByLease({ records: table, holder, clock: own, log: createLog('silent') });
  const life: Life = {
    leadership,
    terms,
    followed: 0,
    ahead,
    async stop() {
      stopping.abort();
      await running;
    },
  };
  const running = leadership.run(
    {
      async lead(term) {
        terms.push(term);
        await new Promise((resolve) => term.signal.addEventListener('abort', resolve));
      },
      async follow() {
        life.followed += 1;
      },
    },
    stopping.signal,
  );
  return life;
}

function mayStillSend(term: Term | undefined): boolean {
  try {
    term?.check();
    return term !== undefined;
  } catch {
    return false;
  }
}

async function two(): Promise<{ table: LeaseTable; clock: SteppedClock; one: Life; other: Life }> {
  const clock = steppedClock();
  const table = new LeaseTable(clock);
  const one = start(table, 'one');
  await clock.settle();
  const other = start(table, 'other');
  await clock.settle();
  return { table, clock, one, other };
}

async function endOf(...lives: readonly Life[]): Promise<void> {
  for (const life of lives) await life.stop();
}

describe('of two controllers', () => {
  it('the first leads for as long as it renews, and the other follows', async () => {
    const { clock, one, other } = await two();
    for (let minute = 0; minute < 5; minute += 1) {
      await clock.advance(60_000);
      expect(mayStillSend(one.terms[0])).toBe(true);
    }
    expect([one.terms.length, other.terms.length]).toEqual([1, 0]);
    expect(other.followed).toBeGreaterThan(20);
    expect([one.leadership.leader(), other.leadership.leader()]).toEqual(['one', 'one']);
    await endOf(one, other);
  });

  it('the other leads within two seconds when the first stops', async () => {
    const { clock, one, other } = await two();
    await one.stop();
    await clock.advance(2_000);
    expect(mayStillSend(one.terms[0])).toBe(false);
    expect(mayStillSend(other.terms[0])).toBe(true);
    expect(other.leadership.leader()).toBe('other');
    await endOf(other);
  });

  it('the first sends nothing any more before its lease ends when the store does not answer', async () => {
    const { table, clock, one, other } = await two();
    await clock.advance(60_000);
    table.up = false;
    let silentFrom = 0;
    for (let waited = 0; waited < 20_000 && silentFrom === 0; waited += 100) {
      await clock.advance(100);
      if (!mayStillSend(one.terms[0])) silentFrom = clock.now();
    }
    expect(table.until - silentFrom).toBeGreaterThanOrEqual(2_000);
    expect(one.terms[0]?.signal.aborted).toBe(true);
    table.up = true;
    await clock.advance(20_000);
    const now = [one, other].filter(({ terms }) => mayStillSend(terms.at(-1)));
    expect(now).toHaveLength(1);
    await endOf(one, other);
  });

  it.each(['wall', 'monotonic'] as const)(
    'one that finds on waking, by its %s clock alone, that its lease is over sends nothing more, before it has asked anybody',
    async (kind) => {
      const { table, clock, one, other } = await two();
      expect(mayStillSend(one.terms[0])).toBe(true);
      one.ahead[kind] += 12_500;
      expect(mayStillSend(one.terms[0])).toBe(false);
      expect(one.terms[0]?.signal.aborted).toBe(true);
      // It counts as ended also when the clock is turned back.
      one.ahead[kind] = 0;
      expect(mayStillSend(one.terms[0])).toBe(false);
      await clock.advance(20_000);
      expect(table.until).toBeGreaterThan(clock.now());
      await endOf(one, other);
    },
  );

  it('one that is told that another has led ends its term at once, though its lease was free again', async () => {
    const { table, clock, one, other } = await two();
    table.holder = 'a third one';
    await clock.advance(3_000);
    expect(one.terms[0]?.signal.aborted).toBe(true);
    table.until = 0;
    await clock.advance(4_000);
    expect([one, other].filter(({ terms }) => mayStillSend(terms.at(-1)))).toHaveLength(1);
    await endOf(one, other);
  });

  it('one whose work breaks off lets go, and begins anew', async () => {
    const clock = steppedClock();
    const table = new LeaseTable(clock);
    const stopping = new AbortController();
    const leadership = leadingByLease({
      records: table,
      holder: 'one',
      clock: { ...clock, monotonic: () => clock.now() },
      log: createLog('silent'),
    });
    let terms = 0;
    const running = leadership.run(
      {
        lead: () => {
          terms += 1;
          return Promise.reject(new RangeError('nobody thought of this'));
        },
        follow: () => Promise.resolve(),
      },
      stopping.signal,
    );
    await clock.advance(10_000);
    expect(terms).toBeGreaterThan(2);
    expect(table.until).toBe(0);
    stopping.abort();
    await running;
  });
});
