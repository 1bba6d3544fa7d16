import type { Signals } from '../records/signals.ts';

/** Signals that hold a connection of their own until they are closed. */
export interface OpenSignals extends Signals {
  close(): Promise<void>;
}

/** A folder has one controller, which has nobody to talk to. */
export const NO_SIGNALS: OpenSignals = {
  tell: () => Promise.resolve(),
  hear: () => () => {},
  close: () => Promise.resolve(),
};
