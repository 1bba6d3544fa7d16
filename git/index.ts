import type { GitLocation } from './location.ts';
import type { GitOptions } from './open.ts';
import type { GitRepository } from './repository.ts';

export { type ChangedFile, changedFiles } from './changed-files.ts';
export { GIT_FAILURES } from './failures.ts';
export {
  type Ancestry,
  type CommitLinks,
  createAncestry,
  readCommit,
  readLinks,
  shallowWhenMissing,
} from './history.ts';
export { type GitLocation, gitLocationOf, nameOf } from './location.ts';
export { commitIdsBetween, commitsBetween } from './range.ts';
export type { ProposalBranches, ProposedCommit } from './proposed-commit.ts';
export type { GitObject, GitRepository, ObjectReader } from './repository.ts';
export { loginOf } from './token-login.ts';
export { isProposalId, proposalRef } from './proposal-ref.ts';
export { readTreeObject, treeAt } from './tree-object.ts';

/** Opens the repository of a location; nothing is fetched yet. Loads what speaks to repositories, which is large. */
export async function openGitRepository(location: GitLocation, options: GitOptions): Promise<GitRepository> {
  const open = await import('./open.ts');
  return await open.openGitRepository(location, options);
}
