/**
 * How often the right tool is found by what people say, without a model: `npm run mcp:select -- [--cases FILE]`. A file
 * of cases is YAML: under the name of each tool the phrases that mean it, `diag_ping: [ping 192.0.2.1 from vie-02]`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TOOLS } from '#mcp';
import { parse } from 'yaml';
import { type RankedTool, rankingOf } from './tool-ranking.ts';

/** Where this project's own cases are. */
export const OWN_CASES = 'test/mcp/selection.yaml';

/** Every tool, with what people call what it answers. */
export function knownTools(): readonly RankedTool[] {
  const file = new URL('mcp-words.yaml', import.meta.url);
  const words = parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  const missing = Object.keys(words).find((name) => TOOLS.every((tool) => tool.name !== name));
  if (missing !== undefined) throw new Error(`mcp-words.yaml: there is no tool "${missing}".`);
  return TOOLS.map((tool) => ({ ...tool, words: [...tool.words, ...(words[tool.name]?.split(/,\s+/) ?? [])] }));
}

/** One thing that somebody says, and the tool that answers it. */
export interface SelectionCase {
  readonly said: string;
  readonly tool: string;
  /** It counts, but nobody looked at it when words were chosen. */
  readonly heldOut: boolean;
}

/** What came of some cases. */
export interface Selection {
  readonly cases: number;
  /** Parts of one, of cases whose tool stands first, or among the first three. */
  readonly first: number;
  readonly firstThree: number;
  /** Those whose tool does not stand first, with what stands there. */
  readonly confusions: readonly (SelectionCase & { readonly found: readonly string[] })[];
}

/** The cases of a file. @throws {Error} where it is of another form, or names a tool that is not there */
export function casesOf(text: string, tools: readonly RankedTool[]): readonly SelectionCase[] {
  const lists: unknown = parse(text);
  if (lists === null || typeof lists !== 'object' || Array.isArray(lists))
    throw new Error('Cases are a mapping: under the name of each tool a list of phrases.');
  return Object.entries(lists).flatMap(([tool, said]: readonly [string, unknown]) => {
    if (!tools.some(({ name }) => name === tool)) throw new Error(`There is no tool "${tool}".`);
    if (!Array.isArray(said) || said.some((each) => typeof each !== 'string'))
      throw new Error(`${tool}: a list of phrases is missing.`);
    return said.map((each: string, index) => ({ said: each, tool, heldOut: index % 2 === 1 }));
  });
}

/** Ranks the tools for each case. */
export function selected(cases: readonly SelectionCase[], tools: readonly RankedTool[]): Selection {
  const rank = rankingOf(tools);
  const found = cases.map((each) => ({ ...each, found: rank(each.said).slice(0, 3) }));
  const share = (holds: (each: (typeof found)[number]) => boolean): number =>
    cases.length === 0 ? 1 : found.filter(holds).length / cases.length;
  return {
    cases: cases.length,
    first: share((each) => each.found[0] === each.tool),
    firstThree: share((each) => each.found.includes(each.tool)),
    confusions: found.filter((each) => each.found[0] !== each.tool),
  };
}

function lineOf(name: string, { cases, first, firstThree }: Selection): string {
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
  return `${name}: ${String(cases)} cases, first ${percent(first)}, among the first three ${percent(firstThree)}`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: OWN_CASES } } });
  const tools = knownTools();
  const cases = casesOf(readFileSync(values.cases, 'utf8'), tools);
  const all = selected(cases, tools);
  for (const { said, tool, found } of all.confusions) console.log(`"${said}": ${tool}, found ${found.join(', ')}`);
  console.log(lineOf('all', all));
  if (values.cases === OWN_CASES)
    for (const heldOut of [false, true])
      console.log(
        lineOf(
          heldOut ? 'held out' : 'looked at',
          selected(
            cases.filter((each) => each.heldOut === heldOut),
            tools,
          ),
        ),
      );
  const [wanted, among] = values.cases === OWN_CASES ? [0.9, 0.98] : [0.8, 0.95];
  if (all.first < wanted || all.firstThree < among) process.exitCode = 1;
}
