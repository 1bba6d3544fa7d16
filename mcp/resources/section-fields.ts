import { SECTION_NAMES, sectionSchema } from '#schemas';
import type { Cell, ToolAnswer } from '../answer.ts';

/** What a schema says of one value, as far as it is told here. */
interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
  readonly items?: Field;
}

/** Every field of a section of RouterConfig with what it may hold; null: there is no such section. */
export function sectionFields(section: string): ToolAnswer | null {
  const name = SECTION_NAMES.find((each) => each === section);
  if (name === undefined) return null;
  const { isList, fields } = sectionSchema(name);
  return {
    facts: { section: name, holds: isList ? 'a list of items with these fields' : 'these fields' },
    columns: ['field', 'type', 'required', 'allowed', 'default', 'description'],
    rows: rowsOf(fields, isList ? '[].' : ''),
  };
}

function rowsOf({ properties = {}, required = [] }: Field, before: string): readonly (readonly Cell[])[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const { type = '', description = '', default: value } = field;
    const own: readonly Cell[] = [
      `${before}${name}`,
      type,
      required.includes(name),
      allowedIn(field),
      value === undefined ? null : JSON.stringify(value),
      description,
    ];
    return [own, ...rowsOf(field, `${before}${name}.`), ...rowsOf(field.items ?? {}, `${before}${name}[].`)];
  });
}

function allowedIn({ enum: words, minimum, maximum, pattern }: Field): Cell {
  if (words !== undefined) return words.join(', ');
  if (minimum !== undefined) return `${String(minimum)} to ${String(maximum ?? 'any')}`;
  return pattern ?? null;
}
