import type { RawCommit } from '#signatures';
import { type Ancestry, type CommitLinks, readCommit, readLinks, shallowWhenMissing } from '#git';
import type { GitRepository } from '#git';
import { sourceFailure } from '../source/scan.ts';
import type { Records } from '../records/store.ts';
import type { TrustRecord } from '../records/trust.ts';

/** Of history below the anchor, looked at. */
const MAX_WALKED = 500_000;

interface Below {
  readonly repository: GitRepository;
  readonly ancestry: Ancestry;
  readonly records: Pick<Records, 'history'>;
}

/**
 * Commits of a range that carry anew what history at or below the anchor signed: by id, with the commit that carried
 * it there. Statements are on record from the anchor on; what is older is told by its signed payload. Only a commit
 * that leaves history below the anchor can be one: its parents are signed with it.
 * @throws {Failure} ShallowHistory, RangeTooLong, GitObjectBad
 */
export async function carriedBelow(
  { repository, ancestry, records }: Below,
  range: readonly RawCommit[],
  { source, head, anchor }: Pick<TrustRecord, 'source' | 'head' | 'anchor'>,
): Promise<ReadonlyMap<string, string>> {
  const fresh = new Set(range.map(({ id }) => id));
  const asked = new Map<string, RawCommit[]>();
  const recorded = new Map<string, boolean>([[head, true]]);
  for (const commit of range) {
    const outside = commit.parents.filter((id) => !fresh.has(id));
    if (outside.length < commit.parents.length) continue;
    for (const id of outside)
      recorded.set(id, recorded.get(id) ?? (await records.history.positionOf(source, id)) !== null);
    if (outside.some((id) => recorded.get(id) === true)) continue;
    const key = commit.parents.join(' ');
    asked.set(key, [...(asked.get(key) ?? []), commit]);
  }
  const found = new Map<string, string>();
  if (asked.size === 0) return found;
  for await (const { id, parents } of historyOf(repository, ancestry, anchor)) {
    const alike = asked.get(parents.join(' '));
    if (alike === undefined) continue;
    const payload = payloadOf(await readCommit(repository, id));
    for (const commit of alike) if (payload.equals(commit.signedPayload)) found.set(commit.id, id);
  }
  return found;
}

async function* historyOf(
  repository: GitRepository,
  { parents: known }: Ancestry,
  tip: string,
): AsyncGenerator<Pick<CommitLinks, 'parents'> & { readonly id: string }> {
  const walked = new Set<string>();
  const stack = [tip];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (walked.has(id)) continue;
    walked.add(id);
    if (walked.size > MAX_WALKED)
      throw sourceFailure('RangeTooLong', `the history has more than ${String(MAX_WALKED)} commits`);
    const parents = known.get(id) ?? (await readLinks(repository, id).catch(shallowWhenMissing)).parents;
    known.set(id, parents);
    yield { id, parents };
    stack.push(...parents);
  }
}

/**
 * A commit without its gpgsig header, in whatever form that is: history below the trusted head is not held to our
 * parser.
 */
function payloadOf(bytes: Uint8Array): Buffer {
  const object = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headersEnd = object.indexOf('\n\n');
  const start = object.indexOf('\ngpgsig ');
  if (start === -1 || headersEnd === -1 || start > headersEnd) return object;
  let end = object.indexOf('\n', start + 1);
  while (end !== -1 && object[end + 1] === 0x20) end = object.indexOf('\n', end + 1);
  return Buffer.concat([object.subarray(0, start), object.subarray(end)]);
}
