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
    hint: 'Replace symbolic links by files, rename entries that differ only in case or accents, and save files as UTF-8.',
  },
  SourceTooLarge: {
    retry: 'onChange',
    summary: 'The source is larger than any fleet should need.',
    hint: 'Check that the path leads to the fleet and not to a disk.',
  },
} as const satisfies Record<string, FailureKind>;

/** Codes of the failures that reading a source throws. */
export type SourceFailureCode = keyof typeof SOURCE_FAILURES;
