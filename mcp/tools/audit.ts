import type { InputOf, OutputOf } from '#controller/operations';
import type { ToolAnswer } from '../answer.ts';
import type { Cell } from '../cell.ts';
import { arranged } from '../arrange.ts';
import { cursorsOf, placeIn } from '../cursor.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import type { Tool, ToolCall } from '../tool.ts';
import { valueText } from './row-text.ts';

const MOMENT = { type: 'string', description: 'UTC, 2026-11-30T22:00:00Z' };

const shared = {
  toolset: 'audit',
  byDefault: false,
  permission: 'audit.read',
  readOnly: true,
  openWorld: false,
} as const satisfies Partial<Tool>;

interface AskedAudit {
  readonly device?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly since?: string;
  readonly until?: string;
  readonly requests?: readonly string[];
}

const auditSearch: Tool = {
  ...shared,
  name: 'audit_search',
  title: 'Who did what',
  description: 'Searches the audit chain, newest first: who did what to which device, and whether the chain is whole.',
  asks: ['audit', 'auditReads'],
  input: {
    type: 'object',
    properties: {
      device: DEVICE,
      actor: { type: 'string', description: 'such as operator:alice' },
      action: { type: 'string', description: 'such as attempt.armed, or all that begin so: attempt.' },
      since: MOMENT,
      until: MOMENT,
      requests: {
        type: 'array',
        items: { type: 'string' },
        maxItems: 10,
        description: 'instead who asked for these, such as menu',
      },
      limit: PAGED.limit,
      cursor: PAGED.cursor,
    },
    additionalProperties: false,
  },
  words: [
    'log of actions',
    'accountability',
    'trail',
    'who changed',
    'who approved',
    'compliance',
    'history of events',
  ],
  async run({ input, door, signal }) {
    const { device, actor, action, since, until, requests } = input as AskedAudit;
    if (requests !== undefined)
      return await requestsFor(
        requests,
        { device, actor, since, until, limit: askedIn(input).limit },
        { door, signal },
      );
    const question = { device, actor, action, since, until };
    const { limit, cursor } = askedIn(input);
    const place = cursor === undefined ? undefined : Number(placeIn(cursor, question));
    // From the beginning of time: without any filter the service tells no cursor.
    const from = since ?? '1970-01-01T00:00:00Z';
    const view = await door.ask('audit', { ...question, since: from, limit, cursor: place }, signal);
    const { records, nextCursor } = view;
    const cursors = cursorsOf(question);
    return {
      facts: { chain: view.brokenAt === null ? 'whole' : `broken at ${String(view.brokenAt)}` },
      columns: ['sequence', 'at', 'actor', 'action', 'device', 'detail'],
      rows: records.map(auditRow),
      total: null,
      cursorAfter(count) {
        const last = records[count - 1];
        if (count < records.length) return last === undefined ? null : cursors(String(last.sequence));
        return nextCursor === undefined ? null : cursors(String(nextCursor));
      },
      untrusted: true,
      ...(records.length === 0
        ? { hint: 'Nothing of that kind is in the audit. Leave a field out, or look further back.' }
        : {}),
    };
  },
};

const reportGet: Tool = {
  ...shared,
  name: 'report_get',
  title: 'Reports for reviews',
  description: 'Changes, times of approvals, refusals, who may come: of 30 days, or since.',
  asks: ['report'],
  input: {
    type: 'object',
    properties: {
      name: { type: 'string', enum: ['changes', 'approvals', 'refusals', 'access'] },
      since: MOMENT,
      until: { type: 'string' },
      environment: { type: 'string', enum: ['prod', 'staging', 'lab'] },
      ...PAGED,
    },
    required: ['name'],
    additionalProperties: false,
  },
  words: ['statistics', 'monthly review', 'change report', 'access review', 'lead time', 'compliance report'],
  async run({ input, door, signal }) {
    const { name, since, until, environment } = input as unknown as Parameters<typeof door.ask<'report'>>[1];
    const view = await door.ask('report', { name, since, until, environment }, signal);
    const columns = [...new Set(view.rows.flatMap((row) => Object.keys(row)))];
    const rows = view.rows.map((row) => {
      const values = new Map<string, unknown>(Object.entries(row));
      return columns.map((column) => cellOf(column, values.get(column)));
    });
    return {
      facts: { report: name, since: new Date(view.since).toISOString() },
      ...arranged({ columns, rows }, askedIn(input), [name, since, until, environment]),
      untrusted: true,
      ...(rows.length === 0 ? { hint: 'Nothing of that kind happened since then. Give an earlier since.' } : {}),
    };
  },
};

/** Who did what. */
export const AUDIT: readonly Tool[] = [auditSearch, reportGet];

/** Requests that changed nothing, newest first: so many of them. */
async function requestsFor(
  operations: readonly string[],
  asked: Omit<InputOf<'auditReads'>, 'operation' | 'cursor'> & { readonly limit: number },
  { door, signal }: Pick<ToolCall, 'door' | 'signal'>,
): Promise<ToolAnswer> {
  const found = await Promise.all(
    operations.map(async (operation) => await door.ask('auditReads', { ...asked, operation }, signal)),
  );
  const reads = found.flatMap((view) => view.reads).toSorted((one, other) => other.at - one.at);
  return {
    columns: ['at', 'actor', 'request', 'device', 'outcome', 'count'],
    rows: reads
      .slice(0, asked.limit)
      .map(({ at, actor, operation, device, outcome, count }) => [
        new Date(at).toISOString(),
        actor,
        operation,
        device,
        outcome,
        count,
      ]),
    total: null,
    untrusted: true,
    hint: 'These are the newest. Give until, the time of the last of them, to look further back.',
  };
}

function auditRow({
  sequence,
  at,
  actor,
  action,
  device,
  detail,
}: OutputOf<'audit'>['records'][number]): readonly Cell[] {
  const told = Object.entries(detail).map(([name, value]) => `${name}=${valueText(textOf(value))}`);
  return [sequence, new Date(at).toISOString(), actor, action, device, told.join(' ')];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Moments of reports are the fields that end so. */
function cellOf(column: string, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && column.endsWith('At')) return new Date(value).toISOString();
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(textOf).join(', ') : textOf(value);
}
