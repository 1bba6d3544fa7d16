import type { Selectable } from 'kysely';
import { TEXT } from '../formats/texts.ts';
import type { AccessRecords, AccessRow, KeptAccess } from '../records/accesses.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

type Row = Selectable<Tables['access_rows']>;

/** Rows of one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const AT_ONCE = 500;

/** Who asked for what; the database refuses to change a row. */
export function accessRecords(scope: Scope): AccessRecords {
  return {
    async add(batch, writtenAt, rows) {
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        const values = rows
          .slice(from, from + AT_ONCE)
          .map(({ at, actor, person, operation, device, outcome, count }) => ({
            batch,
            written_at: writtenAt,
            at,
            actor: TEXT.encode(actor),
            person: person === undefined ? null : TEXT.encode(person),
            operation,
            device: device === null ? null : TEXT.encode(device),
            outcome,
            count,
          }));
        await scope.db.insertInto('access_rows').values(values).execute();
      }
    },

    async list({ actor, operation, device, since, until, before, limit }) {
      let query = scope.db.selectFrom('access_rows').selectAll().orderBy('sequence', 'desc').limit(limit);
      if (actor !== undefined) query = query.where('actor', '=', TEXT.encode(actor));
      if (operation !== undefined) query = query.where('operation', '=', operation);
      if (device !== undefined) query = query.where('device', '=', TEXT.encode(device));
      if (since !== undefined) query = query.where('at', '>=', since);
      if (until !== undefined) query = query.where('at', '<', until);
      if (before !== undefined) query = query.where('sequence', '<', before);
      return (await query.execute()).map(keptOf);
    },

    async batches(wanted) {
      const rows = await scope.db
        .selectFrom('access_rows')
        .selectAll()
        .where('batch', 'in', [...wanted])
        .orderBy('sequence')
        .execute();
      return Map.groupBy(
        rows.map((row) => ({ batch: row.batch, ...rowOf(row) })),
        ({ batch }) => batch,
      );
    },

    async lastOf() {
      const { fn } = scope.db;
      const rows = await scope.db
        .selectFrom('access_rows')
        .select(['actor', fn.max('at').as('at'), fn.sum<number | string>('count').as('count')])
        .where('outcome', '=', 'ok')
        .groupBy('actor')
        .execute();
      return rows.map(({ actor, at, count }) => ({
        actor: TEXT.decode(actor, { table: 'access_rows', row: actor }),
        at,
        count: Number(count),
      }));
    },

    async oldest() {
      const row = await scope.db
        .selectFrom('access_rows')
        .select('written_at')
        .orderBy('written_at')
        .limit(1)
        .executeTakeFirst();
      return row?.written_at ?? null;
    },

    async prune(before) {
      const gone = await scope.db.deleteFrom('access_rows').where('written_at', '<', before).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}

function rowOf({ sequence, at, actor, person, operation, device, outcome, count }: Row): AccessRow {
  const place = { table: 'access_rows', row: sequence };
  return {
    at,
    actor: TEXT.decode(actor, place),
    ...(person === null ? {} : { person: TEXT.decode(person, place) }),
    operation,
    device: device === null ? null : TEXT.decode(device, place),
    outcome,
    count,
  };
}

function keptOf(row: Row): KeptAccess {
  return { sequence: row.sequence, ...rowOf(row) };
}
