import { makeScales, type Overweight } from './answer-weight.ts';
import type { Visitor } from './room.ts';

/** Why an answer is not taken, though the router gave it. */
export interface Unfit {
  readonly code: 'AnswerTooLarge' | 'BadAnswer';
  readonly why: string;
}

/** Takes in the body of one answer piece by piece. */
export interface Intake {
  /**
   * @param goOn called when there is room for more, when the answer is `wait`.
   * @returns `enough`: the rest tells nothing. An `Unfit` body is forgotten.
   */
  take(chunk: Uint8Array, status: number, goOn: () => void): 'more' | 'wait' | 'enough' | Unfit;
  /** What was taken. */
  body(): Uint8Array;
}

/** Far more than RouterOS says about any failure. */
const LONGEST_REFUSAL_BYTES = 64 * 1024;

const WHY: Readonly<Record<Overweight, Unfit>> = {
  nested: { code: 'BadAnswer', why: 'not rows of text' },
  'long value': { code: 'AnswerTooLarge', why: 'one of its values is longer than a megabyte' },
};

/**
 * For one answer about one menu. An answer of success is weighed before it is kept, so that it is never parsed when
 * that would take too much memory.
 */
export function openIntake(menu: string, visitor: Visitor): Intake {
  const scales = makeScales();
  let chunks: Uint8Array[] = [];
  let bytes = 0;

  function keep(chunk: Uint8Array): void {
    bytes += chunk.byteLength;
    // A view of a few bytes would hold on to all that came in the same packet.
    chunks.push(chunk.byteLength * 2 < chunk.buffer.byteLength ? chunk.slice() : chunk);
  }

  function takeRefusal(chunk: Uint8Array): 'more' | 'enough' {
    const piece = chunk.subarray(0, LONGEST_REFUSAL_BYTES - bytes);
    keep(piece);
    return bytes < LONGEST_REFUSAL_BYTES ? 'more' : 'enough';
  }

  function unfit(reason: Unfit): Unfit {
    chunks = [];
    visitor.forget(menu);
    return reason;
  }

  return {
    take(chunk, status, goOn) {
      if (status < 200 || status > 299) return takeRefusal(chunk);
      const overweight = scales.add(chunk);
      if (overweight !== null) return unfit(WHY[overweight]);
      const place = visitor.hold(menu, scales.weight(), goOn);
      if (place === 'never')
        return unfit({ code: 'AnswerTooLarge', why: `given up after ${bytes + chunk.byteLength} bytes` });
      keep(chunk);
      return place === 'wait' ? 'wait' : 'more';
    },
    body: () => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
  };
}
