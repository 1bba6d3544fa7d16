import type { CommandOption, CommandRow } from '../cli/command.ts';
import { defaultText, usage } from '../cli/command-line/help.ts';

/** docs/reference/rosctl.md: every command as its table row tells it. */
export function commandsPage(rows: readonly CommandRow[], globalOptions: readonly CommandOption[]): string {
  return [
    '# rosctl',
    '',
    '<!-- Generated from cli/commands/ by "npm run generate". -->',
    '',
    'Results go to standard output, words about them to standard error. Exit codes: [exit-codes.md](exit-codes.md).',
    'On a terminal a result that is longer than the screen is shown in ROSCTL_PAGER, else PAGER, else less (with LESS=FRX unless that is set).',
    'Commands that ask the controller find it through its socket in the `--state` folder and end with exit code 69 when none answers.',
    '',
    'Every command takes these options; they and `--state` may also stand before it: `rosctl --state there status`.',
    '',
    ...optionTable(globalOptions),
    ...rows.flatMap(commandSection),
  ].join('\n');
}

function commandSection(row: CommandRow): readonly string[] {
  const args = row.arguments ?? [];
  const options = row.options ?? [];
  return [
    `## ${row.name}`,
    '',
    `${row.summary.charAt(0).toUpperCase()}${row.summary.slice(1)}.`,
    '',
    '```',
    usage(row),
    '```',
    '',
    ...(args.length === 0
      ? []
      : [
          '| Argument | |',
          '| --- | --- |',
          ...args.map((argument) => `| \`${argument.name}\` | ${cell(argument.summary)} |`),
          '',
        ]),
    ...(options.length === 0 ? [] : optionTable(options)),
    ...(row.notes ?? []).flatMap((note) => [cell(note), '']),
    '```sh',
    ...row.examples,
    '```',
    '',
  ];
}

function optionTable(options: readonly CommandOption[]): readonly string[] {
  return [
    '| Option | Default | |',
    '| --- | --- | --- |',
    ...options.map((option) => {
      const short = option.short === undefined ? '' : `\`-${option.short}\`, `;
      const name = option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`;
      const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`;
      const usual = option.default === undefined ? '' : `\`${defaultText(option)}\``;
      return `| ${short}\`${name}\` | ${usual} | ${cell(option.summary + choices)} |`;
    }),
    '',
  ];
}

/** What Markdown would take for markup. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}
