import { lstatSync, statSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { Failure } from '#failure';
import { faultAtPath, type FileFault } from '../credentials/private-file.ts';

/**
 * Has a server listen on a Unix socket that nobody else may open or put there. What a killed controller left is taken
 * away. @throws {Failure} `ConfigInvalid`
 */
export async function listenOnSocket(server: Server, socketPath: string, mode: 0o600 | 0o660): Promise<void> {
  const refused = mode === 0o600 ? faultAtPath(socketPath, 'own', 'socket') : faultOfShared(socketPath);
  if (refused !== null) throw new Failure('ConfigInvalid', `${socketPath} ${refused.fault}; ${refused.hint}.`);
  if (await somebodyListens(socketPath)) {
    throw new Failure(
      'ConfigInvalid',
      `Another controller listens on ${socketPath}: give each controller a state folder of its own.`,
    );
  }
  await rm(socketPath, { force: true });
  const previousMask = process.umask(0o777 & ~mode);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(previousMask);
  }
  await chmod(socketPath, mode);
}

/** Its group may open a shared socket, but nobody else may put one in its place. */
function faultOfShared(socketPath: string): FileFault | null {
  const folder = statSync(path.dirname(socketPath), { throwIfNoEntry: false });
  if (folder === undefined) return { fault: 'lies in a folder that does not exist', hint: 'make the folder' };
  if ((folder.mode & 0o002) !== 0)
    return { fault: 'lies in a folder that everybody may write to', hint: 'use a folder of your own' };
  const stats = lstatSync(socketPath, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isSocket()) return { fault: 'is no socket', hint: `see what it is: ls -l ${socketPath}` };
  const self = process.geteuid?.();
  const isOurs = self === undefined || stats.uid === self;
  return isOurs ? null : { fault: 'belongs to another user', hint: 'run as its owner, or name another path' };
}

/** A socket file without a listener is what a killed controller left. */
async function somebodyListens(socketPath: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
