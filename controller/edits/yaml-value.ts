import { type Node, Scalar } from 'yaml';
import { isPlain, visibleYaml } from '#visible';

/** How text is laid out where it goes. */
export interface Layout {
  /** Ends its lines. */
  readonly lineBreak: string;
  /** Spaces that the next level stands further right. */
  readonly step: number;
  /** Room within braces and brackets. */
  readonly room: '' | ' ';
}

type Fields = Readonly<Record<string, unknown>>;

/** Words, one or several, addresses, ranges and durations, which no YAML reads as a number, a time or a truth. */
const PLAIN =
  /^(?!(?:y|n|yes|no|on|off|true|false|null)$)(?:[A-Za-z][\w./-]*(?: [A-Za-z][\w./-]*)*|\d+(?:\.\d+){3}(?:\/\d+|-\d+(?:\.\d+){3})?|(?:\d+[wdhms])+)$/i;

/**
 * A value on one line as YAML rules take it (yaml-rules.ts): texts that somebody could take for something else stand in
 * quotes, and what is hidden in one is spelt out. @param like in whose quotes it stands where it can.
 * @throws {RangeError} for what no field holds: null, and numbers that are no whole ones.
 */
export function scalarText(value: unknown, like?: Node | null): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') throw new RangeError('no value that YAML of ours holds');
  const style = like instanceof Scalar ? like.type : undefined;
  if (style === Scalar.QUOTE_SINGLE && isPlain(value)) return `'${value.replaceAll("'", "''")}'`;
  if (style !== Scalar.QUOTE_DOUBLE && PLAIN.test(value)) return value;
  return visibleYaml(JSON.stringify(value));
}

/** The same of any value: lists in brackets, mappings in braces. */
export function flowText(value: unknown, room: Layout['room'] = ''): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map((each) => flowText(each)).join(', ')}]`;
  if (!isFields(value)) return scalarText(value);
  const pairs = Object.entries(value).map(([key, each]) => `${scalarText(key)}: ${flowText(each, room)}`);
  return pairs.length === 0 ? '{}' : `{${room}${pairs.join(', ')}${room}}`;
}

/** A field below others whose names begin at this column, its further lines included; no line break at its end. */
export function pairText(key: string, value: unknown, column: number, layout: Layout): string {
  const name = `${scalarText(key)}:`;
  const inner = column + layout.step;
  if (isFields(value) && !isShort(value)) return `${name}${lines(fieldTexts(value, inner, layout), inner, layout)}`;
  if (Array.isArray(value) && value.some(isFields)) {
    const items = value.map((item) => `- ${itemText(item, inner, layout)}`);
    return `${name}${lines(items, inner, layout)}`;
  }
  return `${name} ${flowText(value, layout.room)}`;
}

/** An item of a list whose dashes stand at this column: what comes behind the dash and its space. */
export function itemText(value: unknown, column: number, layout: Layout): string {
  if (!isFields(value) || Object.keys(value).length === 0) return flowText(value, layout.room);
  const inner = column + 2;
  return fieldTexts(value, inner, layout).join(`${layout.lineBreak}${' '.repeat(inner)}`);
}

/** A whole document. */
export function documentText(value: Fields): string {
  const layout: Layout = { lineBreak: '\n', step: 2, room: '' };
  return fieldTexts(value, 0, layout)
    .map((line) => `${line}\n`)
    .join('');
}

function fieldTexts(fields: Fields, column: number, layout: Layout): readonly string[] {
  return Object.entries(fields).map(([key, value]) => pairText(key, value, column, layout));
}

function lines(texts: readonly string[], column: number, { lineBreak }: Layout): string {
  return texts.map((text) => `${lineBreak}${' '.repeat(column)}${text}`).join('');
}

/** Nothing, or the name of a secret: that is written in braces. */
function isShort(value: Fields): boolean {
  const names = Object.keys(value);
  return names.length === 0 || (names.length === 1 && names[0] === 'secretRef');
}

/** Whether it is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
