import fc from 'fast-check';
import { impliedFields, type Menu, type MenuRows, type Row, type Section, sectionParts, SECTIONS } from '#routeros';
import { sectionLists, sectionSchema } from '#schemas';

/** Texts that a router may hold anywhere, and that nobody may write everywhere. */
const WILD: readonly string[] = [
  '',
  'a',
  'none',
  'yes',
  '0',
  '65536',
  '10.0.0.1',
  '10.0.0.0/24',
  '192.0.2.1-192.0.2.9',
  '2001:db8::1',
  'ether1',
  'bridge',
  'a,b',
  'a b;c',
  '1d',
  'Büro',
  '\u001aB\\FCro',
  'a\u200bb',
  '\u0007',
  'x'.repeat(300),
];

interface FieldSchema {
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
}

/** Menus as a router may answer them, of every section that there is: mostly sound values, wild ones now and then. */
export function routerRows(): fc.Arbitrary<MenuRows> {
  const menus = Object.values(SECTIONS)
    .flatMap(sectionParts)
    .flatMap((section) =>
      section.menus.map((of) => [of.menu.path, rowsOfMenu(section, of.menu, of.properties)] as const),
    );
  return fc.record(Object.fromEntries(menus));
}

function rowsOfMenu(
  section: Section,
  menu: Menu,
  properties: Readonly<Record<string, string>>,
): fc.Arbitrary<readonly Row[]> {
  const known =
    section.list === undefined ? sectionSchema(section.name).fields : sectionLists(section.name)?.[section.list];
  const schema: Readonly<Record<string, FieldSchema>> = known?.properties ?? {};
  const fieldOf = new Map(Object.entries(properties).map(([field, property]) => [property, field]));
  const values = Object.entries(menu.fields).map(([property, field]) => {
    const { examples = [], enum: words = [] } = schema[fieldOf.get(property) ?? ''] ?? {};
    const sound = [
      ...examples.map((example) => (Array.isArray(example) ? example.join(',') : String(example))),
      ...words,
      ...(field.default === undefined ? [] : [field.default]),
    ];
    const text =
      sound.length === 0
        ? fc.constantFrom(...WILD)
        : fc.oneof(
            { weight: 12, arbitrary: fc.constantFrom(...sound) },
            { weight: 1, arbitrary: fc.constantFrom(...WILD) },
          );
    const isKey = menu.match.includes(property);
    return [property, fc.option(text, { nil: undefined, freq: isKey ? 8 : 1 })] as const;
  });
  const any = fc
    .record(Object.fromEntries(values))
    .map((fields): Row => Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== undefined)) as Row);
  const row = fc
    .tuple(any, fc.integer({ min: 0, max: 9 }))
    .map(([fields, luck]) => (luck === 0 ? fields : fitting(menu, fields)));
  if (menu.shape === 'settings') return row.map((only) => [only]);
  return fc
    .array(row, { maxLength: 4 })
    .map((rows) => rows.map((each, index) => ({ '.id': `*${index.toString(16)}`, ...each })));
}

/** Without the fields that exclude each other, as a router has rows. */
function fitting(menu: Menu, row: Row): Row {
  const own = impliedFields(menu, row);
  const chosen = (menu.oneOf ?? []).find((name) => row[name] !== undefined);
  const fits = (name: string): boolean => {
    if (menu.oneOf?.includes(name) === true) return name === chosen;
    const isVaried = own !== undefined && menu.match.includes(name) && name !== menu.variants?.by;
    return !isVaried || own[name] !== undefined;
  };
  return Object.fromEntries(Object.entries(row).filter(([name]) => fits(name)));
}
