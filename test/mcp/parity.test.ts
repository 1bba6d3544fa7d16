import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '#controller';
import { TOOLS } from '#mcp';
import { PROMPTS } from '../../mcp/prompts/prompt.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import { type ParityRow, readParity } from '../../scripts/mcp-parity.ts';

const parity = readParity(join(import.meta.dirname, '../..'));
const tools = Object.values(parity.tools).flat();

describe('what became of the older service', () => {
  it('is said of each of its 66 tools, 20 resources and 10 prompts, once', () => {
    const counts = [tools, parity.resources, parity.prompts].map((rows) => new Set(rows.map(({ old }) => old)).size);
    expect(counts).toEqual([66, 20, 10]);
    expect([tools, parity.resources, parity.prompts].map(({ length }) => length)).toEqual(counts);
  });

  it('names something here, or why there is nothing', () => {
    const rows = [...tools, ...parity.resources, ...parity.prompts, ...parity.errors];
    expect(rows.filter(({ ours, note }) => ours.length === 0 && note === '')).toEqual([]);
  });

  it('names only tools, resources, prompts and codes that are there', () => {
    const missing = (rows: readonly ParityRow[], known: readonly string[]): readonly string[] =>
      rows.flatMap(({ ours }) => ours).filter((name) => !known.includes(name));
    expect(
      missing(
        tools,
        TOOLS.map(({ name }) => name),
      ),
    ).toEqual([]);
    expect(
      missing(
        parity.resources,
        RESOURCES.map(({ template }) => template),
      ),
    ).toEqual([]);
    expect(
      missing(
        parity.prompts,
        PROMPTS.map(({ name }) => name),
      ),
    ).toEqual([]);
    expect(parity.errors.flatMap(({ ours }) => ours).filter((code) => !Object.hasOwn(FAILURES, code))).toEqual([]);
  });
});
