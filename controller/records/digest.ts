import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '#canonical-json';
import type { DesiredState } from '#differ';

/** SHA-256 over RFC 8785 JSON, as hex: equal for equal content whatever the order of keys. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Whether two desired states say the same, owners included, whatever the order of keys. */
export function sameDesired(one: DesiredState, other: DesiredState): boolean {
  return one === other || isDeepStrictEqual(one, other);
}

const stored = new WeakMap<DesiredState, string>();

/** Remembers of a base which text it was read from. */
export function noteStored(base: DesiredState, digest: string): void {
  stored.set(base, digest);
}

/** SHA-256 of the text that the store holds of this base; null when it was not read from there. */
export function storedDigestOf(base: DesiredState): string | null {
  return stored.get(base) ?? null;
}
