import type { GitRepository } from '#git';
import { type ChangedFile, changedFiles, readTreeObject, treeAt } from '#git';
import { takeTurns } from '#turns';
import { IGNORE_FILE, type IgnoreRules, NOTHING_HIDDEN, readIgnoreFile } from '../source/ignore-file.ts';
import { isReadPath } from '../source/walk.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectVersion } from '../source/object-versions.ts';

/** What two trees do not have alike. */
export interface TreeChanges {
  /** By kind and name: the objects whose content differs. */
  readonly objects: ReadonlyMap<string, ObjectPair>;
  /** Those of them and of others that stand in files which the ignore file of only one of the two hides. */
  readonly switched: ReadonlySet<string>;
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
  const rules = [await rulesAt(repository, before, path), await rulesAt(repository, after, path)] as const;
  const changed = await changedFiles(repository, before, after, path);
  const files = [...changed, ...(await switchedFiles(repository, changed, after, path, rules))];
  const turn = takeTurns();
  const sides = new Map<ChangedFile, readonly [before: boolean, after: boolean]>();
  for (const file of files) {
    await turn();
    const ofSide = (side: 0 | 1): boolean => isReadPath(file.path) && !rules[side].hides(file.path, 'file');
    sides.set(file, [ofSide(0), ofSide(1)]);
  }
  const isOurs = (file: ChangedFile, side: 0 | 1): boolean => sides.get(file)?.[side] ?? false;
  const [old, own] = [files.filter((file) => isOurs(file, 0)), files.filter((file) => isOurs(file, 1))];
  const was = await objectsIn(reader, blobsOf(old, 'before'));
  const is = await objectsIn(reader, blobsOf(own, 'after'));
  const objects = new Map<string, ObjectPair>();
  for (const key of new Set([...was.objects.keys(), ...is.objects.keys()])) {
    const pair = { before: was.objects.get(key) ?? [], after: is.objects.get(key) ?? [] };
    if (contentOf(pair.before) !== contentOf(pair.after)) objects.set(key, pair);
  }
  const arriving = new Set(blobsOf(own, 'after')).difference(new Set(blobsOf(old, 'before')));
  const unread = files.filter((file) => !isOurs(file, 0));
  const fromOutside =
    // What was there and hidden may be anybody's, also where it was changed while it came in.
    own.some((file) => file.before !== null && isReadPath(file.path) && !isOurs(file, 0)) ||
    (arriving.size > 0 &&
      (await cameFrom(repository, { before, after, path }, unread, files)).some((blob) => arriving.has(blob)));
  const switching = files.filter((file) => isReadPath(file.path) && isOurs(file, 0) !== isOurs(file, 1));
  const switched = rules[0].text === rules[1].text ? [] : await objectsOf(reader, switching, isOurs);
  return {
    objects,
    switched: new Set(switched),
    unclearBefore: was.unclear,
    unclearAfter: is.unclear,
    fromOutside,
  };
}

type Rules = readonly [before: IgnoreRules, after: IgnoreRules];

/** The rules of a tree; of one that is no source, because of its ignore file too, what hides the least. */
async function rulesAt(repository: GitRepository, tree: string | null, path: string): Promise<IgnoreRules> {
  const root = tree === null ? null : await treeAt(repository, tree, path);
  const entries = root === null ? [] : await readTreeObject(repository, root);
  const own = entries.find(({ name, kind }) => name === IGNORE_FILE && kind === 'file');
  if (own === undefined) return NOTHING_HIDDEN;
  const read = readIgnoreFile((await repository.readObject(own.id)).bytes);
  return 'rules' in read ? read.rules : NOTHING_HIDDEN;
}

/** Files that both trees have alike, and that only one of them hides. */
async function switchedFiles(
  repository: GitRepository,
  changed: readonly ChangedFile[],
  after: string,
  path: string,
  [was, is]: Rules,
): Promise<readonly ChangedFile[]> {
  if (was.text === is.text) return [];
  const turn = takeTurns();
  const known = new Set(changed.map((file) => file.path));
  const switched: ChangedFile[] = [];
  for (const file of await changedFiles(repository, null, after, path)) {
    await turn();
    if (known.has(file.path) || !isReadPath(file.path)) continue;
    if (was.hides(file.path, 'file') !== is.hides(file.path, 'file')) switched.push({ ...file, before: file.after });
  }
  return switched;
}

/** Kind and name of what stands in files, where they count. */
async function objectsOf(
  reader: ObjectReader,
  files: readonly ChangedFile[],
  isOurs: (file: ChangedFile, side: 0 | 1) => boolean,
): Promise<readonly string[]> {
  const blobs = files.flatMap((file) => [isOurs(file, 0) ? file.before : null, isOurs(file, 1) ? file.after : null]);
  const found = await objectsIn(
    reader,
    blobs.filter((blob) => blob !== null),
  );
  return [...found.objects.keys()];
}

/**
 * Blobs that were at places which the source does not read, and are no more: other names, links, other folders of the
 * repository.
 */
async function cameFrom(
  repository: GitRepository,
  { before, after, path }: { readonly before: string | null; readonly after: string; readonly path: string },
  unread: readonly ChangedFile[],
  files: readonly ChangedFile[],
): Promise<readonly string[]> {
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
