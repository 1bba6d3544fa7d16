import { HEALTH_CHECKS } from '../formats/device.ts';
import type { HealthRecord, HealthRecords } from '../records/health.ts';
import type { Scope } from './scope.ts';

/** Health reports, newest first. */
export function healthRecords(scope: Scope): HealthRecords {
  return {
    async add(record) {
      await scope.db
        .insertInto('health')
        .values({
          device: record.device,
          attempt_id: record.attemptId,
          at: record.at,
          verdict: record.verdict,
          checks: HEALTH_CHECKS.encode(record.checks),
        })
        .execute();
    },

    async list(device, limit): Promise<readonly HealthRecord[]> {
      const rows = await scope.db
        .selectFrom('health')
        .selectAll()
        .where('device', '=', device)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        device: row.device,
        attemptId: row.attempt_id,
        at: row.at,
        verdict: row.verdict as HealthRecord['verdict'],
        checks: HEALTH_CHECKS.decode(row.checks, { table: 'health', row: row.sequence }),
      }));
    },
  };
}
