import { createHash } from 'node:crypto';
import { canonicalJson, type DesiredState } from '#differ';

/** SHA-256 over RFC 8785 JSON, as hex: equal for equal content whatever the order of keys. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

const desiredDigests = new WeakMap<DesiredState, string>();

/** Whether two desired states say the same, owners included. Digests are kept: one state serves many devices and passes. */
export function sameDesired(one: DesiredState, other: DesiredState): boolean {
  return one === other || desiredDigest(one) === desiredDigest(other);
}

function desiredDigest(state: DesiredState): string {
  const known = desiredDigests.get(state);
  if (known !== undefined) return known;
  const digest = digestOf(state);
  desiredDigests.set(state, digest);
  return digest;
}
