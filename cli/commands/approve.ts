import { existsSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { ApprovableView, TrustView } from '#controller';
import { approvalResult } from '../approval/approval-result.ts';
import { checkHead, headRefused, refusalsText } from '../approval/check-head.ts';
import { checkedId } from '../approval/check-ids.ts';
import { checkSigner } from '../approval/check-signer.ts';
import { wouldNotCount } from '../approval/would-not-count.ts';
import { approvalMessage } from '../approval/message.ts';
import { CommandError } from '../command-error.ts';
import { BY_GIT, SIGNING_KEY, STATE, YES } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionPath } from '../command.ts';
import { type ControlClient, controlClient } from '../control/control-client.ts';
import { EXIT } from '../exit-codes.ts';
import type { UserRepository } from '../git/repository.ts';
import { signingRepository } from '../git/signing-repository.ts';
import { consented } from '../input/ask.ts';
import { approvalText, excludedText } from '../text/approval-text.ts';
import { shellWord } from '../text/shell-word.ts';
import { shortId } from '../text/ids.ts';

/** `rosctl approve`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'approve',
  summary: 'show what waits for approval and approve it with a signed commit',
  looksFirst: true,
  arguments: [
    {
      name: 'PLAN',
      summary: 'fleet (default), control, a device, a plan id or the beginning of one',
      required: false,
      names: 'approvable',
    },
  ],
  options: [
    { name: 'repo', value: 'DIR', default: '.', summary: 'your clone of the source' },
    { name: 'commands', summary: 'show the RouterOS commands as well' },
    YES,
    { name: 'push', summary: 'push the branch afterwards' },
    SIGNING_KEY,
    STATE,
  ],
  examples: [
    'rosctl approve',
    'rosctl approve edge-vie-01 --push',
    'rosctl approve control',
    'rosctl approve 3f2a --repo ~/fleet --yes',
  ],
  notes: [
    'The id is made again from the very plan that is shown, and the commit names it whole together with its parent: rebased or cherry-picked, it approves nothing. All that the id is made of is shown, what is long as its SHA-256. It leaves all files as they are and takes nothing of what is staged.',
    'fleet means all plans that lack an approval, the control plan among them. What must be approved by itself, such as a plan that was rolled back or is over its budget, is named and left out.',
    BY_GIT,
    'What would not count is not signed: every reason is told with what to do about it, and plans of a fleet that the signer can not approve are left out. While a control plan waits, device plans have the ids that they have once it counts, so that one reading approves both.',
    'Exit code 0 when it is approved or nothing waits, 1 when it is not approved and something waits, 75 when nothing waits as far as is known and devices were never read.',
  ],
};

/** More than anybody reads: what can not be shown whole is not approved. */
const MOST_CHARACTERS = 2_000_000;

