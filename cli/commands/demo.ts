import type { CommandContext, CommandRow } from '../command.ts';
import { playDemo } from '../demo/play.ts';

/** `rosctl demo`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'demo',
  summary: 'tell the whole story on simulated routers, with a controller and a repository that it makes',
  options: [{ name: 'keep', summary: 'leave it running afterwards, and print the commands to explore it with' }],
  examples: ['rosctl demo', 'rosctl demo --keep'],
};

const HARMLESS = /^(PATH|HOME|LANG|LC_\w+|TERM|NO_COLOR|TMPDIR|COLUMNS|LINES)$/;

/** `rosctl demo [--keep]`: nothing of it stays when it has ended. */
export async function run(context: CommandContext): Promise<number> {
  const { output, cwd, signal } = context;
  const keep = context.options['keep'] === true;
  // The commands that it runs write to the terminal as they always do.
  const { stdout, stderr } = process;
  const story = output.format === 'table' ? stdout : stderr;
  // What somebody has set for a controller of theirs is none of its business.
  const env = Object.fromEntries(Object.entries(context.env).filter(([name]) => HARMLESS.test(name)));
  const code = await playDemo({ stdout: story, stderr, env, cwd, signal }, keep);
  if (output.format !== 'table') await output.result('demo', { told: true, kept: keep }, () => '');
  return code;
}
