import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { codeOf } from '#failure';
import { gitFailure } from './failures.ts';
import type { GitLocation } from './location.ts';
import { newCommit, type NewObject } from './new-commit.ts';
import { moved, refOf } from './proposal-ref.ts';
import { readRef } from './refs.ts';
import type { ProposalBranches } from './proposed-commit.ts';
import type { ObjectReader } from './repository.ts';
import { writeWhole } from './write-whole.ts';

const compress = promisify(deflate);

/** Branches of proposals in a repository on this machine; no other is ever written. @param repository to read from it. */
export function localProposals({ url: folder, branch }: GitLocation, repository: ObjectReader): ProposalBranches {
  return {
    async put({ id, before, ...commit }) {
      const ref = refOf(id, branch);
      const objects = await newCommit(repository, commit);
      const made = objects.at(-1) as NewObject;
      try {
        for (const object of objects) await writeLoose(folder, object);
        await moveRef(folder, ref, before, made.id);
        return made.id;
      } catch (error) {
        throw refusalOf(error, folder);
      }
    },
    async remove(id, at) {
      const ref = refOf(id, branch);
      try {
        await moveRef(folder, ref, at, null);
      } catch (error) {
        throw refusalOf(error, folder);
      }
    },
  };
}

function refusalOf(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  return NOT_WRITABLE.has(code)
    ? gitFailure('ProposalsRefused', `${folder} can not be written: ${code}`, error)
    : error;
}

/** Nobody may write there, or something else is in the way. */
const NOT_WRITABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EEXIST',
  'ENOTDIR',
  'EISDIR',
]);

/** Stores an object in a repository's folder as git does. */
export async function writeLoose(folder: string, { type, bytes, id }: NewObject): Promise<void> {
  const file = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  if (await exists(file)) return;
  await fs.mkdir(dirname(file), { recursive: true });
  const header = Buffer.from(`${type} ${String(bytes.byteLength)}\0`);
  await writeWhole(file, await compress(Buffer.concat([header, bytes])), 0o444);
}

/** As git moves refs: under a lock, and only from where it is said to stand. @throws {Failure} `ProposalMoved` */
async function moveRef(folder: string, ref: string, from: string | null, to: string | null): Promise<void> {
  const file = join(folder, ref);
  await fs.mkdir(dirname(file), { recursive: true });
  const lock = await fs.open(`${file}.lock`, 'wx', 0o644);
  let isLocked = true;
  try {
    const standing = await readRef(folder, ref);
    // A life before may have written it, and ended before it could say so.
    if (standing === to) return;
    if (standing !== from) throw moved(ref);
    if (to === null) await fs.rm(file, { force: true });
    else {
      await lock.writeFile(`${to}\n`);
      await lock.sync();
      await fs.rename(`${file}.lock`, file);
      isLocked = false;
    }
  } finally {
    await lock.close();
    if (isLocked) await fs.rm(`${file}.lock`, { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return await fs.access(file).then(
    () => true,
    () => false,
  );
}