/** `rosctl approve [PLAN]`: shows what the id is made of, and approves it with a signed commit that changes no file. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const what = context.positionals[0] ?? 'fleet';
  const client = controlClient(context);
  const folder = optionPath(context, 'repo') ?? context.cwd;
  const repository = await signingRepository(context, folder);
  const key = await repository.signingKey();
  const view = await client.ask('approvable', { plan: what, key: key ?? undefined });
  if (view.id === null) return await nothingWaits(context, view);
  const id = checkedId(view);
  const text = approvalText(view, output.style, context.options['commands'] === true);
  if (text.length > MOST_CHARACTERS) {
    const hint = 'approve devices one by one: rosctl approve DEVICE';
    throw new CommandError(
      'failure',
      'the plans are too long to be shown whole, so they can not be approved at once',
      hint,
    );
  }
  if (output.format === 'table') output.raw(text);
  if (view.refusals.length > 0) throw headRefused(view);
  if (view.obstacles.length > 0) throw wouldNotCount(view.obstacles);
  await checkHead(repository, view);
  if (!(await consented(context, `Approve ${shortId(id)}?`))) throw new CommandError('failure', 'not approved');
  const commit = await repository.signNothing(view.head, approvalMessage(view, id, view.head));
  const bytes = await repository.readCommit(commit);
  await checkSigner(bytes, commit, view, view.signer === null ? null : key, client);
  await repository.moveHead(view.head, commit);
  const pushed = context.options['push'] === true && (await push(repository, commit, view));
  const there = pushed || isSource(folder, view);
  if (there) await lookAgain(context, client, repository, commit, pushed ? null : view.head);
  await output.result(
    'approve',
    approvalResult(view, id, { commit, pushed }),
    () => `\n${output.style.good(`approved ${shortId(id)} by ${commit}`)}\n${nextOf(view, there)}`,
  );
  return EXIT.ok;
}

async function nothingWaits({ output }: CommandContext, view: ApprovableView): Promise<number> {
  if (view.refusals.length > 0) throw headRefused(view);
  const { excluded, control, obstacles } = view;
  const left = excludedText(view, output.style);
  const waits = excluded.some((each) => each.waits);
  const head = waits ? 'no plan can be approved in this way' : 'nothing waits for an approval';
  await output.result('approve', { approved: false, id: null, excluded, control: control?.id ?? null }, () =>
    [head, ...(left === null ? [] : [left])].join('\n\n'),
  );
  if (waits && obstacles.length > 0) throw wouldNotCount(obstacles);
  if (waits) return EXIT.failure;
  return excluded.some(({ read }) => !read) ? EXIT.notKnown : EXIT.ok;
}

async function push(repository: UserRepository, commit: string, { head }: ApprovableView): Promise<true> {
  try {
    await repository.push();
    return true;
  } catch (error) {
    // An approval that stays behind in the clone would only be in the way of the next pull.
    await repository.moveHead(commit, head);
    const why = error instanceof CommandError ? error.message : String(error);
    throw new CommandError(
      'failure',
      `${why}\nthe approval was taken out of the clone again`,
      'get what is new: git pull; then read and approve again',
    );
  }
}

/**
 * Has the controller see the approval at once. What it refuses keeps all above it from counting, so it goes back to
 * `parent` where nobody else has it yet (null: it is pushed). @throws {CommandError} `failure` with its reasons.
 */
async function lookAgain(
  { output }: CommandContext,
  client: ControlClient,
  repository: UserRepository,
  commit: string,
  parent: string | null,
): Promise<void> {
  const standing = await standingAfter(client).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    output.note(output.style.warn(`the approval is made, and the controller has not looked yet: ${error.message}`));
    return null;
  });
  if (standing === null) return;
  if (standing.candidate?.commit !== commit || standing.refusals.length === 0) return;
  if (parent !== null) await repository.moveHead(commit, parent);
  throw new CommandError(
    'failure',
    `the controller refuses the approval ${shortId(commit)}:\n${refusalsText(standing.refusals)}`,
    parent === null
      ? 'take it out of the branch, here and on the remote: git reset --keep HEAD~1; git push --force-with-lease'
      : 'it was taken out of the branch again; sign with a key that counts: rosctl signers list',
  );
}

async function standingAfter(client: ControlClient): Promise<TrustView['standing']> {
  await client.ask('reconcile', {});
  return (await client.ask('trust', {})).standing;
}

/** Whether the controller reads this very clone, so that nothing need be pushed. */
function isSource(folder: string, { source }: ApprovableView): boolean {
  const [, top] = /^git:(\/.*)\/\.git#[^#]*$/.exec(source) ?? [];
  if (top === undefined || !existsSync(top)) return false;
  const [mine, theirs] = [realpathSync(folder), realpathSync(top)];
  return mine === theirs || mine.startsWith(`${theirs}${sep}`);
}

function nextOf({ branch }: ApprovableView, there: boolean): string {
  const steps = ['see what it does: rosctl status; rosctl rollouts watch'];
  return [...(there ? [] : [`it counts once it is pushed: git push origin ${shellWord(branch)}`]), ...steps]
    .map((step) => `  next: ${step}`)
    .join('\n');
}
