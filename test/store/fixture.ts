import { carrierOf } from '../../controller/records/proofs.ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Records } from '../../controller/records/store.ts';
import type { StoreLocation } from '../../controller/store/index.ts';
import { query } from '../support/postgres.ts';

const FOLDER = path.join(import.meta.dirname, '../fixtures/store-v1');
const DEVICES = ['lab1', 'lab2', 'lab3', 'p1', 'p2', 'p3', 'p4', 's1', 's2'];

/** The fleet's source in the fixture, and a folder of which it knows one revision. */
export const FIXTURE = {
  source: 'git:/tmp/routeros-gitops-6bNlj4/fleet.git#main:.',
  folder: 'folder:/srv/fleet',
} as const;

/** Makes an empty place hold the fixture. None of the product's code has a hand in it. */
export async function placeFixture(location: StoreLocation): Promise<void> {
  if ('folder' in location) return placeInFolder(location.folder);
  await query(location.databaseUrl, textOf('postgres.sql'));
  const rows = textOf('rows.sql').replaceAll(
    /^(insert into "\w+" \([^)]+\)) values/gm,
    '$1 overriding system value values',
  );
  await query(location.databaseUrl, rows);
  await query(location.databaseUrl, COUNT_ON);
}

function placeInFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'store.db');
  writeFileSync(file, '', { mode: 0o600 });
  const database = new DatabaseSync(file);
  database.exec(`begin; ${textOf('sqlite.sql')} ${textOf('rows.sql')} commit`);
  database.close();
}

/** What the database counts goes on after the rows that are there. */
const COUNT_ON = `do $$ declare each text; begin
  for each in select table_name from information_schema.columns where is_identity = 'YES' loop
    execute format('select setval(pg_get_serial_sequence(%1$L, ''sequence''), max(sequence)) from %1$I', each);
  end loop;
end $$`;

/** How many rows the fixture has in a table. */
export function rowsIn(table: string): number {
  return textOf('rows.sql').split(`insert into "${table}" (`).length - 1;
}

/** What the store that was recorded said of itself. */
export function expectedContents(): Contents {
  return JSON.parse(textOf('expected.json')) as Contents;
}

function textOf(file: string): string {
  return readFileSync(path.join(FOLDER, file), 'utf8');
}

/** Everything that a store tells, but for the older records of its audit. */
export type Contents = Awaited<ReturnType<typeof contentsOf>>;

/** Asks a store for everything in the fixture. */
export async function contentsOf(store: Records) {
  const { source, folder } = FIXTURE;
  const attempts = await eachDevice((device) => store.attempts.list(device, 100));
  const rollouts = await store.rollouts.list(source, 100);
  const fleetPlans = await each(
    [...textOf('rows.sql').matchAll(/^insert into "fleet_plans" .* values \(\d+, '(\S+)'/gm)],
    ([, id = '']) => store.fleetPlans.get(id as `sha256:${string}`),
  );
  const plans = await each(
    [...textOf('rows.sql').matchAll(/^insert into "plans" .* values \('(\S+)'/gm)],
    ([, id = '']) => store.plans.get(id as `sha256:${string}`),
  );
  const devices = await each(await store.devices.list(), ({ name }) => store.devices.get(name));
  return {
    devices: devices.filter((device) => device !== null),
    revisions: await each([source, folder], (name) => store.revisions.latest(name)),
    plans,
    current: (await store.plans.listCurrent()).map(({ id }) => id),
    trust: await store.trust.get(source),
    waiting: await store.statements.waiting(source),
    approvals: await store.approvals.list(source, 100),
    consents: await each(plans, async (plan) =>
      plan === null ? [] : await store.approvals.consentsFor(source, plan.id, plan.device),
    ),
    history: await store.history.changesAfter(source, 0),
    revocations: await store.revocations.list(),
    fleetPlans,
    newestFleetPlan: (await store.fleetPlans.latest())?.id ?? null,
    attempts,
    spent: await each(attempts, (attempt) => store.approvals.spentFor(attempt.id)),
    open: await store.attempts.listOpen(DEVICES),
    rollouts,
    openRollouts: (await store.rollouts.listOpen(source)).map(({ id }) => id),
    snapshots: await eachDevice((device) => store.snapshots.list(device, 100)),
    health: await eachDevice((device) => store.health.list(device, 100)),
    drift: await store.drift.listOpen(),
    auditHead: await store.audit.head(),
    audit: await store.audit.list({ limit: 10 }),
    secrets: await store.secrets.list(),
    secret: await store.secrets.get('lab'),
    freeze: await store.freeze.get(),
  };
}

/** As the code of that day told it: a consent was a signed commit then. */
export function asThen({ approvals, consents, spent, ...contents }: Contents): unknown {
  return {
    ...contents,
    approvals: approvals.map(consentThen),
    consents: consents.map((each) => each.map(consentThen)),
    spent: spent.map((used) =>
      used.map((each) =>
        each.kind === 'consent'
          ? { kind: 'commit', by: each.by, statement: each.id, commit: each.carrier }
          : { ...each, statement: null, commit: null },
      ),
    ),
  };
}

function consentThen({ id, approves, proof, ...consent }: Contents['approvals'][number]): unknown {
  return { ...consent, statement: id, approvedId: approves, commit: carrierOf(proof), ...proof.by };
}

async function each<T, R>(values: readonly T[], ask: (value: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (const value of values) answers.push(await ask(value));
  return answers;
}

async function eachDevice<R>(ask: (device: string) => Promise<readonly R[]>): Promise<readonly R[]> {
  return (await each(DEVICES, ask)).flat();
}
