import { Failure } from '#failure';
import type { ToldReason } from '../reasons.ts';
import { STORE_FAILURES } from '../store/failures.ts';
import type { RefusedCandidate, RefusedReading } from './candidate.ts';

/** Refused for these reasons. */
export function refusedFor(version: string, code: string, reasons: readonly ToldReason[]): RefusedCandidate {
  const message = reasons.map((reason) => reason.message).join('\n');
  return { ok: false, version, reading: { kind: 'refused', code, message, faults: [] }, reasons };
}

/** Refused because of what its content says, or that of the trusted head. */
export function refusedAs(version: string, reading: RefusedReading): RefusedCandidate {
  const { code, message } = reading;
  return { ok: false, version, reading, reasons: [{ code, message }] };
}

/** What nobody vouches for may hold what its server was sent. */
export function withoutSecrets(refused: RefusedCandidate, cut: (text: string) => string): RefusedCandidate {
  const reasons = refused.reasons.map(({ code, message }) => ({ code, message: cut(message) }));
  const faults = refused.reading.faults.map(({ path, message, ...fault }) => ({
    ...fault,
    path: cut(path),
    message: cut(message),
  }));
  return { ...refused, reasons, reading: { ...refused.reading, message: cut(refused.reading.message), faults } };
}

const OF_THE_WORLD: readonly string[] = [...Object.keys(STORE_FAILURES), 'SourceUnreadable'];

/**
 * Failures of the store, the disk and the network say nothing of a candidate: nothing is refused for them, and it is
 * read again.
 */
export function isOfContent(error: unknown): boolean {
  return !(error instanceof Failure) || !OF_THE_WORLD.includes(error.code);
}

/** Whatever breaks off while a candidate is judged, the candidate does not count. */
export function refusalOf(error: unknown): ToldReason {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'SourceUnusable', message: `Judging the branch broke off: ${said.slice(0, 500).toWellFormed()}` };
}
