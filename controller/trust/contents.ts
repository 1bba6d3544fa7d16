import { createHash } from 'node:crypto';
import { renderFaults } from '../desired/fault.ts';
import type { Inventory } from '../desired/inventory.ts';
import { revisionOf } from '../desired/revision.ts';
import type { Reading } from '../reconcile/follower.ts';
import { readLinks } from '../source/git/history.ts';
import type { GitRepository } from '../source/git/repository.ts';
import { readTree } from '../source/git/tree.ts';

/** What the files of a commit say. */
export interface Content {
  /** The commit's tree: commits that change nothing, as approvals do, share it. */
  readonly tree: string;
  /** Digest of the files: commits with equal content are one revision. */
  readonly digest: string;
  readonly inventory: Inventory;
}

/** A source that does not count, with why. */
export type RefusedReading = Extract<Reading, { kind: 'refused' }>;

/** The trusted head, the candidate, and a few that devices were confirmed at. */
const KEPT = 8;

/** The fleet at commits of one repository; the ones asked for last are kept. */
export class Contents {
  readonly #repository: GitRepository;
  readonly #path: string;
  readonly #kept = new Map<string, Content>();

  constructor(repository: GitRepository, path: string) {
    this.#repository = repository;
    this.#path = path;
  }

  /** @throws {Failure} with a code of SOURCE_FAILURES when the commit or its tree can't be read. */
  async at(commit: string): Promise<Content | RefusedReading> {
    const known = this.#kept.get(commit);
    if (known !== undefined) return this.#keep(commit, known);
    const { tree } = await readLinks(this.#repository, commit);
    const alike = [...this.#kept.values()].find((content) => content.tree === tree);
    if (alike !== undefined) return this.#keep(commit, alike);
    const { files, faults: unread } = await readTree(this.#repository, tree, this.#path);
    const revision = revisionOf(files, unread);
    if (!revision.ok) {
      const { faults } = revision;
      return { kind: 'refused', code: 'SourceFaulty', message: renderFaults(faults), faults };
    }
    const digest = digestOf(files);
    const same = [...this.#kept.values()].find((content) => content.digest === digest);
    return this.#keep(commit, { tree, digest, inventory: same?.inventory ?? revision.inventory });
  }

  #keep(commit: string, content: Content): Content {
    this.#kept.delete(commit);
    this.#kept.set(commit, content);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return content;
  }
}

/** SHA-256 of the JSON, as hex. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
