import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Kysely, Selectable } from 'kysely';
import type { MenuPath, Row } from '#routeros';
import { MENU_ROWS, UNREAD } from '../formats/captures.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { CapturedMenus, CaptureReason, CaptureRecord, CaptureRecords } from '../records/captures.ts';
import { listedTexts } from './listed.ts';
import type { Engine, Scope } from './scope.ts';
import type { Tables } from './tables.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** What a menu holds; `digest` null: the router does not have it. */
interface Content {
  readonly menu: MenuPath;
  readonly digest: string | null;
  readonly text: string;
}

/** The configuration of devices through time. */
export function captureRecords(scope: Scope): CaptureRecords {
  return {
    async add(capture, menus) {
      const contents = contentsOf(menus);
      return await scope.serially('captures', async (db) => {
        const at = await afterLast(db, capture.device, capture.at);
        const changed = changedIn(contents, await openStates(db, capture.device));
        await change(scope, db, capture.device, at, changed);
        const kept = { ...capture, at, changed: changed.length };
        await db
          .insertInto('captures')
          .values({ ...kept, unread: UNREAD.encode(capture.unread) })
          .execute();
        return kept;
      });
    },

    async list(device, limit, until = Number.MAX_SAFE_INTEGER) {
      const rows = await scope.db
        .selectFrom('captures')
        .selectAll()
        .where('device', '=', device)
        .where('at', '<=', until)
        .orderBy('at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(captureOf);
    },

    async newest() {
      const rows = await scope.db
        .selectFrom('captures')
        .select(['device', (each) => each.fn.max('at').as('at')])
        .groupBy('device')
        .execute();
      return new Map(rows.map(({ device, at }) => [device, at]));
    },

    async statesAt(device, at) {
      const rows = await scope.db
        .selectFrom('menu_states')
        .selectAll()
        .where('device', '=', device)
        .where('from_at', '<=', at)
        .where((either) => either.or([either('to_at', 'is', null), either('to_at', '>', at)]))
        .orderBy('menu')
        .execute();
      return rows.map((row) => ({
        menu: row.menu as MenuPath,
        digest: row.digest,
        from: row.from_at,
        to: row.to_at,
      }));
    },

    async contents(digests) {
      const rows = await scope.db
        .selectFrom('menu_contents')
        .selectAll()
        .where('digest', 'in', listedTexts(scope.engine, digests))
        .execute();
      const contents = new Map<string, readonly Row[]>();
      for (const { digest, rows: packed } of rows) {
        const text = (await inflate(packed)).toString('utf8');
        contents.set(digest, MENU_ROWS.decode(text, { table: 'menu_contents', row: digest }));
      }
      return contents;
    },
  };
}

function contentsOf(menus: CapturedMenus): readonly Content[] {
  return [...menus].map(([menu, rows]) => {
    const text = rows === null ? '' : MENU_ROWS.encode(rows);
    const digest = rows === null ? null : createHash('sha256').update(text).digest('base64url');
    return { menu, digest, text };
  });
}

/** What each menu holds as far as is known; one that is not there was not on the router. */
async function openStates(db: Kysely<Tables>, device: DeviceName): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('menu_states')
    .select(['menu', 'digest'])
    .where('device', '=', device)
    .where('to_at', 'is', null)
    .execute();
  return new Map(rows.map(({ menu, digest }) => [menu, digest]));
}

function changedIn(contents: readonly Content[], known: ReadonlyMap<string, string>): readonly Content[] {
  return contents.filter(({ menu, digest }) => (known.get(menu) ?? null) !== digest);
}

/** A clock that was turned back makes no capture older than the one before. */
async function afterLast(db: Kysely<Tables>, device: DeviceName, at: Instant): Promise<Instant> {
  const last = await db
    .selectFrom('captures')
    .select((each) => each.fn.max('at').as('at'))
    .where('device', '=', device)
    .executeTakeFirst();
  return Math.max(Math.round(at), (last?.at ?? 0) + 1);
}

async function change(
  { engine }: Scope,
  db: Kysely<Tables>,
  device: DeviceName,
  at: Instant,
  changed: readonly Content[],
): Promise<void> {
  if (changed.length === 0) return;
  const menus = changed.map(({ menu }) => menu);
  await db
    .updateTable('menu_states')
    .set({ to_at: at })
    .where('device', '=', device)
    .where('to_at', 'is', null)
    .where('menu', 'in', listedTexts(engine, menus))
    .execute();
  const states = changed.flatMap(({ menu, digest }) =>
    digest === null ? [] : [{ device, menu, from_at: at, to_at: null, digest }],
  );
  if (states.length === 0) return;
  await addContents(engine, db, changed);
  await db.insertInto('menu_states').values(states).execute();
}

/** Those that the store does not have, whoever brought them. */
async function addContents(engine: Engine, db: Kysely<Tables>, contents: readonly Content[]): Promise<void> {
  const texts = new Map(contents.flatMap(({ digest, text }) => (digest === null ? [] : [[digest, text] as const])));
  const there = await db
    .selectFrom('menu_contents')
    .select('digest')
    .where('digest', 'in', listedTexts(engine, [...texts.keys()]))
    .execute();
  for (const { digest } of there) texts.delete(digest);
  for (const [digest, text] of texts) {
    const rows = await deflate(text);
    await db.insertInto('menu_contents').values({ digest, rows }).execute();
  }
}

function captureOf({ unread, why, ...row }: Selectable<Tables['captures']>): CaptureRecord {
  const place = { table: 'captures', row: `${row.device} ${row.at}` };
  return { ...row, why: why as CaptureReason, unread: UNREAD.decode(unread, place) };
}

/**
 * Deletes what was no more so before this, and contents that no device holds any more; of each device the newest
 * capture stays. @returns how many rows went.
 */
export async function pruneCaptures(scope: Scope, before: Instant): Promise<number> {
  return await scope.serially('captures', async (db) => {
    const held = db.selectFrom('menu_states').select('digest');
    const deletions = [
      db.deleteFrom('menu_states').where('to_at', '<', before),
      db
        .deleteFrom('captures')
        .where('at', '<', before)
        .where((each) =>
          each(
            'at',
            '<',
            each
              .selectFrom('captures as other')
              .select((other) => other.fn.max('other.at').as('at'))
              .whereRef('other.device', '=', 'captures.device'),
          ),
        ),
      db.deleteFrom('menu_contents').where('digest', 'not in', held),
    ];
    let gone = 0;
    for (const deletion of deletions) gone += Number((await deletion.executeTakeFirst()).numDeletedRows);
    return gone;
  });
}
