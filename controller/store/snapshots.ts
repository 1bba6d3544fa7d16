import { SNAPSHOT_MENUS } from '../formats/device.ts';
import type { SnapshotRecord, SnapshotRecords } from '../records/snapshots.ts';
import type { Scope } from './scope.ts';

/** What the touched menus held before each attempt. */
export function snapshotRecords(scope: Scope): SnapshotRecords {
  return {
    async add(snapshot) {
      await scope.db
        .insertInto('snapshots')
        .values({
          attempt_id: snapshot.attemptId,
          device: snapshot.device,
          taken_at: snapshot.takenAt,
          menus: SNAPSHOT_MENUS.encode(snapshot.menus),
        })
        .execute();
    },

    async list(device, limit): Promise<readonly SnapshotRecord[]> {
      const rows = await scope.db
        .selectFrom('snapshots')
        .selectAll()
        .where('device', '=', device)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        attemptId: row.attempt_id,
        device: row.device,
        takenAt: row.taken_at,
        menus: SNAPSHOT_MENUS.decode(row.menus, { table: 'snapshots', row: row.sequence }),
      }));
    },
  };
}
