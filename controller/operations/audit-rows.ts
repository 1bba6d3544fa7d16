import { accessDigestOf } from '../records/access-digest.ts';
import type { AuditRecord } from '../records/audit.ts';
import type { Store } from '../records/store.ts';

/** What is known of the rows that records of the chain hold the digests of. */
export interface AuditRows {
  /**
   * The number of the newest record whose rows are not those that it was made of, or null. Those found to be whole are
   * looked at again only when `all` are.
   */
  brokenAt(reach: 'all' | 'news'): Promise<number | null>;
}

/** Batches whose rows are read together. */
const AT_ONCE = 200;

/** Remembers in memory up to where it found rows as they were written. */
export function auditRows({ audit, accesses }: Pick<Store, 'audit' | 'accesses'>): AuditRows {
  let proven = 0;

  /** The first of these, the newest first, whose rows are others; of what was let go nothing needs to be there. */
  async function brokenOf(records: readonly AuditRecord[], letGo: number): Promise<AuditRecord | null> {
    const rows = await accesses.batches(records.map(({ correlationId }) => correlationId));
    const broken = records.find(({ correlationId, at, detail }) => {
      const kept = rows.get(correlationId);
      return kept === undefined ? at >= letGo : accessDigestOf(kept) !== detail['digest'];
    });
    return broken ?? null;
  }

  return {
    async brokenAt(reach) {
      const from = reach === 'all' ? 0 : proven;
      const pruned = (await audit.search({ action: 'reads.pruned', limit: 1 })).records.at(0);
      const letGo = typeof pruned?.detail['before'] === 'number' ? pruned.detail['before'] : 0;
      let newest: number | null = null;
      let before: number | null | undefined;
      while (before !== null) {
        const { records, next } = await audit.search({ action: 'reads.gathered', before, limit: AT_ONCE });
        const fresh = records.filter(({ sequence }) => sequence > from);
        newest ??= fresh.at(0)?.sequence ?? null;
        const broken = fresh.length === 0 ? null : await brokenOf(fresh, letGo);
        if (broken !== null) return broken.sequence;
        // Nothing is left of what came before the last that was let go.
        const ended = fresh.length < records.length || (fresh.at(-1)?.at ?? letGo) < letGo;
        before = ended ? null : next;
      }
      proven = Math.max(proven, newest ?? 0);
      return null;
    },
  };
}
