import type { LiveState, PlanId } from '#differ';
import type { MenuPath } from '#routeros';
import type { Target } from '../fleet/target.ts';
import type { KnownBase } from '../records/devices.ts';
import type { Outcome } from './outcome.ts';
import type { PathProof } from '../policy/management-facts.ts';
import type { DeviceIdentity, SerialSource } from '../device/identity.ts';
import type { DeviceName, Instant } from '../ports.ts';

/** What a device held when it was last read. */
export interface LastRead {
  readonly live: LiveState;
  /** Menus of it that were read with all that can be configured in them; of the others no more than names. */
  readonly whole: readonly MenuPath[];
  readonly identity: DeviceIdentity;
  /** Why no secret could be compared there; null: they could. */
  readonly unreadable: string | null;
  /** When the reading began: nobody's change after that is in it for sure. */
  readonly from: Instant;
  readonly at: Instant;
  /** About what it takes in memory. */
  readonly bytes: number;
}

/** What is lost with the process, and may be: the next pass learns it again. */
export interface DeviceMemory {
  readonly serialSource: SerialSource | null;
  /** Whose router answered last. */
  readonly serial: string | null;
  /** Version and board of the router that answered last. */
  readonly router: { readonly version: string; readonly board: string } | null;
  /** Kept so that what the line learnt of its router (breaker, sizes of menus) outlives the pass. */
  readonly session: object | null;
  /** The last read, from which an offline device is planned for people to see. */
  readonly lastRead: LastRead | null;
  /** The plan that was last proven to leave the management path alone, by which target and when. */
  readonly path?: null | {
    readonly planId: PlanId;
    readonly target: Target;
    readonly at: Instant;
    readonly proof: PathProof;
  };
  /** What the store was last seen to hold as the base, when that is what is desired. */
  readonly confirmed?: KnownBase;
  /** The last pass, when it found everything as declared and confirmed: what it read, and how it ended. */
  readonly calm?: null | { readonly mark: string; readonly target: Target; readonly outcome: Outcome };
  /** The refusal of approvals that was recorded last. */
  readonly refused?: string;
}

/** What passes learnt of each device. */
export type Memory = Map<DeviceName, DeviceMemory>;

const NOTHING: DeviceMemory = { serialSource: null, serial: null, router: null, session: null, lastRead: null };

/** Adds what was learnt to what is known of a device. */
export function remember(memory: Memory, device: DeviceName, learnt: Partial<DeviceMemory>): void {
  memory.set(device, { ...NOTHING, ...memory.get(device), ...learnt });
}
