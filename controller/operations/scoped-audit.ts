import type { AccessSearch, KeptAccess, LastAccess } from '../records/accesses.ts';
import type { AuditFound, AuditMark, AuditSearch } from '../records/audit.ts';
import type { Store } from '../records/store.ts';
import type { Sight } from '../access/sight.ts';

/** The audit of the devices that are seen; records that are no device's own need every device. */
export interface ScopedAudit {
  /** Newest first. A page may hold less than asked for and still say where to look on. */
  search(search: AuditSearch): Promise<AuditFound>;
  /** Null where not all is seen: the head tells how much there is. */
  head(): Promise<AuditMark | null>;
}

/** Who read what of the devices that are seen. */
export interface ScopedAccesses {
  /** As `search` of the audit. */
  search(search: AccessSearch): Promise<Page<KeptAccess>>;
  /** When everybody came last; nobody where not all is seen. */
  lastOf(): Promise<readonly LastAccess[]>;
}

/** Some of many, the newest first. */
export interface Page<T> {
  readonly records: readonly T[];
  /** To look on from; null: there is no more. */
  readonly next: number | null;
}

/** What of the audit is seen. */
export function scopedAudit({ audit }: Pick<Store, 'audit'>, sight: Sight): ScopedAudit {
  return {
    search: async (search) => await seenOf(sight, search, async (before) => await audit.search({ ...search, before })),
    head: async () => (sight.all ? await audit.head() : null),
  };
}

/** What of reads is seen. */
export function scopedAccesses({ accesses }: Pick<Store, 'accesses'>, sight: Sight): ScopedAccesses {
  return {
    lastOf: async () => (sight.all ? await accesses.lastOf() : []),
    search: async (search) =>
      await seenOf(sight, search, async (before) => {
        const records = await accesses.list({ ...search, before });
        return { records, next: records.length < search.limit ? null : (records.at(-1)?.sequence ?? null) };
      }),
  };
}

/** Pages of one request: whoever sees one device of a thousand gets a page that is not full. */
const PAGES = 50;

async function seenOf<T extends { readonly sequence: number; readonly device: string | null }>(
  { all, sees }: Sight,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
  page: (before: number | undefined) => Promise<Page<T>>,
): Promise<Page<T>> {
  if (all) return await page(before);
  const found: T[] = [];
  let from: number | null | undefined = before;
  for (let pages = 0; pages < PAGES && from !== null; pages += 1) {
    const { records, next } = await page(from);
    for (const each of records) {
      if (each.device !== null && sees(each.device)) found.push(each);
      if (found.length === limit) return { records: found, next: each.sequence };
    }
    from = next;
  }
  return { records: found, next: from ?? null };
}
