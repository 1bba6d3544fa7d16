import { closeSync, constants, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Returns when the disk has all that was written to an open file. */
export type Flush = (file: number) => Promise<void>;

const flushFile: Flush = promisify(fdatasync);

/**
 * SQLite's write-ahead log, brought to the disk for many commits at once and beside our other work, where SQLite itself
 * would stop everything for each. Owns a file of its own until `close`.
 */
export class LogOnDisk {
  readonly #file: number;
  readonly #failed: (error: unknown) => Error;
  readonly #flushFile: Flush;
  #lost: Error | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /**
   * @param path of the log, which is there and stays the same file while the database is open.
   * @param failed told when the disk refuses: what was committed may be lost. What it gives is thrown.
   */
  constructor(path: string, failed: (error: unknown) => Error, flush = flushFile) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    this.#failed = failed;
    this.#flushFile = flush;
  }

  /** Resolves when all is on the disk that was committed before the call. */
  reached(): Promise<void> {
    if (this.#next !== null) return this.#next;
    if (this.#running === null) return this.#start();
    // The one that runs may have passed by what was written since it began.
    const after = (): Promise<void> => {
      this.#next = null;
      return this.#start();
    };
    this.#next = this.#running.then(after, after);
    return this.#next;
  }

  /** Ends when what is under way has ended. */
  async close(): Promise<void> {
    while (this.#next !== null || this.#running !== null) await (this.#next ?? this.#running)?.catch(() => {});
    closeSync(this.#file);
  }

  #start(): Promise<void> {
    // Asked again, a disk may say yes to what it has dropped.
    if (this.#lost !== null) return Promise.reject(this.#lost);
    this.#running = this.#flush();
    return this.#running;
  }

  async #flush(): Promise<void> {
    try {
      await this.#flushFile(this.#file);
    } catch (error) {
      this.#lost = this.#failed(error);
      throw this.#lost;
    } finally {
      this.#running = null;
    }
  }
}
