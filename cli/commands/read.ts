import { CONTROLLER, DEVICE } from '../command-line/options.ts';
import type { MenuView } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type CommandRow, optionNumber, optionText } from '../command.ts';
import { type ControlClient, controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { menusText, menuText } from '../text/menu-text.ts';

/** `rosctl read`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'read',
  summary: 'read a menu of a router now, through a user that can write nothing',
  arguments: [
    DEVICE,
    {
      name: 'MENU',
      summary: 'path of a menu, such as /ip/route; without it: the menus that can be read, and what each holds',
      required: false,
    },
  ],
  options: [
    { name: 'columns', value: 'NAMES', summary: 'only these columns, joined by commas' },
    { name: 'where', value: 'FILTERS', summary: 'only rows that hold all of these: COLUMN=VALUE, joined by commas' },
    { name: 'limit', value: 'NUMBER', default: '100', summary: 'how many rows' },
    { name: 'all', summary: 'all rows, however many' },
    { name: 'max-age', value: 'SECONDS', summary: 'how old the answer may be, from 2 on' },
    ...CONTROLLER,
  ],
  examples: [
    'rosctl read edge-vie-01',
    'rosctl read edge-vie-01 /interface --columns name,running,rx-byte',
    'rosctl read edge-vie-01 /ip/dhcp-server/lease --where status=bound --all -o json',
  ],
  notes: [
    'Nothing is read of a device whose credentials name no read user (`read:` in the credentials file), while a change of it is under way, and of one that is suspended: what is known already is shown with its age and why there is nothing newer.',
    'Passwords, keys and sources of scripts are never read. docs/reference/read-catalogue.md lists all menus with their columns.',
  ],
};

/** `rosctl read DEVICE [MENU]`: what can be read there, or the rows of a menu with their age. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const [device = '', menu] = context.positionals;
  const client = controlClient(context);
  if (menu === undefined) {
    const { menus: items, ...known } = await client.ask('menus', { device });
    await output.result('read', { ...known, items }, () => menusText({ ...known, menus: items }, output.style));
    return EXIT.ok;
  }
  const view = await rowsOf(context, client, device, menu);
  const { rows: items, ...known } = view;
  await output.result('read MENU', { ...known, items }, () => menuText(view, output.style));
  return EXIT.ok;
}

/** As many rows as fit into one answer. */
const MOST_AT_ONCE = 10_000;
/** Rows that are read anew while somebody goes through them are gone through from their beginning. */
const MOST_BEGINNINGS = 3;

async function rowsOf(context: CommandContext, client: ControlClient, device: string, menu: string): Promise<MenuView> {
  const isAll = context.options['all'] === true;
  const asked = {
    device,
    menu: menu.startsWith('/') ? menu : `/${menu}`,
    columns: listed(optionText(context, 'columns'), ','),
    where: listed(optionText(context, 'where'), NEXT_FILTER),
    limit: isAll ? MOST_AT_ONCE : optionNumber(context, 'limit', 1, MOST_AT_ONCE),
    maxAge: optionText(context, 'max-age') === undefined ? undefined : optionNumber(context, 'max-age', 2, 86_400),
  };
  for (let beginnings = 1; ; beginnings += 1) {
    try {
      const first = await client.ask('menu', asked);
      return isAll ? await withOthers(client, asked, first) : first;
    } catch (error) {
      const isGone = error instanceof CommandError && error.code === 'CursorExpired';
      if (!isGone || beginnings === MOST_BEGINNINGS) throw error;
    }
  }
}

/** A value may hold commas: one that a name and `=` follow begins the next filter. */
const NEXT_FILTER = /,(?=[\w.-]+=)/;

function listed(text: string | undefined, border: string | RegExp): readonly string[] | undefined {
  return text?.split(border).map((each) => each.trim());
}

async function withOthers(
  client: ControlClient,
  asked: { readonly device: string; readonly menu: string; readonly limit: number },
  first: MenuView,
): Promise<MenuView> {
  const rows = [...first.rows];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const next = await client.ask('menu', { ...asked, cursor });
    rows.push(...next.rows);
    cursor = next.nextCursor;
  }
  return { ...first, rows, returned: rows.length, nextCursor: null };
}
