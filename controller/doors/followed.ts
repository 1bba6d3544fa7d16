import { isDeepStrictEqual } from 'node:util';
import type { Authenticated } from '../access/authenticated.ts';
import type { Clock } from '../ports.ts';

/** As long as somebody may follow a stream. */
export interface Followed {
  /** Aborts when the token ends, and when the rights are others than they were at the beginning. */
  readonly signal: AbortSignal;
  /** Nobody follows any more. */
  end(): void;
}

const ASK_AGAIN_MS = 30_000;

/** Asks every 30 s again who follows a stream: what opened it may not count any more. */
export function followedBy(who: Authenticated, askAgain: () => Promise<Authenticated>, clock: Clock): Followed {
  const ending = new AbortController();
  const left = (): number => (who.expiresAt === null ? Infinity : who.expiresAt - clock.now());
  async function watch(): Promise<void> {
    while (left() > 0) {
      await clock.sleep(Math.min(ASK_AGAIN_MS, left()), ending.signal);
      if (left() <= 0) return;
      if (!isDeepStrictEqual(standingOf(await askAgain()), standingOf(who))) return;
    }
  }
  const end = (): void => ending.abort();
  // Whatever the answer is that it cannot get: the client comes again and is told.
  watch().then(end, end);
  return { signal: ending.signal, end };
}

/** What somebody may do, as of when they were asked. */
function standingOf({ principal: { actor }, rights, limit }: Authenticated): object {
  return { actor, rights, limit };
}
