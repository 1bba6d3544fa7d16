import { codeOf, Failure } from '#failure';
import type { Inventory } from '../desired/inventory.ts';
import type { Clock, Instant } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { Source, InForce, Reading } from '../fleet/source.ts';
import { readFolder, type SourceContent } from './folder.ts';
import { IGNORE_FILE } from './ignore-file.ts';
import { RETRY_AFTER_MS } from './read-apart.ts';
import { readBytes } from './read-bytes.ts';
import { readChange } from './read-change.ts';
import { readExplained } from './read-explained.ts';
import { readRevision, type RefusedRevision, type RevisionReading } from './read-revision.ts';
import type { Files } from './reading-task.ts';
import { folderChanges } from './watch.ts';

/**
 * Follows a folder, which is trusted as far as its permissions go: nobody signs anything there, so only policies that
 * say `auto` approve. The controller's
 * `stateFolder` may lie in it.
 * @param stopping ends what is being read.
 */
export function openFolderSource(
  folder: string,
  stateFolder: string,
  store: Store,
  clock: Clock,
  stopping: AbortSignal,
): Source {
  const source = `folder:${folder}`;
  let known: InForce | null = null;
  let refused: { readonly id: string; readonly reading: Reading; readonly until: number } | null = null;

  async function check({ id, files }: SourceContent, before: Files | null): Promise<RevisionReading> {
    return await readRevision({ kind: 'files', id, files, before }, nothingElse, stopping);
  }

  function refuse(id: string, { code, message, faults }: RefusedRevision): Reading {
    const reading = { kind: 'refused', code, message, faults } as const;
    const until = code === 'SourceTooCostly' ? clock.monotonic() + RETRY_AFTER_MS : Number.POSITIVE_INFINITY;
    refused = { id, reading, until };
    return reading;
  }

  function inForceAs(revision: string, at: Instant, inventory: Inventory): InForce {
    known = { revision, at, inventory, incoming: null, planSource: source };
    // What is cut off shows only beside what was before.
    refused = null;
    return known;
  }

  async function filesInForce() {
    const last = await store.revisions.latest(source);
    if (last === null) throw new Failure('NoRevision', `No revision of ${source} was accepted yet.`);
    return { kind: 'files', id: last.id, files: last.files, before: null } as const;
  }

  const nothingElse = () => Promise.reject(new RangeError('a folder has no objects'));

  return {
    source,
    place: { kind: 'folder', folder },

    async restore() {
      const last = await store.revisions.latest(source);
      if (last === null) return null;
      const read = await check(last, null);
      return read.ok ? inForceAs(last.id, last.firstSeenAt, read.inventory) : null;
    },

    async read(): Promise<Reading> {
      const content = await readFolder(folder, stateFolder);
      if (known?.revision === content.id) return { kind: 'inForce', inForce: known, news: false };
      if (refused?.id === content.id && refused.until > clock.monotonic()) return refused.reading;
      const last = await store.revisions.latest(source);
      const read = await check(content, last?.files ?? null);
      if (!read.ok) return refuse(content.id, read);
      const at = clock.now();
      await store.revisions.accept({ id: content.id, source, firstSeenAt: at, files: content.files });
      return { kind: 'inForce', inForce: inForceAs(content.id, at, read.inventory), news: false };
    },

    changes: (signal) => folderChanges(folder, stateFolder, {}, signal),
    anchor: () =>
      Promise.reject(
        new Failure(
          'BadRequest',
          `${source} is a folder: trust begins nowhere in it. Follow a Git repository instead.`,
        ),
      ),
    async change(intent, scope) {
      const of = await filesInForce();
      const ignore = await readBytes(folder, IGNORE_FILE).catch((error: unknown) => {
        if (error instanceof Failure && codeOf(error.cause) === 'ENOENT') return null;
        throw error;
      });
      const task = { kind: 'change', of, intent, scope, ...(ignore === null ? {} : { ignore }) } as const;
      return await readChange(of.id, task, nothingElse, stopping);
    },
    explain: async (asked) =>
      await readExplained({ kind: 'explain', of: await filesInForce(), asked }, nothingElse, stopping),
    proposals: null,
    status: () => null,
    authorsOf: () => Promise.resolve({ people: [], lasting: [], unknown: true }),
    close: () => Promise.resolve(),
  };
}
