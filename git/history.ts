import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import type { ObjectReader } from './repository.ts';

/** Messages are words, and signatures a few thousand bytes. */
const MAX_COMMIT_BYTES = 1024 * 1024;

/**
 * What ties a commit to others, read without a judgement on the rest: history below the trusted head is never judged
 * again.
 */
export interface CommitLinks {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** Parents of commits seen so far. They never change, so a caller keeps them from one question to the next. */
export interface Ancestry {
  readonly parents: Map<string, readonly string[]>;
}

/** Nothing seen yet. */
export function createAncestry(): Ancestry {
  return { parents: new Map() };
}

/** A commit object's bytes. @throws {Failure} GitObjectMissing, GitObjectBad when it is none */
export async function readCommit(repository: ObjectReader, id: string): Promise<Uint8Array> {
  const { type, bytes } = await repository.readObject(id);
  if (type !== 'commit') throw gitFailure('GitObjectBad', `${id} is a ${type}, not a commit`);
  if (bytes.byteLength > MAX_COMMIT_BYTES)
    throw gitFailure('GitObjectBad', `the commit ${id} has more than ${String(MAX_COMMIT_BYTES)} bytes`);
  return bytes;
}

/** Tree and parents of a commit. Grafts and replacements do not count. @throws {Failure} as readCommit */
export async function readLinks(repository: ObjectReader, id: string): Promise<CommitLinks> {
  const bytes = await readCommit(repository, id);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const links = /^tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)author /.exec(text);
  if (links === null)
    throw gitFailure('GitObjectBad', `the commit ${id} is malformed: its first lines are not tree, parents, author`);
  return { tree: links[1] ?? '', parents: [...(links[2] ?? '').matchAll(/[0-9a-f]{40}/g)].map(([parent]) => parent) };
}

/** For `catch`: a commit that another one names and that is not there means that the history was cut off. */
export function shallowWhenMissing(error: unknown): never {
  if (isMissing(error)) throw gitFailure('ShallowHistory', `the history is cut off: ${error.message}`, error);
  throw error;
}

/** Whether an object was not there. */
export function isMissing(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'GitObjectMissing';
}
