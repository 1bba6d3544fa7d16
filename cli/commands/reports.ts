import type { InputOf } from '#controller/operations';
import { CONTROLLER } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { csvText } from '../text/csv-text.ts';
import { momentIn } from '../input/moment.ts';
import { reportText } from '../text/report-text.ts';

/** `rosctl reports`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'reports',
  summary: 'tell what changed, how long approvals took, what was refused, or who may come',
  arguments: [
    {
      name: 'ACTION',
      summary: 'changes, approvals, refusals or access',
      required: true,
      choices: ['changes', 'approvals', 'refusals', 'access'],
    },
  ],
  options: [
    { name: 'since', value: 'WHEN', default: '30d', summary: 'from when: 90m, 24h, 30d, or 2026-11-30T22:00:00Z' },
    { name: 'until', value: 'WHEN', summary: 'up to when, alike; default: now' },
    {
      name: 'environment',
      value: 'NAME',
      choices: ['prod', 'staging', 'lab'],
      summary: 'only devices of it; not for access',
    },
    { name: 'csv', summary: 'comma-separated, for a spreadsheet' },
    ...CONTROLLER,
  ],
  examples: [
    'rosctl reports changes --since 30d --environment prod',
    'rosctl reports approvals --csv',
    'rosctl reports access -o json',
  ],
  notes: [
    'Reports are made of the audit, and tell of the devices that one may see; access needs the right to read the whole audit. When somebody last came is known as far back as rows of reads are kept, which is 30 days unless the controller is told otherwise.',
  ],
};

/** `rosctl reports REPORT`: one report on what happened. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const name = context.positionals[0] as InputOf<'report'>['name'];
  const since = momentIn(context, 'since');
  const until = momentIn(context, 'until');
  const environment = optionText(context, 'environment') as InputOf<'report'>['environment'];
  const report = await controlClient(context).ask('report', { name, since, until, environment });
  if (context.options['csv'] === true) {
    output.raw(csvText(report.rows).trimEnd());
    return EXIT.ok;
  }
  const text = (): string => reportText(report, output.style);
  switch (report.name) {
    case 'changes':
      await output.result('reports changes', toldOf(report), text);
      break;
    case 'approvals':
      await output.result('reports approvals', toldOf(report), text);
      break;
    case 'refusals':
      await output.result('reports refusals', toldOf(report), text);
      break;
    case 'access':
      await output.result('reports access', toldOf(report), text);
  }
  return EXIT.ok;
}

function toldOf<Name, Row>({
  name,
  since,
  rows,
}: {
  readonly name: Name;
  readonly since: number;
  readonly rows: readonly Row[];
}) {
  return { name, since, items: rows };
}
