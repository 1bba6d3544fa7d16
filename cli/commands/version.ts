import { CommandError } from '../command-error.ts';
import { CONTROLLER } from '../command-line/options.ts';
import type { CommandContext, CommandRow } from '../command.ts';
import { controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import { columns, printable } from '../text/table.ts';
import { version } from '../version.ts';

/** `rosctl version`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'version',
  summary: 'show the release of rosctl and of the controller that runs',
  options: [...CONTROLLER],
  examples: ['rosctl version', 'rosctl version -o json'],
  notes: ['Exit code 0 also while no controller runs. rosctl --version is the release of rosctl alone.'],
};

/** `rosctl version`: two releases that differ are worth knowing before anything else is looked for. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const own = version();
  const { version: running, why } = await controllerVersion(context);
  await output.result('version', { rosctl: own, controller: running, node: process.versions.node }, () =>
    columns([
      ['rosctl', own],
      ['controller', running === null ? printable(why) : printable(running)],
      ['node', process.versions.node],
    ]),
  );
  if (running !== null && running !== own)
    output.note(
      output.style.warn('the controller is another release: restart it, or use the rosctl that came with it'),
    );
  return EXIT.ok;
}

async function controllerVersion(
  context: CommandContext,
): Promise<{ readonly version: string | null; readonly why: string }> {
  try {
    const { version: running } = await controlClient(context).ask('version', {});
    return { version: running, why: '' };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { version: null, why: `not known: ${error.message}` };
  }
}
