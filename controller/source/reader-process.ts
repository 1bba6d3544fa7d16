import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { Socket } from 'node:net';
import path from 'node:path';
import { scriptBeside } from './reading-task.ts';
import type { LastWord } from './watchdog.ts';

/** A process that reads, one task after the other. It keeps nobody from ending while it has none. */
export interface ReaderProcess {
  readonly child: ChildProcess;
  /** Of its heap, as asked for, and as the machine had it. */
  readonly asked: number;
  readonly heapBytes: number;
  /** What it said last on its way out. */
  lastWords(): string;
}

/** So long it waits for the next task: what is pushed, its parents and its plans come one after the other. */
const IDLE_MS = 30_000;
/** A process that holds more after a task is no start for another. */
const MOST_IDLE_BYTES = 512 * 2 ** 20;

let idle: { readonly reader: ReaderProcess; readonly timer: NodeJS.Timeout } | null = null;

/** The process that waits, or a new one. @param fresh a new one in any case. @param most that its heap may have now. */
export function takeReader(heapBytes: number, most: number, fresh: boolean): ReaderProcess {
  const waiting = idle;
  idle = null;
  if (waiting !== null) {
    clearTimeout(waiting.timer);
    if (!fresh && waiting.reader.asked === heapBytes) return held(waiting.reader);
    waiting.reader.child.kill('SIGKILL');
  }
  return start(heapBytes, Math.min(heapBytes, most));
}

/** Takes a process back whose task is done. @param bytes that it holds. @returns whether it is worth keeping. */
export function keepReader(reader: ReaderProcess, bytes: number): boolean {
  const { child } = reader;
  if (bytes > MOST_IDLE_BYTES || !child.connected) return false;
  child.unref();
  child.channel?.unref();
  socketOf(child)?.unref();
  const timer = setTimeout(() => {
    idle = null;
    child.kill('SIGKILL');
  }, IDLE_MS).unref();
  idle = { reader, timer };
  return true;
}

function held(reader: ReaderProcess): ReaderProcess {
  const { child } = reader;
  child.ref();
  child.channel?.ref();
  socketOf(child)?.ref();
  return reader;
}

/** Its end of what the process writes to standard error. */
function socketOf({ stderr }: ChildProcess): Socket | null {
  return stderr instanceof Socket ? stderr : null;
}

const SCRIPT = scriptBeside(import.meta.url, 'reading-process');
const MIB = 2 ** 20;
const LONGEST_LAST_WORDS = 1000;

function start(asked: number, heapBytes: number): ReaderProcess {
  const compiled = getCompileCacheDir();
  const child = fork(SCRIPT, [], {
    execArgv: [`--max-old-space-size=${String(Math.floor(heapBytes / MIB))}`],
    // Nothing but where the process keeps compiled code, if it does.
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(compiled) },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let last = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (last = `${last}${text}`.slice(-LONGEST_LAST_WORDS)));
  // Whoever has a task for it listens too; without one it is nobody's loss.
  child.on('error', () => {});
  const reader = { child, asked, heapBytes, lastWords: () => last };
  child.on('close', () => {
    if (idle?.reader !== reader) return;
    clearTimeout(idle.timer);
    idle = null;
  });
  return reader;
}

/** What is said of a task that took more. */
export function overTime(cpuMs: number): string {
  return `it takes more than ${String(Math.floor(cpuMs / 1000))} s of CPU time`;
}

const TIME: LastWord = 'time';
const MEMORY: LastWord = 'memory';

/**
 * V8 aborts the process when its heap is full; a system that runs out of memory kills it. @param limits of what it was
 * at work on.
 */
export function whyEnded(
  reader: ReaderProcess,
  limits: { readonly cpuMs: number; readonly bytes: number },
  code: number | null,
  signal: string | null,
): string {
  const last = reader.lastWords();
  if (last.endsWith(TIME)) return overTime(limits.cpuMs);
  const most = last.endsWith(MEMORY) ? limits.bytes : reader.heapBytes;
  if (last.endsWith(MEMORY) || signal === 'SIGABRT' || last.includes('out of memory'))
    return `it takes more than ${String(Math.floor(most / MIB))} MiB of memory`;
  return `the process that read them ended (${signal ?? `exit code ${String(code)}`})`;
}
