import { Failure } from '#failure';
import type { DeviceSession } from '../ports.ts';

/**
 * Somebody's open transaction on the router: if it dies later, everything done meanwhile is undone (armed-rollback.md
 * §4.2).
 */
export interface Occupancy {
  /** null: the version has no /safe-mode menu (before 7.18). */
  readonly safeMode: { readonly enabled: boolean; readonly owner: string } | null;
  readonly floatingUndo: boolean;
}

/**
 * Reads whether somebody holds a transaction; a version without /safe-mode is judged by its history alone
 * (armed-rollback.md §4.2).
 * @throws {Failure} with a code of ROUTER_FAILURES: a router that did not tell is not free.
 */
export async function readOccupancy(session: DeviceSession, signal?: AbortSignal): Promise<Occupancy> {
  const history = await session.print('/system/history', ['floating-undo'], signal);
  return {
    safeMode: await readSafeMode(session, signal),
    floatingUndo: history.some((row) => row['floating-undo'] === 'true'),
  };
}

async function readSafeMode(session: DeviceSession, signal?: AbortSignal): Promise<Occupancy['safeMode']> {
  try {
    const row = (await session.print('/safe-mode', undefined, signal))[0] ?? {};
    return { enabled: row['enabled'] !== 'false', owner: row['user'] ?? row['owner'] ?? 'unknown' };
  } catch (error) {
    if (error instanceof Failure && error.code === 'NoSuchMenu') return null;
    throw error;
  }
}

/** Why nothing may be written now; null when nobody holds a transaction. */
export function occupiedBy(occupancy: Occupancy): string | null {
  if (occupancy.safeMode?.enabled === true) return `safe mode is held by ${occupancy.safeMode.owner}`;
  if (occupancy.floatingUndo) return 'the history holds changes that a safe mode may still undo';
  return null;
}
