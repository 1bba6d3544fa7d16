import type { Clock } from '../ports.ts';
import { readLinks } from '#git';
import type { GitObject, GitRepository } from '#git';
import type { Content, RefusedReading } from './candidate.ts';
import { READING_LIMITS, RETRY_AFTER_MS } from '../source/read-apart.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { SourceChange } from '../fleet/source.ts';
import { readChange } from '../source/read-change.ts';
import { readExplained } from '../source/read-explained.ts';
import type { RevisionTask } from '../source/reading-task.ts';
import { readRevision } from '../source/read-revision.ts';

/** What the files of a commit say. */
interface KeptContent extends Content {
  /** The commit's tree: commits that change nothing, as approvals do, share it. */
  readonly tree: string;
}

/** The trusted head, the candidate, and a few that devices were confirmed at. */
const KEPT = 8;

/** The fleet at commits of one repository; the ones asked for last are kept. */
export class Contents {
  readonly #repository: GitRepository;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  readonly #limits: typeof READING_LIMITS;
  readonly #kept = new Map<string, KeptContent>();
  /** By tree, until when. */
  readonly #refused = new Map<string, { readonly reading: RefusedReading; readonly until: number }>();

  /** @param stopping ends what is being read. */
  constructor(repository: GitRepository, path: string, clock: Clock, stopping: AbortSignal, limits = READING_LIMITS) {
    this.#repository = repository;
    this.#path = path;
    this.#clock = clock;
    this.#stopping = stopping;
    this.#limits = limits;
  }

  /** @throws {Failure} with a code of SOURCE_FAILURES when the commit or its tree can't be read. */
  async at(commit: string): Promise<Content | RefusedReading> {
    const known = this.#kept.get(commit);
    if (known !== undefined) return this.#keep(commit, known);
    const { tree } = await readLinks(this.#repository, commit);
    const alike = [...this.#kept.values()].find((content) => content.tree === tree);
    if (alike !== undefined) return this.#keep(commit, alike);
    const refused = this.#refused.get(tree);
    if (refused !== undefined && refused.until > this.#clock.monotonic()) return refused.reading;
    const readObject = async (id: string) => await this.#repository.readObject(id);
    const read = await readRevision({ kind: 'tree', tree, path: this.#path }, readObject, this.#stopping, this.#limits);
    if (!read.ok) return this.#refuse(tree, { ...read, kind: 'refused' });
    const same = [...this.#kept.values()].find((content) => content.digest === read.id);
    return this.#keep(commit, { tree, digest: read.id, inventory: same?.inventory ?? read.inventory });
  }

  /** What a change would make of a commit. @throws {Failure} as at */
  async changeAt(commit: string, intent: ChangeIntent, scope: ChangeScope): Promise<SourceChange> {
    const task = { kind: 'change', of: await this.#treeOf(commit), intent, scope } as const;
    return await readChange(commit, task, this.#readObject, this.#stopping, this.#limits);
  }

  /** Where values come from that a commit declares. @throws {Failure} as at */
  async explainAt(commit: string, asked: Explaining): Promise<Explained> {
    const task = { kind: 'explain', of: await this.#treeOf(commit), asked } as const;
    return await readExplained(task, this.#readObject, this.#stopping, this.#limits);
  }

  async #treeOf(commit: string): Promise<Extract<RevisionTask, { kind: 'tree' }>> {
    const { tree } = await readLinks(this.#repository, commit);
    return { kind: 'tree', tree, path: this.#path };
  }

  readonly #readObject = async (id: string): Promise<GitObject> => await this.#repository.readObject(id);

  #keep(commit: string, content: KeptContent): Content {
    keepLast(this.#kept, commit, content);
    return content;
  }

  #refuse(tree: string, { kind, code, message, faults }: RefusedReading): RefusedReading {
    const reading = { kind, code, message, faults };
    const until = code === 'SourceTooCostly' ? this.#clock.monotonic() + RETRY_AFTER_MS : Number.POSITIVE_INFINITY;
    keepLast(this.#refused, tree, { reading, until });
    return reading;
  }
}

function keepLast<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}
