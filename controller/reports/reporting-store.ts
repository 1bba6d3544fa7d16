import type { RecordedEvent } from '../events.ts';
import type { AuditEvent, AuditRecords } from '../records/audit.ts';
import type { Store } from '../records/store.ts';
import type { ReportSink } from './report-sink.ts';

/**
 * The store, telling the sink of each event that this process appends to the audit, once it is committed.
 * What is rolled back is not told; what another process appended is in the audit alone.
 */
export function reportingStore(store: Store, sink: ReportSink): Store {
  // `record` alone appends, and its events are typed.
  const report = (event: AuditEvent): void => sink.report(event as RecordedEvent);
  return {
    ...store,
    audit: telling(store.audit, report),
    async transaction(work) {
      const events: AuditEvent[] = [];
      const result = await store.transaction(
        async (records) => await work({ ...records, audit: telling(records.audit, (event) => events.push(event)) }),
      );
      for (const event of events) report(event);
      return result;
    },
  };
}

function telling(audit: AuditRecords, tell: (event: AuditEvent) => void): AuditRecords {
  return {
    ...audit,
    async append(event) {
      await audit.append(event);
      tell(event);
    },
  };
}
