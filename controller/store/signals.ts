import { type Kysely, sql } from 'kysely';
import { Client } from 'pg';
import type { OpenSignals } from './no-signals.ts';
import type { Tables } from './tables.ts';

const CHANNEL = 'routeros_gitops';
const AGAIN_AFTER_MS = 2000;

/** LISTEN and NOTIFY, over a connection that is made when somebody first listens, and again when it breaks. */
export function postgresSignals(databaseUrl: string, db: Kysely<Tables>): OpenSignals {
  const listeners = new Set<(message: string) => void>();
  let client: Client | null = null;
  let again: NodeJS.Timeout | null = null;
  let closed = false;

  async function connect(): Promise<void> {
    const made = new Client({
      connectionString: databaseUrl,
      application_name: 'routeros-gitops signals',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    client = made;
    const lost = (): void => {
      if (client !== made) return;
      client = null;
      made.end().catch(() => {});
      if (!closed) again = setTimeout(() => void connect(), AGAIN_AFTER_MS);
    };
    made.on('error', lost);
    made.on('end', lost);
    made.on('notification', ({ payload = '' }) => {
      for (const listener of listeners) listener(payload);
    });
    await made
      .connect()
      .then(() => made.query(`listen ${CHANNEL}`))
      .catch(lost);
  }

  return {
    async tell(message) {
      await sql`select pg_notify(${CHANNEL}, ${message})`.execute(db);
    },
    hear(listener) {
      if (listeners.size === 0 && client === null && again === null) void connect();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      if (again !== null) clearTimeout(again);
      await client?.end().catch(() => {});
    },
  };
}
