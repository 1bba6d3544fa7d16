import { Worker } from 'node:worker_threads';
import { Failure } from '#failure';
import { cutOffFiles } from '../desired/cut-off.ts';
import type { Diagnostic } from '../desired/diagnostic.ts';
import { piecesOf } from '../desired/pieces.ts';
import { explainedIn } from '../desired/explain.ts';
import { revisionOf } from '../desired/revision.ts';
import { makeChange } from '../edits/make-change.ts';
import { objectPiecesOf } from './object-pieces.ts';
import { objectVersionsIn } from './object-versions.ts';
import { SOURCE_FAILURES, type SourceFailureCode } from './failures.ts';
import type { GitObject, ObjectReader } from '#git';
import { hiding } from './folder.ts';
import { readTree } from './git-tree.ts';
import { readIgnoreFile } from './ignore-file.ts';
import {
  type ChangeTask,
  type ExplainTask,
  type FromProcess,
  type ReadingOutcome,
  type ReadingTask,
  type RevisionTask,
  scriptBeside,
  type ToProcess,
} from './reading-task.ts';
import type { ProcessLimits } from './watchdog.ts';

if (process.send !== undefined) listen();

/** Waits for its tasks. A controller that ends takes it along. */
function listen(): void {
  const watchdog = new Worker(scriptBeside(import.meta.url, 'watchdog'));
  const limit = (limits: ProcessLimits | null): void => watchdog.postMessage(limits, []);
  let told = Promise.withResolvers<ToProcess>();
  const ask = async (word: FromProcess): Promise<ToProcess> => {
    told = Promise.withResolvers();
    say(word);
    return await told.promise;
  };
  process.once('disconnect', () => process.exit());
  process.on('message', (word: ToProcess) => {
    if (word.is === 'begin') {
      limit(word.limits);
      void answer(word.task, ask, () => limit(null));
    } else told.resolve(word);
  });
}

function say(word: FromProcess): void {
  process.send?.(word);
}

type Ask = (word: FromProcess) => Promise<ToProcess>;

/** Does one task where nobody waits for it. */
async function answer(task: ReadingTask, ask: Ask, done: () => void): Promise<void> {
  const before = process.cpuUsage();
  const outcome = await outcomeOf(task, ask);
  const { user, system } = process.cpuUsage(before);
  done();
  say({ is: 'end', outcome, cpuMs: (user + system) / 1000, bytes: process.memoryUsage.rss() });
}

const LONGEST_MESSAGE = 500;

async function outcomeOf(task: ReadingTask, ask: Ask): Promise<ReadingOutcome> {
  try {
    switch (task.kind) {
      case 'objects':
        return await objectsIn(task.bytes, ask);
      case 'change':
        return await changed(task, ask);
      case 'explain':
        return await explained(task, ask);
      default:
        return await readRevision(task, ask);
    }
  } catch (error) {
    if (error instanceof Failure && isSourceCode(error.code))
      return { is: 'failed', code: error.code, message: error.message };
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { is: 'broken', message: message.slice(0, LONGEST_MESSAGE).toWellFormed() };
  }
}

async function objectsIn(bytes: Uint8Array, ask: Ask): Promise<ReadingOutcome> {
  const text = textOf(bytes);
  const pieces = text === null ? null : objectPiecesOf(objectVersionsIn(text));
  if (pieces === null) return { is: 'unclear' };
  for (const piece of pieces.slice(0, -1)) await ask({ is: 'piece', text: piece });
  return { is: 'objects', text: pieces.at(-1) ?? '[]' };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function objectsFrom(ask: Ask): ObjectReader['readObject'] {
  return async (id: string): Promise<GitObject> => {
    const word = await ask({ is: 'wanted', object: id });
    if (word.is !== 'object') throw new RangeError(`no object for ${id}`);
    return word.object;
  };
}

async function changed({ of, ignore, intent, scope }: ChangeTask, ask: Ask): Promise<ReadingOutcome> {
  const { files, unread, hides } = await contentOf(of, objectsFrom(ask));
  if (unread.length > 0) return { is: 'faulty', faults: unread };
  const rules = ignore === undefined ? null : readIgnoreFile(ignore);
  if (rules !== null && 'faults' in rules) return { is: 'faulty', faults: rules.faults };
  const making = makeChange(files, intent, scope, rules === null ? hides : hiding(rules.rules));
  if (!making.ok) return { is: 'notChanged', refusals: making.refusals };
  const { ok: _, before: __, after, ...change } = making;
  for (const text of piecesOf(after)) await ask({ is: 'piece', text });
  return { is: 'changed', change };
}

async function explained({ of, asked }: ExplainTask, ask: Ask): Promise<ReadingOutcome> {
  const { files, unread } = await contentOf(of, objectsFrom(ask));
  const revision = revisionOf(files, unread);
  if (!revision.ok) return { is: 'faulty', faults: revision.faults };
  return { is: 'explained', explained: explainedIn(revision.inventory, asked) };
}

async function readRevision(task: RevisionTask, ask: Ask): Promise<ReadingOutcome> {
  const { id, files, unread, before } = await contentOf(task, objectsFrom(ask));
  const revision = revisionOf(files, unread);
  if (!revision.ok) return { is: 'faulty', faults: revision.faults };
  const cutOff = before === null ? [] : cutOffFiles(before, files);
  if (cutOff.length > 0) return { is: 'faulty', faults: cutOff };
  for (const text of piecesOf(revision.inventory)) await ask({ is: 'piece', text });
  return { is: 'good', id };
}

interface Content {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly unread: readonly Diagnostic[];
  readonly before: Readonly<Record<string, string>> | null;
  readonly hides: (path: string) => boolean;
}

async function contentOf(task: RevisionTask, readObject: ObjectReader['readObject']): Promise<Content> {
  if (task.kind === 'files') return { ...task, unread: [], hides: () => false };
  const { id, files, faults, hides } = await readTree({ readObject }, task.tree, task.path);
  return { id, files, unread: faults, before: null, hides };
}

function isSourceCode(code: string): code is SourceFailureCode {
  return Object.hasOwn(SOURCE_FAILURES, code);
}
