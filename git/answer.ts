import { createHash } from 'node:crypto';
import { gitFailure } from './failures.ts';
import { pktLinesOf } from './pkt-line.ts';

/** What was asked for: what the server can do and its refs, a list of refs, objects; refs to write, and what came of that. */
export type AnswerKind = 'refs' | 'list' | 'pack' | 'ownRefs' | 'report';

/**
 * Looks a whole answer through before isomorphic-git reads it: that takes much on trust, waits for what never comes,
 * and keeps what it could read of a pack that was cut off.
 * @param wordsOf makes the server's own words fit to be shown.
 * @throws {Failure} SourceGarbage, SourceUnreachable
 */
export function checkAnswer(answer: Uint8Array, kind: AnswerKind, wordsOf: (text: string) => string): void {
  if (answer.byteLength === 0) throw gitFailure('SourceGarbage', 'the answer is empty');
  const pieces: Uint8Array[] = [];
  for (const line of pktLinesOf(answer)) {
    if (line.kind === 'end') continue;
    if (startsWith(line.bytes, 'ERR ')) throw refusal(line.bytes.subarray(4), wordsOf);
    if (kind !== 'pack') continue;
    // Side-band (gitprotocol-capabilities): 1 is the pack, 2 words on the progress, 3 why the server gives up.
    if (line.bytes[0] === 1) pieces.push(line.bytes.subarray(1));
    else if (line.bytes[0] === 3) throw refusal(line.bytes.subarray(1), wordsOf);
    else if (line.bytes[0] !== 2 && !startsWith(line.bytes, 'NAK') && !startsWith(line.bytes, 'ACK ')) {
      throw gitFailure('SourceGarbage', 'the answer of the Git server holds a line that does not belong there');
    }
  }
  if (kind === 'pack' && !hasItsChecksum(Buffer.concat(pieces)))
    throw gitFailure('SourceGarbage', 'the pack that the Git server sent is damaged');
}

/** The last bytes of a pack are the SHA-1 of those before (gitformat-pack). */
function hasItsChecksum(pack: Buffer): boolean {
  const end = Math.max(pack.byteLength - CHECKSUM_BYTES, 0);
  return createHash('sha1').update(pack.subarray(0, end)).digest().equals(pack.subarray(end));
}

const CHECKSUM_BYTES = 20;

function refusal(words: Uint8Array, wordsOf: (text: string) => string): Error {
  return gitFailure('SourceUnreachable', `the Git server gave up: ${wordsOf(Buffer.from(words).toString())}`);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}
