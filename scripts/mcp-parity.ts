import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Something of the older service, and what stands here in its place; why it is gone where nothing does. */
export interface ParityRow {
  readonly old: string;
  readonly ours: readonly string[];
  readonly note: string;
}

/** All that the older Python service had for assistants. */
export interface Parity {
  /** By their groups there. */
  readonly tools: Readonly<Record<string, readonly ParityRow[]>>;
  readonly resources: readonly ParityRow[];
  readonly prompts: readonly ParityRow[];
  /** Its codes → those of docs/reference/errors.md. */
  readonly errors: readonly ParityRow[];
}

/** What scripts/mcp-parity.yaml says. */
export function readParity(root: string): Parity {
  return parse(readFileSync(join(root, 'scripts/mcp-parity.yaml'), 'utf8')) as Parity;
}

/** docs/reference/mcp-parity.md. */
export function parityPage({ tools, resources, prompts, errors }: Parity): string {
  const lines = [
    '# Where the tools of the older service are',
    '',
    '<!-- Generated from scripts/mcp-parity.yaml by "npm run generate". -->',
    '',
    `The older Python service, RouterOS-MCP, had ${String(Object.values(tools).flat().length)} tools, ${String(resources.length)} resources and ${String(prompts.length)} prompts. Here is what each has become.`,
    '',
    'Two things are gone on purpose. **Direct writes became proposals**: no tool writes to a router, `change_propose` asks for a change of the',
    'files in Git ([proposals](../guides/proposals.md)). **Approval tokens became signatures**: there the token that approves went to the model',
    'which then applied; here people approve with keys that no tool reaches ([approval](../guides/approval.md)). Who asks, and for which devices,',
    'stands in the token of the caller: no argument says it, and what is missing there opens nothing.',
    '',
    'Parameters: `device_id` is `device`, `limit` stays, `offset` is `cursor`; `dry_run` is the tool `change_preview`; one row of a list is found',
    'with `where`. [All tools](mcp-tools.md).',
    '',
    '## Tools',
    ...Object.entries(tools).flatMap(([group, rows]) => ['', `### ${group}`, '', ...table('Tool', rows)]),
    '',
    '## Resources',
    '',
    ...table('Resource', resources),
    '',
    'More here: `device://{device}/interfaces` and `/routes`, `rollout://{rollout}`, `snapshot://{device}/{time}`, `diag://{job}`, `schema://{section}`.',
    '',
    '## Prompts',
    '',
    ...table('Prompt', prompts),
    '',
    '## Errors',
    '',
    'The older service answered with numbers of its own below -32000, in two tables that differed; the protocol keeps those numbers for itself now.',
    'Here an error is a result with `isError`, and has a code of [one table](errors.md), the cause, a hint and whether to try again.',
    '',
    ...table('Code there', errors),
  ];
  return `${lines.join('\n')}\n`;
}

function table(title: string, rows: readonly ParityRow[]): readonly string[] {
  return [
    `| ${title} | Here | Notes |`,
    '| --- | --- | --- |',
    ...rows.map(
      ({ old, ours, note }) => `| ${code(old)} | ${ours.length === 0 ? '–' : ours.map(code).join(', ')} | ${note} |`,
    ),
  ];
}

function code(name: string): string {
  return `\`${name}\``;
}
