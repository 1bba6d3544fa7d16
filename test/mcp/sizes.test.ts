import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputOf, OperationName, OutputOf } from '#controller/operations';
import { type Door, DoorError, TOOLS } from '#mcp';
import { columnsOf, READABLE } from '#routeros/readable';
import { MOST_CHARACTERS, told, type Told } from '../../mcp/answer.ts';
import { checkedInput } from '../../mcp/check-input.ts';
import { BadInput } from '../../mcp/input-fault.ts';
import { NASTY } from './nasty.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const LINES = 100_000;
const DEVICES = 500;

/** Rows of any menu, as many as are asked for, with what is worst in every other cell. */
function rowsFrom(names: readonly string[], from: number, count: number): Record<string, string>[] {
  return Array.from({ length: count }, (_, at) =>
    Object.fromEntries(names.map((name, place) => [name, valueOf(from + at, place)])),
  );
}

function valueOf(row: number, place: number): string {
  return place === 0 ? `row-${row}` : (NASTY[(row + place) % NASTY.length] ?? '').slice(0, 600);
}

const FAKE: Partial<{ [Name in OperationName]: (input: InputOf<Name>) => unknown }> = {
  menu({ menu, limit = 500, cursor, columns }) {
    const offset = Number(cursor?.split('.')[1] ?? 0);
    const count = Math.max(0, Math.min(limit, LINES - offset));
    const known = READABLE.get(menu as `/${string}`);
    const names = columns ?? (known === undefined ? [] : columnsOf(known, [7, 20, 0]));
    return {
      device: 'r1',
      menu,
      now: NOW,
      asOf: NOW,
      stale: null,
      total: LINES,
      returned: count,
      nextCursor: offset + count < LINES ? `${NOW}.${offset + count}` : null,
      counts: null,
      columns: names.map((name) => ({ name, type: 'text', unit: 'bytes' })),
      rows: rowsFrom(names, offset, count),
    };
  },
  menus: () => ({
    device: 'r1',
    version: '7.20.8',
    menus: [...READABLE.values()].map(({ path, title }) => ({ path, title, topic: 't', columns: [], filters: [] })),
  }),
  devices: () => Array.from({ length: DEVICES }, (_, at) => device(at)),
  status: () => ({
    now: NOW,
    frozen: null,
    rollouts: Array.from({ length: 100 }, (_, at) => ({ id: `ro-${at}`, state: NASTY[0], devices: at })),
    source: { name: 'git', revision: 'a'.repeat(40), fault: null, control: null },
    devices: Array.from({ length: DEVICES }, (_, at) => device(at)),
    underWay: [],
  }),
  fleetHealth: () => ({
    now: NOW,
    devices: Array.from({ length: DEVICES }, (_, at) => ({
      device: `router-${at}`,
      verdict: 'degraded',
      because: NASTY[at % NASTY.length],
      sample: null,
    })),
  }),
};

function device(at: number): object {
  const message = NASTY[at % NASTY.length];
  const times = { lastVisitAt: NOW, nextVisitAt: NOW, confirmedAt: null };
  return {
    name: `router-${at}`,
    environment: 'prod',
    site: message,
    ready: 'False',
    reason: `R${at}`,
    message,
    ...times,
  };
}

const door: Door = {
  has: () => true,
  async ask<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
    const answer = FAKE[name]?.(input);
    if (answer !== undefined) return await Promise.resolve(answer as OutputOf<Name>);
    const failure = { code: 'NotFound', message: name, hint: '', retryable: false, field: null, status: 404 };
    throw new DoorError({ ...failure, retryAfterSeconds: null, correlationId: null });
  },
  // eslint-disable-next-line require-yield
  async *follow() {
    await Promise.reject(new Error('nothing is followed here'));
  },
};

async function call(name: string, given: Readonly<Record<string, unknown>>): Promise<Told> {
  const tool = TOOLS.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  const checked = checkedInput(tool, given);
  if ('fault' in checked) throw new BadInput(checked.fault);
  const context = { door, signal: new AbortController().signal, progress: () => {}, now: () => NOW };
  return told(await tool.run({ ...context, input: checked.input }), NOW);
}

function sizeOf({ text, structured }: Told): number {
  return JSON.stringify({ content: [{ type: 'text', text }], structuredContent: structured }).length;
}

const READS = TOOLS.filter(
  ({ asks, toolset }) =>
    ['core', 'network', 'firewall', 'wireless'].includes(toolset) && asks.some((name) => FAKE[name] !== undefined),
);

describe(`${DEVICES} devices and ${LINES} rows`, () => {
  it.each(READS.map(({ name }) => name))('make %s a page that fits', async (name) => {
    const tool = READS.find((each) => each.name === name);
    const { enum: views = [undefined] } = (tool?.input.properties['view'] ?? {}) as {
      readonly enum?: readonly string[];
    };
    for (const view of views) {
      const needs = { device: 'r1', menu: '/interface/wifi' };
      const required = Object.fromEntries(
        (tool?.input.required ?? []).map((field) => [field, needs[field as 'device']]),
      );
      for (const more of 'limit' in (tool?.input.properties ?? {}) ? [{}, { limit: 500 }] : [{}]) {
        const answer = await call(name, { ...required, ...(view === undefined ? {} : { view }), ...more });
        expect(sizeOf(answer)).toBeLessThanOrEqual(MOST_CHARACTERS);
        expect([view, answer.structured.returned > 0]).toEqual([view, true]);
      }
    }
  });

  it('are gone through row by row, once each, from the newest line on', async () => {
    let cursor: string | null = null;
    const seen: unknown[] = [];
    for (let page = 0; page < 5; page += 1) {
      const given = { device: 'r1', limit: 60, ...(cursor === null ? {} : { cursor }) };
      const { structured } = await call('log_search', given);
      seen.push(...structured.rows.map(([time]) => time));
      cursor = structured.next_cursor;
    }
    expect(seen).toEqual(seen.map((_, at) => `row-${LINES - 1 - at}`));
    expect(seen.length).toBeGreaterThan(50);
  });

  it('are looked through for a text', async () => {
    const { structured } = await call('menu_read', {
      device: 'r1',
      menu: '/ip/arp',
      columns: ['address'],
      where: ['address~row-9999'],
    });
    expect(structured.total).toBe(11);
    const found = await call('log_search', { device: 'r1', text: 'previous instructions', limit: 5 });
    expect(found.structured.returned).toBe(5);
  });
});

describe('arguments that nobody meant', () => {
  const VALUES = fc.oneof(fc.anything(), fc.constantFrom(...NASTY), fc.constantFrom(-1, 0, 1e9, 1.5, [], {}, [null]));

  it.each(TOOLS.map(({ name }) => name))('%s takes them, or names the field and what may stand there', async (name) => {
    const tool = TOOLS.find((each) => each.name === name);
    const fields = Object.keys(tool?.input.properties ?? {});
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields, 'nope', '__proto__'), VALUES, async (field, value) => {
        const given = Object.fromEntries([
          ['device', 'r1'],
          [field, value],
        ]);
        const error: unknown = await call(name, given).catch((thrown: unknown) => thrown);
        if (error instanceof DoorError || !(error instanceof Error)) return;
        expect(error).toBeInstanceOf(BadInput);
        const { fault } = error as BadInput;
        expect(fault.field.length).toBeLessThanOrEqual(200);
        expect(fault.cause.split('\n')).toHaveLength(1);
        expect(`${fault.cause} ${String(fault.allowed)}`.length).toBeGreaterThan(20);
      }),
      { numRuns: 15 },
    );
  });
});
