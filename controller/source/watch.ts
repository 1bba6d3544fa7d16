import { type FSWatcher, watch } from 'node:fs';
import { sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolderIn } from './state-folder.ts';

/** How patiently a folder is watched. */
export interface WatchTiming {
  /** How long nothing may happen before a change is told: editors write a file in several steps. */
  readonly quietMilliseconds: number;
  /** How often to look anyway: network folders tell of no changes. */
  readonly pollMilliseconds: number;
}

const DEFAULT_TIMING: WatchTiming = { quietMilliseconds: 300, pollMilliseconds: 30_000 };

/**
 * Yields whenever the folder may have changed, and now and then without a reason: read it again and compare ids.
 * Ends when the signal aborts. A controller that keeps its state inside the fleet's folder does not wake itself with
 * what it writes there. A folder that does not exist (yet, or any more) is looked at again with every poll.
 */
export async function* folderChanges(
  folder: string,
  stateFolder: string | null,
  timing: Partial<WatchTiming>,
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  const { quietMilliseconds, pollMilliseconds } = { ...DEFAULT_TIMING, ...timing };
  let changed = Promise.withResolvers<void>();
  const watched = (): FSWatcher | undefined => watchIfPossible(folder, stateFolder, () => changed.resolve());
  let watcher = watched();
  try {
    while (!signal.aborted) {
      const poll = await firstOf(changed.promise, pollMilliseconds, signal);
      let quiet = poll === 'time';
      while (!quiet && !signal.aborted) {
        changed = Promise.withResolvers<void>();
        quiet = (await firstOf(changed.promise, quietMilliseconds, signal)) === 'time';
      }
      if (signal.aborted) return;
      // Folders that came since are watched from now on.
      watcher?.close();
      watcher = watched();
      yield;
    }
  } finally {
    watcher?.close();
  }
}

function watchIfPossible(folder: string, stateFolder: string | null, onChange: () => void): FSWatcher | undefined {
  try {
    const own = stateFolderIn(folder, stateFolder);
    const watcher = watch(folder, { recursive: true, persistent: false }, (_, path) => {
      const below = path?.replaceAll(sep, '/');
      if (own === null || (below !== own && below?.startsWith(`${own}/`) !== true)) onChange();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

async function firstOf(event: Promise<void>, milliseconds: number, signal: AbortSignal): Promise<'event' | 'time'> {
  const stop = new AbortController();
  const time = sleep(milliseconds, 'time' as const, { signal: AbortSignal.any([signal, stop.signal]) }).catch(
    () => 'time' as const,
  );
  const first = await Promise.race([event.then(() => 'event' as const), time]);
  stop.abort();
  return first;
}
