import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitFailure } from './failures.ts';

const MAX_HOPS = 5;

/** The id that a ref of a repository's folder stands at; null: there is none. @throws {Failure} SourceUnreadable */
export async function readRef(folder: string, name: string): Promise<string | null> {
  let ref = name;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    // git writes packed-refs before it removes the file, so this order misses nothing.
    const text = (await textOf(folder, ref)) ?? (await packedRef(folder, ref));
    if (text === null) return null;
    const id = /^[0-9a-f]{40}$/.exec(text)?.[0];
    if (id !== undefined) return id;
    const next = /^ref: (refs\/heads\/.+)$/.exec(text)?.[1];
    if (next === undefined || next.split('/').includes('..')) break;
    ref = next;
  }
  throw gitFailure('SourceUnreadable', `${name} in ${folder} is no ref that can be read`);
}

async function packedRef(folder: string, name: string): Promise<string | null> {
  const lines = (await textOf(folder, 'packed-refs'))?.split('\n') ?? [];
  const line = lines.find((candidate) => candidate.slice(41) === name && !candidate.startsWith('#'));
  return line?.slice(0, 40) ?? null;
}

async function textOf(folder: string, name: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, name), 'utf8')).trimEnd();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw gitFailure('SourceUnreadable', `${join(folder, name)} can not be read`, error);
  }
}
