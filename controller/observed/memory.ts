import type { LiveState, PlanId } from '#differ';
import type { Target } from '../fleet/target.ts';
import type { PathProof } from '../policy/management-facts.ts';
import type { DeviceIdentity, SerialSource } from '../device/identity.ts';
import type { DeviceName, DeviceSession, Instant } from '../ports.ts';

/** What a device held when it was last read. */
export interface LastRead {
  readonly live: LiveState;
  readonly identity: DeviceIdentity;
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
  readonly session: DeviceSession | null;
  /** The last read, from which an offline device is planned for people to see. */
  readonly lastRead: LastRead | null;
  /** The plan that was last proven to leave the management path alone, by which target and when. */
  readonly path?: null | {
    readonly planId: PlanId;
    readonly target: Target;
    readonly at: Instant;
    readonly proof: PathProof;
  };
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
