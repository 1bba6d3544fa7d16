import { createHash } from 'node:crypto';
import type { MaterialId } from './key-material.ts';

/**
 * What a key has signed: `sha256:` and 64 hex digits over the signed payload together with the key (approval.md §4).
 * The object that carries a signature is no part of it: the same payload and signature fit into many objects.
 */
export type StatementId = string;

/** The statement that a verified signature makes. */
export function statementOf(payload: Uint8Array, material: MaterialId): StatementId {
  return `sha256:${createHash('sha256').update(`routeros-gitops statement v1\n${material}\n`).update(payload).digest('hex')}`;
}
