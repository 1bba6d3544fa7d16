import type { OutputOf } from '#controller/operations';
import { READABLE } from '#routeros/readable';
import type { ToolAnswer } from '../answer.ts';
import type { Cell } from '../cell.ts';
import { cursorsOf, placeIn } from '../cursor.ts';
import { DEVICE, PAGED } from '../fields.ts';
import { BadInput } from '../input-fault.ts';
import { menuCell } from '../menu-rows.ts';
import type { Tool, ToolCall } from '../tool.ts';

type Answered = OutputOf<'menu'>;

const MENU = '/log';
const COLUMNS = ['time', 'topics', 'message'] as const;
/** Lines of the first request; of those that go on looking. */
const FIRST = 500;
const MORE = 5000;

interface Wanted {
  readonly text: string;
  readonly topics: readonly string[];
}

interface Found {
  /** Where it stands in what was read, by which one goes on. */
  readonly at: number;
  readonly cells: readonly Cell[];
}

/** The log of a router, newest first. */
export const logSearch: Tool = {
  name: 'log_search',
  title: 'Log of a router',
  description: 'Lines of the log of a router, newest first: those that hold a text, or are of one of some topics.',
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
      text: { type: 'string', maxLength: 200, description: 'in the message, upper or lower case' },
      topics: {
        type: 'array',
        items: { type: 'string', maxLength: 50 },
        maxItems: 20,
        description: 'any of: error, warning, critical, info, dhcp, …',
      },
      limit: PAGED.limit,
      cursor: PAGED.cursor,
    },
    required: ['device'],
    additionalProperties: false,
  },
  words: ['logs', 'syslog', 'events', 'messages', 'errors', 'warnings', 'login failure', 'what happened', 'last lines'],
  async run({ input, door, signal }) {
    const device = String(input['device']);
    const wanted = wantedIn(input);
    const question = [device, wanted];
    const place = typeof input['cursor'] === 'string' ? placeOf(placeIn(input['cursor'], question)) : null;
    const ask = async (cursor: string | undefined, limit: number): Promise<Answered> => {
      const asked = { device, menu: MENU, columns: COLUMNS, limit, ...(cursor === undefined ? {} : { cursor }) };
      return await door.ask('menu', asked, signal);
    };
    return await linesBefore(ask, place, { ...wanted, limit: Number(input['limit']), cursor: cursorsOf(question) });
  },
};

function wantedIn(input: ToolCall['input']): Wanted {
  const { text = '', topics = [] } = input as Partial<Wanted>;
  return { text: text.toLowerCase(), topics: topics.map((topic) => topic.toLowerCase()) };
}

interface Place {
  readonly asOf: number;
  readonly before: number;
}

function placeOf(text: string): Place {
  const [asOf, before] = text.split('.').map(Number);
  if (asOf === undefined || before === undefined || Number.isNaN(asOf + before))
    throw new BadInput({ field: 'cursor', cause: 'cursor must be the next_cursor of the answer before.' });
  return { asOf, before };
}

/** Looks from the end on, in what was read at one moment, for one line more than is told. */
async function linesBefore(
  ask: (cursor: string | undefined, limit: number) => Promise<Answered>,
  place: Place | null,
  { text, topics, limit, cursor }: Wanted & { readonly limit: number; readonly cursor: (place: string) => string },
): Promise<ToolAnswer> {
  let view = await ask(place === null ? undefined : `${place.asOf}.0`, 1);
  const { asOf, total, stale } = view;
  const isAll = text === '' && topics.length === 0;
  const lines: Found[] = [];
  let end = Math.min(place?.before ?? total, total);
  for (let size = FIRST; end > 0 && lines.length <= limit; size = MORE) {
    const start = Math.max(0, end - size);
    view = await ask(`${asOf}.${start}`, end - start);
    lines.push(
      ...linesIn(view, start)
        .filter((line) => holds(line, { text, topics }))
        .toReversed(),
    );
    end = start;
  }
  const shown = lines.slice(0, limit);
  return {
    facts: {
      device: view.device,
      lines_in_log: total,
      // Words of the router stand in it: in a hint they would be ours.
      ...(stale === null ? {} : { not_read_anew: `${stale.code}: ${stale.message}` }),
    },
    columns: COLUMNS,
    rows: shown.map(({ cells }) => cells),
    total: isAll ? total : end === 0 && place === null ? lines.length : null,
    cursorAfter: (count) => {
      const last = shown[count - 1];
      const isMore = lines.length > count || end > 0;
      return last === undefined || !isMore ? null : cursor(`${asOf}.${last.at}`);
    },
    asOf,
    stale: stale !== null,
    untrusted: true,
    ...hintOf({ isEmpty: shown.length === 0, isAll, stale }),
  };
}

function hintOf({
  isEmpty,
  isAll,
  stale,
}: Pick<Answered, 'stale'> & { readonly isEmpty: boolean; readonly isAll: boolean }): Pick<ToolAnswer, 'hint'> {
  const hints = [
    ...(stale === null ? [] : ['The log was not read anew: not_read_anew says why.']),
    ...(isEmpty && isAll
      ? ['The log of this router is empty: it keeps the last lines alone, and none over a reboot.']
      : []),
    ...(isEmpty && !isAll ? ['No line holds that. Ask for a shorter text or other topics, or without both.'] : []),
  ];
  return hints.length === 0 ? {} : { hint: hints.join(' ') };
}

function linesIn({ rows }: Answered, start: number): readonly Found[] {
  const menu = READABLE.get(MENU);
  if (menu === undefined) throw new RangeError(`${MENU} is not in the catalogue`);
  return rows.map((row, at) => ({ at: start + at, cells: COLUMNS.map((name) => menuCell(menu, row, name)) }));
}

function holds({ cells: [, topics, message] }: Found, wanted: Wanted): boolean {
  if (wanted.text !== '' && !String(message).toLowerCase().includes(wanted.text)) return false;
  if (wanted.topics.length === 0) return true;
  const own = String(topics).toLowerCase().split(',');
  return wanted.topics.some((topic) => own.includes(topic));
}
