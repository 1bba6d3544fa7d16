import { Failure } from '#routeros';
import { cutOffFiles } from '../desired/cut-off.ts';
import { renderFaults, type Fault } from '../desired/fault.ts';
import { revisionOf } from '../desired/revision.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records.ts';
import type { Follower, InForce, Reading } from '../reconcile/follower.ts';
import { readFolder, type SourceContent } from './folder.ts';
import { folderChanges } from './watch.ts';

/**
 * Follows a folder, which is trusted as far as its permissions go: nobody signs anything there, so only policies that say `auto` approve. The controller's
 * `stateFolder` may lie in it.
 */
export function followFolder(folder: string, stateFolder: string, store: Store, clock: Clock): Follower {
  const source = `folder:${folder}`;
  let known: InForce | null = null;

  async function cutOff(content: SourceContent): Promise<readonly Fault[]> {
    const last = await store.revisions.latest(source);
    return last === null ? [] : cutOffFiles(last.files, content.files);
  }

  return {
    source,

    async restore() {
      const last = await store.revisions.latest(source);
      if (last === null) return null;
      const revision = revisionOf(last.files);
      if (!revision.ok) return null;
      known = {
        revision: last.id,
        at: last.firstSeenAt,
        inventory: revision.inventory,
        incoming: null,
        planSource: source,
      };
      return known;
    },

    async read(): Promise<Reading> {
      const content = await readFolder(folder, stateFolder);
      if (known?.revision === content.id) return { kind: 'inForce', inForce: known, news: false };
      const revision = revisionOf(content.files);
      const faults = revision.ok ? await cutOff(content) : revision.faults;
      if (!revision.ok || faults.length > 0)
        return { kind: 'refused', code: 'SourceFaulty', message: renderFaults(faults), faults };
      const at = clock.now();
      await store.revisions.accept({ id: content.id, source, firstSeenAt: at, files: content.files });
      known = { revision: content.id, at, inventory: revision.inventory, incoming: null, planSource: source };
      return { kind: 'inForce', inForce: known, news: false };
    },

    changes: (signal) => folderChanges(folder, stateFolder, {}, signal),
    anchor: () =>
      Promise.reject(
        new Failure(
          'BadRequest',
          `${source} is a folder: trust begins nowhere in it. Follow a Git repository instead.`,
        ),
      ),
    standing: () => null,
    authorsOf: () => Promise.resolve({ people: [], unknown: true }),
    close: () => Promise.resolve(),
  };
}
