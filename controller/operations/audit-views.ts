import type { Instant } from '../ports.ts';
import { markOf } from '../records/audit-mark.ts';
import type { OfflineContext } from './context.ts';
import { mustKnow } from './known-device.ts';
import type { CheckedInput } from './table.ts';
import type { AccessesView, AuditView } from './views.ts';

type Known = Pick<OfflineContext, 'store' | 'fleet' | 'chain' | 'auditRows'>;

/** What is not asked for by its name is left out: reads would push everything else away. */
const GATHERED = 'reads.';

/**
 * Who did what, newest first, and whether the chain is whole and still holds what was kept of it. @throws {Failure}
 * `NotFound`, `NoRevision` for a name that nobody knows.
 */
export async function auditView(
  known: Known,
  { kept, limit, cursor, device, actor, action, since, until }: CheckedInput<'audit'>,
): Promise<AuditView> {
  const mark = kept === undefined ? null : markOf(kept);
  const filters = { actor, action, since: momentOf(since), until: momentOf(until) };
  const without = action === undefined ? GATHERED : undefined;
  const { records, next } = await known.store.audit.search({ ...filters, device, limit, before: cursor, without });
  if (device !== undefined && records.length === 0) await mustKnow(known, device);
  const paged = cursor !== undefined || Object.values(filters).some((value) => value !== undefined);
  const brokenAt = await known.chain.brokenAt(mark);
  const readsBrokenAt = await known.auditRows.brokenAt(mark === null ? 'news' : 'all');
  const head = await known.store.audit.head();
  const broken = earlier(brokenAt, readsBrokenAt);
  return {
    records,
    // Where the chain ends counts what there is: whoever may not know is told of their own mark alone.
    brokenAt: broken !== null && mark !== null && head === null ? mark.sequence : broken,
    ...(readsBrokenAt === null ? {} : { readsBrokenAt }),
    head,
    ...(paged && next !== null ? { nextCursor: next } : {}),
  };
}

/** Who read what, or failed to, newest first. @throws {Failure} `NotFound`, `NoRevision` */
export async function accessesView(
  known: Known,
  { limit, cursor, device, actor, operation, since, until }: CheckedInput<'auditReads'>,
): Promise<AccessesView> {
  const filters = { actor, operation, since: momentOf(since), until: momentOf(until) };
  const { records, next } = await known.store.accesses.search({ ...filters, device, limit, before: cursor });
  if (device !== undefined && records.length === 0) await mustKnow(known, device);
  return { reads: records, nextCursor: next };
}

function momentOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
