import type { StatementId } from '#signatures';
import { carrierOf } from '../records/proofs.ts';
import type { Records } from '../records/store.ts';
import type { Candidate, Entry } from './candidate.ts';
import { type Following, recordOf } from './following.ts';

/** Kinds of objects that decide what is desired of a device. */
const FEEDING: readonly string[] = ['RouterDevice', 'RouterConfig'];

/**
 * Remembers what a candidate approves, so that it counts when its plan comes up; each decision is audited once, when
 * it is first seen.
 */
export async function noteApprovals(following: Following, candidate: Candidate): Promise<void> {
  const { memory } = following;
  const told = new Set(memory.disregarded.keys());
  if (candidate.entries.length > 0) memory.disregarded.clear();
  for (const entry of candidate.entries) await noteApproval(following, entry, told);
}

async function noteApproval(following: Following, entry: Entry, told: ReadonlySet<string>): Promise<void> {
  const { source, store, memory } = following;
  const { id, name, statement, startsAt, approval } = entry;
  if (approval.kind === 'none') return;
  const about = { commit: id, person: approval.by.person, key: approval.by.key };
  if (approval.kind === 'approval') {
    const { planId: approves } = approval;
    await store.transaction(async (records) => {
      if (await records.approvals.note(source, { id: statement, approves, startsAt }))
        await recordOf(following, records, 'approval.seen', { ...about, approved: approves });
    });
    return;
  }
  const message = `${name} by ${approval.by.person} approves nothing: ${approval.message}.`;
  memory.disregarded.set(id, { code: 'ApprovalRefused', message });
  if (!told.has(id)) await recordOf(following, store, 'approval.refused', { ...about, reason: approval.message });
}

/**
 * Keeps what a candidate says and changed; what left the source before it came in is withdrawn.
 * @param seen the newest statement when the source was read; null: it was not, so nothing has left it.
 */
export async function keepEntries(
  following: Following,
  records: Records,
  { entries }: Candidate,
  seen: number | null,
): Promise<void> {
  const statements = entries.map(({ statement }) => statement);
  const ids = entries.map(({ id }) => id);
  if (seen !== null) await withdraw(following, records, statements, ids, seen);
  const kept = entries.map(({ id, statement, changes }) => ({
    commit: id,
    statement,
    changes: changes.filter(({ kind }) => FEEDING.includes(kind)),
  }));
  await records.history.append(following.source, kept);
  following.memory.changesAfter.clear();
}

async function withdraw(
  { source, clock, memory }: Following,
  records: Records,
  kept: readonly StatementId[],
  entries: readonly string[],
  seen: number,
): Promise<void> {
  await records.statements.withdraw(source, kept, clock.now(), seen);
  await records.history.withdraw(source, entries);
  memory.changesAfter.clear();
}

/**
 * What waits and can not be reached from a version that does not count has left the source all the same. @param seen
 * as keepEntries
 */
export async function withdrawUnreached(
  following: Following,
  trustedHead: string,
  version: string,
  seen: number | null,
): Promise<void> {
  const { source, store, reader } = following;
  const waiting = seen === null ? [] : await store.statements.waiting(source);
  if (seen === null || waiting.length === 0) return;
  const reached = await reader.idsBetween(trustedHead, version);
  if (reached === null) return;
  const kept = waiting.filter(({ proof }) => reached.has(carrierOf(proof))).map(({ statement }) => statement);
  if (kept.length === waiting.length) return;
  await store.transaction(async (records) => await withdraw(following, records, kept, [...reached], seen));
}
