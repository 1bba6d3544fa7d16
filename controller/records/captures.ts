import type { MenuPath, Row } from '#routeros';
import type { DeviceName, Instant } from '../ports.ts';

/** Why a router was read whole. */
export type CaptureReason = 'daily' | 'confirmed' | 'asked';

/** A menu that a capture could not read, so that its last known state stands. */
export interface UnreadMenu {
  readonly menu: MenuPath;
  /** Of the failure. */
  readonly code: string;
  readonly message: string;
}

/** One reading of all that is configured on a router. */
export interface CaptureRecord {
  readonly device: DeviceName;
  /** When the reading began: whatever was changed before is in it. */
  readonly at: Instant;
  readonly why: CaptureReason;
  /** Of RouterOS: `7.20.8`. */
  readonly version: string;
  readonly unread: readonly UnreadMenu[];
  /** How many menus were not as the capture before had found them. */
  readonly changed: number;
}

/** What a menu held from one capture to another; `to` null: it still does, as far as is known. */
export interface MenuState {
  readonly menu: MenuPath;
  /** Of its rows, the same for every device and menu that holds the same. */
  readonly digest: string;
  readonly from: Instant;
  readonly to: Instant | null;
}

/** What a capture read: rows by menu, null for a menu that the router does not have. Without those of `unread`. */
export type CapturedMenus = ReadonlyMap<MenuPath, readonly Row[] | null>;

/** The configuration of devices through time: each content once, however many devices hold it and how long. */
export interface CaptureRecords {
  /**
   * Adds a capture; of menus that are as they were nothing is written. @returns it as it is kept: `at` is later than
   * that of the one before, and `changed` is counted.
   */
  add(capture: Omit<CaptureRecord, 'changed'>, menus: CapturedMenus): Promise<CaptureRecord>;
  /** Newest first, none later than `until`. */
  list(device: DeviceName, limit: number, until?: Instant): Promise<readonly CaptureRecord[]>;
  /** When each device was captured last. */
  newest(): Promise<ReadonlyMap<DeviceName, Instant>>;
  /** By menu. A menu that is not there was not on the router, or never read. */
  statesAt(device: DeviceName, at: Instant): Promise<readonly MenuState[]>;
  /** The rows with these digests. */
  contents(digests: readonly string[]): Promise<ReadonlyMap<string, readonly Row[]>>;
}
