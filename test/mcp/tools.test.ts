import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../controller/operations/table.ts';
import type { Operation } from '../../controller/operations/operation.ts';
import { TOOLS } from '#mcp';
import { READABLE } from '#routeros/readable';
import { ANSWER_SCHEMA } from '../../mcp/answer-schema.ts';
import { listed } from '../../mcp/listed.ts';
import { instructionsFor } from '../../mcp/instructions.ts';
import { offered } from '../../mcp/offered.ts';
import { TOOLSETS } from '../../mcp/tool.ts';
import { FIREWALL } from '../../mcp/tools/firewall.ts';
import { menusOf } from '../../mcp/tools/menu-tool.ts';
import { NETWORK } from '../../mcp/tools/network.ts';
import { SYSTEM } from '../../mcp/tools/system.ts';
import { WIRELESS } from '../../mcp/tools/wireless.ts';

/** What a model reads of a tool before it calls one, in tokens. */
function tokensOf({ name, title, description, input }: (typeof TOOLS)[number]): number {
  return encode(JSON.stringify({ name, title, description, inputSchema: input })).length;
}

const VIEWS = [SYSTEM, ...NETWORK, ...FIREWALL, ...WIRELESS].flatMap(({ name, views }) =>
  Object.entries(views).flatMap(([view, { older, ...shown }]) =>
    [shown, ...(older === undefined ? [] : [older])].map((each) => [`${name} ${view}`, each] as const),
  ),
);

describe('the tools', () => {
  it('fit into what a model reads before it begins', () => {
    const usual = offered(TOOLS, {});
    expect(usual.length).toBeLessThanOrEqual(30);
    expect(usual.reduce((sum, tool) => sum + tokensOf(tool), 0)).toBeLessThanOrEqual(8000);
    expect(TOOLS.filter((tool) => tokensOf(tool) > 250).map(({ name }) => name)).toEqual([]);
    for (const tools of [TOOLS, usual]) expect(Buffer.byteLength(instructionsFor(tools))).toBeLessThan(2000);
  });

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s is as its snapshot', async (name, tool) => {
    const { toolset, byDefault, permission, asks } = tool;
    const { outputSchema, ...shown } = { toolset, byDefault, permission, asks, ...listed(tool) };
    expect(outputSchema).toBe(ANSWER_SCHEMA);
    expect(Object.keys(shown.annotations ?? {})).toHaveLength(4);
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`tools/${name}.json`);
  });

  it('have names, titles and words that a client can do with', () => {
    expect(new Set(TOOLS.map(({ name }) => name)).size).toBe(TOOLS.length);
    for (const { name, title, description, words, input } of TOOLS) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(title.length).toBeLessThanOrEqual(60);
      expect(description).toMatch(/\.$/);
      expect(words.length).toBeGreaterThan(0);
      expect(JSON.stringify(input)).not.toMatch(/\$ref|"format"/);
      expect(input.additionalProperties).toBe(false);
    }
  });

  it('stand in the order of their toolsets', () => {
    const places = TOOLS.map(({ toolset }) => TOOLSETS.indexOf(toolset));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it('ask the service for something that needs what they are listed by', () => {
    // The service looks at the kind of a diagnostic itself.
    for (const { name, asks, permission } of TOOLS.filter((tool) => tool.permission !== 'device.bandwidth')) {
      const needs = asks.map((operation) => (OPERATIONS[operation] as Operation).needs.permission);
      expect([name, needs.includes(permission)]).toEqual([name, true]);
    }
  });
});

describe('views of the read catalogue', () => {
  it.each(VIEWS)('%s has menus and columns that every version of it has', (_, { menu, columns = [] }) => {
    const known = READABLE.get(menu);
    expect(known).toBeDefined();
    for (const name of columns) {
      const column = known?.columns[name];
      expect([name, column?.secret, column?.since, column?.until]).toEqual([name, undefined, undefined, undefined]);
    }
    expect(new Set(columns).size).toBe(columns.length);
  });

  it('show what identifies a row', () => {
    const missing = VIEWS.flatMap(([view, { menu, columns }]) => {
      const match = READABLE.get(menu)?.match ?? [];
      return columns === undefined || match.some((name) => columns.includes(name)) || match.length === 0 ? [] : [view];
    });
    expect(missing).toEqual([]);
  });

  it('are each of one tool', () => {
    const menus = [SYSTEM, ...NETWORK, ...FIREWALL].flatMap(({ views }) => Object.values(views).flatMap(menusOf));
    expect(new Set(menus).size).toBe(menus.length);
  });
});
