import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Failure } from '#failure';

/**
 * The files of a store as this process opened them. Whoever removes, moves or replaces the folder leaves an open file
 * behind that nobody finds again: what is kept in it, an open attempt for instance, is known to no later life.
 */
export class OpenedFiles {
  readonly #files: readonly WatchedFile[];
  readonly #known = new Map<string, Seen>();
  readonly #gone = new AbortController();

  constructor(folder: string) {
    this.#files = FILES.map(({ name, content }) => ({ name, path: join(folder, name), content }));
  }

  /** Aborts, with a Failure `StoreGone`, as soon as something else is found at their path. They stay gone then. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * What is written there now was written by us: to be said after each write of our own. The first time it says which
   * files are ours; others are never taken for them. @throws {Failure} `StoreGone`
   */
  note(): void {
    const now = new Map(this.#files.map(({ name, path, content }) => [name, seenAt(path, content)]));
    this.#mustBe(({ name }, known) => now.get(name)?.file === known.file);
    for (const [name, seen] of now) if (seen !== null) this.#known.set(name, seen);
  }

  /** @throws {Failure} `StoreGone` when something else lies at their path, or nothing. */
  mustBeHere(): void {
    this.#mustBe(({ path, content }, known) => {
      const now = seenAt(path, content);
      return now?.file === known.file && now.content === known.content;
    });
  }

  /** The disk refused what was written: it stays gone, since nobody knows what a later life would find. */
  lost(cause: unknown): Failure {
    const said = cause instanceof Error ? cause.message : String(cause);
    const failure = storeGone(`the disk did not take what was written to it (${said})`, cause);
    this.#gone.abort(failure);
    return failure;
  }

  #mustBe(same: (file: WatchedFile, known: Seen) => boolean): void {
    this.gone.throwIfAborted();
    const other = this.#files.find((file) => {
      const known = this.#known.get(file.name);
      return known !== undefined && !same(file, known);
    });
    if (other === undefined) return;
    this.#gone.abort(storeGone(`${other.path} is ${whatOf(other.path)}`));
    this.gone.throwIfAborted();
  }
}

/** The failure of a store that is not the one that was opened. @param why `/srv/state/store.db is not there any more` */
export function storeGone(why: string, cause?: unknown): Failure {
  const message = `The store is not the one that this controller opened: ${why}. Nothing is written to any router any more.`;
  return new Failure('StoreGone', message, { cause });
}

interface Seen {
  readonly file: string;
  readonly content: string;
}

interface WatchedFile {
  readonly name: string;
  readonly path: string;
  readonly content: Content;
}

type Content = (stats: BigIntStats) => string;

const FILES: readonly { readonly name: string; readonly content: Content }[] = [
  // A copy that was written over it is another state in the same file.
  { name: 'store.db', content: ({ size, mtimeNs }) => `${size} ${mtimeNs}` },
  // It grows without being asked.
  { name: 'store.db-wal', content: () => '' },
];

/** Null: nothing can be seen there. */
function seenAt(path: string, content: Content): Seen | null {
  try {
    const stats = statSync(path, { bigint: true });
    return { file: `${stats.dev} ${stats.ino}`, content: content(stats) };
  } catch {
    return null;
  }
}

function whatOf(path: string): string {
  try {
    statSync(path);
    return 'another file';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'not there any more' : `out of reach (${codeOf(error)})`;
  }
}
