import git from 'isomorphic-git';
import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import { completeRef } from './cache-folder.ts';
import { type HttpOptions, openHttp } from './http.ts';
import type { GitLocation } from './location.ts';
import { readRef } from './refs.ts';
import type { Transport } from './remote.ts';
import { openGitThread } from './thread.ts';
import type { GitTask } from './worker.ts';

/**
 * The head of one branch takes less than a thousand bytes; a server that can't be asked for one alone lists all that
 * it has.
 */
const MOST_LIST_BYTES = 4 * 1024 * 1024;

/** Fetches over HTTPS by isomorphic-git: first the branch's head alone, objects only when it is new. */
export function httpsTransport(
  { url, branch }: GitLocation,
  { writeToken, ...options }: HttpOptions & { readonly writeToken: () => string | null },
): Transport {
  // What is listed is looked through here and not in a thread.
  const http = openHttp(url, { ...options, maxAnswerBytes: Math.min(options.maxAnswerBytes, MOST_LIST_BYTES) });

  async function fetch(folder: string, signal: AbortSignal): Promise<void> {
    if ((await readRef(folder, completeRef(branch))) === (await headOf(signal))) return;
    await inThread({ kind: 'fetch', what: { folder, branch, token: options.token(), ...how } }, signal);
  }

  const { ca, timeoutMs, maxAnswerBytes } = options;
  const how = { url, ca, timeoutMs, maxAnswerBytes };

  async function inThread(task: GitTask, signal: AbortSignal): Promise<void> {
    const thread = openGitThread();
    try {
      await thread.ask(task, signal);
    } catch (error) {
      if (error instanceof Failure || signal.aborted) throw error;
      throw gitFailure('SourceGarbage', `the answer of ${url} takes more memory than it may`, error);
    } finally {
      await thread.close();
    }
  }

  async function headOf(signal: AbortSignal): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const refs = await git.listServerRefs({ http: http.clientFor(signal), url, prefix: ref, protocolVersion: 2 });
    const oid = refs.find((candidate) => candidate.ref === ref)?.oid;
    if (oid === undefined) throw gitFailure('BranchMissing', `${url} has no branch ${branch}, or no commit on it yet`);
    if (!/^[0-9a-f]{40}$/.test(oid))
      throw gitFailure('SourceGarbage', `${url} gives the branch an id of an unknown form`);
    return oid;
  }

  return {
    async fetch(folder, signal) {
      try {
        await fetch(folder, signal);
      } catch (error) {
        if (error instanceof Failure || signal.aborted) throw error;
        // Words of isomorphic-git may repeat what the server said; nothing of that is shown.
        const why = error instanceof Error ? error.name : 'unknown';
        throw gitFailure('SourceGarbage', `the answer of ${url} can not be understood (${why})`);
      }
    },
    push:
      writeToken() === null
        ? null
        : async (_, what, signal) => {
            const token = writeToken();
            if (token !== null) await inThread({ kind: 'push', what: { ...what, ...how, token } }, signal);
          },
    close: () => http.close(),
  };
}
