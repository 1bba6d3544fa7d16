import type { MenuPath, Row } from '#routeros';
import type { DeviceName, Instant } from '../ports.ts';

/** What the touched menus held right before an attempt armed its undo, as the router spelt it. */
export interface SnapshotRecord {
  readonly attemptId: string;
  readonly device: DeviceName;
  readonly takenAt: Instant;
  readonly menus: Readonly<Record<MenuPath, readonly Row[]>>;
}

/** Snapshots of attempts, for people who must restore by hand. */
export interface SnapshotRecords {
  add(snapshot: SnapshotRecord): Promise<void>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly SnapshotRecord[]>;
}
