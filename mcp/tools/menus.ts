import type { MenuPath } from '#routeros';
import { READABLE } from '#routeros/readable';
import type { OutputOf } from '#controller/operations';
import { arranged, type Table } from '../arrange.ts';
import type { Cell } from '../cell.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import { type Findable, ranked } from '../rank.ts';
import type { Tool } from '../tool.ts';
import { FIREWALL } from './firewall.ts';
import { menusOf, viewAnswer } from './menu-tool.ts';
import { NETWORK } from './network.ts';
import { SYSTEM } from './system.ts';
import { WIRELESS } from './wireless.ts';

type Summary = OutputOf<'menus'>['menus'][number];

/** Path → the tool that shows it. */
const TOOL_OF: ReadonlyMap<MenuPath, string> = new Map(
  [SYSTEM, ...NETWORK, ...FIREWALL, ...WIRELESS].flatMap(({ name, views }) =>
    Object.values(views).flatMap((view) => menusOf(view).map((menu) => [menu, name] as const)),
  ),
);

/** Finds what can be read of a router. */
export const menuFind: Tool = {
  name: 'menu_find',
  title: 'Find menus of a router',
  description:
    'Menus that can be read of a router, found by words or a part of the path; with the whole path, its columns. For what no other tool shows.',
  toolset: 'core',
  byDefault: true,
  asks: ['menus'],
  permission: 'device.read',
  readOnly: true,
  openWorld: false,
  input: {
    type: 'object',
    properties: { device: DEVICE, query: { type: 'string', maxLength: 200, description: 'absent: all' }, ...PAGED },
    required: ['device'],
    additionalProperties: false,
  },
  words: ['catalogue', 'what can be read', 'menu path', 'columns of a menu', 'search menus'],
  async run({ input, door, signal }) {
    const device = String(input['device']);
    const { query: asked = '' } = input as { readonly query?: string };
    const query = asked.trim();
    const { version, menus } = await door.ask('menus', { device }, signal);
    const one = menus.find(({ path }) => path === menuPath(query));
    const found = one !== undefined || query === '' ? menus : ranked(query, menus.map(findable));
    const table = one === undefined ? menuTable(found) : columnTable(one);
    return {
      facts: { device, version, ...(one === undefined ? {} : { menu: one.path, title: one.title }) },
      ...arranged(table, askedIn(input), [device, query]),
      hint:
        found.length === 0
          ? `No menu has these words. Ask with others, or without query for all ${menus.length}.`
          : `menu_read reads ${one === undefined ? 'one of them' : 'it'}.`,
    };
  },
};

function findable(summary: Summary): Findable<Summary> {
  const { path, title, topic, columns } = summary;
  const words = READABLE.get(path)?.words.join(' ') ?? '';
  return {
    item: summary,
    texts: [
      [path.replaceAll(/[/-]/g, ' '), 4],
      [title, 3],
      [words, 3],
      [topic, 1],
      [columns.join(' ').replaceAll('-', ' '), 1],
    ],
  };
}

function menuTable(menus: readonly Summary[]): Table {
  return {
    columns: ['menu', 'title', 'topic', 'tool', 'narrow_by', 'comes_with'],
    usual: ['menu', 'title', 'tool'],
    rows: menus.map(({ path, title, topic, filters, comesWith }) => [
      path,
      title,
      topic,
      TOOL_OF.get(path) ?? null,
      filters.join(' ') || null,
      comesWith,
    ]),
  };
}

function columnTable({ path, columns, filters }: Summary): Table {
  const known = READABLE.get(path)?.columns ?? {};
  return {
    columns: ['column', 'type', 'unit', 'writable', 'router_finds_by'],
    rows: columns.map((name): Cell[] => {
      const { type = 'text', unit = null, readOnly } = known[name] ?? {};
      return [name, type, unit, readOnly === undefined, filters.includes(name)];
    }),
  };
}

/** Reads any menu of the catalogue. */
export const menuRead: Tool = {
  name: 'menu_read',
  title: 'Read any menu of a router',
  description: 'Rows of any menu that menu_find finds, read of the router now. Never passwords, keys or scripts.',
  toolset: 'core',
  byDefault: true,
  asks: ['menu'],
  permission: 'device.read',
  readOnly: true,
  openWorld: false,
  input: {
    type: 'object',
    properties: {
      device: DEVICE,
      menu: { type: 'string', maxLength: 100, description: 'path, such as /ip/route' },
      ...PAGED,
    },
    required: ['device', 'menu'],
    additionalProperties: false,
  },
  words: ['raw', 'print', 'export', 'any path', 'generic read'],
  run: async (call) => await viewAnswer(call, { menu: menuPath(String(call.input['menu'])) }),
};

/** `ip/route`, `/ip route` and `/ip/route/` are all `/ip/route`. */
function menuPath(text: string): MenuPath {
  return `/${text
    .trim()
    .split(/[/ ]+/)
    .filter((part) => part !== '')
    .join('/')}`;
}
