import type { ReadSession } from '../ports.ts';
import type { DiagnosticRequest, DiagnosticStep } from '../records/diagnostics.ts';

/** The requests of one diagnostic, one after the other. */
export interface Chain {
  /** Does one, if it may still be done: all of that is asked right before it. Never repeated. @throws {Failure} */
  request<T>(work: (session: ReadSession, signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Milliseconds until the diagnostic has taken as long as it may. */
  left(): number;
  /** @throws when the diagnostic is to end. */
  pause(milliseconds: number): Promise<void>;
}

/** A diagnostic of one kind: what comes of each of its requests. @throws {Failure} */
export type Steps<Kind extends DiagnosticRequest['kind']> = (
  chain: Chain,
  request: Extract<DiagnosticRequest, { readonly kind: Kind }>,
) => AsyncGenerator<DiagnosticStep, void>;
