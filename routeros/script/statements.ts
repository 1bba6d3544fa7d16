import { impliedFields } from '../catalogue/match.ts';
import type { Menu, Row } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { quote } from './text.ts';

/*
 * Rules of armed-rollback.md §3 that all of this obeys: `where` is always written and each value in it quoted (a bare prefix matches
 * nothing), our variables start with `rg` (a variable named like a property matches everything), rows are counted before they are
 * removed, and each statement has its own `:do {…} on-error={…}` so that one failure stops nothing after it.
 */

/** Declares the counter that every statement raises when it fails: the first line of a script made of them. */
export const COUNT_FAILURES = ':local rgFailed 0';

/**
 * `[… find where …]` for the rows of one match tuple; dynamic rows are left out.
 * Match fields without value need no condition, since the menu says what stands in their place; a menu that could not
 * say is refused, because how conditions treat absent properties may differ between versions, and an undo runs where
 * nobody looks. A value that older versions leave out (`type` of an A record) gets no condition either: the row's value
 * field tells it. Nor does one that all versions leave out (`server` of a lease for all): no plan touches such a row
 * beside another with the same rest (`Menu.claims`).
 * @throws {InvalidValue} when a script can't tell the rows apart from others, or can't hold a value.
 */
export function findWhere(menu: Menu, match: Row): string {
  return find(menu, match, (name) => {
    if (menu.fields[name]?.leftOut === true) return null;
    throw new InvalidValue(`a row of ${menu.path} that has ${name}`, JSON.stringify(match));
  });
}

/**
 * As `findWhere`, for commands that people run: a match field without value, of which the menu does not say what stands
 * in its place, is a condition of its own (`!address`: the row has none; public scripts use it so). `state`: of rows
 * that differ in nothing else, the enabled or the disabled one.
 * @throws {InvalidValue}
 */
export function findExactly(menu: Menu, match: Row, state: 'enabled' | 'disabled' | null): string {
  return find(
    menu,
    match,
    (name) => `!${name}`,
    state === null ? [] : [`disabled=${state === 'disabled' ? 'yes' : 'no'}`],
  );
}

/**
 * As `findWhere`, for a row that goes by itself (`Menu.timedBy`): only the router's own are looked through.
 * @throws {InvalidValue}
 */
export function findTimed(menu: Menu, match: Row): string {
  const [flag] = menu.skipWhen;
  const lacking = (name: string): string => {
    throw new InvalidValue(`a row of ${menu.path} that has ${name}`, JSON.stringify(match));
  };
  return find({ ...menu, skipWhen: [] }, match, lacking, [`${flag ?? ''}=yes`]);
}

/**
 * As `findWhere` where a variable of the script holds some of the values: `spelled` says how it is written.
 * @throws {InvalidValue}
 */
export function findSpelled(menu: Menu, match: Row, spelled: Row): string {
  const names = menu.match.filter((name) => match[name] !== undefined);
  return `[${commandPath(menu)} find where ${conditionsOf(menu, match, names, spelled).join(' and ')}]`;
}

/**
 * What is true of exactly the rows, but for the router's own, that have these values of the match. A value that older
 * versions leave out gets no condition.
 * @throws {InvalidValue}
 */
export function conditionsOf(menu: Menu, match: Row, names: readonly string[], spelled: Row = {}): readonly string[] {
  const asked = names.filter((name) => !isUnderstood(menu, match, name) && !isLeftOut(menu, name, match[name] ?? ''));
  return [
    ...asked.map((name) => `${name}=${spelled[name] ?? quote(match[name] ?? '')}`),
    ...menu.skipWhen.map((name) => `${name}=no`),
  ];
}

function find(menu: Menu, match: Row, lacking: (name: string) => string | null, more: readonly string[] = []): string {
  const conditions: string[] = [];
  for (const name of menu.match) {
    const value = match[name];
    const isAbsent = value === undefined ? !isImplied(menu, match, name) : isLeftOut(menu, name, value);
    const condition = isAbsent ? lacking(name) : null;
    if (condition !== null) conditions.push(condition);
    if (value === undefined || isAbsent || isUnderstood(menu, match, name)) continue;
    conditions.push(`${name}=${quote(value)}`);
  }
  if (conditions.length === 0)
    throw new InvalidValue(`a row of ${menu.path} that a script can find`, JSON.stringify(match));
  conditions.push(...menu.skipWhen.map((name) => `${name}=no`), ...more);
  return `[${commandPath(menu)} find where ${conditions.join(' and ')}]`;
}

/** Adds a row. @throws {InvalidValue} */
export function addStatement(menu: Menu, row: Row): string {
  return guarded(addCommand(menu, row));
}

/**
 * Sets fields of the one row of the tuple, or of a settings menu (`match` null). More than one row, or none, counts as
 * a failure. @throws {InvalidValue}
 */
