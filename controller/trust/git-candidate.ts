import { Failure } from '#failure';
import { commitsBetween, readLinks, type Ancestry, type GitRepository } from '#git';
import { keyRingOf, type RawCommit } from '#signatures';
import { carrierOf, proofIn } from '../records/proofs.ts';
import type { Records } from '../records/store.ts';
import type { AsOf, CandidateReading, Entry, FirstSights } from './candidate.ts';
import { refusedAs, refusedFor } from './refusals.ts';
import { carriedBelow } from './carried-below.ts';
import type { Contents } from './contents.ts';
import { type JudgedCommit, judgeRange, nameOf } from './judge-range.ts';
import type { ObjectReader } from './object-reader.ts';
import { type RangeChanges, rangeChanges } from './range-changes.ts';

/** What a candidate is read from. */
export interface Branch {
  readonly source: string;
  /** The folder of the source. */
  readonly path: string;
  readonly repository: GitRepository;
  readonly contents: Contents;
  readonly ancestry: Ancestry;
  readonly reader: ObjectReader;
  readonly history: Records['history'];
}

const RANGE_FAULTS: readonly string[] = ['NotDescendant', 'ShallowHistory', 'RangeTooLong', 'CommitMalformed'];

/**
 * What a branch holds after the trusted head, judged as a whole and by the roster of the trusted head (approval.md
 * §1). Nothing that nobody vouches for is read.
 * @throws {Failure} with a code of SOURCE_FAILURES when it can't be read.
 */
export async function gitCandidate(
  branch: Branch,
  head: string,
  { trust, trusted, revoked, now }: AsOf,
  sights: FirstSights,
): Promise<CandidateReading> {
  const { source, path, repository, contents, ancestry, reader, history } = branch;
  let range: readonly RawCommit[];
  let below: ReadonlyMap<string, string>;
  try {
    range = await commitsBetween(repository, trust.head, head, ancestry);
    below = await carriedBelow({ repository, ancestry, records: { history } }, range, trust);
  } catch (error) {
    if (!(error instanceof Failure) || !RANGE_FAULTS.includes(error.code)) throw error;
    return refusedFor(head, error.code, [{ code: error.code, message: error.message }]);
  }
  const ring = keyRingOf(trusted.inventory.roster?.document ?? null, revoked);
  const trees = new Map(range.map(({ id, tree }) => [id, tree]));
  const treeOf = async (id: string): Promise<string> => trees.get(id) ?? (await readLinks(repository, id)).tree;
  const seen = acceptedBelow(sights, below, trust.anchoredAt);
  const verdict = await judgeRange(range, ring, seen, treeOf, now);
  if (!verdict.ok) return refusedFor(head, 'RangeRefused', verdict.reasons);
  const content = await contents.at(head);
  if ('kind' in content) return refusedAs(head, content);
  const commits = new Map(range.map((commit) => [commit.id, commit]));
  const reading = { repository, reader, path, trusted: trust.head, commits, compared: new Map() };
  const { changes, unclear, switched } = await rangeChanges(reading, verdict.commits, source, history);
  if (unclear) return refusedFor(head, 'SourceUnusable', [{ code: 'SourceUnusable', message: NO_AUTHORS }]);
  const seenAt = verdict.commits.at(-1)?.firstSeenAt ?? now;
  const entries = verdict.commits.map((commit) => entryOf(commit, changes));
  return { ok: true, candidate: { version: head, seenAt, content, entries, switched } };
}

const NO_AUTHORS = 'Nobody can tell who changed what: a file is read in two ways. Please report it with the files.';

/** What history at or below the anchor carried was accepted there, whatever carries it now. */
function acceptedBelow(sights: FirstSights, below: ReadonlyMap<string, string>, anchoredAt: number): FirstSights {
  return async (statements) => {
    const seen = new Map(await sights(statements));
    for (const { statement, proof } of statements) {
      const [sight, carrier] = [seen.get(statement), below.get(carrierOf(proof))];
      if (sight !== undefined && carrier !== undefined)
        seen.set(statement, { ...sight, proof: proofIn(carrier, proof.by), acceptedAt: anchoredAt });
    }
    return seen;
  };
}

function entryOf(judged: JudgedCommit, changes: RangeChanges['changes']): Entry {
  const { commit, signer, statement, signedWith, material, startsAt, approval } = judged;
  const proof = proofIn(commit.id, { key: signer.key, signedWith, material });
  return {
    id: commit.id,
    name: nameOf(commit),
    statement,
    provenance: { proofs: [proof], authors: [{ person: signer.person, material }] },
    startsAt,
    approval: approval.kind === 'none' ? approval : { ...approval, by: signer },
    changes: changes.get(commit.id) ?? [],
    ...proposalIn(commit),
  };
}

/** By its last paragraph, as proposalMessage writes it. */
function proposalIn({ message }: RawCommit): Pick<Entry, 'proposal'> {
  const [, proposal] = /^Proposal: ([0-9a-f]{32})$/m.exec(message.trimEnd().split('\n\n').at(-1) ?? '') ?? [];
  return proposal === undefined ? {} : { proposal };
}
