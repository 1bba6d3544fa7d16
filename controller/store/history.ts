import { sql } from 'kysely';
import { FEEDS } from '../formats/source.ts';
import type { Json } from '../formats/stored.ts';
import type { HistoryEntry, HistoryRecords, PlacedChange } from '../records/history.ts';
import { listed, listedTexts } from './listed.ts';
import type { Scope } from './scope.ts';

/** In place of a statement: nobody can tell whose it was; nobody's, as a new name is. */
const UNKNOWN = '';
const NOBODY = '-';
/** In place of a spec. */
const GONE = '';

/** Who changed which objects, in the order of acceptance: `position` counts from 1 in each source. */
export function historyRecords(scope: Scope): HistoryRecords {
  return {
    async append(source, entries) {
      if ((await unknown(scope.db, source, entries)).length === 0) return;
      await scope.serially(`history/${source}`, async (db) => {
        const { last } = await db
          .selectFrom('history')
          .select(sql<number>`coalesce(max(position), 0)`.as('last'))
          .where('source', '=', source)
          .executeTakeFirstOrThrow();
        const added = (await unknown(db, source, entries)).map((entry, index) => ({
          ...entry,
          position: last + 1 + index,
        }));
        const rows = added.map(({ position, commit, statement }) => [position, commit, statement]);
        await sql`insert into history (source, position, commit_id, statement, accepted)
          select cast(${source} as text), cast(listed.value ->> 0 as bigint), listed.value ->> 1, listed.value ->> 2, 0
          from ${listed(scope.engine, rows)}`.execute(db);
        const changes = added.flatMap(({ position, changes: made }) =>
          made.flatMap((change) => rowsOf(position, change)),
        );
        await sql`insert into object_changes (source, position, kind, name, statement, feeds, spec)
          select cast(${source} as text), cast(listed.value ->> 0 as bigint), listed.value ->> 1, listed.value ->> 2, listed.value ->> 3,
            listed.value ->> 4, listed.value ->> 5
          from ${listed(scope.engine, changes)}`.execute(db);
      });
    },

    async accept(source, commits) {
      await scope.db
        .updateTable('history')
        .set({ accepted: 1 })
        .where('source', '=', source)
        .where('accepted', '=', 0)
        .where('commit_id', 'in', listedTexts(scope.engine, commits))
        .execute();
    },

    async withdraw(source, kept) {
      await scope.serially(`history/${source}`, async (db) => {
        await db
          .deleteFrom('history')
          .where('source', '=', source)
          .where('accepted', '=', 0)
          .where('commit_id', 'not in', listedTexts(scope.engine, kept))
          .execute();
      });
    },

    async positionOf(source, commit) {
      const trust = await scope.db.selectFrom('trust').select('anchor').where('source', '=', source).executeTakeFirst();
      if (trust === undefined) return null;
      if (commit === trust.anchor) return 0;
      const row = await scope.db
        .selectFrom('history')
        .select('position')
        .where('source', '=', source)
        .where('commit_id', '=', commit)
        .executeTakeFirst();
      return row?.position ?? null;
    },

    async changesAfter(source, position) {
      return (await placed(source).where('object_changes.position', '>', position).execute()).map(changeOf);
    },

    async changesOf(source, objects) {
      if (objects.length === 0) return [];
      const names = objects.map(({ kind, name }) => [kind, name]);
      const rows = await placed(source)
        .where(
          sql<boolean>`(object_changes.kind, object_changes.name) in
            (select listed.value ->> 0, listed.value ->> 1 from ${listed(scope.engine, names)})`,
        )
        .execute();
      return rows.map(changeOf);
    },

    async objectsOfSpecs(source, specs) {
      if (specs.length === 0) return [];
      return await scope.db
        .selectFrom('object_changes')
        .select(['kind', 'name'])
        .distinct()
        .where('source', '=', source)
        .where('spec', 'in', listedTexts(scope.engine, specs))
        .execute();
    },
  };

  function placed(source: string) {
    return scope.db
      .selectFrom('object_changes')
      .innerJoin('history', (join) =>
        join
          .onRef('history.source', '=', 'object_changes.source')
          .onRef('history.position', '=', 'object_changes.position'),
      )
      .leftJoin('statements', (join) =>
        join
          .onRef('statements.source', '=', 'object_changes.source')
          .onRef('statements.statement', '=', 'object_changes.statement'),
      )
      .selectAll('object_changes')
      .select(['history.accepted', 'statements.person', 'statements.material'])
      .where('object_changes.source', '=', source)
      .orderBy('object_changes.position');
  }

  /** In order, each once. */
  async function unknown(
    db: Scope['db'],
    source: string,
    entries: readonly HistoryEntry[],
  ): Promise<readonly HistoryEntry[]> {
    const byId = new Map(entries.map((entry) => [entry.commit, entry]));
    const known = await db
      .selectFrom('history')
      .select('commit_id')
      .where('source', '=', source)
      .where('commit_id', 'in', listedTexts(scope.engine, [...byId.keys()]))
      .execute();
    for (const { commit_id: id } of known) byId.delete(id);
    return [...byId.values()];
  }
}

function rowsOf(position: number, change: HistoryEntry['changes'][number]): readonly (readonly (string | number)[])[] {
  const { kind, name, forms, statements } = change;
  const by = statements.length === 0 ? [NOBODY] : statements.map((statement) => statement ?? UNKNOWN);
  const left = forms.length === 0 ? [['null', GONE]] : forms.map(({ feeds, spec }) => [FEEDS.encode(feeds), spec]);
  const rows = by.flatMap((statement) =>
    left.map(([feeds = '', spec = '']) => [position, kind, name, statement, feeds, spec]),
  );
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

interface Row {
  readonly position: number;
  readonly kind: string;
  readonly name: string;
  readonly statement: string;
  readonly feeds: Json<unknown>;
  readonly spec: string;
  readonly accepted: number;
  readonly person: string | null;
  readonly material: string | null;
}

function changeOf({ position, kind, name, statement, feeds, spec, accepted, person, material }: Row): PlacedChange {
  const known = person === null || material === null ? ('unknown' as const) : { person, material };
  return {
    position,
    kind,
    name,
    form: spec === GONE ? null : { feeds: FEEDS.decode(feeds, { table: 'object_changes', row: position }), spec },
    accepted: accepted === 1,
    statement: person === null ? null : statement,
    by: statement === NOBODY ? 'nobody' : known,
  };
}
