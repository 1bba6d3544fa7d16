import { Failure } from '#failure';
import type { ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';
import { carrierOf, proofIn } from '../records/proofs.ts';
import type { Records } from '../records/store.ts';
import type { ObjectChange } from '../records/history.ts';
import type { TrustRecord } from '../records/trust.ts';
import { keyRingOf } from '#signatures';
import type { RawCommit } from '#signatures';
import { readLinks, type Ancestry } from '#git';
import { nameOf, type GitLocation } from '#git';
import { commitsBetween } from '#git';
import type { GitRepository } from '#git';
import { carriedBelow } from './carried-below.ts';
import type { Content, Contents, RefusedReading } from './contents.ts';
import { type FirstSights, judgeRange, type JudgedCommit } from './judge-range.ts';
import { rangeChanges } from './range-changes.ts';
import type { ObjectReader } from './object-reader.ts';

/** A candidate whose every commit has provenance and whose content is without faults. */
export interface Candidate {
  readonly commit: string;
  readonly commits: readonly JudgedCommit[];
  readonly content: Content;
  readonly seenAt: Instant;
  /** What each commit changed, by its id. */
  readonly changes: ReadonlyMap<string, readonly ObjectChange[]>;
}

/** A candidate, or all the reasons why it does not count. */
export type JudgedCandidate =
  | { readonly ok: true; readonly candidate: Candidate }
  | { readonly ok: false; readonly reading: RefusedReading; readonly reasons: readonly ToldReason[] };

/** What a candidate is read from. */
export interface Branch {
  readonly location: GitLocation;
  readonly repository: GitRepository;
  readonly contents: Contents;
  readonly ancestry: Ancestry;
  readonly reader: ObjectReader;
  readonly records: Pick<Records, 'statements' | 'history'>;
}

const RANGE_FAULTS: readonly string[] = ['NotDescendant', 'ShallowHistory', 'RangeTooLong', 'CommitMalformed'];

/**
 * Judges what a branch holds after the trusted head, as a whole and by the roster of the trusted head (approval.md §1).
 * @throws {Failure} with a code of SOURCE_FAILURES when it can't be read.
 */
export async function judgeCandidate(
  branch: Branch,
  trust: TrustRecord,
  head: string,
  revoked: ReadonlySet<string>,
  now: Instant,
): Promise<JudgedCandidate> {
  const { location, repository, contents, ancestry, reader, records } = branch;
  const source = nameOf(location);
  const trustedHead = trust.head;
  const trusted = await contents.at(trustedHead);
  if ('kind' in trusted) return refusedAs(trusted);
  let range: readonly RawCommit[];
  let below: ReadonlyMap<string, string>;
  try {
    range = await commitsBetween(repository, trustedHead, head, ancestry);
    below = await carriedBelow(branch, range, trust);
  } catch (error) {
    if (!(error instanceof Failure) || !RANGE_FAULTS.includes(error.code)) throw error;
    return refused(error.code, [{ code: error.code, message: error.message }]);
  }
  const ring = keyRingOf(trusted.inventory.roster?.document ?? null, revoked);
  const trees = new Map(range.map(({ id, tree }) => [id, tree]));
  const treeOf = async (id: string): Promise<string> => trees.get(id) ?? (await readLinks(repository, id)).tree;
  const firstSights: FirstSights = async (statements) => {
    const seen = new Map(await records.statements.note(source, statements, now));
    for (const { statement, proof } of statements) {
      const [sight, carrier] = [seen.get(statement), below.get(carrierOf(proof))];
      if (sight !== undefined && carrier !== undefined)
        seen.set(statement, { ...sight, proof: proofIn(carrier, proof.by), acceptedAt: trust.anchoredAt });
    }
    return seen;
  };
  const verdict = await judgeRange(range, ring, firstSights, treeOf, now);
  if (!verdict.ok) return refused('RangeRefused', verdict.reasons);
  const content = await contents.at(head);
  if ('kind' in content) return refusedAs(content);
  const commits = new Map(range.map((commit) => [commit.id, commit]));
  const reading = { repository, reader, path: location.path, trusted: trustedHead, commits, compared: new Map() };
  const { changes, unclear } = await rangeChanges(reading, verdict.commits, source, records.history);
  if (unclear) return refused('SourceUnusable', [{ code: 'SourceUnusable', message: NO_AUTHORS }]);
  const seenAt = verdict.commits.at(-1)?.firstSeenAt ?? now;
  return { ok: true, candidate: { commit: head, commits: verdict.commits, content, seenAt, changes } };
}

const NO_AUTHORS = 'Nobody can tell who changed what: a file is read in two ways. Please report it with the files.';

function refused(code: string, reasons: readonly ToldReason[]): JudgedCandidate {
  const message = reasons.map((reason) => reason.message).join('\n');
  return { ok: false, reading: { kind: 'refused', code, message, faults: [] }, reasons };
}

function refusedAs(reading: RefusedReading): JudgedCandidate {
  const { code, message } = reading;
  return { ok: false, reading, reasons: [{ code, message }] };
}
