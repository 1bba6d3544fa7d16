import ignore from 'ignore';
import type { FileDiagnostic } from '../desired/diagnostic.ts';
import { foldedName } from '../desired/folded-name.ts';
import { entryFault } from './scan.ts';

/** Its lines say which YAML of a source is none of the fleet; it counts at the root of the source alone. */
export const IGNORE_FILE = '.rosctlignore';

/** What an ignore file leaves out. */
export interface IgnoreRules {
  /** Equal text, equal rules. */
  readonly text: string;
  /** @param path below the source, with slashes. */
  readonly hides: (path: string, kind: 'file' | 'folder') => boolean;
}

/** Without an ignore file, everything counts. */
export const NOTHING_HIDDEN: IgnoreRules = { text: '', hides: () => false };

/** Rules, or what is wrong with their file. */
export type IgnoreReading = { readonly rules: IgnoreRules } | { readonly faults: readonly FileDiagnostic[] };

/** Patterns become regular expressions, which try each way to share a name out among their stars. */
const MOST = { bytes: 32_768, lines: 200, characters: 200, stars: 2 } as const;

/**
 * The rules in an ignore file: those of .gitignore, with upper and lower case told apart on every machine. A file that
 * may be cut off is refused: the beginning of a line hides more than the line.
 */
export function readIgnoreFile(bytes: Uint8Array): IgnoreReading {
  const fault = (line: number, message: string, hint: string) => ({
    faults: [{ ...entryFault(IGNORE_FILE, message, hint), line }],
  });
  if (bytes.byteLength > MOST.bytes)
    return fault(1, `has more than ${String(MOST.bytes)} bytes`, 'no fleet needs as many lines');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fault(1, 'is not UTF-8 text', 'save it as UTF-8');
  }
  const lines = text.split('\n');
  if (lines.at(-1) !== '')
    return fault(lines.length, 'may be cut off: its last line is not ended', 'end its last line with a line break');
  if (lines.length > MOST.lines) return fault(MOST.lines, `has more than ${String(MOST.lines)} lines`, 'name folders');
  const odd = lines.findIndex((line) => !isPlainLine(line));
  if (odd >= 0)
    return fault(
      odd + 1,
      `a pattern of more than ${String(MOST.characters)} characters or ${String(MOST.stars)} stars, or with control characters`,
      'divide it, or name the folder',
    );
  const unreadable = lines.findIndex((line) => !isPattern(line));
  if (unreadable >= 0) return fault(unreadable + 1, 'a pattern that can not be read', 'write it as for .gitignore');
  const rules = ignore(OPTIONS).add(text);
  return {
    rules: { text, hides: (path, kind) => rules.ignores(kind === 'folder' ? `${path}/` : path) },
  };
}

const OPTIONS = { ignoreCase: false } as const;

/** The library makes an expression of a line when it needs it, and throws then. */
function isPattern(line: string): boolean {
  try {
    ignore(OPTIONS).add(line.replace(/^!/, '')).ignores('a');
    return true;
  } catch {
    return false;
  }
}

/** A `**` before the first or after the last slash costs nothing. */
function isPlainLine(line: string): boolean {
  const pattern = line.replace(/\r$/, '');
  if (pattern.startsWith('#')) return true;
  const inner = pattern.replace(/^!?\/?\*\*\//, '').replace(/\/\*\*$/, '');
  const stars = inner.match(/\*+/g)?.length ?? 0;
  return pattern.length <= MOST.characters && stars <= MOST.stars && !/\p{Cc}/u.test(pattern.replaceAll('\t', ' '));
}

/** Why an entry with the name of an ignore file, as some machine reads it, is none; null: it is one, or something else. */
export function ignoreFileFault(path: string, name: string, isFile: boolean): FileDiagnostic | null {
  if (foldedName(name) !== IGNORE_FILE) return null;
  if (name !== IGNORE_FILE)
    return entryFault(path, `is read as ${IGNORE_FILE} by some machines`, `call it ${IGNORE_FILE}`);
  if (path !== IGNORE_FILE) {
    const hint = `write its lines into ${IGNORE_FILE} at the root of the source`;
    return entryFault(path, 'counts only at the root of the source', hint);
  }
  return isFile ? null : entryFault(path, 'is no regular file', 'put a file there');
}
