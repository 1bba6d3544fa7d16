import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { type Fault, renderFaults } from '../desired/fault.ts';
import type { Inventory } from '../desired/inventory.ts';
import { gatherInventory } from '../desired/pieces.ts';
import type { ObjectReader } from './git/repository.ts';
import { type Begin, type FromProcess, type RevisionTask, scriptBeside, type ToProcess } from './revision-task.ts';
import { sourceFailure } from './scan.ts';
import type { LastWord, ProcessLimits } from './watchdog.ts';

/** What a revision says, or why it does not count. */
export type RevisionReading =
  | { readonly ok: true; readonly id: string; readonly inventory: Inventory }
  | RefusedRevision;

/** A revision that does not count. */
export interface RefusedRevision {
  readonly ok: false;
  /** `SourceTooCostly` may be another's doing, so it is tried again some time; the others say what the content is. */
  readonly code: 'SourceFaulty' | 'SourceTooCostly' | 'SourceUnusable';
  readonly message: string;
  readonly faults: readonly Fault[];
}

/** What reading a revision may take. */
export interface RevisionLimits extends ProcessLimits {
  readonly heapBytes: number;
}

/** For 10,000 files, or a list of 100,000 entries, several times over. Of memory never more than half of what the machine has left. */
export const REVISION_LIMITS: RevisionLimits = { heapBytes: 2 ** 31, bytes: 3 * 2 ** 30, cpuMs: 120_000 };

/** How long a `SourceTooCostly` holds. */
export const RETRY_AFTER_MS = 900_000;

/** A second time, because a machine may be at its limits for another reason. */
const TRIES = 2;

/** One after the other: together they would take the memory of the machine. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Reads and checks a revision in a process of its own. Whatever it holds, it is read or refused with a reason, and nobody waits for it meanwhile. A thread would
 * do neither: a full heap can end the process around it, and gigabytes that come and go stop all its threads.
 * @param readObject for what a tree leads to.
 * @throws {Failure} with a code of SOURCE_FAILURES, when it can't be read; what `readObject` throws; the signal's reason.
 */
export async function readRevision(
  task: RevisionTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: RevisionLimits = REVISION_LIMITS,
): Promise<RevisionReading> {
  const turn = last.then(async () => await readTwice(task, readObject, signal, limits));
  last = turn.catch(() => {});
  return await turn;
}

async function readTwice(
  task: RevisionTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: RevisionLimits,
): Promise<RevisionReading> {
  let why = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const ending = await readOnce(task, readObject, signal, limits);
    if (!('exhausted' in ending)) return ending;
    why = ending.exhausted;
  }
  const message = `Reading and checking the files was given up twice: ${why}. Take out what no fleet needs, or divide it.`;
  return { ok: false, code: 'SourceTooCostly', message, faults: [] };
}

type Ending = RevisionReading | { readonly exhausted: string };

async function readOnce(
  task: RevisionTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: RevisionLimits,
): Promise<Ending> {
  signal.throwIfAborted();
  const ending = Promise.withResolvers<Ending>();
  const gathering = gatherInventory();
  const child = start(task, limits, ending);
  const tell = (word: ToProcess): void => void child.send(word, () => {});
  const stop = (): void => ending.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const hear = (word: FromProcess): void => {
    switch (word.is) {
      case 'wanted':
        readObject(word.object).then((object) => tell({ is: 'object', object }), ending.reject);
        return;
      case 'piece':
        gathering.add(word.text);
        // Others have theirs first.
        setImmediate(() => tell({ is: 'turn' }));
        return;
      case 'good':
        return ending.resolve({ ok: true, id: word.id, inventory: gathering.inventory() });
      case 'faulty':
        return ending.resolve(refusedFor('SourceFaulty', renderFaults(word.faults), word.faults));
      case 'failed':
        return ending.reject(sourceFailure(word.code, word.message));
      case 'broken':
        return ending.resolve(refusedFor('SourceUnusable', `Reading the files broke off: ${word.message}`, []));
    }
  };
  child.on('message', hear);
  try {
    return await ending.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}

const SCRIPT = scriptBeside(import.meta.url, 'revision-process');
const MIB = 2 ** 20;

/** Starts the process and has it begin; how it ends is told, unless something else was told before. */
function start(task: RevisionTask, limits: RevisionLimits, ending: PromiseWithResolvers<Ending>): ChildProcess {
  const most = process.availableMemory() / 2;
  const [heap, bytes] = [Math.min(limits.heapBytes, most), Math.min(limits.bytes, most)];
  const compiled = getCompileCacheDir();
  const child = fork(SCRIPT, [], {
    execArgv: [`--max-old-space-size=${String(Math.floor(heap / MIB))}`],
    // Nothing but where the process keeps compiled code, if it does.
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(compiled) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let last = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (last = `${last}${text}`.slice(-LONGEST_LAST_WORDS)));
  child.on('error', (error) =>
    ending.reject(
      sourceFailure('SourceUnreadable', `no process can be started to read the files: ${error.message}`, error),
    ),
  );
  child.on('close', (code, signal) =>
    ending.resolve({ exhausted: whyEnded(last, code, signal, { ...limits, heapBytes: heap, bytes }) }),
  );
  child.send({ task, limits: { cpuMs: limits.cpuMs, bytes } } satisfies Begin, () => {});
  return child;
}

const LONGEST_LAST_WORDS = 1000;
const TIME: LastWord = 'time';
const MEMORY: LastWord = 'memory';

/** V8 aborts the process when its heap is full; a system that runs out of memory kills it. */
function whyEnded(last: string, code: number | null, signal: string | null, limits: RevisionLimits): string {
  if (last.endsWith(TIME)) return `it takes more than ${String(Math.floor(limits.cpuMs / 1000))} s of CPU time`;
  const most = last.endsWith(MEMORY) ? limits.bytes : limits.heapBytes;
  if (last.endsWith(MEMORY) || signal === 'SIGABRT' || last.includes('out of memory'))
    return `it takes more than ${String(Math.floor(most / MIB))} MiB of memory`;
  return `the process that read them ended (${signal ?? `exit code ${String(code)}`})`;
}

function refusedFor(code: RefusedRevision['code'], message: string, faults: readonly Fault[]): RefusedRevision {
  return { ok: false, code, message, faults };
}
