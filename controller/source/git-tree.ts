import type { FileDiagnostic } from '../desired/diagnostic.ts';
import { contentIdOf, hiding, type InspectedFolder } from './folder.ts';
import { entryFault, SOURCE_LIMITS, sourceFailure, tooLarge } from './scan.ts';
import { type SourceEntry, type WalkedFile, walkSource } from './walk.ts';
import type { ObjectReader } from '#git';
import { readTreeObject, treeAt } from '#git';

/**
 * The `*.yaml` and `*.yml` files below `path` of a tree, as inspectFolder gives those of a folder: from the objects
 * alone, never from a work tree.
 * Entries whose name starts with a dot are left out. Any fault makes the revision unfit.
 * @param path relative, with slashes; `.` is the whole tree.
 * @throws {Failure} EmptySource, SourceTooLarge, GitObjectMissing, GitObjectBad
 */
export async function readTree(repository: ObjectReader, treeId: string, path: string): Promise<InspectedFolder> {
  const id = await treeAt(repository, treeId, path);
  if (id === null) throw sourceFailure('EmptySource', `the repository has no folder ${path} at this commit`);
  const trees = new Map<string, readonly SourceEntry<string>[]>();
  const entriesOf = async (tree: string): Promise<readonly SourceEntry<string>[]> => {
    const entries = trees.get(tree) ?? (await entriesIn(repository, tree));
    trees.set(tree, entries);
    return entries;
  };
  const walked = await walkSource({
    what: 'the tree',
    root: id,
    leftOut: null,
    entriesOf,
    bytesOf: async (blob) => (await repository.readObject(blob)).bytes,
  });
  if (walked.files.length + walked.faults.length === 0) {
    const where = path === '.' ? 'the repository' : `the folder ${path}`;
    throw sourceFailure('EmptySource', `${where} holds no .yaml or .yml file at this commit`);
  }
  const { texts, faults } = await textsOf(repository, walked.files);
  const hides = hiding(walked.rules);
  return { id: await contentIdOf(texts), files: texts, faults: [...walked.faults, ...faults], hides };
}

async function entriesIn(repository: ObjectReader, tree: string): Promise<readonly SourceEntry<string>[]> {
  const entries = await readTreeObject(repository, tree);
  return entries.map(({ name, kind, id }) => ({ name, kind: kind === 'submodule' ? 'repository' : kind, place: id }));
}

async function textsOf(
  repository: ObjectReader,
  files: readonly WalkedFile<string>[],
): Promise<{ readonly texts: Readonly<Record<string, string>>; readonly faults: readonly FileDiagnostic[] }> {
  const texts: Record<string, string> = {};
  const faults: FileDiagnostic[] = [];
  let total = 0;
  for (const { path, place } of files) {
    const { type, bytes } = await repository.readObject(place);
    if (type !== 'blob') throw sourceFailure('GitObjectBad', `${path} is a ${type}, not a file`);
    if (bytes.byteLength > SOURCE_LIMITS.fileBytes)
      throw tooLarge(`${path} has more than ${String(SOURCE_LIMITS.fileBytes)} bytes`);
    total += bytes.byteLength;
    if (total > SOURCE_LIMITS.totalBytes)
      throw tooLarge(`the tree holds more than ${String(SOURCE_LIMITS.totalBytes)} bytes of YAML`);
    try {
      texts[path] = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      faults.push(entryFault(path, 'is not UTF-8 text', 'save it as UTF-8'));
    }
  }
  return { texts, faults };
}
