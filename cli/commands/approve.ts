import { existsSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { ApprovableView } from '#controller';
import { approvalText, excludedText } from '../approval/approval-text.ts';
import { checkedId } from '../approval/check-ids.ts';
import { checkHead, headRefused } from '../approval/check-head.ts';
import { approvalMessage } from '../approval/message.ts';
import { consented } from '../ask.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import type { UserRepository } from '../git/repository.ts';
import { userGit } from '../git/user-git.ts';

/** More than anybody reads: what can not be shown whole is not approved. */
const MOST_CHARACTERS = 2_000_000;

/** `rosctl approve [PLAN]`: shows what the id is made of, and approves it with a signed commit that changes no file. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const what = context.positionals[0] ?? 'fleet';
  const client = controlClient(context);
  const view = await client.approvable(what);
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
  const folder = optionPath(context, 'repo') ?? context.cwd;
  const repository = await repositoryOf(context, folder);
  await checkHead(repository, view);
  if (!(await consented(context, `Approve ${id.slice(7, 19)}?`))) throw new CommandError('failure', 'not approved');
  const commit = await repository.commitNothing(view.head, approvalMessage(view, id, view.head));
  const pushed = context.options['push'] === true && (await push(repository, commit, view));
  const { kind, source, branch, plans, control, excluded } = view;
  const result = {
    approved: true,
    id,
    kind,
    source,
    branch,
    parent: view.head,
    commit,
    pushed,
    plans: plans.map(({ device, planId }) => ({ device, planId })),
    control: control?.id ?? null,
    excluded,
  };
  await output.result(
    result,
    () =>
      `\n${output.style.good(`approved ${id.slice(7, 19)} by ${commit}`)}\n${nextOf(view, pushed || isSource(folder, view))}`,
  );
  return EXIT.ok;
}

async function nothingWaits({ output }: CommandContext, view: ApprovableView): Promise<number> {
  if (view.refusals.length > 0) throw headRefused(view);
  const { excluded, control } = view;
  const left = excludedText(view, output.style);
  await output.result({ approved: false, id: null, excluded, control: control?.id ?? null }, () =>
    ['nothing waits for an approval', ...(left === null ? [] : [left])].join('\n\n'),
  );
  return excluded.some(({ read }) => !read) ? EXIT.notKnown : EXIT.ok;
}

async function repositoryOf(context: CommandContext, folder: string): Promise<UserRepository> {
  const { env, signal } = context;
  const file = optionPath(context, 'signing-key');
  if (file === undefined) return userGit({ folder, env, signal });
  const { readSigningKey } = await import('../git/signing-key.ts');
  const { keyGit } = await import('../git/key-git.ts');
  const { operatorName } = await import('../control-client.ts');
  const name = operatorName();
  return keyGit(folder, await readSigningKey(file), { name, email: `${name}@localhost` }, Date.now);
}

async function push(repository: UserRepository, commit: string, { head }: ApprovableView): Promise<true> {
  try {
    await repository.push();
    return true;
  } catch (error) {
    // An approval that stays behind in the clone would only be in the way of the next pull.
    await repository.takeBack(commit, head);
    const why = error instanceof CommandError ? error.message : String(error);
    throw new CommandError(
      'failure',
      `${why}\nthe approval was taken out of the clone again`,
      'get what is new: git pull; then read and approve again',
    );
  }
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
  return [...(there ? [] : [`it counts once it is pushed: git push origin ${branch}`]), ...steps]
    .map((step) => `  next: ${step}`)
    .join('\n');
}
