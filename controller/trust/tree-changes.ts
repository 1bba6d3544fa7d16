import type { GitRepository } from '#git';
import { type ChangedFile, changedFiles } from '#git';
import { isReadPath } from '../source/walk.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectVersion } from '../source/object-versions.ts';

/** What two trees do not have alike. */
export interface TreeChanges {
  /** By kind and name: the objects whose content differs. */
  readonly objects: ReadonlyMap<string, ObjectPair>;
  /** Files that only one of them holds, or holds otherwise, and of which nobody can tell what they say: by blob. */
  readonly unclearBefore: ReadonlySet<string>;
  readonly unclearAfter: ReadonlySet<string>;
  /** Something that the source did not read before came in as it was: who wrote it is not on record. */
  readonly fromOutside: boolean;
}

/**
 * An object in both trees, in all forms in which it is there: a name that is given twice is a fault only in the head
 * of a range.
 */
export interface ObjectPair {
  readonly before: readonly ObjectVersion[];
  readonly after: readonly ObjectVersion[];
}

/**
 * The objects below `path` that two trees do not have alike, wherever in it they stand.
 * @param before null: there was no tree.
 * @throws {Failure} GitObjectMissing, GitObjectBad, SourceTooLarge
 */
export async function treeChanges(
  repository: GitRepository,
  reader: ObjectReader,
  before: string | null,
  after: string,
  path: string,
): Promise<TreeChanges> {
  const files = await changedFiles(repository, before, after, path);
  const ours = files.filter((file) => isReadPath(file.path));
  const was = await objectsIn(reader, blobsOf(ours, 'before'));
  const is = await objectsIn(reader, blobsOf(ours, 'after'));
  const objects = new Map<string, ObjectPair>();
  for (const key of new Set([...was.objects.keys(), ...is.objects.keys()])) {
    const [old, own] = [was.objects.get(key) ?? [], is.objects.get(key) ?? []];
    if (contentOf(old) !== contentOf(own)) objects.set(key, { before: old, after: own });
  }
  const arriving = new Set(blobsOf(ours, 'after')).difference(new Set(blobsOf(ours, 'before')));
  const fromOutside =
    arriving.size > 0 && (await cameFrom(repository, before, after, path, files)).some((blob) => arriving.has(blob));
  return {
    objects,
    unclearBefore: was.unclear,
    unclearAfter: is.unclear,
    fromOutside,
  };
}

/**
 * Blobs that were at places which the source does not read, and are no more: other names, links, other folders of the
 * repository.
 */
async function cameFrom(
  repository: GitRepository,
  before: string | null,
  after: string,
  path: string,
  files: readonly ChangedFile[],
): Promise<readonly string[]> {
  const unread = files.filter((file) => !isReadPath(file.path));
  const around = path === '.' ? [] : await changedFiles(repository, before, after, '.');
  const outside = around.filter((file) => !file.path.startsWith(`${path}/`));
  return [...blobsOf([...unread, ...outside], 'before'), ...files.flatMap(({ linkBefore }) => linkBefore ?? [])];
}

function blobsOf(
  files: readonly { readonly before: string | null; readonly after: string | null }[],
  side: 'before' | 'after',
) {
  return files.flatMap((file) => file[side] ?? []);
}

interface ObjectsFound {
  /** Each as often as it is there: a name that is given twice is a fault only in the head of a range. */
  readonly objects: ReadonlyMap<string, readonly ObjectVersion[]>;
  readonly unclear: ReadonlySet<string>;
}

async function objectsIn(reader: ObjectReader, blobs: readonly string[]): Promise<ObjectsFound> {
  const objects = new Map<string, ObjectVersion[]>();
  const unclear = new Set<string>();
  for (const blob of blobs) {
    const versions = await reader.read(blob);
    if (versions === null) unclear.add(blob);
    for (const version of versions ?? []) {
      const key = `${version.kind} ${version.name}`;
      const others = objects.get(key);
      if (others === undefined) objects.set(key, [version]);
      else others.push(version);
    }
  }
  return { objects, unclear };
}

function contentOf(versions: readonly ObjectVersion[]): string {
  return versions
    .map(({ spec, metadata }) => `${spec} ${metadata}`)
    .toSorted()
    .join('\n');
}
