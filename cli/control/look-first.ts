import { setTimeout as pause } from 'node:timers/promises';
import type { StatusView } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { checkoutAround } from '../git/checkout.ts';
import { hasGit } from '../git/run-git.ts';
import { userGit } from '../git/user-git.ts';
import { shortId } from '../text/ids.ts';
import { shellWord } from '../text/shell-word.ts';
import { type ControlClient, controlClient } from './control-client.ts';

/** So long the controller may take to read the source, and then to visit what that changed. */
const LOOKING_MS = 20_000;
const VISITING_MS = 20_000;
const LOOK_EVERY_MS = 200;

/** A commit in the user's clone that the controller has not read. */
interface Newer {
  readonly head: string;
  readonly branch: string;
  readonly read: string | null;
}

/**
 * Runs a command that answers from what the controller has read of the source. Where the checkout is newer the
 * controller looks first; what it does not find there is told, and the answer is not known then (exit code 75).
 */
export async function lookingFirst(context: CommandContext, run: () => Promise<number>): Promise<number> {
  const newer = await newerAfterLook(context);
  const code = await run();
  if (newer === null) return code;
  const { head, branch, read } = newer;
  const seen = read === null ? 'which has read nothing yet' : `which has read ${shortId(read)}`;
  const { output } = context;
  output.note(
    output.style.warn(
      `this is not about ${shortId(head)}, the newest commit here: the controller, ${seen}, does not have it`,
    ),
  );
  output.note(`  push it, if it is not pushed yet: git push origin ${shellWord(branch)}; then run this again`);
  return code === EXIT.ok ? EXIT.notKnown : code;
}

async function newerAfterLook(context: CommandContext): Promise<Newer | null> {
  const { cwd, env, signal, options } = context;
  const folder = optionPath(context, 'repo') ?? cwd;
  // What is planned offline is read by rosctl itself.
  if (options['from'] !== undefined || options['save'] !== undefined || checkoutAround(folder) === null) return null;
  const client = controlClient(context);
  const place = { folder, env, signal };
  const newer = await newerIn(place, client);
  if (newer === null) return null;
  await within(LOOKING_MS, client.ask('look', {}), signal);
  const left = await newerIn(place, client);
  if (left === null) await visited(client, signal);
  return left;
}

/** What the clone has and the controller has not read; null: nothing, or this is no clone of what it follows. */
async function newerIn(place: Parameters<typeof userGit>[0], client: ControlClient): Promise<Newer | null> {
  try {
    const { branch, candidate } = (await client.ask('trust', {})).standing;
    if (!(await hasGit(place))) return null;
    const repository = userGit(place);
    const mine = await repository.head();
    if (mine.branch !== branch || mine.commit === null || candidate === null) return null;
    const relation = await repository.relationTo(candidate.commit);
    const isNewer = relation === 'ahead' || relation === 'apart';
    return isNewer ? { head: mine.commit, branch, read: candidate.commit } : null;
  } catch (error) {
    // The command itself says it: there is no controller, its source is a folder, or this is no clone.
    if (error instanceof CommandError) return null;
    throw error;
  }
}

/** Waits until what is in force was visited everywhere, for a while. */
async function visited(client: ControlClient, signal: AbortSignal): Promise<void> {
  const until = performance.now() + VISITING_MS;
  while (performance.now() < until) {
    const { devices } = await client.ask('status', {});
    if (!devices.some(isUnvisited)) return;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Fields that a device lacks are known before it is visited. */
function isUnvisited({ reason, readAt }: StatusView['devices'][number]): boolean {
  return reason === 'NotVisitedYet' || (reason === 'FieldNotOnVersion' && readAt === null);
}

/** Not longer than that; what it can not do is seen by what it has read. */
async function within(milliseconds: number, work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const late = pause(milliseconds, undefined, { signal: AbortSignal.any([signal, done.signal]) }).catch(() => {});
  await Promise.race([work.catch(() => {}), late]);
  done.abort();
  signal.throwIfAborted();
}
