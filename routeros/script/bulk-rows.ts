import { bytesOfText } from '#bytes';
import type { Menu, Row } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { guardedScript } from './bulk.ts';
import { argumentsOf, commandPath, COUNT_FAILURES, guarded, writableFields } from './statements.ts';
import { quote } from './text.ts';

/** A row by its match fields as the router spells them, and what to set in it. */
export interface RowToSet {
  readonly match: Row;
  readonly fields: Row;
}

/*
 * Scripts that write many rows of one menu. What all rows have in common is said once; what differs stands in an array
 * of quoted strings. `parseBulkResult` reads what they print; a row that was refused, or is not there, counts as failed
 * and the others stay.
 */

/**
 * Fields that can stand in one loop are those of rows with equal texts: the same fields, equal switches, which a script
 * writes as words and not as strings, and the same fields unset.
 */
export function shapeOf(menu: Menu, fields: Row): string {
  return writableFields(menu, fields)
    .map(([name, value]) => (isWord(menu, name, value) ? `${name}=${value}` : name))
    .join(' ');
}

function isWord(menu: Menu, name: string, value: string): boolean {
  const field = menu.fields[name];
  return field?.codec === booleanCodec || (value === '' && field?.unset === true);
}

/** What an add of this row says, the menu's own words included. */
export function addedFields(menu: Menu, row: Row): Row {
  return Object.fromEntries(Object.entries({ ...menu.addWith, ...row }).filter(([, value]) => value !== ''));
}

/** Adds rows of one shape (`shapeOf` of their `addedFields`). @throws {InvalidValue} */
export function bulkAdds(menu: Menu, rows: readonly Row[], guardScriptName: string): string {
  const all = rows.map((row) => addedFields(menu, row));
  const { values, text } = loopOver(menu, all, '$rgRow');
  const add = guarded(`${commandPath(menu)} add ${text}`);
  const loop = `:foreach rgRow in={${values.join(';')}} do={${add}}`;
  return guardedScript([COUNT_FAILURES, loop], guardScriptName, `${rows.length} failed $rgFailed`);
}

/**
 * Sets fields of rows of one shape, found by their match fields in one reading of the list. Two rows that go by the
 * same ones: somebody else wrote there, and nothing is touched. @throws {InvalidValue}
 */
export function bulkSets(menu: Menu, rows: readonly RowToSet[], guardScriptName: string): string {
  const { values, text } = loopOver(
    menu,
    rows.map(({ fields }) => fields),
    '$rgNew',
  );
  const set = `${commandPath(menu)} set $rgId ${text}`;
  return overRows(
    menu,
    rows.map(({ match }) => match),
    values,
    set,
    guardScriptName,
  );
}

/** Removes rows, found and counted as `bulkSets` does. @throws {InvalidValue} */
export function bulkRemoves(menu: Menu, matches: readonly Row[], guardScriptName: string): string {
  const nothing = matches.map(() => '""');
  return overRows(menu, matches, nothing, `${commandPath(menu)} remove $rgId`, guardScriptName);
}

/** Arguments in terms of `variable`, and for each row what that variable holds. */
function loopOver(menu: Menu, rows: readonly Row[], variable: string): { values: readonly string[]; text: string } {
  const [first = {}] = rows;
  const names = writableFields(menu, first).map(([name]) => name);
  const varying = names.filter(
    (name) => menu.fields[name]?.codec !== booleanCodec && rows.some((row) => row[name] !== first[name]),
  );
  const alone = varying.length === 1;
  const words = names.map((name) => {
    const at = varying.indexOf(name);
    if (at === -1) return argumentsOf(menu, { [name]: first[name] as string });
    return `${name}=${alone ? variable : `(${variable}->${at})`}`;
  });
  const values = rows.map((row) => {
    const texts = varying.map((name) => quote(row[name] as string));
    return texts.length === 0 ? '""' : alone ? (texts[0] as string) : `{${texts.join(';')}}`;
  });
  return { values, text: words.join(' ') };
}

/**
 * Runs `command` with `$rgId` and `$rgNew` for each row. Match fields that all rows share are conditions, the others
 * make the key under which a row is looked up.
 */
function overRows(
  menu: Menu,
  matches: readonly Row[],
  values: readonly string[],
  command: string,
  guardScriptName: string,
): string {
  const [first = {}] = matches;
  const names = menu.match.filter((name) => matches.some((match) => (match[name] ?? '') !== ''));
  const varying = names.filter((name) => matches.some((match) => match[name] !== first[name]));
  const keys = varying.length === 0 ? names.slice(-1) : varying;
  const conditions = names.filter((name) => !keys.includes(name)).map((name) => `${name}=${quote(first[name] ?? '')}`);
  const where = [...conditions, ...menu.skipWhen.map((name) => `${name}=no`)].join(' and ');
  const wanted = matches.map((match, index) => `${quote(keyText(keys, match))}=${values[index]}`);
  const key = `:local rgKey ${keyExpression(keys)}; :local rgNew ($rgWant->$rgKey)`;
  const isWanted = '[:typeof $rgNew] = "str" or [:typeof $rgNew] = "array"';
  const each = (then: string): string => `:foreach rgRow in=$rgRows do={${key}; :if (${isWanted}) do={${then}}}`;
  const print = `[${commandPath(menu)} print as-value proplist=${keys.join(',')}${where === '' ? '' : ` where ${where}`}]`;
  const work = [
    `:local rgWant {${wanted.join(';')}}`,
    `:local rgRows ${print}`,
    ':local rgSeen [:toarray ""]',
    each(':if ([:typeof ($rgSeen->$rgKey)] != "nothing") do={:error "rg-count"}; :set ($rgSeen->$rgKey) 1'),
    each(`:local rgId ($rgRow->".id"); :do {${command}; :set rgDone ($rgDone + 1)} on-error={}`),
  ];
  const statements = [':local rgDone 0', `:do {${work.join('; ')}} on-error={}`];
  const failed = `:local rgFailed (${matches.length} - $rgDone)`;
  return guardedScript([...statements, failed], guardScriptName, `${matches.length} failed $rgFailed`);
}

/** Different for different rows: each text but the last has its length in front. */
function keyText(names: readonly string[], match: Row): string {
  const texts = names.map((name) => match[name] ?? '');
  const last = texts.pop() ?? '';
  return texts.map((text) => `${bytesOfText(text).length}:${text}`).join('') + last;
}

function keyExpression(names: readonly string[]): string {
  const texts = names.map((name) => `[:tostr ($rgRow->${quote(name)})]`);
  const last = texts.pop() ?? '""';
  return texts.length === 0 ? last : `(${texts.map((text) => `[:len ${text}] . ":" . ${text} . `).join('')}${last})`;
}
