import type { SectionName } from '#schemas';
import type { CanonicalRow } from '../desired/canonical.ts';
import { type FieldPath, lineText } from '../desired/diagnostic.ts';
import type { LocatedConfig } from '../desired/inventory.ts';
import type { AskedChange, AskedItem, AskedSetting } from './asked.ts';
import { Refused, refused } from './intent.ts';
import { homeFor, mustBeOwn, type PlacedEdit, type Placing } from './place.ts';
import { rowsWith, saysSetting } from './reach.ts';

/** Where each part of what is asked for is said. @throws {Refused} with all reasons why some of it cannot be. */
export function placedEdits({ parts }: AskedChange, placing: Placing): readonly PlacedEdit[] {
  const edits: PlacedEdit[] = [];
  const refusals: Refused['refusals'][number][] = [];
  for (const part of parts) {
    try {
      edits.push(...(part.is === 'setting' ? placedSetting(part, placing) : placedItem(part, placing)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusals.push(...error.refusals);
    }
  }
  if (refusals.length > 0) throw new Refused(refusals);
  return edits;
}

function placedSetting(
  { at, field, menu, property, value, text }: AskedSetting,
  placing: Placing,
): readonly PlacedEdit[] {
  const { reach, section } = placing;
  const says = (config: LocatedConfig): boolean => saysSetting(config, section, menu.path, property);
  const path = ['spec', section, field];
  if (text === null) {
    const own = mustBeOwn(placing, at, reach.configs.filter(says), () => path);
    if (own.length === 0) throw notDeclared(at, field, placing);
    return own.map((home) => ({ at, home, why: 'it declares it', path, kind: 'remove', value: undefined }));
  }
  const givers = [...reach.devices].map((device) => reach.strongest(device, says));
  const isNear = (config: LocatedConfig): boolean => config.sections.has(section);
  return [{ at, ...homeFor(placing, { at, givers, isNear }), path, kind: 'set', value }];
}

function placedItem(asked: AskedItem, placing: Placing): readonly PlacedEdit[] {
  switch (asked.is) {
    case 'add':
      return addition(asked, placing);
    case 'remove':
      return removal(asked, placing);
    case 'change':
      return change(asked, placing);
  }
}

function addition({ at, part, match, item }: AskedItem, placing: Placing): readonly PlacedEdit[] {
  const { reach, section, said } = placing;
  const asking = said === null || said === 'made' ? reach.configs : [said];
  const key = JSON.stringify(match);
  for (const config of asking) {
    const row = rowsWith(config, section, part.menus[0].menu.path, match).find((each) => each.key === key);
    if (row === undefined) continue;
    const place = lineText(config.locate(itemPath(section, part, row)));
    throw refused('DeclaredAlready', at, `${config.name} declares it already (${place})`, 'to change it, write set');
  }
  const givers = [...reach.devices].map(() => undefined);
  const isNear = (config: LocatedConfig): boolean => listOf(config, section, part) !== undefined;
  const path = listPath(section, part);
  return [{ at, ...homeFor(placing, { at, givers, isNear }), path, kind: 'append', value: item }];
}

function removal(asked: AskedItem, placing: Placing): readonly PlacedEdit[] {
  const { at, part } = asked;
  const { section } = placing;
  const rows = declaredRows(asked, placing);
  const pathIn = (config: LocatedConfig): FieldPath => itemPath(section, part, rows.get(config) as CanonicalRow);
  const own = mustBeOwn(placing, at, [...rows.keys()], pathIn);
  if (own.length === 0) throw notDeclared(at, 'it', placing);
  return own.map((home) => ({ at, home, why: 'it declares it', path: pathIn(home), kind: 'remove', value: undefined }));
}

function change(asked: AskedItem, placing: Placing): readonly PlacedEdit[] {
  const { at, part, fields } = asked;
  const { reach, section, said } = placing;
  const rows = declaredRows(asked, placing);
  const without = [...reach.devices].filter(
    (device) => reach.strongest(device, (config) => rows.has(config)) === undefined,
  );
  if (without.length > 0) {
    const message = `no RouterConfig declares it for ${without.slice(0, 5).join(', ')}`;
    throw refused('NotDeclared', at, message, 'add it there, or ask for the others alone');
  }
  const gives = (config: LocatedConfig, field: string): boolean => {
    const row = rows.get(config);
    return row !== undefined && Object.hasOwn(itemOf(config, section, part, row), field);
  };
  const gone = Object.keys(fields).filter((field) => fields[field] === null);
  const set = Object.entries(fields).filter(([, value]) => value !== null);
  const edits = gone.flatMap((field): readonly PlacedEdit[] => {
    const pathIn = (config: LocatedConfig): FieldPath => [
      ...itemPath(section, part, rows.get(config) as CanonicalRow),
      field,
    ];
    const giving = [...rows.keys()].filter((config) => gives(config, field));
    const own = mustBeOwn(placing, `${at}.${field}`, giving, pathIn);
    if (own.length === 0) throw notDeclared(`${at}.${field}`, field, placing);
    return own.map((home) => ({
      at,
      home,
      why: 'it declares it',
      path: pathIn(home),
      kind: 'remove',
      value: undefined,
    }));
  });
  if (set.length === 0) return edits;
  const entries = set.find(([field]) => part.fields[field]?.kind === 'entries')?.[0];
  const [only, ...others] = rows.keys();
  if (entries !== undefined && said === null && (only === undefined || others.length > 0 || !reach.exact.has(only))) {
    const message = `entries of ${entries} come together from all RouterConfigs that declare the item, and not only these devices have it from one`;
    throw refused('DeclaredForOthers', `${at}.${entries}`, message, 'say where: whom {config: NAME}');
  }
  const givers = [...reach.devices].flatMap((device) =>
    set.map(([field]) => reach.strongest(device, (config) => gives(config, field))),
  );
  const isNear = (config: LocatedConfig): boolean => rows.has(config);
  const { home, why } = homeFor(placing, { at, givers, isNear });
  const row = home === 'made' ? undefined : rows.get(home);
  if (home !== 'made' && row !== undefined) {
    const path = itemPath(section, part, row);
    return [
      ...edits,
      ...set.map(([field, value]) => ({ at, home, why, path: [...path, field], kind: 'set' as const, value })),
    ];
  }
  const value = { ...neededOf(asked, placing, rows), ...Object.fromEntries(set) };
  return [...edits, { at, home, why, path: listPath(section, part), kind: 'append', value }];
}

/** What tells the item from others, and what every item must say, as it is said now. */
function neededOf({ part }: AskedItem, { section }: Placing, rows: ReadonlyMap<LocatedConfig, CanonicalRow>): object {
  const [{ menu, properties }] = part.menus;
  const needed = (field: string): boolean =>
    part.required.includes(field) || menu.match.includes(properties[field] ?? '');
  const [[config, row] = []] = rows;
  if (config === undefined || row === undefined) return {};
  return Object.fromEntries(Object.entries(itemOf(config, section, part, row)).filter(([field]) => needed(field)));
}

/** The row of one tuple that the words of an item mean, in each RouterConfig that declares it. */
function declaredRows(
  { at, part, match }: AskedItem,
  { reach, section, said }: Placing,
): ReadonlyMap<LocatedConfig, CanonicalRow> {
  const [{ menu }] = part.menus;
  const found = reach.configs.map((config) => [config, rowsWith(config, section, menu.path, match)] as const);
  const own = found.filter(([config, rows]) => config === said && rows.length > 0);
  const asked = own.length > 0 ? own : found;
  const keys = new Set(asked.flatMap(([, rows]) => rows.map(({ key }) => key)));
  const [key, ...others] = keys;
  if (key === undefined)
    throw refused(
      'NotDeclared',
      at,
      `no RouterConfig of these devices declares ${textOf(match)}`,
      'it is not declared; to declare it, write add',
    );
  if (others.length > 0) {
    const several = [...keys].slice(0, 5).map((each) => textOf(JSON.parse(each) as object));
    throw refused('Ambiguous', at, `that could be ${several.join('; or ')}`, 'say all that tells it from the others');
  }
  const rows = found.flatMap(([config, each]) => {
    const row = each.find((one) => one.key === key);
    return row === undefined ? [] : [[config, row] as const];
  });
  return new Map(rows);
}

function textOf(match: object): string {
  return Object.entries(match)
    .map(([field, value]) => `${field}=${String(value)}`)
    .join(' ');
}

function notDeclared(at: string, what: string, { said }: Placing): Refused {
  const where = said === null || said === 'made' ? 'no RouterConfig of these devices' : `not ${said.name}`;
  return refused(
    'NotDeclared',
    at,
    `${where} declares ${what}`,
    'it is not declared there, so nothing can be taken back',
  );
}

function listPath(section: SectionName, { list }: AskedItem['part']): FieldPath {
  return ['spec', section, ...(list === undefined ? [] : [list])];
}

function itemPath(section: SectionName, part: AskedItem['part'], { index }: CanonicalRow): FieldPath {
  return [...listPath(section, part), index];
}

function listOf(
  config: LocatedConfig,
  section: SectionName,
  { list }: AskedItem['part'],
): readonly object[] | undefined {
  const declared = config.document.spec[section] as unknown;
  return (list === undefined ? declared : (declared as Readonly<Record<string, unknown>> | undefined)?.[list]) as
    | readonly object[]
    | undefined;
}

function itemOf(config: LocatedConfig, section: SectionName, part: AskedItem['part'], { index }: CanonicalRow): object {
  return listOf(config, section, part)?.[index] ?? {};
}
