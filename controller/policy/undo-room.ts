import { MAX_SCRIPT_BYTES } from '#routeros';

/** What preflight wants free in any case, for history and whatever else a router writes. */
export const MIN_FREE_BYTES = 1_000_000;
/**
 * Of the space beyond that an undo may take so much: scripts are configuration, and a router may hold its configuration
 * twice while it stores it.
 */
const SHARE = 1 / 4;
/** However much is free: a router has to parse it, and to read a list once for each part. */
const MOST_BYTES = 2_000_000;

/** As much of that room as a part of a plan may take: a power of two, for a plan's id must not follow every free byte. */
export function steadyRoomBytes(room: number): number {
  return Math.max(MAX_SCRIPT_BYTES, 2 ** Math.floor(Math.log2(room)));
}

/** How much must be free for an undo of that size; null: none is that large. */
export function freeBytesFor(undoBytes: number): number | null {
  if (undoBytes > MOST_BYTES) return null;
  return undoBytes <= MAX_SCRIPT_BYTES ? MIN_FREE_BYTES : Math.ceil(undoBytes / SHARE) + MIN_FREE_BYTES;
}

/** How large the undo of a change may be on a router with so much free disk space; one script always fits. */
export function undoRoomBytes(freeBytes: number): number {
  if (!Number.isFinite(freeBytes)) return MAX_SCRIPT_BYTES;
  const share = Math.floor((freeBytes - MIN_FREE_BYTES) * SHARE);
  return Math.max(MAX_SCRIPT_BYTES, Math.min(share, MOST_BYTES));
}
