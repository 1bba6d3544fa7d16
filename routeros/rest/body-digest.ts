import type { Row } from '#routeros';

const digests = new WeakMap<object, string>();

/** Remembers of rows as they were read which bytes they were made of. */
export function noteBody(answer: unknown, digest: string): void {
  if (typeof answer === 'object' && answer !== null) digests.set(answer, digest);
}

/**
 * SHA-256 over all bytes of the answer that these rows are, as they were read: equal for two readings only if the
 * router said the very same. Null for rows that were not read so, or out of which a secret of ours was cut.
 */
export function bodyDigestOf(rows: readonly Row[]): string | null {
  return digests.get(rows) ?? null;
}
