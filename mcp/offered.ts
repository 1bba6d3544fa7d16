import { nearestName } from '#schemas';
import { type Tool, TOOLSETS } from './tool.ts';

/** Which tools somebody wants; what is not given narrows nothing. */
export interface Selection {
  /** Names of toolsets, `default` or `all`. */
  readonly toolsets?: readonly string[];
  /** Names of tools: these besides the toolsets, or these alone where no toolsets are given. */
  readonly tools?: readonly string[];
  /** Names of tools that are left out, whoever names them. */
  readonly exclude?: readonly string[];
  /** Only tools that change nothing, whatever else is named. */
  readonly readOnly?: boolean;
}

/** A toolset or a tool was named that there is not. */
export class UnknownTool extends Error {
  override readonly name = 'UnknownTool';
}

const WORDS = ['default', 'all', ...TOOLSETS];

/**
 * What an operator offers of all tools, in the order of the table: those of the default where nothing is named.
 * @throws {UnknownTool} with the nearest name.
 */
export function offered(all: readonly Tool[], selection: Selection): readonly Tool[] {
  mustExist(all, selection);
  const { toolsets, tools } = selection;
  return selected(all, { ...selection, toolsets: toolsets ?? (tools === undefined ? ['default'] : []) });
}

/**
 * What a caller leaves of what the operator offers: never more. @param all every tool there is, whose names one may
 * give. @throws {UnknownTool} with the nearest name.
 */
export function narrowed(upper: readonly Tool[], selection: Selection, all: readonly Tool[]): readonly Tool[] {
  mustExist(all, selection);
  const { toolsets, tools } = selection;
  return selected(upper, { ...selection, toolsets: toolsets ?? (tools === undefined ? ['all'] : []) });
}

function selected(
  among: readonly Tool[],
  { toolsets = [], tools = [], exclude = [], readOnly = false }: Selection,
): readonly Tool[] {
  const isNamed = ({ name, toolset, byDefault }: Tool): boolean =>
    tools.includes(name) ||
    toolsets.includes('all') ||
    toolsets.includes(toolset) ||
    (toolsets.includes('default') && byDefault);
  return among.filter((tool) => isNamed(tool) && !exclude.includes(tool.name) && !(readOnly && !tool.readOnly));
}

function mustExist(all: readonly Tool[], { toolsets = [], tools = [], exclude = [] }: Selection): void {
  for (const name of toolsets) mustBeAmong('toolset', name, WORDS);
  const names = all.map((tool) => tool.name);
  for (const name of [...tools, ...exclude]) mustBeAmong('tool', name, names);
}

function mustBeAmong(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  const help = nearest === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  throw new UnknownTool(`There is no ${what} ${JSON.stringify(name)}. ${help}`);
}
