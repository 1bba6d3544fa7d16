import { Worker } from 'node:worker_threads';
import { Failure } from '#routeros';
import { cutOffFiles } from '../desired/cut-off.ts';
import type { Fault } from '../desired/fault.ts';
import { piecesOf } from '../desired/pieces.ts';
import { revisionOf } from '../desired/revision.ts';
import { SOURCE_FAILURES, type SourceFailureCode } from './failures.ts';
import type { GitObject, ObjectReader } from './git/repository.ts';
import { readTree } from './git/tree.ts';
import { type Begin, type FromProcess, type RevisionTask, scriptBeside, type ToProcess } from './revision-task.ts';

if (process.send !== undefined) listen();

/** Waits for its task. A controller that ends takes it along. */
function listen(): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (begin: Begin) => {
    void new Worker(scriptBeside(import.meta.url, 'watchdog'), { workerData: begin.limits });
    answer(begin.task).catch((error: unknown) => {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      say({ is: 'broken', message: message.slice(0, LONGEST_MESSAGE).toWellFormed() });
    });
  });
}

const LONGEST_MESSAGE = 500;

function say(word: FromProcess): void {
  process.send?.(word);
}

/** Reads and checks one revision where nobody waits for it. */
async function answer(task: RevisionTask): Promise<void> {
  let told = Promise.withResolvers<ToProcess>();
  process.on('message', (word: ToProcess) => told.resolve(word));
  const ask = async (word: FromProcess): Promise<ToProcess> => {
    told = Promise.withResolvers();
    say(word);
    return await told.promise;
  };
  const readObject = async (id: string): Promise<GitObject> => {
    const word = await ask({ is: 'wanted', object: id });
    if (word.is !== 'object') throw new RangeError(`no object for ${id}`);
    return word.object;
  };
  try {
    const { id, files, unread, before } = await contentOf(task, readObject);
    const revision = revisionOf(files, unread);
    if (!revision.ok) return say({ is: 'faulty', faults: revision.faults });
    const cutOff = before === null ? [] : cutOffFiles(before, files);
    if (cutOff.length > 0) return say({ is: 'faulty', faults: cutOff });
    for (const text of piecesOf(revision.inventory)) await ask({ is: 'piece', text });
    say({ is: 'good', id });
  } catch (error) {
    if (!(error instanceof Failure) || !isSourceCode(error.code)) throw error;
    say({ is: 'failed', code: error.code, message: error.message });
  }
}

interface Content {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly unread: readonly Fault[];
  readonly before: Readonly<Record<string, string>> | null;
}

async function contentOf(task: RevisionTask, readObject: ObjectReader['readObject']): Promise<Content> {
  if (task.kind === 'files') return { ...task, unread: [] };
  const { id, files, faults } = await readTree({ readObject }, task.tree, task.path);
  return { id, files, unread: faults, before: null };
}

function isSourceCode(code: string): code is SourceFailureCode {
  return Object.hasOwn(SOURCE_FAILURES, code);
}
