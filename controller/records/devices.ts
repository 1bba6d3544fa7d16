import type { DesiredState, NonConvergingField } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';

/** What the store knows of one device between passes. */
export interface DeviceRecord {
  readonly name: DeviceName;
  /** Pinned at first contact or by spec.serial. */
  readonly serial: string | null;
  /** The last confirmed desired state, the third side of planning. */
  readonly base: DesiredState | null;
  /** The revision that `base` came from, and when it was confirmed; null with `base`. */
  readonly baseRevision: string | null;
  readonly confirmedAt: Instant | null;
  /** Fields that did not converge twice: left alone until somebody changes what is desired. */
  readonly frozen: readonly NonConvergingField[];
  /** Fields that did not converge the last time. */
  readonly unconverged: readonly NonConvergingField[];
  /**
   * The RouterOS version on which jobs and schedulers were last proven to run (`armed-rollback.md` §4.5), and the tier
   * that they allow. `rowsPerSecond`: how fast that version wrote many rows the last time, rounded down to a power of
   * two, so that no plan becomes another one because a router was a little faster; absent: it was not measured.
   */
  readonly probed: {
    readonly version: string;
    readonly tier: 'full' | 'job-only' | 'none';
    readonly rowsPerSecond?: number;
  } | null;
}

/** What the text with this digest (`storedDigestOf`) says. */
export interface KnownBase {
  readonly digest: string;
  readonly base: DesiredState;
}

/** A device in a list: without its base, which may be large. */
export type DeviceEntry = Pick<DeviceRecord, 'name' | 'serial' | 'confirmedAt'>;

/**
 * One record for each device. A setter makes the record where there is none and leaves all other fields as they are.
 */
export interface DeviceRecords {
  /** @param known a base that need not be read again where the store holds the same: then it is the record's. */
  get(name: DeviceName, known?: KnownBase): Promise<DeviceRecord | null>;
  /** Only that: the whole record holds a base that may be large. */
  serialOf(name: DeviceName): Promise<string | null>;
  /** By name. */
  list(): Promise<readonly DeviceEntry[]>;
  /** @throws {Failure} `SerialTaken` when another device holds this serial. */
  pinSerial(name: DeviceName, serial: string): Promise<void>;
  /**
   * The router goes by another name now. @throws {Failure} `SerialTaken` while a change of the old name is under way.
   */
  moveSerial(serial: string, from: DeviceName, to: DeviceName): Promise<void>;
  /**
   * Called with what was desired once the router has been proven to hold it; null: nothing was confirmed before what
   * was taken back.
   */
  setBase(name: DeviceName, base: DesiredState | null, revision: string | null, at: Instant): Promise<void>;
  setConvergence(
    name: DeviceName,
    frozen: readonly NonConvergingField[],
    unconverged: readonly NonConvergingField[],
  ): Promise<void>;
  setProbed(name: DeviceName, probed: NonNullable<DeviceRecord['probed']>): Promise<void>;
}
