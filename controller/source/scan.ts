import { Failure } from '#failure';
import { isPlain, quotedAscii } from '#visible';
import type { FileDiagnostic } from '../desired/diagnostic.ts';
import type { SourceFailureCode } from './failures.ts';

/** How much a source may hold at most, wherever it lies. */
export const SOURCE_LIMITS = {
  files: 10_000,
  depth: 32,
  fileBytes: 16 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
} as const;

/** A failure of the source, with the system's own error as its cause. */
export function sourceFailure(code: SourceFailureCode, message: string, cause?: unknown): Failure<SourceFailureCode> {
  return new Failure(code, message, { cause });
}

/** A fault of a file as a whole. */
export function entryFault(file: string, message: string, hint: string): FileDiagnostic {
  return { file, line: 1, column: 1, path: '', message, hint };
}

/**
 * Whether people see what a name holds and every machine keeps it: nothing hidden in it, no backslash, and no
 * character in place of bytes that are no UTF-8.
 */
export function isPlainName(name: string): boolean {
  return isPlain(name) && !/[\\\uFFFD]/.test(name);
}

/** The fault of a name that is not plain; null: its bytes are no UTF-8. `below` is the folder with its slash. */
export function nameFault(below: string, name: string | null): FileDiagnostic {
  return entryFault(`${below}${quotedAscii(name ?? '?')}`, 'has a name that is no plain text', 'rename it');
}

/** The fault of a name that some machines take for that of its neighbour `twin`. */
export function twinFault(path: string, twin: string): FileDiagnostic {
  const message = `its name differs from ${twin} only in case or in how accents are written`;
  return entryFault(path, message, 'some machines take the two for one: rename one of them');
}

/** Whether files of this name belong to the fleet. */
export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** A source beyond SOURCE_LIMITS. */
export function tooLarge(message: string): Failure<SourceFailureCode> {
  return sourceFailure('SourceTooLarge', message);
}