export function setStatement(menu: Menu, match: Row | null, fields: Row): string {
  if (match === null) return guarded(`${commandPath(menu)} set ${argumentsOf(menu, fields)}`);
  return guarded(setOnlyCommand(menu, match, fields));
}

/**
 * Sets fields of the row with this id, as it was read a moment ago, or of a settings menu (`id` null). For a script that
 * runs at once and tells why it failed. @throws {InvalidValue}
 */
export function setCommand(menu: Menu, id: string | null, fields: Row): string {
  const row = id === null ? '' : `${id} `;
  if (!/^(\*[0-9A-F]+ )?$/.test(row)) throw new InvalidValue('the id of a row', row);
  return `${commandPath(menu)} set ${row}${argumentsOf(menu, fields)}`;
}

/**
 * Sets fields of the one row of the tuple, without a guard of its own; another number of rows is an error. @throws
 * {InvalidValue}
 */
export function setOnlyCommand(menu: Menu, match: Row, fields: Row): string {
  return onlyOne(menu, match, `${commandPath(menu)} set $rgIds ${argumentsOf(menu, fields)}`);
}

/**
 * Removes the one row of the tuple. More than one row, or none, counts as a failure and removes nothing. @throws
 * {InvalidValue}
 */
export function removeStatement(menu: Menu, match: Row): string {
  return guarded(onlyOne(menu, match, `${commandPath(menu)} remove $rgIds`));
}

/** A command in its own guard; a failure is counted in `rgFailed`. */
export function guarded(commands: string): string {
  return `:do {${commands}} on-error={:set rgFailed ($rgFailed + 1)}`;
}

/**
 * `/… add …` with what every add of the menu says. `spelled`: what stands for values that a variable of the script
 * holds. @throws {InvalidValue}
 */
export function addCommand(menu: Menu, row: Row, spelled: Row = {}): string {
  const given = Object.fromEntries(Object.entries({ ...menu.addWith, ...row }).filter(([, value]) => value !== ''));
  return `${commandPath(menu)} add ${argumentsOf(menu, given, spelled)}`;
}

/** The writable fields of a row as arguments, in the order of the catalogue. @throws {InvalidValue} */
export function argumentsOf(menu: Menu, row: Row, spelled: Row = {}): string {
  return writableFields(menu, row)
    .map(([name, value]) =>
      value === '' && menu.fields[name]?.unset === true
        ? `!${name}`
        : `${name}=${spelled[name] ?? argumentValue(menu, name, value)}`,
    )
    .join(' ');
}

/** What of a row is configuration and known, in the order of the catalogue. */
export function writableFields(menu: Menu, row: Row): readonly (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  for (const [name, field] of Object.entries(menu.fields)) {
    const value = row[name];
    if (value !== undefined && field.readOnly !== true) fields.push([name, value]);
  }
  return fields;
}

/** The menu as the console spells it: `/ip dns static`. */
export function commandPath(menu: Menu): string {
  return `/${menu.path.slice(1).replaceAll('/', ' ')}`;
}

/** @throws {InvalidValue} for a secret too: a script takes one from a row of the router, and never holds one. */
function argumentValue(menu: Menu, name: string, value: string): string {
  if (menu.fields[name]?.secret === true && value !== '') throw new InvalidValue('what a script may hold', '');
  if (menu.fields[name]?.codec !== booleanCodec) return quote(value);
  return booleanCodec.parse(value) ? 'yes' : 'no';
}

function onlyOne(menu: Menu, match: Row, command: string): string {
  return `:local rgIds ${findWhere(menu, match)}; :if ([:len $rgIds] != 1) do={:error "rg-count"}; ${command}`;
}

/**
 * Whether rows of this tuple may lack the field: it has its default, and another field that the row must have tells
 * the variant.
 */
function isUnderstood(menu: Menu, match: Row, name: string): boolean {
  if (menu.variants?.by !== name || menu.fields[name]?.default !== match[name]) return false;
  const own = Object.entries(impliedFields(menu, match) ?? {});
  return own.some(([field, value]) => value === null && match[field] !== undefined);
}

/** Whether rows with this value of a match field do not have the field. */
export function isLeftOut(menu: Menu, name: string, value: string): boolean {
  const field = menu.fields[name];
  return field?.leftOut === true && field.default === value;
}

/** Whether the menu says what stands in the place of a match field without value. */
function isImplied(menu: Menu, match: Row, name: string): boolean {
  if (menu.oneOf?.includes(name) === true && menu.oneOf.some((other) => match[other] !== undefined)) return true;
  const own = impliedFields(menu, match);
  const ofOthers = Object.values(menu.variants?.fields ?? {}).some((fields) => fields[name] !== undefined);
  return own !== undefined && ofOthers && own[name] === undefined;
}
