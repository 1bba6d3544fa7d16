import type { FailureKind } from '#routeros';

/** Failures of the place where desired state comes from. The last good revision stays in force through all of them. */
export const SOURCE_FAILURES = {
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
  SourceChanging: {
    retry: 'backoff',
    summary: 'The files kept changing while they were read.',
    hint: 'Nothing to do: they are read again when it is quiet.',
  },
  SourceForbiddenEntry: {
    retry: 'onChange',
    summary: 'The source holds an entry that could mean different things on different machines.',
    hint: 'Replace symbolic links by files, rename entries that differ only in case or accents or hide something, and save files as UTF-8.',
  },
  SourceTooLarge: {
    retry: 'onChange',
    summary: 'The source is larger than any fleet should need.',
    hint: 'Check that the path leads to the fleet and not to a disk.',
  },
  SourceFaulty: {
    retry: 'onChange',
    summary: 'The files have faults.',
    hint: 'Correct what is named; "rosctl validate FOLDER" finds the same before you commit.',
  },
  SourceTooCostly: {
    retry: 'backoff',
    summary: 'Reading and checking the files takes more time or memory than it may.',
    hint: 'Take out what no fleet needs, or divide it. It is tried again every 15 minutes.',
  },
  SourceUnusable: {
    retry: 'onChange',
    summary: 'What the source holds makes reading, checking or judging it break off.',
    hint: 'Correct or take back what was changed last; please report it, since it should have been told as a fault.',
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
    hint: 'Push a branch that contains the trusted head; only "rosctl trust" can move the trusted head elsewhere.',
  },
  RangeTooLong: {
    retry: 'onChange',
    summary: 'There are more new commits than can be judged at once.',
    hint: 'Push them in parts of at most 10,000 commits, or start from a newer commit with "rosctl trust".',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that reading a source throws. */
export type SourceFailureCode = keyof typeof SOURCE_FAILURES;
