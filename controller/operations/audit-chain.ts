import type { AuditMark, AuditRecords } from '../records/audit.ts';

/** What is known of the audit chain. */
export interface AuditChain {
  /**
   * Whether the chain is whole and, where somebody `kept` a mark, still holds it: the number of the first record that
   * is changed or missing, or null. The first time, and for a mark, the whole chain is walked; otherwise what came
   * since.
   */
  brokenAt(kept: AuditMark | null): Promise<number | null>;
}

/** Remembers in memory up to where it found the chain whole. */
export function auditChain(audit: AuditRecords): AuditChain {
  let proven: AuditMark | null = null;
  async function walk(from: AuditMark | null, marks: readonly AuditMark[]): Promise<number | null> {
    const { brokenAt, end } = await audit.walk(from, marks);
    // Calls may overlap, and the one that came further counts.
    if (brokenAt === null && end !== null && end.sequence > (proven?.sequence ?? 0)) proven = end;
    return brokenAt;
  }
  return {
    async brokenAt(kept) {
      const marks = [proven, kept].filter((mark) => mark !== null);
      if (proven === null || kept !== null) return await walk(null, marks);
      // Where something is wrong the whole chain tells where it begins.
      return (await walk(proven, [])) === null ? null : await walk(null, marks);
    },
  };
}
