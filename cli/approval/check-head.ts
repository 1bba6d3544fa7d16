import type { ApprovableView } from '#controller';
import { CommandError } from '../command-error.ts';
import type { UserRepository } from '../git/repository.ts';
import { shortId } from '../text/ids.ts';
import { indented } from '../text/lines.ts';
import { shellWord } from '../text/shell-word.ts';
import { printable } from '../text/table.ts';

/**
 * The approval names its parent, which must be what the controller sees: anything else would be approved unread, or not
 * at all.
 * @throws {CommandError} `failure` that says how to get there.
 */
export async function checkHead(repository: UserRepository, { branch, head }: ApprovableView): Promise<void> {
  const mine = await repository.head();
  if (mine.branch !== branch) {
    const hint = `check it out: git switch ${shellWord(branch)}; or name another clone: --repo DIR`;
    throw new CommandError(
      'failure',
      `the clone is on branch ${printable(mine.branch)}, the controller follows ${printable(branch)}`,
      hint,
    );
  }
  const relation = await repository.relationTo(head);
  const short = shortId(head);
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

/** Why nothing can be approved while the newest commit does not count. */
export function headRefused({ head, refusals, mend }: ApprovableView): CommandError {
  return new CommandError(
    'failure',
    `the newest commit ${shortId(head)} is refused, so an approval on top of it would be as well:\n${refusalsText(refusals)}`,
    mendText(mend) ?? 'mend the branch first; see: rosctl trust show',
  );
}

/** `mend the branch: git …`, one line for a shell; null: no command does. */
export function mendText(mend: ApprovableView['mend']): string | null {
  return mend.length === 0 ? null : `mend the branch: ${mend.join(' && ')}`;
}

/** Reasons for which a commit does not count, one below the other. */
export function refusalsText(refusals: ApprovableView['refusals']): string {
  return refusals.map(({ code, message }) => indented(`${code}: ${message}`)).join('\n');
}
