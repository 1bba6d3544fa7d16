import { Failure, type FailureKind } from '#failure';

/** Failures of a repository, of the way to it, and of what it holds. */
export const GIT_FAILURES = {
  EmptySource: {
    retry: 'onChange',
    summary: 'The source holds no YAML file; that is never taken for an empty fleet.',
    hint: 'Check the path and whether the folder is mounted.',
  },
  SourceUnreadable: {
    retry: 'backoff',
    summary: 'The source, or a file in it, could not be read.',
    hint: 'Check that the path exists and that the controller may read it.',
  },
  SourceTooLarge: {
    retry: 'onChange',
    summary: 'The source is larger than any fleet should need.',
    hint: 'Check that the path leads to the fleet and not to a disk.',
  },
  SourceUnreachable: {
    retry: 'backoff',
    summary: 'The Git repository could not be reached, or did not answer to the end.',
    hint: 'Nothing to do when it passes; otherwise check the address, the network and the server.',
  },
  SourceUntrusted: {
    retry: 'onChange',
    summary: 'The Git server showed a certificate or a host key that is not trusted.',
    hint: 'Give the controller the CA; for SSH add the host to the known_hosts of its user.',
  },
  SourceUnauthorized: {
    retry: 'onChange',
    summary: 'The Git server refused the token or the key.',
    hint: 'Check ROUTEROS_GITOPS_GIT_TOKEN, or the SSH key of the controller: it needs to read this repository.',
  },
  SourceNotFound: {
    retry: 'onChange',
    summary: 'There is no Git repository at this address, or it is hidden from us.',
    hint: 'Check the address; many forges say the same when a token is missing.',
  },
  SourceGarbage: {
    retry: 'backoff',
    summary: 'The answer is not what a Git server says.',
    hint: 'Check the address: a web page or a proxy may be answering there.',
  },
  ProposalsRefused: {
    retry: 'backoff',
    summary: 'The branch of a proposal could not be written.',
    hint: 'Let the controller write below refs/heads/proposals/: a folder of its own there, or ROUTEROS_GITOPS_GIT_WRITE_TOKEN for HTTPS. Until then "rosctl proposals show" has the files.',
  },
  ProposalMoved: {
    retry: 'onChange',
    summary: 'Somebody else has moved the branch of a proposal.',
    hint: 'Delete that branch, or withdraw the proposal. Nothing is lost: "rosctl proposals show" has the files.',
  },
  GitMissing: {
    retry: 'onChange',
    summary: 'The git program that SSH addresses need is not installed.',
    hint: 'Install git and an SSH client beside the controller, or use an https address.',
  },
  BranchMissing: {
    retry: 'onChange',
    summary: 'The branch is not there, or the repository is empty; that is never taken for an empty fleet.',
    hint: 'Check --branch; if the branch was deleted, push it again.',
  },
  GitObjectMissing: {
    retry: 'backoff',
    summary: 'An object that the history needs is not in the repository.',
    hint: 'A fetched copy is completed by itself; for a local repository run "git fsck" there.',
  },
  GitObjectBad: {
    retry: 'backoff',
    summary: 'An object is damaged, or is not what its id says.',
    hint: 'A fetched copy is fetched again by itself; for a local repository run "git fsck" there.',
  },
  ShallowHistory: {
    retry: 'onChange',
    summary: 'The repository holds only a part of the history, which proves nothing.',
    hint: 'Use a full clone: run "git fetch --unshallow" there, or name the original repository.',
  },
  NotDescendant: {
    retry: 'onChange',
    summary: 'The branch does not descend from the trusted head: it was rewound or replaced.',
    hint: 'Push a branch that contains the trusted head; only "rosctl trust init COMMIT" can move the trusted head elsewhere.',
  },
  RangeTooLong: {
    retry: 'onChange',
    summary: 'There are more new commits than can be judged at once.',
    hint: 'Push them in parts of at most 10,000 commits, or start from a newer commit with "rosctl trust init COMMIT".',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that a repository can cause. */
export type GitFailureCode = keyof typeof GIT_FAILURES;

/** A failure of the repository, with the system's own error as its cause. */
export function gitFailure(code: GitFailureCode, message: string, cause?: unknown): Failure<GitFailureCode> {
  return new Failure(code, message, { cause });
}

/** A repository, tree or answer beyond what any fleet needs. */
export function tooLarge(message: string): Failure<GitFailureCode> {
  return gitFailure('SourceTooLarge', message);
}
