import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Server, Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

/* Set up before every quick suite: starting a process, listening, connecting and using a database throw. */
refuse(
  childProcess,
  ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'],
  'starts a process',
);
syncBuiltinESMExports();
refuse(Server.prototype, ['listen'], 'listens');
refuse(Socket.prototype, ['connect'], 'connects');
// The constructor of this module cannot be replaced for those who import it by name.
refuse(DatabaseSync.prototype, ['exec', 'prepare'], 'uses a database');

function refuse(owner: object, names: readonly string[], what: string): void {
  const fail = (): never => {
    throw new Error(`A quick suite ${what}: QUICK in vitest.config.ts says which suites are quick.`);
  };
  Object.assign(owner, Object.fromEntries(names.map((name) => [name, fail])));
}
