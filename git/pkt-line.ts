import { gitFailure } from './failures.ts';

/** One line of git's wire format; `end` stands for the packets without content. */
export type PktLine = { readonly kind: 'data'; readonly bytes: Uint8Array } | { readonly kind: 'end' };

/**
 * The lines of a whole answer (gitprotocol-common).
 * @throws {Failure} SourceGarbage when this is no such answer, SourceUnreachable when it stops before its end.
 */
export function* pktLinesOf(answer: Uint8Array): Generator<PktLine> {
  let last: PktLine['kind'] = 'data';
  for (let at = 0; at < answer.byteLength;) {
    const head = Buffer.from(answer.subarray(at, at + 4)).toString('latin1');
    if (!/^[0-9a-f]{4}$/i.test(head)) throw gitFailure('SourceGarbage', 'the answer is not what a Git server sends');
    const length = Number.parseInt(head, 16);
    if (length === 3) throw gitFailure('SourceGarbage', 'the answer is not what a Git server sends');
    if (at + length > answer.byteLength) throw cutOff();
    last = length < 4 ? 'end' : 'data';
    yield length < 4 ? { kind: 'end' } : { kind: 'data', bytes: answer.subarray(at + 4, at + length) };
    at += Math.max(length, 4);
  }
  if (last === 'data') throw cutOff();
}

function cutOff(): Error {
  return gitFailure('SourceUnreachable', 'the answer of the Git server stops before its end');
}
