import { createHash } from 'node:crypto';
import { Failure } from '#failure';
import { takeTurns } from '#turns';
import { gitFailure } from './failures.ts';
import { type GitObject, MAX_OBJECT_BYTES } from './repository.ts';
import { openGitThread } from './thread.ts';

/** The objects of one repository. */
export interface ObjectStore {
  /** The object as stored, hashed again. @throws {Failure} GitObjectMissing, GitObjectBad, SourceUnreadable */
  read(id: string): Promise<GitObject>;
  /** Forgets which files there were: others may be there by now. */
  reload(): void;
  close(): Promise<void>;
}

const ID = /^[0-9a-f]{40}$/;
const KEPT_BYTES = 16 * 1024 * 1024;
const SLOWEST_READ_MS = 60_000;

/** Opens the objects below Git folders; what the first lacks, or has damaged, is looked for in the next. */
export function openObjects(folders: readonly string[]): ObjectStore {
  const thread = openGitThread();
  /** Trees above all are asked for again and again. */
  const kept = new Map<string, GitObject>();
  const turn = takeTurns();
  let keptBytes = 0;

  async function read(id: string): Promise<GitObject> {
    if (!ID.test(id)) throw gitFailure('GitObjectBad', `${JSON.stringify(id)} is no id of an object`);
    const known = kept.get(id);
    if (known !== undefined) {
      await turn();
      return known;
    }
    const object = await readFirst(id);
    keep(id, object);
    return object;
  }

  async function readFirst(id: string): Promise<GitObject> {
    let lack = gitFailure('GitObjectMissing', `${id} is not in the repository`);
    for (const folder of folders) {
      try {
        return await readFrom(folder, id);
      } catch (error) {
        if (!isLack(error)) throw error;
        if (error.code === 'GitObjectBad') lack = error;
      }
    }
    throw lack;
  }

  async function readFrom(folder: string, id: string): Promise<GitObject> {
    const signal = AbortSignal.timeout(SLOWEST_READ_MS);
    const object = await thread.ask({ kind: 'read', folder, id }, signal).catch((error: unknown) => {
      if (error instanceof Failure) throw error;
      throw gitFailure(
        'GitObjectBad',
        `${id} can not be used: reading it takes more time or memory than it may`,
        error,
      );
    });
    if (object === null || idOf(object) !== id)
      throw gitFailure('GitObjectBad', `${id} can not be used: another object is stored in its place`);
    if (object.bytes.byteLength > MAX_OBJECT_BYTES)
      throw gitFailure('GitObjectBad', `${id} has more than ${String(MAX_OBJECT_BYTES)} bytes`);
    return object;
  }

  function keep(id: string, object: GitObject): void {
    if (kept.has(id)) return;
    kept.set(id, object);
    keptBytes += object.bytes.byteLength;
    for (const [oldest, { bytes }] of kept) {
      if (keptBytes <= KEPT_BYTES) break;
      kept.delete(oldest);
      keptBytes -= bytes.byteLength;
    }
  }

  return { read, reload: () => thread.renew(), close: () => thread.close() };
}

/** Whether an object was not there, or not what its id says. */
export function isLack(error: unknown): error is Failure<'GitObjectMissing' | 'GitObjectBad'> {
  return error instanceof Failure && (error.code === 'GitObjectMissing' || error.code === 'GitObjectBad');
}

function idOf({ type, bytes }: GitObject): string {
  return createHash('sha1')
    .update(`${type} ${String(bytes.byteLength)}\0`)
    .update(bytes)
    .digest('hex');
}
