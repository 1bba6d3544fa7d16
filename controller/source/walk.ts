import type { FileDiagnostic } from '../desired/diagnostic.ts';
import { foldedName } from '../desired/folded-name.ts';
import { IGNORE_FILE, ignoreFileFault, type IgnoreRules, NOTHING_HIDDEN, readIgnoreFile } from './ignore-file.ts';
import { entryFault, isPlainName, isYamlName, nameFault, SOURCE_LIMITS, tooLarge, twinFault } from './scan.ts';
import { ignoreLine, isStateName } from './state-folder.ts';

/** What an entry of a source is; `other` are pipes, devices and sockets. */
export type EntryKind = 'file' | 'folder' | 'link' | 'repository' | 'other';

/** One entry of a folder of a source. `place` is where the lister finds it. */
export interface SourceEntry<Place> {
  /** Null: its bytes are no UTF-8. */
  readonly name: string | null;
  readonly kind: EntryKind;
  readonly place: Place;
}

/** A YAML file of the fleet, by its path below the source with slashes. */
export interface WalkedFile<Place> {
  readonly path: string;
  readonly place: Place;
}

/**
 * The YAML files in the order of their paths, and the entries that make the source unfit; those are not among the
 * files.
 */
export interface WalkedSource<Place> {
  readonly files: readonly WalkedFile<Place>[];
  readonly faults: readonly FileDiagnostic[];
  /** What the ignore file leaves out. */
  readonly rules: IgnoreRules;
}

/**
 * How a source is walked: its name for people, and what lies in a folder of it. `leftOut` is the path of a folder that
 * is none of the fleet.
 */
export interface Walk<Place> {
  readonly what: string;
  readonly root: Place;
  readonly leftOut: string | null;
  entriesOf(place: Place): Promise<readonly SourceEntry<Place>[]>;
  /** What a file holds; `path` is its path below the source. */
  bytesOf(place: Place, path: string): Promise<Uint8Array>;
}

/** Folders can repeat within one tree object as often as somebody likes, so what is looked at is counted. */
const MAX_ENTRIES = 200_000;

/**
 * Which files a source holds. It is the one place that decides so, whoever lists the entries, so that reviewers and
 * the controller read the same: the `*.yaml` and
 * `*.yml` files at any depth, but for names that begin with a dot and for what the ignore file at the root hides. That
 * hides whatever it names, links and submodules too, but no file of a controller's own.
 * @throws {Failure} SourceTooLarge, and what the walk's own functions throw
 */
export async function walkSource<Place>(walk: Walk<Place>): Promise<WalkedSource<Place>> {
  const found: Found<Place> = { files: [], faults: [], entries: 0, rules: NOTHING_HIDDEN };
  const own = (await walk.entriesOf(walk.root)).find(({ name, kind }) => name === IGNORE_FILE && kind === 'file');
  const read = own === undefined ? null : readIgnoreFile(await walk.bytesOf(own.place, IGNORE_FILE));
  if (read !== null && 'faults' in read) found.faults.push(...read.faults);
  else if (read !== null) found.rules = read.rules;
  await walkFolder(walk, walk.root, '', 0, found);
  const { faults, rules } = found;
  return { files: found.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), faults, rules };
}

/** Whether the file at a path is among those that a walk gives, as far as its names tell. */
export function isReadPath(path: string): boolean {
  return isYamlName(path) && !path.split('/').some(isHidden);
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** A repository of its own is a folder for git's patterns. */
function isIgnored(rules: IgnoreRules, path: string, kind: EntryKind): boolean {
  return rules.hides(path, kind === 'folder' || kind === 'repository' ? 'folder' : 'file');
}

interface Found<Place> {
  readonly files: WalkedFile<Place>[];
  readonly faults: FileDiagnostic[];
  entries: number;
  rules: IgnoreRules;
}

async function walkFolder<Place>(
  walk: Walk<Place>,
  folder: Place,
  below: string,
  depth: number,
  found: Found<Place>,
): Promise<void> {
  if (depth > SOURCE_LIMITS.depth)
    throw tooLarge(`${below} lies more than ${String(SOURCE_LIMITS.depth)} folders deep`);
  const entries = await walk.entriesOf(folder);
  found.entries += entries.length;
  if (found.entries > MAX_ENTRIES) throw tooLarge(`${walk.what} holds more than ${String(MAX_ENTRIES)} entries`);
  const folded = new Map<string, string>();
  for (const { name, kind, place } of entries) {
    if (name === null || !isPlainName(name)) {
      found.faults.push(nameFault(below, name));
      continue;
    }
    const path = `${below}${name}`;
    if (path === walk.leftOut) continue;
    const odd = ignoreFileFault(path, name, kind === 'file');
    if (odd !== null) found.faults.push(odd);
    if (isHidden(name) || (!isStateName(name) && isIgnored(found.rules, path, kind))) continue;
    const twin = folded.get(foldedName(name));
    folded.set(foldedName(name), path);
    const fault = twin === undefined ? entryFaultOf(path, name, kind) : twinFault(path, twin);
    if (fault !== null) found.faults.push(fault);
    else if (kind === 'folder') await walkFolder(walk, place, `${path}/`, depth + 1, found);
    else if (isYamlName(name)) found.files.push({ path, place });
    if (found.files.length > SOURCE_LIMITS.files)
      throw tooLarge(`${walk.what} holds more than ${String(SOURCE_LIMITS.files)} YAML files`);
  }
}

/** A state folder is left out as a whole: its passwords and copies have names that nobody knows here. */
function hintFor(path: string): string {
  const slash = path.lastIndexOf('/');
  const line = slash < 0 ? ignoreLine(path, 'file') : ignoreLine(path.slice(0, slash));
  return `take it out of the fleet: a state folder is named with --state; git leaves it out by this line of .gitignore: ${line}`;
}

const LEAVE_OUT = `leave it out by a line in ${IGNORE_FILE}`;

function entryFaultOf(path: string, name: string, kind: EntryKind): FileDiagnostic | null {
  if (isStateName(name)) {
    return entryFault(path, "is of a controller's own folder", hintFor(path));
  }
  switch (kind) {
    case 'link':
      return entryFault(path, 'is a symbolic link', `put the file itself there, or ${LEAVE_OUT}`);
    case 'repository':
      return entryFault(
        path,
        'is a submodule or a repository of its own',
        `put the files themselves there, or ${LEAVE_OUT}`,
      );
    case 'other':
      if (!isYamlName(name)) return null;
      return entryFault(path, 'is no regular file', 'put a file there, or give it another name');
    default:
      return null;
  }
}
