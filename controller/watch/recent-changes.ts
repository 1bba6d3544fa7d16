import type { DeviceName, Instant } from '../ports.ts';

/** Ends and steps of attempts that say that something was written, or may have been. */
const CHANGES: ReadonlySet<string> = new Set([
  'attempt.applying',
  'attempt.confirmed',
  'attempt.undone',
  'attempt.stalled',
  'drift.found',
]);

/** Of a reported event what counts here. */
interface Happening {
  readonly action: string;
  readonly device: DeviceName | null;
  readonly at?: Instant;
}

/** When each device was changed or found drifted last, by the events of this controller. */
export class RecentChanges {
  readonly #changedAt = new Map<DeviceName, Instant>();
  #confirmed: (device: DeviceName) => void = () => {};

  /** When it was changed, or found drifted; null: not since the controller started. */
  of(device: DeviceName): Instant | null {
    return this.#changedAt.get(device) ?? null;
  }

  /** Tells of each attempt that is confirmed from now on; of one listener alone. */
  onConfirmed(listener: (device: DeviceName) => void): void {
    this.#confirmed = listener;
  }

  /** Something happened; what is recorded says when. */
  report({ action, device, at }: Happening): void {
    if (device === null || at === undefined || !CHANGES.has(action)) return;
    this.#changedAt.set(device, at);
    if (action === 'attempt.confirmed') this.#confirmed(device);
  }
}
