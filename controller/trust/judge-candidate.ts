import { Failure } from '#routeros';
import type { Reason } from '../gate.ts';
import type { Instant } from '../ports.ts';
import type { Records } from '../records.ts';
import { keyRingOf } from '../signatures/key-ring.ts';
import type { RawCommit } from '../signatures/raw-commit.ts';
import { readLinks, type Ancestry } from '../source/git/history.ts';
import { nameOf, type GitLocation } from '../source/git/location.ts';
import { commitsBetween } from '../source/git/range.ts';
import type { GitRepository } from '../source/git/repository.ts';
import { broughtPaths } from './brought-paths.ts';
import type { Content, Contents, RefusedReading } from './contents.ts';
import { judgeRange, type JudgedCommit } from './judge-range.ts';

/** A candidate whose every commit has provenance and whose content is without faults. */
export interface Candidate {
  readonly commit: string;
  readonly commits: readonly JudgedCommit[];
  readonly content: Content;
  readonly seenAt: Instant;
  /** Files of the source that each commit changed. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/** A candidate, or all the reasons why it does not count. */
export type JudgedCandidate =
  | { readonly ok: true; readonly candidate: Candidate }
  | { readonly ok: false; readonly reading: RefusedReading; readonly reasons: readonly Reason[] };

/** What a candidate is read from. */
export interface Branch {
  readonly location: GitLocation;
  readonly repository: GitRepository;
  readonly contents: Contents;
  readonly ancestry: Ancestry;
  readonly sightings: Records['sightings'];
}

const RANGE_FAULTS: readonly string[] = ['NotDescendant', 'ShallowHistory', 'RangeTooLong', 'CommitMalformed'];

/**
 * Judges what a branch holds after the trusted head, as a whole and by the roster of the trusted head (approval.md §1).
 * @throws {Failure} with a code of SOURCE_FAILURES when it can't be read.
 */
export async function judgeCandidate(
  branch: Branch,
  trustedHead: string,
  head: string,
  revoked: ReadonlySet<string>,
  now: Instant,
): Promise<JudgedCandidate> {
  const { location, repository, contents, ancestry, sightings } = branch;
  const trusted = await contents.at(trustedHead);
  if ('kind' in trusted) return refusedAs(trusted);
  let range: readonly RawCommit[];
  try {
    range = await commitsBetween(repository, trustedHead, head, ancestry);
  } catch (error) {
    if (!(error instanceof Failure) || !RANGE_FAULTS.includes(error.code)) throw error;
    return refused(error.code, [{ code: error.code, message: error.message }]);
  }
  const ids = range.map(({ id }) => id);
  const firstSeen = ids.length === 0 ? new Map<string, Instant>() : await sightings.note(nameOf(location), ids, now);
  const ring = keyRingOf(trusted.inventory.roster?.document ?? null, revoked);
  const trees = new Map(range.map(({ id, tree }) => [id, tree]));
  const treeOf = async (id: string): Promise<string> => trees.get(id) ?? (await readLinks(repository, id)).tree;
  const verdict = await judgeRange(range, ring, firstSeen, treeOf);
  if (!verdict.ok) return refused('RangeRefused', verdict.reasons);
  const content = await contents.at(head);
  if ('kind' in content) return refusedAs(content);
  const paths = new Map<string, readonly string[]>();
  const commits = { trusted: trustedHead, commits: new Map(range.map((commit) => [commit.id, commit])) };
  for (const commit of range) paths.set(commit.id, await broughtPaths(repository, commit, location.path, commits));
  const seenAt = firstSeen.get(head) ?? now;
  return { ok: true, candidate: { commit: head, commits: verdict.commits, content, seenAt, paths } };
}

function refused(code: string, reasons: readonly Reason[]): JudgedCandidate {
  const message = reasons.map((reason) => reason.message).join('\n');
  return { ok: false, reading: { kind: 'refused', code, message, faults: [] }, reasons };
}

function refusedAs(reading: RefusedReading): JudgedCandidate {
  const { code, message } = reading;
  return { ok: false, reading, reasons: [{ code, message }] };
}
