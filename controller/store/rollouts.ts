import { sql, type Insertable, type Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { ROLLOUT_MEMBERS, WAVE_RULES } from '../formats/rollout.ts';
import type { Json } from '../formats/stored.ts';
import { TEXT } from '../formats/texts.ts';
import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import type {
  RolloutMember,
  RolloutMemberState,
  RolloutRecord,
  RolloutRecords,
  RolloutState,
} from '../records/rollouts.ts';
import { attemptRecords } from './attempts.ts';
import { listed } from './listed.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

const ENDINGS: readonly RolloutState[] = ['done', 'aborted', 'superseded', 'undone'];
/** Something may be under way on the device by the word of the rollout. */
const BUSY: readonly RolloutMemberState[] = ['released', 'undoing'];
const NOT_BEGUN: readonly RolloutMemberState[] = ['pending', 'deferred', 'skipped', 'superseded'];

/**
 * Rollouts. A write that was not decided on the stored version is refused. The (device, plan) pairs have a table of
 * their own, by which a pair's rollout is found; open ones are found by the partial index `open_rollouts`.
 */
export function rolloutRecords(scope: Scope): RolloutRecords {
  return {
    add: (rollout) =>
      scope.serially(`rollout/${rollout.id}`, async (db) => {
        await db.insertInto('rollouts').values(columnsOf(rollout)).execute();
        await insertPairs(db, rollout);
      }),

    save: (rollout) =>
      scope.serially(`rollout/${rollout.id}`, async (db) => {
        const [known] = read;
        const stored = await db
          .selectFrom('rollouts')
          .select(['id', 'version', unlessKnown(known).as('members')])
          .where('id', '=', rollout.id)
          .executeTakeFirst();
        if (stored === undefined || stored.version !== rollout.version - 1) {
          throw new Failure('RolloutMoved', movedMessage(rollout, stored?.version));
        }
        const before = membersOf(stored, known);
        const begun = await begunAmong(db, before, rollout);
        if (begun !== null) {
          const message = `Rollout ${rollout.id} was decided on before the change of ${begun} began; it is not written.`;
          throw new Failure('RolloutMoved', message);
        }
        const columns = columnsOf(rollout);
        await db.updateTable('rollouts').set(columns).where('id', '=', rollout.id).execute();
        keep(columns.members, rollout.members);
        if (samePairs(before, rollout.members)) return;
        await db.deleteFrom('rollout_members').where('rollout', '=', rollout.id).execute();
        await insertPairs(db, rollout);
      }),

    get: (id) => rolloutIn(scope.db, id),

    hold,

    async holdLastWith(source, device, planId) {
      const last = await lastWith(source, device, planId).select('id').executeTakeFirst();
      return last === undefined ? null : await hold(last.id);
    },

    async listOpen(source) {
      const [known] = read;
      const rows = await scope.db
        .selectFrom('rollouts')
        .select(BESIDE_MEMBERS)
        .select(unlessKnown(known).as('members'))
        .where('source', '=', source)
        .where('ended_at', 'is', null)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => rolloutOf(row, known));
    },

    async listSince(source, at) {
      const rows = await scope.db
        .selectFrom('rollouts')
        .selectAll()
        .where('source', '=', source)
        .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>=', at)]))
        .orderBy('sequence')
        .execute();
      return rows.map((row) => rolloutOf(row));
    },

    async list(source, limit) {
      const rows = await scope.db
        .selectFrom('rollouts')
        .selectAll()
        .where('source', '=', source)
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => rolloutOf(row));
    },

    async lastWith(source, device, planId) {
      const row = await lastWith(source, device, planId).selectAll().executeTakeFirst();
      return row === undefined ? null : rolloutOf(row);
    },
  };

  function hold(id: string): Promise<RolloutRecord | null> {
    return scope.serially(`rollout/${id}`, async (db) => await rolloutIn(db, id));
  }

  function lastWith(source: string, device: DeviceName, planId: PlanId) {
    const withPair = scope.db
      .selectFrom('rollout_members')
      .select('rollout')
      .where('plan_id', '=', planId)
      .where('device', '=', device);
    return scope.db
      .selectFrom('rollouts')
      .where('source', '=', source)
      .where('id', 'in', withPair)
      .orderBy('sequence', 'desc')
      .limit(1);
  }

  async function rolloutIn(db: Scope['db'], id: string): Promise<RolloutRecord | null> {
    const [known] = read;
    const row = await db
      .selectFrom('rollouts')
      .select(BESIDE_MEMBERS)
      .select(unlessKnown(known).as('members'))
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : rolloutOf(row, known);
  }

  /** A device that the next version takes for waiting or left out while what it was let do is under way; null: none. */
  async function begunAmong(
    db: Scope['db'],
    before: readonly RolloutMember[],
    { members, state }: RolloutRecord,
  ): Promise<string | null> {
    if (state === 'aborted') return null;
    const after = new Map(members.map((member) => [pairOf(member), member.state]));
    const left = before.filter(
      (member) => BUSY.includes(member.state) && NOT_BEGUN.includes(after.get(pairOf(member)) ?? member.state),
    );
    const open = await attemptRecords({ ...scope, db }).listOpen(left.map(({ device }) => device));
    const begun = left.find((member) =>
      open.some(
        ({ device, planId }) =>
          // What takes a change back has a plan of its own.
          device === member.device && (planId === member.planId || member.state === 'undoing'),
      ),
    );
    return begun?.device ?? null;
  }

  async function insertPairs(db: Scope['db'], { id, members }: RolloutRecord): Promise<void> {
    const pairs = members.map(({ device, planId }) => [device, planId]);
    await sql`insert into rollout_members (rollout, device, plan_id)
      select cast(${id} as text), listed.value ->> 0, listed.value ->> 1
      from ${listed(scope.engine, pairs)}`.execute(db);
  }
}

