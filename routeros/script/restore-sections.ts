import type { Menu, Row, Version } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import type { AlikeRows } from './restore-groups.ts';
import { fieldsToSet, renewCommands, type RowInPlace, setCommands } from './restore-row.ts';
import { addCommand, commandPath, conditionsOf, findSpelled, guarded, writableFields } from './statements.ts';
import { quote, scriptSizeBytes } from './text.ts';

type AlikeRestore = AlikeRows['restores'][number];

/** Rows of one group with the same fields, of which some have the same value in all of them. */
interface Block {
  readonly restores: readonly AlikeRestore[];
  /** One of them; of fields that vary, their value here counts for nothing. */
  readonly row: Row | null;
  /** Fields whose values stand in the array: first the match fields that are compared, then others. */
  readonly varying: readonly string[];
}

/** What is around the entries of an array, with room for constant texts; longer ones are found by measuring. */
const AROUND_BYTES = 3_000;

/**
 * Restores the rows of a group by few statements of at most `mostBytes`. Each reads the list once and looks its rows up
 * in an array that holds what differs; what all have in common is said once. A tuple with more rows than one is
 * restored as it would be alone.
 * @throws {InvalidValue}
 */
export function sectionStatements(
  menu: Menu,
  group: AlikeRows,
  version: Version | null,
  mostBytes: number,
): readonly string[] {
  const blocks = blocksOf(menu, group);
  const entries = blocks.flatMap((block) => block.restores.map((restore) => ({ block, restore })));
  const statements: string[] = [];
  const write = (from: number, to: number): void => {
    const chosen = [...Map.groupBy(entries.slice(from, to), ({ block }) => block)].map(([block, own]) => ({
      ...block,
      restores: own.map(({ restore }) => restore),
    }));
    const text = sectionText(menu, group, chosen, version);
    if (to - from > 1 && scriptSizeBytes(text) > mostBytes) {
      const middle = Math.ceil((from + to) / 2);
      write(from, middle);
      write(middle, to);
    } else statements.push(text);
  };
  let from = 0;
  let bytes = AROUND_BYTES;
  for (const [at, { block, restore }] of entries.entries()) {
    bytes += entryText(group, block, restore).length + 1;
    if (bytes <= mostBytes || at === from) continue;
    write(from, at);
    from = at;
    bytes = AROUND_BYTES + entryText(group, block, restore).length + 1;
  }
  write(from, entries.length);
  return statements;
}

/** By which fields the snapshot's row has, by the values of those that are yes or no, and by what is written of it. */
function blocksOf(menu: Menu, group: AlikeRows): readonly Block[] {
  const shapeOf = ({ rows: [row], written }: AlikeRestore): string =>
    row === undefined
      ? ''
      : JSON.stringify([
          writableFields(menu, row).map(([name, value]) => [name, isYesNo(menu, name) ? value : value === '']),
          written?.toSorted() ?? null,
        ]);
  return [...Map.groupBy(group.restores, shapeOf).values()].map((restores) => {
    const row = restores[0]?.rows[0] ?? null;
    const own = row === null ? [] : writableFields(menu, row).map(([name]) => name);
    const varying = own.filter(
      (name) => !menu.match.includes(name) && restores.some(({ rows }) => rows[0]?.[name] !== row?.[name]),
    );
    return { restores, row, varying: [...group.compared, ...varying] };
  });
}

function isYesNo(menu: Menu, name: string): boolean {
  return menu.fields[name]?.codec === booleanCodec;
}

function entryText({ key, compared }: AlikeRows, { varying }: Block, { match, rows }: AlikeRestore): string {
  const values = varying.map((name) => quote((compared.includes(name) ? match[name] : rows[0]?.[name]) ?? ''));
  const [only = '1'] = values;
  return `${quote(match[key] ?? '')}=${values.length > 1 ? `{${values.join(';')}}` : only}`;
}

