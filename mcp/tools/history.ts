import type { OutputOf } from '#controller/operations';
import type { Cell } from '../cell.ts';
import { arranged } from '../arrange.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import type { Tool } from '../tool.ts';
import { rowText, valueText } from './row-text.ts';

const WHEN = { type: 'string', description: '2h or 7d ago, or 2026-11-30T22:00:00Z' };
/** Tables of few columns. */
const { columns: _, ...NARROW } = PAGED;
const MENU = { type: 'string', description: 'only this, such as /ip/dns' };

const shared = {
  toolset: 'history',
  permission: 'device.read',
  readOnly: true,
  openWorld: false,
} as const satisfies Partial<Tool>;

const snapshotDiff: Tool = {
  ...shared,
  name: 'snapshot_diff',
  title: 'What changed on a router',
  description: 'Compares the configuration of a router at two times, row by row, whoever changed it.',
  byDefault: true,
  asks: ['snapshotDiff'],
  input: {
    type: 'object',
    properties: {
      device: DEVICE,
      from: WHEN,
      to: { ...WHEN, description: 'unless given, now' },
      menu: MENU,
      ...NARROW,
    },
    required: ['device', 'from'],
    additionalProperties: false,
  },
  words: ['yesterday', 'compare configuration', 'since when', 'what was different', 'backup diff', 'earlier state'],
  async run({ input, door, signal }) {
    const { device, from, to, menu } = input as { device: string; from: string; to?: string; menu?: string };
    const view = await door.ask('snapshotDiff', { device, from, to, menu }, signal);
    const table = { columns: ['menu', 'change', 'row', 'before', 'after'], rows: view.menus.flatMap(diffRows) };
    const empty = table.rows.length === 0;
    return {
      facts: {
        device,
        from: new Date(view.from.at).toISOString(),
        to: new Date(view.to.at).toISOString(),
        routeros: view.to.version,
        unread: view.unread.map((each) => `${each.menu}: ${each.code}`),
      },
      ...arranged(table, askedIn(input), [device, from, to, menu]),
      asOf: view.to.at,
      untrusted: true,
      ...(empty
        ? { hint: 'Nothing differs between the two snapshots. Go further back in from, or see drift_list.' }
        : {}),
    };
  },
};

const snapshotGet: Tool = {
  ...shared,
  name: 'snapshot_get',
  title: 'Configuration of a router at a time',
  description:
    'What was configured on a router at a time: its menus, or with menu their rows. Without at: the newest snapshot.',
  byDefault: false,
  asks: ['snapshot'],
  input: {
    type: 'object',
    properties: { device: DEVICE, at: WHEN, menu: MENU, ...NARROW },
    required: ['device'],
    additionalProperties: false,
  },
  words: ['backup', 'export', 'old configuration', 'point in time', 'saved state'],
  async run({ input, door, signal }) {
    const { device, at, menu } = input as { device: string; at?: string; menu?: string };
    const view = await door.ask('snapshot', { device, at, menu }, signal);
    const table = menu === undefined ? menuTable(view.menus) : rowTable(view.menus[0]?.rows ?? []);
    return {
      facts: { device, taken: new Date(view.capture.at).toISOString(), why: view.capture.why, menu: menu ?? null },
      ...arranged(table, askedIn(input), [device, at, menu]),
      asOf: view.capture.at,
      untrusted: true,
      ...(table.rows.length === 0 ? { hint: 'It held nothing then. Without menu it lists those that did.' } : {}),
    };
  },
};

/** How routers were before. */
export const HISTORY: readonly Tool[] = [snapshotDiff, snapshotGet];

type MenuDiff = OutputOf<'snapshotDiff'>['menus'][number];

function diffRows({ menu, added, removed, changed, moved }: MenuDiff): readonly (readonly Cell[])[] {
  return [
    ...added.map((row) => [menu, 'added', '', '', rowText(row)]),
    ...removed.map((row) => [menu, 'removed', '', rowText(row), '']),
    ...changed.map(({ match, fields }) => [
      menu,
      'changed',
      rowText(match),
      sideText(fields, 'before'),
      sideText(fields, 'after'),
    ]),
    ...moved.map(({ match, from, to }) => [
      menu,
      'moved',
      rowText(match),
      `place ${String(from)}`,
      `place ${String(to)}`,
    ]),
  ];
}

type Fields = MenuDiff['changed'][number]['fields'];

function sideText(fields: Fields, side: 'before' | 'after'): string {
  return Object.entries(fields)
    .map(([name, sides]) => `${name}=${valueText(sides[side])}`)
    .join(' ');
}

type Held = OutputOf<'snapshot'>['menus'][number];

function menuTable(menus: readonly Held[]) {
  const rows = menus.map(({ menu, title, rowCount, since }) => [menu, title, rowCount, new Date(since).toISOString()]);
  return { columns: ['menu', 'title', 'rows', 'unchanged_since'], rows };
}

function rowTable(rows: NonNullable<Held['rows']>) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
}
