import { candidatesFor } from '../completion/candidates.ts';
import { knownNames } from '../completion/known-names.ts';
import { COMPLETION_SCRIPTS, type Shell, SHELLS } from '../completion/scripts.ts';
import { COMMANDS } from '../command-line/command-table.ts';
import { STATE } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `rosctl completion`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'completion',
  summary: 'print a completion script for the shell',
  arguments: [
    {
      name: 'SHELL',
      summary: 'bash, zsh or fish; words is what the scripts ask',
      required: true,
      choices: [...SHELLS, 'words'],
    },
    {
      name: 'WORD',
      summary: 'for words, after --: what is typed so far, the last one is completed',
      required: false,
      repeats: true,
      actions: [],
    },
  ],
  options: [STATE],
  examples: [
    'source <(rosctl completion bash)',
    'rosctl completion bash > ~/.local/share/bash-completion/completions/rosctl',
    'rosctl completion zsh > ~/.zfunc/_rosctl',
    'rosctl completion fish > ~/.config/fish/completions/rosctl.fish',
  ],
  notes: [
    'Names of devices, plans, rollouts and credentials come from the running controller; while none runs, those of devices from the files of the fleet.',
  ],
};

/** A name that no shell reads as anything but one word, and no command as an option. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@%+=-]*$/;

/** `rosctl completion bash|zsh|fish`: a script that asks `rosctl completion words` what may come next. */
export async function run(context: CommandContext): Promise<number> {
  const [shell = 'words', ...typed] = context.positionals;
  if (shell !== 'words') {
    const script = COMPLETION_SCRIPTS[shell as Shell];
    await context.output.result('completion', { shell, script }, () => script);
    return EXIT.ok;
  }
  const { candidates, options, before, start } = candidatesFor(COMMANDS, typed);
  const state = atHome(options.get('state'), context) ?? optionText(context, 'state') ?? '.';
  const fleet = atHome(options.get('fleet'), context) ?? '.';
  const names = await knownNames(candidates.names, { cwd: context.cwd, state, fleet });
  const words = [...new Set([...candidates.words, ...names.filter((name) => NAME.test(name))])]
    .filter((word) => word.startsWith(start))
    .map((word) => before + word);
  const lines = [...words, ...(candidates.paths === null ? [] : [`:${candidates.paths}`])];
  if (context.output.format !== 'table') await context.output.result('completion words', { items: lines }, () => '');
  else if (lines.length > 0) context.output.raw(lines.join('\n'));
  return EXIT.ok;
}

/** The shell has not replaced a `~` yet. */
function atHome(folder: string | undefined, { env }: CommandContext): string | undefined {
  return folder?.replace(/^~(?=\/|$)/, env['HOME'] ?? '~');
}
