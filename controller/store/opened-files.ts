import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Failure } from '#failure';

/**
 * The files of a store as this process opened them. Whoever removes, moves or replaces the folder leaves an open file
 * behind that nobody finds again: what is kept in it, an open attempt for instance, is known to no later life.
 */
export class OpenedFiles {
  readonly #folder: string;
  readonly #known = new Map<string, Seen>();
  readonly #gone = new AbortController();

  constructor(folder: string) {
    this.#folder = folder;
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
    const now = new Map(FILES.map(({ name, content }) => [name, seenAt(join(this.#folder, name), content)]));
    this.#mustBe((name, known) => now.get(name)?.file === known.file);
    for (const [name, seen] of now) if (seen !== null) this.#known.set(name, seen);
  }

  /** @throws {Failure} `StoreGone` when something else lies at their path, or nothing. */
  mustBeHere(): void {
    this.#mustBe((name, known, content) => {
      const now = seenAt(join(this.#folder, name), content);
      return now?.file === known.file && now.content === known.content;
    });
  }

  #mustBe(same: (name: string, known: Seen, content: Content) => boolean): void {
    this.gone.throwIfAborted();
    const other = FILES.find(({ name, content }) => {
      const known = this.#known.get(name);
      return known !== undefined && !same(name, known, content);
    });
    if (other === undefined) return;
    this.#gone.abort(storeGone(`${join(this.#folder, other.name)} is ${whatOf(join(this.#folder, other.name))}`));
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
