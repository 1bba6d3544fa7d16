import type { AuditMark } from './audit.ts';

/** A mark as people keep it: `42:9f86d0…`, the hash whole. */
export function markText({ sequence, hash }: AuditMark): string {
  return `${String(sequence)}:${hash}`;
}

/** Null: it is no mark. */
export function markOf(text: string): AuditMark | null {
  const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  return sequence === undefined || hash === undefined ? null : { sequence: Number(sequence), hash };
}
