import { TOOLS } from '#mcp';

type Tool = (typeof TOOLS)[number];

/** What a page says of a parameter, of all that JSON Schema may say. */
interface Parameter {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Parameter;
}

/** docs/reference/mcp-tools.md: every tool as a client is told of it. */
export function mcpToolsPage(): string {
  const toolsets = [...new Set(TOOLS.map(({ toolset }) => toolset))];
  const usual = TOOLS.filter(({ byDefault }) => byDefault).length;
  const lines = [
    '# Tools for assistants',
    '',
    '<!-- Generated from mcp/tools/ by "npm run generate". -->',
    '',
    `The ${String(TOOLS.length)} tools of \`rosctl mcp\` ([guide](../guides/mcp.md)); ${String(usual)} are there unless others are asked for with \`--toolsets\` or \`--tools\`. A caller has those`,
    'listed for which their rights allow the permission on some device. None of them writes to a router, approves or ends anything; the one that',
    'proposes says so. [Where the tools of the older service are](mcp-parity.md).',
    ...toolsets.flatMap((toolset) => [
      '',
      `## ${toolset}`,
      ...TOOLS.filter((tool) => tool.toolset === toolset).flatMap(toolLines),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function toolLines({
  name,
  title,
  description,
  byDefault,
  permission,
  readOnly,
  openWorld,
  input,
}: Tool): readonly string[] {
  const parameters = Object.entries(input.properties);
  const notes = [
    byDefault ? 'There by default.' : 'When asked for.',
    `Permission \`${permission}\`.`,
    ...(readOnly ? [] : ['Keeps a proposal, for a person to take.']),
    ...(openWorld ? ['Reaches beyond the fleet.'] : []),
  ];
  return [
    '',
    `### ${name}`,
    '',
    `${title}. ${description}`,
    '',
    notes.join(' '),
    ...(parameters.length === 0 ? [] : ['', '| Parameter | Is | Means |', '| --- | --- | --- |']),
    ...parameters.map(([field, schema]) => {
      const parameter: Parameter = schema;
      const needed = input.required?.includes(field) === true ? ', needed' : '';
      return `| \`${field}\` | ${kindOf(parameter)}${needed} | ${cell(parameter.description ?? '')} |`;
    }),
  ];
}

function kindOf({ type, enum: allowed, items, minimum, maximum, default: usual }: Parameter): string {
  const kind =
    allowed !== undefined
      ? allowed.map((each) => `\`${String(each)}\``).join(', ')
      : items !== undefined
        ? `list of ${kindOf(items)}`
        : [type ?? 'any'].flat().join(' or ');
  const range =
    minimum === undefined && maximum === undefined ? '' : ` ${String(minimum ?? '')}–${String(maximum ?? '')}`;
  return `${kind}${range}${usual === undefined ? '' : `, \`${JSON.stringify(usual)}\` unless given`}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
