import type { SourceStatus } from '../fleet/source-status.ts';

/**
 * What mends a refused range, by the code of a refusal. `anew`: what the branch holds comes in once more, in one signed
 * commit on top of the trusted head, which no commit between can spoil.
 */
export const MENDED_BY: Readonly<Record<string, 'anew' | 'deepen'>> = {
  Unsigned: 'anew',
  UnknownKey: 'anew',
  BadSignature: 'anew',
  WrongNamespace: 'anew',
  WeakKey: 'anew',
  KeyExpired: 'anew',
  KeyRevoked: 'anew',
  NotContributor: 'anew',
  RepeatedStatement: 'anew',
  CommitMalformed: 'anew',
  RangeTooLong: 'anew',
  NotDescendant: 'anew',
  ShallowHistory: 'deepen',
};

/** Whole commands for a clone of the branch that mend what it is refused for, in order; none: none does. */
export function mendingCommands({
  source,
  refusals,
  trust,
  place,
}: Pick<SourceStatus, 'source' | 'refusals' | 'trust' | 'place'>): readonly string[] {
  if (trust === null || place.kind !== 'git') return [];
  const ways = new Set(refusals.map(({ code }) => MENDED_BY[code]));
  if (ways.has('deepen')) return ['git fetch --unshallow'];
  if (!ways.has('anew')) return [];
  // A checkout that is the source itself is pushed nowhere.
  const push = /^git:\/.*\/\.git#/.test(source)
    ? []
    : [`git push --force-with-lease origin ${shellWord(place.branch)}`];
  return [
    `git reset --soft ${trust.head}`,
    'git commit --gpg-sign --allow-empty --message "Bring anew what was refused"',
    ...push,
  ];
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\\''`)}'`;
}
