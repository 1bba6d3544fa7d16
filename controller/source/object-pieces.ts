import type { ObjectVersion } from './object-versions.ts';

/** Read at one go, as little as nobody notices. */
const PIECE_CHARACTERS = 128 * 1024;
/** More than an object of the head of a range can have: 64 annotations, or a selector of 10,000 names. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/**
 * Objects as JSON texts, each short enough to be read without keeping others waiting. Null: nobody can tell what
 * objects there are.
 */
export function objectPiecesOf(versions: readonly ObjectVersion[] | null): readonly string[] | null {
  if (versions === null) return null;
  const pieces: string[] = [];
  let parts: string[] = [];
  let characters = 0;
  for (const version of versions) {
    const text = JSON.stringify(version);
    if (text.length > MOST_CHARACTERS) return null;
    parts.push(text);
    characters += text.length;
    if (characters < PIECE_CHARACTERS) continue;
    pieces.push(`[${parts.join(',')}]`);
    parts = [];
    characters = 0;
  }
  if (parts.length > 0) pieces.push(`[${parts.join(',')}]`);
  return pieces;
}
