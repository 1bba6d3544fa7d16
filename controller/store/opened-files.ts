import { type BigIntStats, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Failure } from '#failure';

/**
 * The files of a store as this process opened them. Whoever removes, moves or replaces the folder leaves an open file
 * behind that nobody finds again: what is kept in it, an open attempt for instance, is known to no later life.
 */
export class OpenedFiles {
  readonly #folder: string;
  readonly #known = new Map<string, string | null>();
  readonly #gone = new AbortController();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Aborts, with a Failure `StoreGone`, as soon as `mustBeHere` finds them gone. They stay gone then. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** What is there now is ours: to be said after each write of our own. */
  note(): void {
    for (const file of FILES) this.#known.set(file.name, stateOf(join(this.#folder, file.name), file.mark));
  }

  /** @throws {Failure} `StoreGone` when something else lies at their path, or nothing. */
  mustBeHere(): void {
    this.gone.throwIfAborted();
    const other = FILES.find(({ name, mark }) => {
      const known = this.#known.get(name);
      return typeof known === 'string' && stateOf(join(this.#folder, name), mark) !== known;
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

type Mark = (stats: BigIntStats) => readonly (bigint | number)[];

const sameFile: Mark = ({ dev, ino }) => [dev, ino];
/** A copy that was written over it is another state in the same file. The write-ahead log grows without being asked. */
const sameContent: Mark = ({ dev, ino, size, mtimeNs }) => [dev, ino, size, mtimeNs];

const FILES: readonly { readonly name: string; readonly mark: Mark }[] = [
  { name: 'store.db', mark: sameContent },
  { name: 'store.db-wal', mark: sameFile },
];

/** Null: nothing can be seen there. */
function stateOf(path: string, mark: Mark): string | null {
  try {
    return mark(statSync(path, { bigint: true })).join(' ');
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
