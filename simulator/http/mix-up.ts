import { drawn } from '../engine/drawn.ts';
import type { RouterState } from '../model/state.ts';
import type { Answer } from './answer.ts';

/**
 * The web server's memory of clients that left. One that aborts and then a request that is answered, twice in turn,
 * corrupt it for 1.3 to 2.4 seconds: connections are reset, and one request gets what another one was answered, whoever
 * asked. Aborts alone are harmless (routeros-rest.md §1.2; how often is "repeated", nobody has counted).
 */
export interface MixUp {
  /** A client was gone when its answer was ready. */
  left(): void;
  /** What a client gets that is there; undefined: its connection is reset. */
  given(answer: Answer): Answer | undefined;
}

const roundsNeeded = 2;

/** One web server, which all users share. */
export function createMixUp(router: RouterState): MixUp {
  let hasLeft = false;
  let rounds = 0;
  let until = -Infinity;
  let mixed = 0;
  let before: Answer | undefined;
  return {
    left() {
      hasLeft = true;
    },
    given(answer) {
      const now = router.clock.now();
      if (now < until) {
        mixed += 1;
        const others = mixed % 2 === 1 ? before : undefined;
        before = answer;
        return others;
      }
      before = answer;
      if (hasLeft) {
        hasLeft = false;
        rounds += 1;
        if (rounds >= roundsNeeded) {
          rounds = 0;
          mixed = 0;
          until = now + 1300 + drawn(router, 1100, 'mixed up', Math.floor(now));
        }
      }
      return answer;
    },
  };
}
