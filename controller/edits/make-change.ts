import { renderDiagnostics, type Diagnostic, lineText } from '../desired/diagnostic.ts';
import type { LocatedConfig, LocatedInventory } from '../desired/inventory.ts';
import { configsFor } from '../desired/layers.ts';
import { type KnownFiles, revisionOf } from '../desired/revision.ts';
import { newConfigText } from './adopted-files.ts';
import { type Asked, type AskedChange, askedIn } from './asked.ts';
import { differenceOf, isReached } from './compare.ts';
import { editedText } from './edit-text.ts';
import { type ChangeIntent, type ChangeRefusal, type ChangeScope, Refused, refused } from './intent.ts';
import { placedEdits } from './placed-edits.ts';
import { type MadeConfig, type PlacedEdit, placingOf } from './place.ts';
import { reachOf } from './reach.ts';
import type { Splice } from './splice.ts';
import { checkAllowed, type Targets, targetsOf } from './targets.ts';

/** A file that a change edits or makes. */
export interface ChangedFile {
  readonly file: string;
  /** Null: it is made. */
  readonly before: string | null;
  readonly after: string;
  /** What is put into the text before; of one that is made, nothing. */
  readonly splices: readonly Splice[];
}

/** Where a part of the intent is said, and why there. */
export interface ChangePlace {
  readonly at: string;
  readonly config: string;
  readonly file: string;
  /** Before the change; null: the RouterConfig is made. */
  readonly line: number | null;
  readonly why: string;
}

/** A device on which a stronger RouterConfig says otherwise than the one that is changed. */
export interface Unreached {
  readonly at: string;
  readonly device: string;
}

/** What would change in the files, and whom it would change. */
export interface ChangeOfFiles {
  readonly files: readonly ChangedFile[];
  readonly places: readonly ChangePlace[];
  /** Devices that it is for. */
  readonly targets: readonly string[];
  /** Devices of which something else would be desired. */
  readonly changes: readonly string[];
  readonly unreached: readonly Unreached[];
}

/** The same with what is declared before and after it. */
export interface MadeChange extends ChangeOfFiles {
  readonly before: LocatedInventory;
  readonly after: LocatedInventory;
}

/** A change, or every reason against it. */
export type MakingOfChange =
  | ({ readonly ok: true } & MadeChange)
  | { readonly ok: false; readonly refusals: readonly ChangeRefusal[] };

/**
 * Makes a change of the files of a revision: in RouterConfigs alone, at the places of what is asked for and nowhere
 * else. What comes of it is read again; it must be without faults, want what was asked for, nothing else, and that of
 * no other device than the intent says and this scope allows. @param hides whether a file would be none of the fleet.
 */
export function makeChange(
  files: Readonly<Record<string, string>>,
  intent: ChangeIntent,
  scope: ChangeScope,
  hides: Hides,
): MakingOfChange {
  try {
    return { ok: true, ...making(files, intent, scope, hides) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusals: error.refusals };
    throw error;
  }
}

type Hides = (path: string) => boolean;

function making(
  files: Readonly<Record<string, string>>,
  intent: ChangeIntent,
  scope: ChangeScope,
  hides: Hides,
): MadeChange {
  const asked = askedIn(intent);
  const known: KnownFiles = new Map();
  const revision = revisionOf(files, [], known);
  if (!revision.ok)
    throw refused('FaultyFiles', '', 'the files have faults now, so none of them is changed', 'mend them first');
  const before = revision.inventory;
  const targets = targetsOf(before, intent, scope);
  const reach = reachOf(before, targets.devices);
  const context = { section: asked.section, reach, targets, scope };
  const placing = placingOf(before, Object.keys(files), intent, context);
  const edits = placedEdits(asked, placing);
  const changed = changedFiles(files, edits, placing.made, hides);
  const after = readAgain(files, changed, before, { scope, known });
  const difference = differenceOf(before, after, asked);
  if (difference.stray !== null)
    throw refused('CannotBeWritten', '', 'the files would say more than was asked for', 'change them by hand');
  checkReach(difference.devices, targets, intent, scope);
  if (difference.devices.length === 0) throw nothingChanges(after, targets, asked, changed);
  const unreached = unreachedIn(after, targets, asked);
  return {
    files: changed,
    places: placesOf(edits, placing.made),
    targets: [...targets.devices],
    changes: difference.devices,
    unreached,
    before,
    after,
  };
}

function changedFiles(
  files: Readonly<Record<string, string>>,
  edits: readonly PlacedEdit[],
  made: MadeConfig | null,
  hides: Hides,
): readonly ChangedFile[] {
  const byFile = new Map<string, Map<string, PlacedEdit[]>>();
  for (const edit of edits) {
    if (edit.home === 'made') continue;
    const byConfig = byFile.get(fileOf(edit.home)) ?? new Map<string, PlacedEdit[]>();
    byFile.set(fileOf(edit.home), byConfig);
    const known = byConfig.get(edit.home.name);
    if (known === undefined) byConfig.set(edit.home.name, [edit]);
    else known.push(edit);
  }
  const changed = [...byFile].map(([file, byConfig]): ChangedFile => {
    const before = files[file] ?? '';
    const { text, splices } = written(() => editedText(before, byConfig));
    return { file, before, after: text, splices };
  });
  const own = edits.filter(({ home }) => home === 'made');
  if (made === null || own.length === 0) return changed;
  if (hides(made.file)) {
    const message = `.rosctlignore leaves ${made.file} out, so that nothing said there would count`;
    throw refused(
      'CannotBeWritten',
      'where',
      message,
      'say where: {config: NAME}, or take the line out of .rosctlignore',
    );
  }
  const spec = { selector: made.selector, priority: made.priority };
  const text = written(() => newConfigText(made.name, spec, own));
  return [...changed, { file: made.file, before: null, after: text, splices: [] }];
}

