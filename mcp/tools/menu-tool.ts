import type { MenuPath } from '#routeros';
import { READABLE } from '#routeros/readable';
import type { ToolAnswer } from '../answer.ts';
import { DoorError } from '../door.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import { BadInput } from '../input-fault.ts';
import { menuAnswer, type ShownMenu } from '../menu-rows.ts';
import type { Tool, ToolCall } from '../tool.ts';

/** One view of a tool: a menu with what is shown of it. */
export interface View extends ShownMenu {
  /** Of routers with older drivers: read where there is no such menu, or nothing in it. */
  readonly older?: ShownMenu;
  /** Columns that say when CAPsMAN manages a row. */
  readonly managedIn?: readonly string[];
}

/** A tool that is made from the read catalogue: its views by name, of which the first is shown where none is named. */
export interface MenuTool extends Pick<Tool, 'name' | 'title' | 'description' | 'toolset' | 'byDefault' | 'words'> {
  readonly views: Readonly<Record<string, View>>;
}

/** A menu with the names of the columns that are shown of it, which all versions have. */
export function shown(menu: MenuPath, columns: string): ShownMenu {
  return { menu, columns: columns.split(' ') };
}

/** The menus of a view. */
export function menusOf({ menu, older }: View): readonly MenuPath[] {
  return older === undefined ? [menu] : [menu, older.menu];
}

/** One read of one menu of one router; its words are those of its menus besides its own. */
export function menuTool({ views, words, ...named }: MenuTool): Tool {
  const names = Object.keys(views);
  const menus = Object.values(views).flatMap(menusOf);
  return {
    ...named,
    asks: ['menu'],
    permission: 'device.read',
    readOnly: true,
    openWorld: false,
    input: {
      type: 'object',
      properties: {
        device: DEVICE,
        ...(names.length === 1 ? {} : { view: { type: 'string', enum: names, default: names[0] } }),
        ...PAGED,
      },
      required: ['device'],
      additionalProperties: false,
    },
    words: [...new Set([...words, ...menus.flatMap((menu) => READABLE.get(menu)?.words ?? [])])],
    async run(call) {
      const { view: name = names[0] ?? '' } = call.input as { readonly view?: string };
      const view = views[name];
      if (view === undefined) throw new RangeError(`${named.name} has no such view`);
      return await viewAnswer(call, view);
    },
  };
}

/** One view, for the device and the table that a call asks for. @throws {BadInput} @throws {DoorError} */
export async function viewAnswer(call: ToolCall, view: View): Promise<ToolAnswer> {
  const { older, managedIn } = view;
  const device = String(call.input['device']);
  const asked = askedIn(call.input);
  const newer = async (): Promise<ToolAnswer> => await menuAnswer(call, device, view, asked);
  if (older === undefined) return await newer();
  try {
    const answer = await newer();
    if (answer.total !== 0) return managedIn === undefined ? answer : withManager(answer, managedIn);
    return await menuAnswer(call, device, older, asked).catch(() => answer);
  } catch (error) {
    if (!isOfOlder(error)) throw error;
    try {
      return await menuAnswer(call, device, older, asked);
    } catch (second) {
      // Where it has neither, the first refusal tells more.
      throw isOfOlder(second) ? error : second;
    }
  }
}

/** The router has no such menu, or a cursor or a column is of the older one. */
function isOfOlder(error: unknown): boolean {
  return error instanceof BadInput || (error instanceof DoorError && error.failure.code === 'NoSuchMenu');
}

function withManager(answer: ToolAnswer, managedIn: readonly string[]): ToolAnswer {
  const { columns = [], rows = [] } = answer;
  const at = managedIn.map((name) => columns.indexOf(name)).filter((place) => place >= 0);
  const managed = rows.filter((row) => at.some((place) => /^capsman|managed by/i.test(String(row[place] ?? ''))));
  if (managed.length === 0) return answer;
  const says = `CAPsMAN manages ${managed.length} of these interfaces: what is configured and who is connected stands on the router that manages them (capsman_list).`;
  return {
    ...answer,
    facts: { ...answer.facts, managed_by_capsman: managed.map((row) => row[columns.indexOf('name')] ?? null) },
    hint: [answer.hint, says].filter((each) => each !== undefined).join(' '),
  };
}
