import { createHash, hash, type Hash } from 'node:crypto';
import { makeScales, type Overweight } from './answer-weight.ts';
import { decodeJson } from './decode.ts';
import type { Visitor } from './room.ts';
import { openRowStream, type RowStream } from './row-stream.ts';

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
  /** What was taken and is not parsed yet. */
  body(): Uint8Array;
  /** Nothing came. */
  isEmpty(): boolean;
  /** The whole answer. @throws {SyntaxError} when it is no JSON. */
  value(): unknown;
  /** SHA-256 of all bytes of an answer of success. Asked once. */
  digest(): string;
}

/** Far more than RouterOS says about any failure. */
const LONGEST_REFUSAL_BYTES = 64 * 1024;

/** A longer answer is parsed while it arrives. */
const PIECE_BYTES = 64 * 1024;
/** What a byte that waits to be parsed takes: itself, and the text and values made of it. */
const MOST_OF_A_BYTE = 12;
const OPENING = Buffer.from('[');

const WHY: Readonly<Record<Overweight, Unfit>> = {
  nested: { code: 'BadAnswer', why: 'not rows of text' },
  'long value': { code: 'AnswerTooLarge', why: 'one of its values is longer than a megabyte' },
};

/**
 * For one answer about one menu. An answer of success is weighed before it is kept, so that it is never parsed when
 * that would take too much memory.
 */
export function openIntake(menu: string, visitor: Visitor): Intake {
  /** Of an answer that is parsed while it arrives. */
  let running: Hash | null = null;
  let scales = makeScales();
  let stream: RowStream | null = null;
  let isStream = true;
  let chunks: Uint8Array[] = [];
  let kept = 0;
  let bytes = 0;

  function keep(chunk: Uint8Array): void {
    kept += chunk.byteLength;
    // A view of a few bytes would hold on to all that came in the same packet.
    chunks.push(chunk.byteLength * 2 < chunk.buffer.byteLength ? chunk.slice() : chunk);
  }

  function body(): Uint8Array {
    if (chunks.length !== 1) chunks = [Buffer.concat(chunks)];
    return chunks[0] as Uint8Array;
  }

  function takeRefusal(chunk: Uint8Array): 'more' | 'enough' {
    const piece = chunk.subarray(0, LONGEST_REFUSAL_BYTES - kept);
    keep(piece);
    return kept < LONGEST_REFUSAL_BYTES ? 'more' : 'enough';
  }

  function unfit(reason: Unfit): Unfit {
    chunks = [];
    stream = null;
    visitor.forget(menu);
    return reason;
  }

  /** Parses the rows of a long answer that are whole. What is no list of rows is weighed byte by byte from here on. */
  function parseRows(): Overweight | null {
    const whole = body();
    const fresh = stream === null;
    running ??= createHash('sha256').update(whole);
    stream ??= openRowStream();
    const left = stream.take(whole);
    scales = makeScales();
    chunks = [];
    kept = 0;
    keep(left ?? whole);
    if (left !== null) return null;
    isStream = false;
    if (fresh) stream = null;
    return scales.add(whole);
  }

  function weight(): number {
    return stream === null ? scales.weight() : stream.weight() + (isStream ? MOST_OF_A_BYTE * kept : scales.weight());
  }

  return {
    take(chunk, status, goOn) {
      if (status < 200 || status > 299) return takeRefusal(chunk);
      bytes += chunk.byteLength;
      running?.update(chunk);
      keep(chunk);
      // As long as rows are parsed, what was not is less than two pieces.
      const overweight =
        isStream && kept >= PIECE_BYTES ? parseRows() : isStream && stream !== null ? null : scales.add(chunk);
      if (overweight !== null) return unfit(WHY[overweight]);
      const place = visitor.hold(menu, weight(), goOn);
      if (place === 'never') return unfit({ code: 'AnswerTooLarge', why: `given up after ${bytes} bytes` });
      return place === 'wait' ? 'wait' : 'more';
    },
    body,
    isEmpty: () => kept === 0 && stream === null,
    value() {
      if (stream === null) return decodeJson(body());
      const rest = decodeJson(Buffer.concat([OPENING, body()]));
      if (!Array.isArray(rest)) throw new SyntaxError('no list');
      return [...stream.rows, ...(rest as readonly unknown[])];
    },
    digest: () => running?.digest('base64') ?? hash('sha256', body(), 'base64'),
  };
}