/** @throws {Refused} for what cannot be written so that it says what was asked for. */
function written<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refused('CannotBeWritten', '', `it cannot be written there: ${error.message}`, 'change the file by hand');
  }
}

function readAgain(
  files: Readonly<Record<string, string>>,
  changed: readonly ChangedFile[],
  before: LocatedInventory,
  { scope, known }: { readonly scope: ChangeScope; readonly known: KnownFiles },
): LocatedInventory {
  const edited = Object.fromEntries(changed.map(({ file, after }) => [file, after]));
  const revision = revisionOf({ ...files, ...edited }, [], known);
  if (revision.ok) return revision.inventory;
  const refusals = revision.faults.map((fault): ChangeRefusal => faultRefusal(fault, before, scope));
  throw new Refused([...new Map(refusals.map((each) => [each.message, each])).values()]);
}

/** A fault that names a device for which nothing may be proposed is told without its words. */
function faultRefusal(fault: Diagnostic, { devices }: LocatedInventory, { allowed }: ChangeScope): ChangeRefusal {
  const code = 'FaultyFiles';
  const text = renderDiagnostics([fault]);
  const seen = allowed === null ? null : new Set(allowed);
  const isHidden = seen !== null && [...devices.keys()].some((name) => !seen.has(name) && text.includes(name));
  if (isHidden) return { code, field: '', message: 'the files would contradict something that you may not see' };
  const { hint } = fault;
  const path = fault.path === '' ? '' : `${fault.path}: `;
  const message = `the files would have a fault: ${lineText(fault)}: ${path}${fault.message}`;
  return { code, field: '', message, ...(hint === undefined ? {} : { hint }) };
}

function checkReach(changes: readonly string[], { devices }: Targets, intent: ChangeIntent, scope: ChangeScope): void {
  checkAllowed(changes, scope);
  const named = new Set(intent.alsoAffects);
  const others = changes.filter((device) => !devices.has(device) && !named.has(device));
  if (others.length === 0) return;
  const shown = others.slice(0, 20).join(', ') + (others.length > 20 ? ` and ${String(others.length - 20)} more` : '');
  const message = `it would change devices that were not asked for: ${shown}`;
  throw refused('AlsoAffects', 'alsoAffects', message, 'name them in alsoAffects if that is meant');
}

function nothingChanges(
  after: LocatedInventory,
  targets: Targets,
  asked: AskedChange,
  changed: readonly ChangedFile[],
): Refused {
  const isSame = changed.every(({ before, after: text }) => before === text);
  const missed = unreachedIn(after, targets, asked)[0];
  if (missed !== undefined) return overruled(after, missed, asked);
  const message = isSame ? 'the files say exactly that already' : 'nothing else would be desired of any device';
  return refused('NothingChanges', '', message);
}

/** A part of the intent that a device would not come to be as; of one RouterConfig's devices some may be overruled. */
function unreachedIn(
  after: LocatedInventory,
  { devices, config }: Targets,
  { parts }: AskedChange,
): readonly Unreached[] {
  const missed = [...devices].flatMap((device) =>
    parts.filter((part) => !isReached(after, device, part)).map(({ at }) => ({ at, device })),
  );
  const [first] = missed;
  if (first === undefined || config !== null) return missed;
  throw overruled(after, first, { parts });
}

function overruled(after: LocatedInventory, { at, device }: Unreached, { parts }: Pick<AskedChange, 'parts'>): Refused {
  const part = parts.find((each) => each.at === at);
  const by = part === undefined ? null : saying(after, device, part);
  const who = by === null ? 'another RouterConfig' : `the RouterConfig ${by.name}`;
  const message = `${who} would still say otherwise of ${device}`;
  return refused('Overruled', at, message, 'leave out where, or say it in a stronger RouterConfig');
}

/** The strongest RouterConfig that says something of it. */
function saying(inventory: LocatedInventory, device: string, part: Asked): LocatedConfig | null {
  const menu = part.is === 'setting' ? part.menu.path : part.part.menus[0].menu.path;
  const configs = configsFor(inventory, device) as readonly LocatedConfig[];
  const found = configs.find(({ sections }) =>
    [...sections.values()].flat().some((said) => {
      if (said.menu !== menu) return false;
      if (said.shape === 'settings') return part.is === 'setting' && Object.hasOwn(said.fields, part.property);
      if (part.is === 'setting') return false;
      return said.rows.some(({ fields }) =>
        Object.entries(part.match).every(([name, value]) => fields[name] === value),
      );
    }),
  );
  return found ?? null;
}

function placesOf(edits: readonly PlacedEdit[], made: MadeConfig | null): readonly ChangePlace[] {
  const places = edits.map(({ at, home, path, why }): ChangePlace => {
    if (home === 'made') return { at, config: made?.name ?? '', file: made?.file ?? '', line: null, why };
    const place = home.locate(path);
    return { at, config: home.name, file: fileOf(home), line: 'line' in place ? place.line : null, why };
  });
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

function fileOf(config: LocatedConfig): string {
  const place = config.locate([]);
  return 'file' in place ? place.file : '';
}
