import * as fs from 'node:fs';
import { type MessagePort, parentPort } from 'node:worker_threads';
import git, { Errors } from 'isomorphic-git';
import { GIT_FAILURES, type GitFailureCode } from './failures.ts';
import type { HttpsFetch } from './https-fetch.ts';
import type { HttpsPush } from './https-push.ts';
import type { GitObject } from './repository.ts';

/** What the thread of isomorphic-git is asked to do. */
export type GitTask =
  | { readonly kind: 'read'; readonly folder: string; readonly id: string }
  | { readonly kind: 'fetch'; readonly what: HttpsFetch }
  | { readonly kind: 'push'; readonly what: HttpsPush };

/** A task on its way there. */
export interface AskedTask {
  readonly number: number;
  readonly task: GitTask;
}

/** Its answer on the way back. An error's own class does not survive the way. */
export interface AnsweredTask {
  readonly number: number;
  readonly outcome: TaskOutcome;
}

/** What came of a task; an object only of one that reads. */
export type TaskOutcome =
  | { readonly ok: true; readonly object: GitObject | null }
  | { readonly ok: false; readonly code: GitFailureCode; readonly message: string };

/** Packs that were read, as isomorphic-git keeps them; they go when the thread ends. */
const cache = {};

if (parentPort !== null) answerAt(parentPort);

function answerAt(port: MessagePort): void {
  port.on('message', ({ number, task }: AskedTask) => {
    void perform(task).then((outcome) => {
      const moved = outcome.ok && outcome.object !== null ? [outcome.object.bytes.buffer as ArrayBuffer] : [];
      port.postMessage({ number, outcome } satisfies AnsweredTask, moved);
    });
  });
}

async function perform(task: GitTask): Promise<TaskOutcome> {
  try {
    if (task.kind === 'read') return await readStored(task.folder, task.id);
    if (task.kind === 'push') {
      const { pushOverHttps } = await import('./https-push.ts');
      await pushOverHttps(task.what);
      return { ok: true, object: null };
    }
    // Reading starts in a fraction of the time without what speaks to servers.
    const { fetchOverHttps } = await import('./https-fetch.ts');
    await fetchOverHttps(task.what);
    return { ok: true, object: null };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (isGitFailureCode(code)) return { ok: false, code, message: (error as Error).message };
    throw error;
  }
}

async function readStored(gitdir: string, id: string): Promise<TaskOutcome> {
  const read = async (cache: object): Promise<TaskOutcome> => {
    const { type, object } = await git.readObject({ fs, gitdir, oid: id, format: 'content', cache });
    // It may be a piece of something larger, which would travel along.
    return { ok: true, object: { type: type as GitObject['type'], bytes: Uint8Array.from(object as Uint8Array) } };
  };
  try {
    // git may have packed the objects anew while they were looked for, so a second look begins with nothing in mind.
    return await read(cache).catch(async (error: unknown) => {
      if (error instanceof Errors.NotFoundError) throw error;
      return await read({});
    });
  } catch (error) {
    if (error instanceof Errors.NotFoundError)
      return { ok: false, code: 'GitObjectMissing', message: `${id} is not in the repository` };
    if (error instanceof Error && 'syscall' in error) {
      const message = `objects in ${gitdir} can not be read: ${error.message}`;
      return { ok: false, code: 'SourceUnreadable', message };
    }
    return { ok: false, code: 'GitObjectBad', message: `${id} can not be used: it is damaged` };
  }
}

function isGitFailureCode(code: unknown): code is GitFailureCode {
  return typeof code === 'string' && Object.hasOwn(GIT_FAILURES, code);
}
