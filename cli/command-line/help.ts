import type { CommandOption, CommandRow } from '../command.ts';
import { columns } from '../text/table.ts';
import { GLOBAL_OPTIONS } from './options.ts';

/** `rosctl --help` */
export function overview(rows: readonly CommandRow[]): string {
  return [
    'rosctl keeps MikroTik routers at the state their YAML files declare.',
    '',
    'Usage: rosctl [--state FOLDER] [-o FORMAT] COMMAND [ARGUMENT...] [OPTION...]',
    '',
    'Commands:',
    indented(columns(rows.map((row) => [row.name, row.summary]))),
    '',
    'Options:',
    indented(columns([...GLOBAL_OPTIONS.map(optionCells), ['--version', 'show the version']])),
    '',
    'More about one command: rosctl COMMAND --help',
    '',
  ].join('\n');
}

/** `rosctl COMMAND --help` */
export function commandHelp(row: CommandRow): string {
  const args = row.arguments ?? [];
  const lines = [`rosctl ${row.name}: ${row.summary}`, '', `Usage: ${usage(row)}`];
  if (args.length > 0) lines.push('', 'Arguments:', indented(columns(args.map((arg) => [arg.name, arg.summary]))));
  const options = [...(row.options ?? []), ...GLOBAL_OPTIONS];
  lines.push('', 'Options:', indented(columns(options.map(optionCells))));
  lines.push('', 'Examples:', ...row.examples.map((example) => `  ${example}`), '');
  for (const note of row.notes ?? []) lines.push(note, '');
  return lines.join('\n');
}

/** `rosctl explain DEVICE [OPTION...]` */
export function usage(row: CommandRow): string {
  const args = (row.arguments ?? []).map((arg) => {
    const name = (arg.choices?.join('|') ?? arg.name) + (arg.repeats === true ? '...' : '');
    return arg.required ? name : `[${name}]`;
  });
  return ['rosctl', row.name, ...args, '[OPTION...]'].join(' ');
}

/** `ROSCTL_STATE, else ./state` */
export function defaultText({ default: usual = '', environment }: CommandOption): string {
  return environment === undefined ? usual : `${environment}, else ${usual}`;
}

function optionCells(option: CommandOption): readonly string[] {
  const name = `${option.short === undefined ? '    ' : `-${option.short}, `}--${option.name}`;
  const choices = option.choices === undefined ? '' : ` (${option.choices.join(', ')})`;
  const usual = option.default === undefined ? '' : `, default: ${defaultText(option)}`;
  return [option.value === undefined ? name : `${name} ${option.value}`, `${option.summary}${choices}${usual}`];
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
