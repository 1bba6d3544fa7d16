import { createHash } from 'node:crypto';
import type { DesiredState } from '#differ';
import type { Insertable, Selectable } from 'kysely';
import { BASE } from '../formats/desired-state.ts';
import { PROBED } from '../formats/device.ts';
import { NON_CONVERGING_FIELDS } from '../formats/plan.ts';
import type { Place } from '../formats/stored.ts';
import { Failure } from '#failure';
import type { DeviceRecord, DeviceRecords, KnownBase } from '../records/devices.ts';
import { noteStored } from '../records/digest.ts';
import type { Scope } from './scope.ts';
import type { Tables } from './tables.ts';

type Columns = Partial<Omit<Insertable<Tables['devices']>, 'name'>>;

/** What is known of each device: its pinned serial, the base of planning, and what its versions taught us. */
export function deviceRecords(scope: Scope): DeviceRecords {
  return {
    async get(name, known) {
      const row = await scope.db.selectFrom('devices').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : deviceOf(row, known);
    },

    async serialOf(name) {
      const row = await scope.db.selectFrom('devices').select('serial').where('name', '=', name).executeTakeFirst();
      return row?.serial ?? null;
    },

    async list() {
      const columns = ['name', 'serial', 'confirmed_at'] as const;
      const rows = await scope.db.selectFrom('devices').select(columns).orderBy('name').execute();
      return rows.map(({ name, serial, confirmed_at: confirmedAt }) => ({ name, serial, confirmedAt }));
    },

    async pinSerial(name, serial) {
      await scope.serially(`serial/${serial}`, async (db) => {
        const holder = await db.selectFrom('devices').select('name').where('serial', '=', serial).executeTakeFirst();
        if (holder?.name === name) return;
        if (holder !== undefined) {
          throw new Failure(
            'SerialTaken',
            `Serial ${serial} of device ${name} already belongs to device ${holder.name}: both reach one router. Correct spec.address or remove one of them.`,
          );
        }
        await upsert(db, name, { serial });
      });
    },

    async moveSerial(serial, from, to) {
      await scope.serially(`serial/${serial}`, async (db) => {
        const open = await db
          .selectFrom('attempts')
          .select('id')
          .where('device', '=', from)
          .where('ended_as', 'is', null)
          .executeTakeFirst();
        if (open !== undefined) {
          throw new Failure(
            'SerialTaken',
            `A change of device ${from} is still under way on the router ${serial}, which is now called ${to}.`,
          );
        }
        await upsert(db, from, { serial: null });
        await upsert(db, to, { serial });
      });
    },

    setBase: (name, base, revision, at) =>
      upsert(scope.db, name, {
        base: base === null ? null : BASE.encode(base),
        base_revision: revision,
        confirmed_at: base === null ? null : at,
      }),

    setConvergence: (name, frozen, unconverged) =>
      upsert(scope.db, name, {
        frozen: NON_CONVERGING_FIELDS.encode(frozen),
        unconverged: NON_CONVERGING_FIELDS.encode(unconverged),
      }),

    setProbed: (name, probed) => upsert(scope.db, name, { probed: PROBED.encode(probed) }),
  };
}

async function upsert(db: Scope['db'], name: string, columns: Columns): Promise<void> {
  await db
    .insertInto('devices')
    .values({
      name,
      frozen: NON_CONVERGING_FIELDS.encode([]),
      unconverged: NON_CONVERGING_FIELDS.encode([]),
      ...columns,
    })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
    .execute();
}

function deviceOf(row: Selectable<Tables['devices']>, known: KnownBase | undefined): DeviceRecord {
  const place = { table: 'devices', row: row.name };
  return {
    name: row.name,
    serial: row.serial,
    base: row.base === null ? null : baseOf(row.base, place, known),
    baseRevision: row.base_revision,
    confirmedAt: row.confirmed_at,
    frozen: NON_CONVERGING_FIELDS.decode(row.frozen, place),
    unconverged: NON_CONVERGING_FIELDS.decode(row.unconverged, place),
    probed: row.probed === null ? null : PROBED.decode(row.probed, place),
  };
}

function baseOf(text: string, place: Place, known: KnownBase | undefined): DesiredState {
  const digest = createHash('sha256').update(text).digest('base64');
  const base = known?.digest === digest ? known.base : BASE.decode(text, place);
  noteStored(base, digest);
  return base;
}
