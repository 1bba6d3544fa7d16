import type { ApprovableView } from '#controller';
import { approvalText, excludedText } from '../approval/approval-text.ts';
import { checkedId } from '../approval/check-ids.ts';
import { approvalMessage } from '../approval/message.ts';
import { consented } from '../ask.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { controlClient } from '../control-client.ts';
import { EXIT } from '../exit-codes.ts';
import type { UserRepository } from '../git/repository.ts';
import { userGit } from '../git/user-git.ts';
import { printable } from '../table.ts';

/** More than anybody reads: what can not be shown whole is not approved. */
const MOST_CHARACTERS = 4_000_000;

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
  const repository = await repositoryOf(context);
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
    () => `\n${output.style.good(`approved ${id.slice(7, 19)} by ${commit}`)}\n${nextOf(view, pushed)}`,
  );
  return EXIT.ok;
}

async function nothingWaits({ output }: CommandContext, view: ApprovableView): Promise<number> {
  const { excluded, control } = view;
  const left = excludedText(view, output.style);
  await output.result({ approved: false, id: null, excluded, control: control?.id ?? null }, () =>
    ['nothing waits for an approval', ...(left === null ? [] : [left])].join('\n\n'),
  );
  return excluded.some(({ why }) => why.startsWith('was not read')) ? EXIT.notKnown : EXIT.ok;
}

async function repositoryOf(context: CommandContext): Promise<UserRepository> {
  const { env, signal, cwd } = context;
  const folder = optionPath(context, 'repo') ?? cwd;
  const file = optionPath(context, 'signing-key');
  if (file === undefined) return userGit({ folder, env, signal });
  const { readSigningKey } = await import('../git/signing-key.ts');
  const { keyGit } = await import('../git/key-git.ts');
  const { operatorName } = await import('../control-client.ts');
  const name = operatorName();
  return keyGit(folder, await readSigningKey(file), { name, email: `${name}@localhost` }, Date.now);
}

/** The approval names its parent, which must be what the controller sees: anything else would be approved unread, or not at all. */
async function checkHead(repository: UserRepository, { branch, head }: ApprovableView): Promise<void> {
  const mine = await repository.head();
  if (mine.branch !== branch) {
    const hint = `check it out: git switch ${branch}; or name another clone: --repo DIR`;
    throw new CommandError(
      'failure',
      `the clone is on branch ${printable(mine.branch)}, the controller follows ${branch}`,
      hint,
    );
  }
  const relation = await repository.relationTo(head);
  const short = head.slice(0, 12);
  const fetched = 'then see it: rosctl reconcile, and approve again';
  switch (relation) {
    case 'same':
      return;
    case 'ahead':
      throw new CommandError(
        'failure',
        `the clone is ahead of ${short}, the newest commit that the controller has seen`,
        `push, if it is not pushed yet: git push; ${fetched}`,
      );
    case 'behind':
      throw new CommandError(
        'failure',
        `the clone is behind ${short}, which the controller has seen`,
        'get it: git pull',
      );
    case 'apart':
      throw new CommandError(
        'failure',
        `the clone and ${short}, which the controller has seen, have gone apart`,
        `bring them together: git pull --rebase; git push; ${fetched}`,
      );
    case 'unknown':
      throw new CommandError(
        'failure',
        `the clone does not have ${short}, the newest commit that the controller has seen`,
        'get it: git pull; or name the right clone: --repo DIR',
      );
  }
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

function headRefused({ head, refusals }: ApprovableView): CommandError {
  const reasons = refusals.map(({ code, message }) => `  ${code}: ${printable(message)}`).join('\n');
  return new CommandError(
    'failure',
    `the newest commit ${head.slice(0, 12)} is refused, so an approval on top of it would be as well:\n${reasons}`,
    'mend the branch first; see: rosctl trust show',
  );
}

function nextOf({ source }: ApprovableView, pushed: boolean): string {
  const local = source.startsWith('git:/');
  const steps = ['see what it does: rosctl status; rosctl rollouts watch'];
  return [...(pushed || local ? [] : ['it counts once it is pushed: git push']), ...steps]
    .map((step) => `  next: ${step}`)
    .join('\n');
}
