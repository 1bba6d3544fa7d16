import { bool, text } from '../kinds/kind.ts';
import type { FieldSpec } from '../model/state.ts';

/** `comment`: absent when empty, in all menus (routeros-rest.md §3). */
export const comment: FieldSpec = { kind: text };

/** `disabled`, always printed. */
export const disabled: FieldSpec = { kind: bool, default: 'false' };

/** A flag of the router, always printed. */
export const flag: FieldSpec = { kind: bool, default: 'false', readOnly: true };

/** A flag of the router, printed only when "true". */
export const rareFlag: FieldSpec = { kind: bool, readOnly: true, show: 'true' };

/** State of the router, printed when it has a value. */
export const state: FieldSpec = { kind: text, readOnly: true };

/** Several fields of one description. */
export function fieldsOf(spec: FieldSpec, ...names: readonly string[]): Record<string, FieldSpec> {
  return Object.fromEntries(names.map((name) => [name, spec]));
}

/** The words of a text, for long lists of names. */
export function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
