import { COMMANDS } from '../command-line/command-table.ts';
import { GLOBAL_OPTIONS } from '../command-line/options.ts';
import type { CommandContext, CommandOption, CommandRow } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl completion`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'completion',
  summary: 'print a completion script for the shell',
  arguments: [{ name: 'SHELL', summary: 'bash', required: true, choices: ['bash'] }],
  examples: ['source <(rosctl completion bash)'],
};

/** `rosctl completion bash`: a completion script made from the table of commands. */
export async function run(context: CommandContext): Promise<number> {
  context.output.raw(bashScript(COMMANDS));
  return await Promise.resolve(EXIT.ok);
}

function bashScript(rows: readonly CommandRow[]): string {
  return `# bash completion for rosctl. Use: source <(rosctl completion bash)
_rosctl() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${[...rows.map((row) => row.name), '--help', '--version'].join(' ')}" -- "$word"))
    return
  fi
  local words=""
  case "$command" in
${rows.map(caseOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  ((\${#COMPREPLY[@]} > 0)) || COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _rosctl rosctl
`;
}

function caseOf(row: CommandRow): string {
  const options = [...(row.options ?? []), ...GLOBAL_OPTIONS];
  const withValue = options.filter((option) => option.value !== undefined);
  const values = withValue.map(
    (option) =>
      `        ${spellings(option).join('|')}) COMPREPLY=($(compgen ${valuesOf(option)} -- "$word")); return ;;`,
  );
  const words = [...(row.arguments ?? []).flatMap((argument) => argument.choices ?? []), ...options.flatMap(spellings)];
  return [
    `    ${row.name})`,
    '      case "$before" in',
    ...values,
    '      esac',
    `      words="${words.join(' ')}" ;;`,
  ].join('\n');
}

function spellings(option: CommandOption): readonly string[] {
  return option.short === undefined ? [`--${option.name}`] : [`--${option.name}`, `-${option.short}`];
}

function valuesOf(option: CommandOption): string {
  if (option.choices !== undefined) return `-W "${option.choices.join(' ')}"`;
  return option.value === 'FOLDER' ? '-d' : '-f';
}
