import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import { adoptCopy, completeRef, formerCopyOf, prepareCache } from './cache-folder.ts';
import type { GitLocation } from './location.ts';
import { isLack, openObjects } from './objects.ts';
import { readRef } from './refs.ts';
import { type PushedRef, remoteProposals } from './remote-proposals.ts';
import type { GitObject, GitRepository } from './repository.ts';

/** How a branch comes into a copy. */
export interface Transport {
  /**
   * Fetches what the copy in `folder` lacks, and sets its `completeRef` to the head when all objects arrived. @throws
   * {Failure} of GIT_FAILURES
   */
  fetch(folder: string, signal: AbortSignal): Promise<void>;
  /** Moves the branch of a proposal there; null: nobody gave us a way to. @throws {Failure} as Push */
  readonly push: ((folder: string, what: PushedRef, signal: AbortSignal) => Promise<void>) | null;
  close(): Promise<void>;
}

const NO_HEAD = 'none yet';

/** A repository elsewhere, by its copy in `folder`. One process at a time may hold it. */
export function openRemote(
  location: GitLocation,
  folder: string,
  timeoutMs: number,
  transport: Transport,
): GitRepository {
  const objects = openObjects([folder, formerCopyOf(folder)]);
  let last: Promise<unknown> = Promise.resolve();
  let prepared = false;
  /** The head at which an object was missed or bad; the copy is then made whole once, and not with every poll. */
  let missedAt: string | null = null;
  let healedAt: string | null = null;
  let head: string | null = null;
  const closing = new AbortController();

  async function bring(signal: AbortSignal): Promise<string> {
    const limit = AbortSignal.timeout(timeoutMs);
    const both = AbortSignal.any([signal, limit]);
    signal.throwIfAborted();
    if (!prepared) await prepareCache(folder);
    prepared = true;
    const heal = missedAt !== null && missedAt !== healedAt;
    try {
      if (heal) await fetchAnew(both);
      else await transport.fetch(folder, both);
    } catch (error) {
      prepared = false;
      if (isLack(error)) missedAt = head ?? NO_HEAD;
      if (signal.aborted) throw signal.reason;
      if (limit.aborted && !(error instanceof Failure)) {
        throw gitFailure(
          'SourceUnreachable',
          `${location.url} did not answer to the end within ${String(timeoutMs / 1000)} s`,
        );
      }
      throw error;
    }
    if (heal) healedAt = missedAt;
    missedAt = null;
    if (existsSync(join(folder, 'shallow'))) {
      throw gitFailure(
        'ShallowHistory',
        `${location.url} is a shallow clone: use the repository that it was made from`,
      );
    }
    const arrived = await readRef(folder, completeRef(location.branch));
    if (arrived === null) throw gitFailure('BranchMissing', `${location.url} has no branch ${location.branch}`);
    if (arrived !== head || heal) objects.reload();
    head = arrived;
    return arrived;
  }

  async function fetchAnew(signal: AbortSignal): Promise<void> {
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    await prepareCache(fresh);
    await transport.fetch(fresh, signal);
    await adoptCopy(fresh, folder);
  }

  /** Two of them in one folder would get into each other's way. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return await turn;
  }

  async function readObject(id: string): Promise<GitObject> {
    try {
      return await objects.read(id);
    } catch (error) {
      if (isLack(error)) missedAt = head ?? NO_HEAD;
      throw error;
    }
  }

  async function push(way: NonNullable<Transport['push']>, what: PushedRef): Promise<void> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      await inTurn(() => way(folder, what, AbortSignal.any([closing.signal, limit])));
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw gitFailure('SourceUnreachable', `${location.url} did not take a proposal to the end`, error);
    }
  }

  const { push: way } = transport;
  return {
    async fetchHead(signal) {
      signal.throwIfAborted();
      return await inTurn(() => bring(signal));
    },
    readObject,
    proposals: way === null ? null : remoteProposals(location, { readObject }, (what) => push(way, what)),
    async close() {
      closing.abort(new Error('the repository is closed'));
      await transport.close();
      await last;
      await objects.close();
    },
  };
}
