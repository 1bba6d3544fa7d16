import { createHash } from 'node:crypto';
import { BadInput } from './input-fault.ts';

/**
 * A cursor: where in the answer to a question one goes on. All that is needed stands in it, so any process goes on with
 * it; the digest ties it to its question.
 */
export function cursorsOf(question: unknown): (place: string) => string {
  const digest = digestOf(question);
  return (place) => `${place}~${digest}`;
}

/** The place in a cursor. @throws {BadInput} for one of another question, or none of ours. */
export function placeIn(cursor: string, question: unknown): string {
  const at = cursor.lastIndexOf('~');
  const place = cursor.slice(0, Math.max(0, at));
  if (PLACE.test(place) && cursor.slice(at + 1) === digestOf(question)) return place;
  const cause = 'cursor must be the next_cursor of the answer before, with the same arguments otherwise.';
  throw new BadInput({ field: 'cursor', cause });
}

/** A number, or a moment and a number: whoever makes a cursor of their own gets no further with another one. */
const PLACE = /^\d{1,15}(?:\.\d{1,9})?$/;

function digestOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 8);
}
