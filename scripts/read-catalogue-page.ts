import { formatVersion } from '#routeros';
import {
  type Column,
  FRESHNESS_SECONDS,
  MOST_ROWS,
  READABLE,
  READABLE_TOPICS,
  type ReadableMenu,
} from '#routeros/readable';

/** docs/reference/read-catalogue.md: every menu that people may read, as the read catalogue tells it. */
export function readCataloguePage(): string {
  const { state, health, configuration } = FRESHNESS_SECONDS;
  const lines = [
    '# Read catalogue',
    '',
    '<!-- Generated from routeros/readable/ by "npm run generate". -->',
    '',
    `What may be read of a router: ${READABLE.size} menus. Of each, only the columns that stand here are asked for, and of those only the ones that the`,
    "router's version has. **Never asked for** are passwords, keys and the sources of scripts; no row can be searched by them either.",
    '',
    `- An answer is fresh for ${state} s (state), ${health} s (health) or ${configuration} s (configuration).`,
    '- **Settings** can be set, and are kept in snapshots with the **facts**, which cannot. **State** changes by itself: no snapshot has it. Rows',
    "  of the router's own (`dynamic` and the like) are shown, and in no snapshot.",
    `- Menus with many rows are counted first. Above ${MOST_ROWS.toLocaleString('en')} rows they are read only with a filter that the router itself applies.`,
    '- A type stands behind a column that is no text: `flag` is true or false, `switch` is there when it is on, `instant` is the clock of the',
    '  router, `pair` two numbers. Versions are the first that has a column, or the first that lacks it again.',
    '',
    ...Object.entries(READABLE_TOPICS).flatMap(([topic, menus]) => [`## ${topic}`, '', ...menus.flatMap(menuLines)]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function menuLines(menu: ReadableMenu): readonly string[] {
  const { path, title, comesWith, since, manyRows, columns, match, shape } = menu;
  const isConfigured = Object.values(columns).some(({ volatile, secret }) => volatile !== true && secret !== true);
  const key = match.length > 0 ? match.map(code).join(', ') : 'all that is set of them';
  const groups: readonly (readonly [string, (column: Column) => boolean])[] = [
    ['Settings', (column) => column.readOnly !== true && column.volatile !== true],
    ['Facts', (column) => column.readOnly === true && column.volatile !== true],
    ['State', (column) => column.volatile === true],
  ];
  const asked = Object.entries(columns).filter(([, { secret }]) => secret !== true);
  const secrets = Object.keys(columns).filter((name) => columns[name]?.secret === true);
  return [
    `### ${path}`,
    '',
    [
      `${title}.`,
      ...(comesWith === undefined ? [] : [`Comes with: ${comesWith}.`]),
      ...(since === undefined ? [] : [`Since ${formatVersion(since)}.`]),
      `Fresh for ${FRESHNESS_SECONDS[menu.freshness]} s.`,
      ...(shape === 'settings' || (match.length === 0 && !isConfigured) ? [] : [`Rows are told apart by ${key}.`]),
      ...(shape === 'orderedList' ? ['Their order counts.'] : []),
      ...(manyRows === undefined ? [] : [sizeText(manyRows)]),
    ].join(' '),
    '',
    ...groups.flatMap(([label, belongs]) => {
      const names = asked.filter(([, column]) => belongs(column)).map(([name, column]) => columnText(name, column));
      return names.length === 0 ? [] : [`- ${label}: ${names.join(', ')}`];
    }),
    ...(secrets.length === 0 ? [] : [`- Never asked for: ${secrets.map(code).join(', ')}`]),
    '',
  ];
}

function sizeText({ filters, neverWhole }: NonNullable<ReadableMenu['manyRows']>): string {
  const by = `The router finds rows by ${filters.map(code).join(', ')}.`;
  if (neverWhole === undefined) return `Counted first. ${by}`;
  const configured = Object.entries(neverWhole.configured).map(([name, value]) => code(`${name}=${value}`));
  return `Never read whole: counted by ${neverWhole.counts.map(code).join(', ')}, and read with a filter; snapshots read ${configured.join(', ')}. ${by}`;
}

function columnText(name: string, { type, unit, since, until }: Column): string {
  const notes = [
    ...(type === 'text'
      ? []
      : [type === 'number' && unit !== undefined ? unit : [type, unit].filter(Boolean).join(' of ')]),
    ...(since === undefined ? [] : [`since ${formatVersion(since)}`]),
    ...(until === undefined ? [] : [`until ${formatVersion(until)}`]),
  ];
  return notes.length === 0 ? code(name) : `${code(name)} (${notes.join(', ')})`;
}

function code(name: string): string {
  return `\`${name}\``;
}
