import type { Fault } from '../../desired/fault.ts';
import { contentIdOf, type InspectedFolder } from '../folder.ts';
import {
  entryFault,
  foldedName,
  isPlainName,
  isYamlName,
  nameFault,
  SOURCE_LIMITS,
  sourceFailure,
  tooLarge,
  twinFault,
} from '../scan.ts';
import type { GitRepository } from './repository.ts';
import { readTreeObject, treeAt, type TreeEntry } from './tree-object.ts';

/** Folders can repeat within one tree object as often as somebody likes, so what is looked at is counted. */
const MAX_ENTRIES = 200_000;

/**
 * The `*.yaml` and `*.yml` files below `path` of a tree, as inspectFolder gives those of a folder: from the objects alone, never from a work tree.
 * Entries whose name starts with a dot are left out. Any fault makes the revision unfit.
 * @param path relative, with slashes; `.` is the whole tree.
 * @throws {Failure} EmptySource, SourceTooLarge, GitObjectMissing, GitObjectBad
 */
export async function readTree(repository: GitRepository, treeId: string, path: string): Promise<InspectedFolder> {
  const id = await treeAt(repository, treeId, path);
  if (id === null) throw sourceFailure('EmptySource', `the repository has no folder ${path} at this commit`);
  const reading: Reading = { repository, trees: new Map(), files: [], faults: [], entries: 0 };
  await walk(reading, id, '', 0);
  if (reading.files.length + reading.faults.length === 0) {
    const where = path === '.' ? 'the repository' : `the folder ${path}`;
    throw sourceFailure('EmptySource', `${where} holds no .yaml or .yml file at this commit`);
  }
  const files = await textsOf(reading);
  return { id: contentIdOf(files), files, faults: reading.faults };
}

interface Reading {
  readonly repository: GitRepository;
  readonly trees: Map<string, readonly TreeEntry[]>;
  readonly files: { readonly path: string; readonly id: string }[];
  readonly faults: Fault[];
  entries: number;
}

async function walk(reading: Reading, id: string, below: string, depth: number): Promise<void> {
  if (depth > SOURCE_LIMITS.depth)
    throw tooLarge(`${below} lies more than ${String(SOURCE_LIMITS.depth)} folders deep`);
  const entries = reading.trees.get(id) ?? (await readTreeObject(reading.repository, id));
  reading.trees.set(id, entries);
  reading.entries += entries.length;
  if (reading.entries > MAX_ENTRIES) throw tooLarge(`the tree holds more than ${String(MAX_ENTRIES)} entries`);
  const folded = new Map<string, string>();
  for (const entry of entries) {
    if (entry.name === null || !isPlainName(entry.name)) {
      reading.faults.push(nameFault(below, entry.name));
      continue;
    }
    if (entry.name.startsWith('.')) continue;
    const path = `${below}${entry.name}`;
    const twin = folded.get(foldedName(entry.name));
    folded.set(foldedName(entry.name), path);
    if (twin !== undefined) reading.faults.push(twinFault(path, twin));
    else if (entry.kind === 'link')
      reading.faults.push(entryFault(path, 'is a symbolic link', 'put the file itself there'));
    else if (entry.kind === 'submodule')
      reading.faults.push(entryFault(path, 'is a submodule', 'put the files themselves there'));
    else if (entry.kind === 'folder') await walk(reading, entry.id, `${path}/`, depth + 1);
    else if (isYamlName(entry.name)) reading.files.push({ path, id: entry.id });
    if (reading.files.length > SOURCE_LIMITS.files)
      throw tooLarge(`the tree holds more than ${String(SOURCE_LIMITS.files)} YAML files`);
  }
}

async function textsOf({ repository, files, faults }: Reading): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  let total = 0;
  for (const { path, id } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const { type, bytes } = await repository.readObject(id);
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
  return texts;
}
