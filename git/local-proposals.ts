import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { codeOf } from '#failure';
import { gitFailure } from './failures.ts';
import { readLinks } from './history.ts';
import type { GitLocation } from './location.ts';
import { newCommit, type NewObject } from './new-commit.ts';
import { proposalRef } from './proposal-ref.ts';
import { readRef } from './refs.ts';
import type { ProposalBranches } from './proposed-commit.ts';
import type { ObjectReader } from './repository.ts';

const compress = promisify(deflate);

/** Branches of proposals in a repository on this machine; no other is ever written. @param repository to read from it. */
export function localProposals({ url: folder, branch }: GitLocation, repository: ObjectReader): ProposalBranches {
  // A branch that is followed is never one of a proposal's, whatever it is called.
  const isFollowed = (ref: string): boolean => ref === `refs/heads/${branch}`;
  return {
    async put({ id, before, ...commit }) {
      const ref = proposalRef(id);
      if (isFollowed(ref)) throw gitFailure('ProposalsRefused', `${ref} is the branch that is followed`);
      const objects = await newCommit(repository, commit);
      const made = objects.at(-1) as NewObject;
      try {
        const standing = await readRef(folder, ref);
        if (standing !== null && (await saysTheSame(repository, standing, made, commit.parent))) return standing;
        for (const object of objects) await writeLoose(folder, object);
        return (await moveRef(folder, ref, before, made.id)) ? made.id : null;
      } catch (error) {
        throw refusalOf(error, folder);
      }
    },
    async remove(id, at) {
      const ref = proposalRef(id);
      if (isFollowed(ref)) return;
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

/** A life before wrote it, and ended before it could say so. */
async function saysTheSame(
  repository: ObjectReader,
  standing: string,
  made: NewObject,
  parent: string,
): Promise<boolean> {
  const tree = /^tree ([0-9a-f]{40})\n/.exec(Buffer.from(made.bytes).toString('latin1'))?.[1];
  const links = await readLinks(repository, standing);
  return links.tree === tree && links.parents.length === 1 && links.parents[0] === parent;
}

async function writeLoose(folder: string, { type, bytes, id }: NewObject): Promise<void> {
  const file = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  if (await exists(file)) return;
  await fs.mkdir(dirname(file), { recursive: true });
  const header = Buffer.from(`${type} ${String(bytes.byteLength)}\0`);
  await writeWhole(file, await compress(Buffer.concat([header, bytes])), 0o444);
}

/** As git moves refs: under a lock, and only from where it is said to stand. @returns false: it stands elsewhere. */
async function moveRef(folder: string, ref: string, from: string | null, to: string | null): Promise<boolean> {
  const file = join(folder, ref);
  await fs.mkdir(dirname(file), { recursive: true });
  const lock = await fs.open(`${file}.lock`, 'wx', 0o644);
  let isLocked = true;
  try {
    if ((await readRef(folder, ref)) !== from) return false;
    if (to === null) await fs.rm(file, { force: true });
    else {
      await lock.writeFile(`${to}\n`);
      await lock.sync();
      await fs.rename(`${file}.lock`, file);
      isLocked = false;
    }
    return true;
  } finally {
    await lock.close();
    if (isLocked) await fs.rm(`${file}.lock`, { force: true });
  }
}

async function writeWhole(file: string, content: Uint8Array, mode: number): Promise<void> {
  const temporary = join(dirname(file), `tmp_obj_${randomUUID()}`);
  const handle = await fs.open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, file);
}

async function exists(file: string): Promise<boolean> {
  return await fs.access(file).then(
    () => true,
    () => false,
  );
}
