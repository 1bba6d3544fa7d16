import { quotedAscii } from '#visible';
import { wordText } from '../text/word-text.ts';

/** Path and text of everything in a value that is no object. Two values that differ have leaves that differ. */
export type Leaves = ReadonlyMap<string, string>;

/**
 * The leaves of JSON: `spec.address`, `spec.waves[canary].share`, `spec.keys[0]`. People and other named entries of a
 * list go by their name, and their order is a leaf of its own, so that moving one shows as just that.
 */
export function leavesOf(value: unknown): Leaves {
  const leaves = new Map<string, string>();
  collect(value, '', leaves);
  return leaves;
}

function collect(value: unknown, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(value)) return collectList(value, path, leaves);
  if (typeof value !== 'object' || value === null) return void leaves.set(path, leafText(value));
  const fields = Object.entries(value);
  if (fields.length === 0) leaves.set(path, '{}');
  for (const [name, each] of fields) {
    const word = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : quotedAscii(name);
    collect(each, path === '' ? word : `${path}.${word}`, leaves);
  }
}

function collectList(entries: readonly unknown[], path: string, leaves: Map<string, string>): void {
  if (entries.every((entry) => typeof entry !== 'object' || entry === null)) {
    leaves.set(path, `[${entries.map(leafText).join(', ')}]`);
    return;
  }
  const names = namesOf(entries);
  if (names === null) {
    for (const [index, entry] of entries.entries()) collect(entry, `${path}[${String(index)}]`, leaves);
    return;
  }
  leaves.set(`${path} in this order`, `[${names.map(bracketText).join(', ')}]`);
  for (const [index, entry] of entries.entries()) {
    const { name: _, ...rest } = entry as Record<string, unknown>;
    collect(rest, `${path}[${bracketText(names[index] ?? '')}]`, leaves);
  }
}

/** Null: not every entry has a name of its own. */
function namesOf(entries: readonly unknown[]): readonly string[] | null {
  const names = entries.map((entry) => (Array.isArray(entry) ? null : (entry as { name?: unknown } | null)?.name));
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length ? names : null;
}

/** A bare number in brackets is a place in a list. */
function bracketText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9._-]*$/.test(name) ? name : quotedAscii(name);
}

function leafText(value: unknown): string {
  return typeof value === 'string' ? wordText(value) : JSON.stringify(value ?? null);
}
