import type { Store } from '../records/store.ts';

/** The time in which this controller leads. */
export interface Term {
  /** Aborts when it ends. */
  readonly signal: AbortSignal;
  /** Whether no other controller can have begun to lead yet. */
  holds(): boolean;
  /**
   * To be asked right before each request to a router.
   * @throws the signal's reason when it has ended, also when nobody has noticed yet.
   */
  check(): void;
}

/** What a controller does while it leads and while another one does. */
export interface Duties {
  /** Resolves when all that it began has ended, soon after the term has. */
  lead(term: Term): Promise<void>;
  /** Asked again and again while another controller leads. */
  follow(): Promise<void>;
}

/** Whose turn it is to lead. */
export interface Leadership {
  /** The controller that leads, as far as is known; null: it is not. */
  leader(): string | null;
  /** Runs until the signal aborts. */
  run(duties: Duties, signal: AbortSignal): Promise<void>;
}

/** A store of its own has one controller, which always leads, as long as the store is there. */
export function leadingAlways(holder: string, { gone }: Pick<Store, 'gone'>): Leadership {
  return {
    leader: () => holder,
    run: (duties, signal) => duties.lead({ signal, holds: () => !gone.aborted, check: () => signal.throwIfAborted() }),
  };
}
