import type { FailureKind } from '#failure';
import { GIT_FAILURES } from '#git';

/** Failures of the place where desired state comes from. The last good revision stays in force through all of them. */
export const SOURCE_FAILURES = {
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
  ...GIT_FAILURES,
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that reading a source throws. */
export type SourceFailureCode = keyof typeof SOURCE_FAILURES;
