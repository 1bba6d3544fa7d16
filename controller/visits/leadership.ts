import type { Clock, Instant } from '../ports.ts';
import type { LeaderRecords } from '../records/leader.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Duties, Leadership, Term } from './term.ts';

/** How long a controller that dies goes on leading, by the store's clock. */
const LEASE_MS = 15_000;
/**
 * What is left of the lease when nothing is sent any more: clocks run at different speeds, and a request takes a
 * moment to leave.
 */
const MARGIN_MS = 2_500;
const RENEW_EVERY_MS = 3_000;
const LOOK_EVERY_MS = 2_000;

/** What leading by a lease needs of the world. */
export interface LeasePorts {
  readonly records: LeaderRecords;
  /** This controller's name in the store; unlike that of every other life. */
  readonly holder: string;
  /** Runs at real speed, as the store's does. */
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * A moment by both clocks: the wall's goes on while the machine sleeps, and the other one when somebody turns that
 * back.
 */
interface Moment {
  readonly wall: Instant;
  readonly monotonic: number;
}

/**
 * Several controllers share the store, and one leads, by a lease that it renews. It ends its term by its own clocks
 * before the lease ends by the store's: also when it was stopped meanwhile and nobody has told it yet. The next one
 * leads when the lease has ended, or was released.
 */
export function leadingByLease({ records, holder, clock, log }: LeasePorts): Leadership {
  let known: string | null = null;

  function endAsked(): Moment {
    const granted = LEASE_MS - MARGIN_MS;
    return { wall: clock.now() + granted, monotonic: clock.monotonic() + granted };
  }

  function leftUntil({ wall, monotonic }: Moment): number {
    return Math.min(wall - clock.now(), monotonic - clock.monotonic());
  }

  async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    await clock.sleep(milliseconds, signal).catch(() => {});
  }

  /** @param firstEnd when the lease ends for us that the term begins with. */
  async function serve(firstEnd: Moment, { lead }: Pick<Duties, 'lead'>, stopping: AbortSignal): Promise<void> {
    let end = firstEnd;
    const ended = new AbortController();
    const signal = AbortSignal.any([stopping, ended.signal]);
    const give = (): void => {
      known = null;
      ended.abort(new Error('the controller does not lead any more'));
    };
    const term: Term = {
      signal,
      holds: () => leftUntil(end) > 0,
      check() {
        if (!term.holds()) give();
        signal.throwIfAborted();
      },
    };

    async function renew(): Promise<void> {
      for (;;) {
        await pause(RENEW_EVERY_MS, signal);
        // Whoever was stopped may find the lease free, and another one may have led in between.
        if (!term.holds()) give();
        if (signal.aborted) return;
        const next = endAsked();
        const still = await records.renew(holder, LEASE_MS).catch((error: unknown) => {
          log.warn({ err: error }, 'lease of the leader not renewed');
          return null;
        });
        if (still === false) give();
        else if (still) end = next;
      }
    }

    async function watch(): Promise<void> {
      while (!signal.aborted) {
        const left = leftUntil(end);
        if (left <= 0) give();
        else await pause(left, signal);
      }
    }

    log.info({ holder }, 'this controller leads');
    try {
      await Promise.all([lead(term).finally(give), renew(), watch()]);
    } finally {
      log.info({ holder }, 'this controller leads no longer');
      await records.release(holder).catch(() => {});
    }
  }

  return {
    leader: () => known,

    async run(duties, stopping) {
      while (!stopping.aborted) {
        const end = endAsked();
        try {
          known = await records.claim(holder, LEASE_MS);
          if (known === holder) await serve(end, duties, stopping);
          else await duties.follow();
        } catch (error) {
          known = null;
          if (!stopping.aborted) log.warn({ err: error }, 'who leads is not known');
        }
        await pause(LOOK_EVERY_MS, stopping);
      }
    },
  };
}
