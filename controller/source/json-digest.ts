import { createHash } from 'node:crypto';

/**
 * SHA-256 of the JSON as it is written, as hex: the order of keys counts. What is stored by it must be told alike for
 * ever.
 */
export function jsonDigestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
