import { text } from '../kinds/kind.ts';
import type { Properties } from '../model/console.ts';
import type { FieldSpec, MenuSpec } from '../model/state.ts';
import { fieldsOf, flag, rareFlag, state, wordsOf } from './fields.ts';

/** A secret: printed only to those who have the policy `sensitive` (routeros-rest.md §1.1). */
export const secret: FieldSpec = { kind: text, readOnly: true, sensitive: true };

/** Columns of a menu that can only be read here. */
interface Columns {
  /** Printed when there is a value. */
  readonly maybe?: string;
  /** Always printed, `false` unless told otherwise. */
  readonly flags?: string;
  /** Printed only when "true". */
  readonly rareFlags?: string;
  readonly secrets?: string;
}

/** Fields of these columns. */
export function columns({ maybe = '', flags = '', rareFlags = '', secrets = '' }: Columns): Record<string, FieldSpec> {
  const named = (spec: FieldSpec, words: string): Record<string, FieldSpec> =>
    fieldsOf(spec, ...wordsOf(words).filter((word) => word !== ''));
  return { ...named(state, maybe), ...named(flag, flags), ...named(rareFlag, rareFlags), ...named(secret, secrets) };
}

/** What people can do to a row of a list: the verbs of menus that only the simulator does not let anybody write. */
export const LIST_VERBS: readonly string[] = ['add', 'set', 'remove', 'comment'];

/** The same of rows that can be off. */
export const ROW_VERBS: readonly string[] = [...LIST_VERBS, 'enable', 'disable'];

/** A column that came with a version. */
export function from(since: string, words: string, spec: FieldSpec = state): Record<string, FieldSpec> {
  return fieldsOf({ ...spec, since }, ...wordsOf(words));
}

/**
 * A list that is only read here. RouterOS lets people configure some of these; the simulator takes their rows from seeds
 * and from what is around the router.
 */
export function readList(
  path: string,
  noun: string,
  source: string,
  spec: Pick<MenuSpec, 'fields'> & Partial<Omit<MenuSpec, 'path' | 'noun' | 'source' | 'fields'>>,
): MenuSpec {
  return { path, shape: 'list', noun, source, rows: 'readOnly', ...spec };
}

/** Rows that are made anew at each look: keys in REST's order, ids beyond those of seeded rows. */
export function numbered(rows: readonly Properties[]): readonly Properties[] {
  return rows.map((row, index) => ({
    '.id': `*${(0x10_00 + index).toString(16).toUpperCase()}`,
    ...Object.fromEntries(Object.entries(row).toSorted(([left], [right]) => (left < right ? -1 : 1))),
  }));
}