const BESIDE_MEMBERS = [
  'id',
  'source',
  'revision',
  'policy',
  'created_at',
  'state',
  'reason',
  'since',
  'wave',
  'wave_done_at',
  'next_wave',
  'forgiven_at',
  'rules',
  'version',
] as const;

type Members = readonly RolloutMember[];

/** A list of members as its text has it. */
interface KnownMembers {
  readonly json: Json<Members>;
  readonly members: Members;
}

/** More than there are rollouts open at one time, mostly. */
const LISTS_KEPT = 4;
/** The newest first. */
let read: readonly KnownMembers[] = [];

function keep(json: Json<Members>, members: Members): void {
  read = [{ json, members }, ...read.slice(0, LISTS_KEPT - 1)];
}

/** The members, but null for a text that is known: the database compares it without handing it out. */
function unlessKnown(known: KnownMembers | undefined) {
  return sql<Json<Members> | null>`case when members = ${known?.json ?? ''} then null else members end`;
}

/**
 * A list of a thousand members takes milliseconds to be read, and while its rollout runs each device has it read again
 * in the transactions of its attempt: what the very same text gave is given again.
 * @param known what a row without members has.
 */
function membersOf(
  { id, members: json }: { readonly id: string; readonly members: Json<Members> | null },
  known: KnownMembers | undefined,
): Members {
  const kept = json === null ? known : read.find((each) => each.json === json);
  if (kept !== undefined) return kept.members;
  const members = ROLLOUT_MEMBERS.decode(json ?? '', { table: 'rollouts', row: id });
  keep(json ?? '', members);
  return members;
}

function samePairs(before: readonly RolloutMember[], after: readonly RolloutMember[]): boolean {
  const pairs = new Set(before.map(pairOf));
  return before.length === after.length && after.every((member) => pairs.has(pairOf(member)));
}

function pairOf({ device, planId }: RolloutMember): string {
  return `${planId} ${device}`;
}

function movedMessage({ id, version }: RolloutRecord, stored: number | undefined): string {
  if (stored === undefined) return `There is no rollout ${id}.`;
  return `Rollout ${id} has version ${stored} by now; what was decided on version ${version - 1} is not written.`;
}

function columnsOf(rollout: RolloutRecord): Insertable<Tables['rollouts']> {
  return {
    id: rollout.id,
    source: rollout.source,
    revision: rollout.revision,
    policy: rollout.policy,
    created_at: rollout.createdAt,
    state: rollout.state,
    reason: TEXT.encode(rollout.reason),
    since: rollout.since,
    ended_at: ENDINGS.includes(rollout.state) ? rollout.since : null,
    wave: rollout.wave,
    wave_done_at: rollout.waveDoneAt,
    next_wave: rollout.nextWave,
    forgiven_at: rollout.forgivenAt,
    rules: WAVE_RULES.encode(rollout.rules),
    members: ROLLOUT_MEMBERS.encode(rollout.members),
    version: rollout.version,
  };
}

type StoredRollout = Pick<Selectable<Tables['rollouts']>, (typeof BESIDE_MEMBERS)[number]> & {
  readonly members: Json<Members> | null;
};

function rolloutOf(row: StoredRollout, known?: KnownMembers): RolloutRecord {
  const place = { table: 'rollouts', row: row.id };
  return {
    id: row.id,
    source: row.source,
    revision: row.revision,
    policy: row.policy,
    createdAt: row.created_at,
    state: row.state as RolloutState,
    reason: TEXT.decode(row.reason, place),
    since: row.since,
    wave: row.wave,
    waveDoneAt: row.wave_done_at,
    nextWave: row.next_wave as RolloutRecord['nextWave'],
    forgivenAt: row.forgiven_at,
    rules: WAVE_RULES.decode(row.rules, place),
    members: membersOf(row, known),
    version: row.version,
  };
}
