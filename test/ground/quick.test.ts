import { fork, spawn, spawnSync } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';

// This suite is a quick one itself.
describe('no quick suite', () => {
  it.each([
    ['starts a process', () => spawn(process.execPath)],
    ['starts a process and waits for it', () => spawnSync(process.execPath)],
    ['forks', () => fork('none.ts')],
    ['listens on a port', () => createServer().listen(0)],
    ['serves HTTP', () => createHttpServer().listen(0)],
    ['connects', () => connect(1)],
    ['uses SQLite', () => new DatabaseSync(':memory:').exec('select 1')],
  ])('%s', (_, act) => {
    expect(act).toThrow('A quick suite');
  });

  it('uses PostgreSQL', async () => {
    await expect(new Client('postgres://127.0.0.1:1/none').connect()).rejects.toThrow('A quick suite');
  });
});
