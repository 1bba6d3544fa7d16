import type { GitRepository } from '../source/git/repository.ts';
import { changedFiles } from '../source/git/changed-files.ts';
import { isYamlName } from '../source/scan.ts';
import { type ObjectVersion, objectVersionsIn } from './object-versions.ts';

/** What two trees do not have alike. */
export interface TreeChanges {
  /** By kind and name: the objects whose content differs; null where it is not there. */
  readonly objects: ReadonlyMap<string, ObjectPair>;
  /** Files that only one of them holds, or holds otherwise, and of which nobody can tell what they say: by blob. */
  readonly unclearBefore: ReadonlySet<string>;
  readonly unclearAfter: ReadonlySet<string>;
  /** Something that the source did not read before came in as it was: who wrote it is not on record. */
  readonly fromOutside: boolean;
}

/** An object in both trees. */
export interface ObjectPair {
  readonly before: ObjectVersion | null;
  readonly after: ObjectVersion | null;
}

/** Kept between questions; what a blob holds never changes. */
export interface ObjectReader {
  /** The objects in a blob; null: nobody can tell. @throws {Failure} GitObjectMissing, GitObjectBad */
  read(blob: string): Promise<readonly ObjectVersion[] | null>;
}

const KEPT_BLOBS = 20_000;
const LARGEST_BYTES = 16 * 1024 * 1024;

/** Reads each blob of a repository once. */
export function createObjectReader(repository: GitRepository): ObjectReader {
  const kept = new Map<string, readonly ObjectVersion[] | null>();
  return {
    async read(blob) {
      const known = kept.get(blob);
      if (known !== undefined) return known;
      const { type, bytes } = await repository.readObject(blob);
      const text = type === 'blob' && bytes.byteLength <= LARGEST_BYTES ? textOf(bytes) : null;
      const versions = text === null ? null : objectVersionsIn(text);
      kept.set(blob, versions);
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT_BLOBS) break;
        kept.delete(oldest);
      }
      return versions;
    },
  };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
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
  const ours = files.filter((file) => isRead(file.path));
  const was = await objectsIn(reader, blobsOf(ours, 'before'));
  const is = await objectsIn(reader, blobsOf(ours, 'after'));
  const objects = new Map<string, ObjectPair>();
  for (const key of new Set([...was.objects.keys(), ...is.objects.keys()])) {
    const [old, own] = [was.objects.get(key) ?? [], is.objects.get(key) ?? []];
    if (contentOf(old) !== contentOf(own)) objects.set(key, { before: old.at(-1) ?? null, after: own.at(-1) ?? null });
  }
  const arriving = new Set(blobsOf(ours, 'after')).difference(new Set(blobsOf(ours, 'before')));
  const elsewhere = blobsOf(
    files.filter((file) => !isRead(file.path)),
    'before',
  );
  return {
    objects,
    unclearBefore: was.unclear,
    unclearAfter: is.unclear,
    fromOutside: elsewhere.some((blob) => arriving.has(blob)),
  };
}

/** As the reader of revisions chooses files: entries that start with a dot are left out. */
function isRead(path: string): boolean {
  const names = path.split('/');
  return isYamlName(path) && !names.some((name) => name.startsWith('.'));
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
