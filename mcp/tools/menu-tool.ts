import { READABLE } from '#routeros/readable';
import type { ToolAnswer } from '../answer.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import { menuAnswer, type ShownMenu } from '../menu-rows.ts';
import type { Tool, ToolCall } from '../tool.ts';

/** Menus that one tool shows, by the name of the view; the first is shown where none is named. */
export type Views = Readonly<Record<string, ShownMenu>>;

/** A tool that is made from the read catalogue. */
export interface MenuTool extends Pick<Tool, 'name' | 'title' | 'description' | 'toolset' | 'byDefault' | 'words'> {
  readonly views: Views;
}

/** One read of one menu of one router; its words are those of its menus besides its own. */
export function menuTool({ views, words, ...named }: MenuTool): Tool {
  const names = Object.keys(views);
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
    words: [...new Set([...words, ...Object.values(views).flatMap(({ menu }) => READABLE.get(menu)?.words ?? [])])],
    async run(call) {
      const view = String(call.input['view'] ?? names[0]);
      const shown = views[view];
      if (shown === undefined) throw new RangeError(`${named.name} has no view ${view}`);
      return await viewAnswer(call, shown);
    },
  };
}

/** One view, for the device and the table that a call asks for. */
export async function viewAnswer(call: ToolCall, shown: ShownMenu): Promise<ToolAnswer> {
  return await menuAnswer(call, String(call.input['device']), shown, askedIn(call.input));
}
