import type { GitObject } from '#git';
import { keepReader, overTime, takeReader, whyEnded } from './reader-process.ts';
import type { FromProcess, ReadingEnd, ReadingOutcome, ReadingTask, ToProcess } from './reading-task.ts';
import { sourceFailure } from './scan.ts';
import type { ProcessLimits } from './watchdog.ts';

/** What reading may take. */
export interface ReadingLimits extends ProcessLimits {
  readonly heapBytes: number;
}

/**
 * For 10,000 files, or a list of 100,000 entries, several times over. Of memory never more than half of what the
 * machine has left.
 */
export const READING_LIMITS: ReadingLimits = { heapBytes: 2 ** 31, bytes: 3 * 2 ** 30, cpuMs: 120_000 };

/** How long a `SourceTooCostly` holds. */
export const RETRY_AFTER_MS = 900_000;

/** A second time, because a machine may be at its limits for another reason. */
const TRIES = 2;

/** What is left of the limits for tasks that share them. */
export interface Allowance {
  readonly limits: ReadingLimits;
  cpuMs: number;
  tries: number;
}

/** All of the limits. */
export function allowanceOf(limits: ReadingLimits): Allowance {
  return { limits, cpuMs: limits.cpuMs, tries: TRIES };
}

/** Whoever a task is done for. */
export interface Asker {
  object(id: string): Promise<GitObject>;
  piece(text: string): void;
}

/** A task that took more than it may, each time; with what. */
export interface Exhausted {
  readonly is: 'exhausted';
  readonly why: string;
}

/** One task after the other: together they would take the memory of the machine. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Does a task in a process of its own. Whatever is to be read, it is read or given up with a reason, and nobody waits
 * for it meanwhile. A thread would do neither: a full heap can end the process around it, and gigabytes that come and
 * go stop all its threads.
 * @param asker made anew for each try.
 * @throws {Failure} SourceUnreadable, when no process can be started; what the asker throws; the signal's reason.
 */
export async function readApart(
  task: ReadingTask,
  asker: () => Asker,
  signal: AbortSignal,
  allowance: Allowance,
): Promise<ReadingOutcome | Exhausted> {
  for (let fresh = false; ; fresh = true) {
    const turn = last.then(async () => await readOnce(task, asker(), signal, allowance, fresh));
    last = turn.catch(() => {});
    const ending = await turn;
    if (ending.is === 'end') {
      allowance.cpuMs -= ending.cpuMs;
      return ending.outcome;
    }
    allowance.tries -= 1;
    allowance.cpuMs = allowance.limits.cpuMs;
    if (allowance.tries <= 0) return ending;
  }
}

async function readOnce(
  task: ReadingTask,
  asker: Asker,
  signal: AbortSignal,
  { limits, cpuMs }: Allowance,
  fresh: boolean,
): Promise<ReadingEnd | Exhausted> {
  signal.throwIfAborted();
  const most = process.availableMemory() / 2;
  const bytes = Math.min(limits.bytes, most);
  const reader = takeReader(limits.heapBytes, most, fresh);
  const { child } = reader;
  const ending = Promise.withResolvers<ReadingEnd | Exhausted>();
  const tell = (word: ToProcess): void => void child.send(word, () => {});
  const hear = (word: FromProcess): void => {
    // The watchdog looks only now and then.
    if (word.is === 'end' && word.cpuMs > cpuMs) ending.resolve({ is: 'exhausted', why: overTime(limits.cpuMs) });
    else if (word.is === 'end') ending.resolve(word);
    else hearMore(word, asker, tell).catch(ending.reject);
  };
  const stop = (): void => ending.reject(signal.reason);
  const fail = (error: Error): void => ending.reject(unstartable(error));
  const close = (code: number | null, by: string | null): void =>
    ending.resolve({ is: 'exhausted', why: whyEnded(reader, { cpuMs: limits.cpuMs, bytes }, code, by) });
  signal.addEventListener('abort', stop, { once: true });
  child.on('message', hear).on('error', fail).on('close', close);
  tell({ is: 'begin', task, limits: { cpuMs, bytes } });
  let kept = false;
  try {
    const ended = await ending.promise;
    if (ended.is === 'end' && ended.outcome.is !== 'broken') kept = keepReader(reader, ended.bytes);
    return ended;
  } finally {
    signal.removeEventListener('abort', stop);
    child.off('message', hear).off('error', fail).off('close', close);
    if (!kept) child.kill('SIGKILL');
  }
}

async function hearMore(
  word: Exclude<FromProcess, ReadingEnd>,
  asker: Asker,
  tell: (word: ToProcess) => void,
): Promise<void> {
  if (word.is === 'wanted') return tell({ is: 'object', object: await asker.object(word.object) });
  asker.piece(word.text);
  // Others have theirs first.
  setImmediate(() => tell({ is: 'turn' }));
}

function unstartable(error: Error): Error {
  return sourceFailure('SourceUnreadable', `no process can be started to read the files: ${error.message}`, error);
}
