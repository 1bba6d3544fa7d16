import type { LiveState } from '#differ';
import type { RefusedRow, Row } from '#routeros';

/** One router as it was read, from itself, from saved state or from an export. */
export interface ReadDevice {
  readonly name: string;
  /** Where from: its address, or a file. */
  readonly from: string;
  /** `7.20.8`; null: it is not told. */
  readonly version: string | null;
  /** Serial number of the board, or the system id of a CHR; null: it is not told. */
  readonly serial: string | null;
  /** The menus that we manage, as far as they were read. A menu that the router does not have is absent. */
  readonly live: LiveState;
  /** How many rows menus hold that no section covers. */
  readonly others: Readonly<Record<string, number>>;
  /** What could not be read, each with its place. */
  readonly faults: readonly string[];
  /** Commands of an export about rows that it does not hold. */
  readonly refused: readonly RefusedRow[];
  /** The line of an export that a row comes from. */
  readonly lineOf: (row: Row) => number | undefined;
}

/** A router that could not be read. */
export interface UnreadDevice {
  readonly name: string;
  readonly message: string;
  /** Of a failure of the world, such as `TlsUntrusted`. */
  readonly code?: string;
}
