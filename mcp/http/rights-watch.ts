import type { MeView } from '#controller';
import type { Door } from '../door.ts';

/** As long as somebody may follow a stream. */
export interface RightsWatch {
  /** Aborts when their token ends, and when they may do less than at the beginning. */
  readonly signal: AbortSignal;
  /** Nobody follows any more. */
  end(): void;
}

const ASK_AGAIN_MS = 30_000;

/** Asks every 30 s again who follows a stream: the service knows, and nothing here does. */
export function watchRights(me: MeView, door: Door, now: () => number): RightsWatch {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    ending.abort();
  };
  const left = (): number => (me.until === null ? Infinity : me.until - now());
  const again = async (): Promise<void> => {
    if (left() <= 0 || hasLess(me, await door.ask('me', {}, ending.signal))) end();
    else wait();
  };
  function wait(): void {
    if (ending.signal.aborted) return;
    // Whatever the answer is that it cannot get: the client comes again and is told.
    timer = setTimeout(() => void again().catch(end), Math.max(0, Math.min(ASK_AGAIN_MS, left())));
    timer.unref();
  }
  wait();
  return { signal: ending.signal, end };
}

/** Whether somebody lost a permission, on one device or on all there will be. */
function hasLess(before: MeView, now: MeView): boolean {
  const all = before.may.filter((each) => each.all).flatMap(({ permissions }) => permissions);
  const allNow = new Set(now.may.filter((each) => each.all).flatMap(({ permissions }) => permissions));
  const pairsNow = new Set(pairsOf(now));
  return (
    before.actor !== now.actor ||
    all.some((each) => !allNow.has(each)) ||
    pairsOf(before).some((pair) => !pairsNow.has(pair))
  );
}

function pairsOf({ may }: MeView): readonly string[] {
  return may.flatMap(({ permissions, devices }) =>
    devices.flatMap((name) => permissions.map((each) => `${each} ${name}`)),
  );
}
