import type { DeviceName } from '../ports.ts';
import type { AuditMark, AuditRecord, AuditRecords } from '../records/audit.ts';
import type { Store } from '../records/store.ts';
import type { Sight } from './sight.ts';

/** The audit of the devices that are seen; records that are no device's own need every device. */
export interface ScopedAudit {
  /** Newest first. */
  list(filter: Parameters<AuditRecords['list']>[0]): Promise<readonly AuditRecord[]>;
  /** Null where not all is seen: the head tells how much there is. */
  head(): Promise<AuditMark | null>;
}

/** What of the audit is seen. */
export function scopedAudit(
  { audit, devices }: Pick<Store, 'audit' | 'devices'>,
  sight: Sight,
  names: () => readonly DeviceName[],
): ScopedAudit {
  /** Every device that is seen and of which there may be a record. */
  const seenDevices = async (): Promise<ReadonlySet<DeviceName>> => {
    const stored = (await devices.list()).map(({ name }) => name);
    return new Set([...stored, ...names()].filter((name) => sight.sees(name)));
  };
  return {
    async list(filter) {
      if (sight.all) return await audit.list(filter);
      if (filter.device !== undefined) return sight.sees(filter.device) ? await audit.list(filter) : [];
      const found: AuditRecord[] = [];
      for (const device of await seenDevices()) found.push(...(await audit.list({ ...filter, device })));
      return found.toSorted((one, other) => other.sequence - one.sequence).slice(0, filter.limit);
    },
    head: async () => (sight.all ? await audit.head() : null),
  };
}
