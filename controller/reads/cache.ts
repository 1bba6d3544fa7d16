import type { Row, Version } from '#routeros';
import type { Instant } from '../ports.ts';

/** Why something could not be read. */
export interface ReadFailure {
  readonly code: string;
  readonly message: string;
}

/** What a router said of one menu, with all its columns. */
export interface Reading {
  readonly rows: readonly Row[];
  /** The filters that hold for all of them. */
  readonly by: Row;
  /** Columns that were asked for, of this version of RouterOS. */
  readonly columns: readonly string[];
  /** Of a menu that is never read whole: how many rows there are of each kind. */
  readonly counts: Readonly<Record<string, number>> | null;
  readonly version: Version;
  /** When the reading began. */
  readonly asOf: Instant;
  /** The same on the monotonic clock. */
  readonly at: number;
  /** Whose router that was: of another one nothing of it is shown. */
  readonly place: string;
  /** Why it could not be read anew since; null: it could, or nobody tried. */
  readonly failed: ReadFailure | null;
}

/** The last good readings, as many as there is room for. */
export interface Cache {
  get(key: string): Reading | null;
  set(key: string, reading: Reading): void;
  /** About what all of them take in memory. */
  bytes(): number;
}

const BYTES_OF_ROW = 56;
const BYTES_OF_CELL = 40;

/** Where there is no room for a new one, those go that nobody has looked at for longest. */
export function makeCache(mostBytes: number): Cache {
  /** Who was looked at last comes last. */
  const readings = new Map<string, { readonly reading: Reading; readonly bytes: number }>();
  let total = 0;

  function forget(key: string): void {
    total -= readings.get(key)?.bytes ?? 0;
    readings.delete(key);
  }

  return {
    get(key) {
      const known = readings.get(key);
      if (known === undefined) return null;
      readings.delete(key);
      readings.set(key, known);
      return known.reading;
    },
    set(key, reading) {
      const before = readings.get(key);
      // A reading that only learnt of a failure weighs what it weighed.
      const bytes = before?.reading.rows === reading.rows ? before.bytes : bytesOf(reading.rows);
      forget(key);
      readings.set(key, { reading, bytes });
      total += bytes;
      for (const oldest of readings.keys()) {
        if (total <= mostBytes) break;
        forget(oldest);
      }
    },
    bytes: () => total,
  };
}

function bytesOf(rows: readonly Row[]): number {
  let bytes = BYTES_OF_ROW;
  for (const row of rows) {
    bytes += BYTES_OF_ROW;
    for (const name in row) bytes += BYTES_OF_CELL + 2 * (row[name]?.length ?? 0);
  }
  return bytes;
}
