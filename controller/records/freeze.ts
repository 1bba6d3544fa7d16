import type { Instant } from '../ports.ts';

/** The operator's stop of all new writes: who set it, why and when. Open attempts are still brought to their end. */
export interface FreezeRecord {
  readonly by: string;
  readonly reason: string;
  readonly since: Instant;
}

/** At most one freeze, of the whole fleet. It holds until null is set, over restarts too. */
export interface FreezeRecords {
  get(): Promise<FreezeRecord | null>;
  set(freeze: FreezeRecord | null): Promise<void>;
}