function sectionText(menu: Menu, group: AlikeRows, blocks: readonly Block[], version: Version | null): string {
  const path = commandPath(menu);
  const conditions = conditionsOf(menu, group.restores[0]?.match ?? {}, Object.keys(group.same));
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const arrays = blocks.map(
    (block, index) =>
      `:local rgW${index} {${block.restores.map((restore) => entryText(group, block, restore)).join(';')}}`,
  );
  const lookUps = blocks.map((block, index) => lookUp(menu, group, block, index, version));
  const loops = blocks.map(
    (block, index) => `:foreach rgK,rgV in=$rgW${index} do={${guarded(entryCommands(menu, group, block, version))}}`,
  );
  return guarded(
    [
      '',
      ...arrays,
      ':local rgI [:toarray ""]',
      ':local rgJ [:toarray ""]',
      ':local rgE [:toarray ""]',
      `:foreach rgR in=[${path} print as-value${where}] do={:local rgK [:tostr ($rgR->"${group.key}")]; ${lookUps.join('; ')}}`,
      ...loops,
      '',
    ].join('\n'),
  );
}

/** Keeps the id of a row that is meant, which keys have more rows than one, and which row is as it was. */
function lookUp(
  menu: Menu,
  { compared }: AlikeRows,
  { row, restores, varying }: Block,
  index: number,
  version: Version | null,
): string {
  const first = '[:typeof ($rgI->$rgK)] = "nothing"';
  const keep = `:if (${first}) do={:set ($rgI->$rgK) ($rgR->".id")} else={:set ($rgJ->$rgK) 1}`;
  const told = row === null ? [] : Object.entries(fieldsToSet(menu, inPlace(restores, row, version)).all);
  const same = told.map(([name, value]) =>
    isHeld(name, varying.includes(name) ? spelledAt(varying, name) : quote(value)),
  );
  const unchanged = same.length === 0 ? '' : `; :if (${same.join(' and ')}) do={:set ($rgE->$rgK) 1}`;
  const agrees = compared.map((name) => isHeld(name, spelledAt(varying, name)));
  const kept = agrees.reduceRight((inner, condition) => `:if (${condition}) do={${inner}}`, `${keep}${unchanged}`);
  return `:local rgV ($rgW${index}->$rgK); :if ([:typeof $rgV] != "nothing") do={${kept}}`;
}

/** Texts are compared: a value that prints otherwise than it was read makes the row be written again, no more. */
function isHeld(name: string, value: string): string {
  return `[:tostr ($rgR->"${name}")] = ${value}`;
}

function entryCommands(
  menu: Menu,
  group: AlikeRows,
  { row, restores, varying }: Block,
  version: Version | null,
): string {
  const match = restores[0]?.match ?? {};
  const spelled: Row = {
    [group.key]: '$rgK',
    ...Object.fromEntries(varying.map((name) => [name, spelledAt(varying, name)])),
  };
  const adds = row === null ? [] : [addCommand(menu, { ...row, ...match }, spelled)];
  const sets = row === null ? '' : setCommands(menu, inPlace(restores, row, version), '$rgId', spelled);
  const sole =
    row === null ? `${commandPath(menu)} remove $rgId` : `:if ([:typeof ($rgE->$rgK)] = "nothing") do={${sets}}`;
  const several = renewCommands(menu, findSpelled(menu, match, spelled), adds.length, adds);
  const present = `:if ([:typeof ($rgJ->$rgK)] = "nothing") do={${sole}} else={${several}}`;
  const absent = adds.length === 0 ? '' : ` else={${adds.join('; ')}}`;
  return `:local rgId ($rgI->$rgK); :if ([:typeof $rgId] != "nothing") do={${present}}${absent}`;
}

function inPlace([first]: readonly AlikeRestore[], row: Row, version: Version | null): RowInPlace {
  return { match: first?.match ?? {}, row, written: first?.written, version };
}

function spelledAt(varying: readonly string[], name: string): string {
  return varying.length > 1 ? `($rgV->${varying.indexOf(name)})` : '$rgV';
}
