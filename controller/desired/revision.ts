import { type Kind, type KnownDocument, validateDocument } from '#schemas';
import { canonicalSections } from './canonical-section.ts';
import { deviceFaults } from './check-devices.ts';
import { type DoubtedConfig, layerFaults } from './check-layers.ts';
import { approvalPolicyFaults } from './check-policies.ts';
import { rolloutPolicyFaults } from './check-rollout-policies.ts';
import { everybodyIn, rosterFaults } from './check-roster.ts';
import { selectorFaults } from './check-selectors.ts';
import { cleanOf } from './doubt.ts';
import { type Fault, pathText, sortFaults } from './fault.ts';
import type { Declared, DeclaredConfig, Inventory } from './inventory.ts';
import { readDocuments, type SourceDocument } from './read-documents.ts';
import { duplicateNames } from './report.ts';
import { selectable } from './selector.ts';

/** What the files of one revision say, or everything that is wrong with them. There is no half of an inventory. */
export type Revision =
  | { readonly ok: true; readonly inventory: Inventory }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Reads, checks and puts together the files of one revision, given by path. `unread` are faults of files that could not be read; like
 * any other fault they leave no inventory.
 */
export function revisionOf(files: Readonly<Record<string, string>>, unread: readonly Fault[] = []): Revision {
  const faults: Fault[] = [...unread];
  const declared: Declared<KnownDocument>[] = [];
  let complete = unread.length === 0;
  for (const [file, text] of Object.entries(files)) {
    const read = readDocuments(file, text);
    faults.push(...read.faults);
    complete &&= read.complete;
    for (const source of read.documents) {
      const result = readDeclared(source, read.faults);
      faults.push(...result.faults);
      if (result.declared === null) complete = false;
      else declared.push(result.declared);
    }
  }
  const checked = inventoryOf(declared, complete);
  faults.push(...checked.faults);
  return faults.length === 0 ? { ok: true, inventory: checked.inventory } : { ok: false, faults: sortFaults(faults) };
}

interface ReadDeclared {
  /** Null: it may be anything. */
  readonly declared: Declared<KnownDocument> | null;
  readonly faults: readonly Fault[];
}

/** A value that breaks a YAML rule usually breaks the schema too: the first reason is enough. */
function readDeclared(source: SourceDocument, before: readonly Fault[]): ReadDeclared {
  const { file, locate, value, doubtful } = source;
  const validation = validateDocument(value);
  const found = validation.valid ? [] : validation.faults;
  const known = new Set(before.map(placeOf));
  const faults = found
    .map(({ path, at, message, hint }): Fault => ({
      file,
      ...locate(path, at),
      path: pathText(path),
      message,
      ...(hint === undefined ? {} : { hint }),
    }))
    .filter((fault) => !known.has(placeOf(fault)));
  if (!validation.valid && validation.kind === null) return { declared: null, faults };
  const clean = cleanOf(value, [
    ...found.map(({ path, at, missing }) => ({
      path: missing === undefined ? path : [...path, missing],
      unknown: at === 'key',
    })),
    ...doubtful.map((path) => ({ path, unknown: false })),
  ]);
  const document = value as KnownDocument;
  return { declared: { name: clean(NAME) ? document.metadata.name : '', document, file, locate, clean }, faults };
}

const NAME = ['metadata', 'name'];

function placeOf({ line, column }: Fault): string {
  return `${String(line)}:${String(column)}`;
}

interface CheckedInventory {
  readonly inventory: Inventory;
  readonly faults: readonly Fault[];
}

/** Checks that look for something elsewhere wait until it is sure to be among what could be read. */
function inventoryOf(declared: readonly Declared<KnownDocument>[], complete: boolean): CheckedInventory {
  const devices = ofKind(declared, 'RouterDevice');
  const rosters = ofKind(declared, 'Roster');
  const approvalPolicies = ofKind(declared, 'ApprovalPolicy');
  const rolloutPolicies = ofKind(declared, 'RolloutPolicy');
  const routerConfigs = ofKind(declared, 'RouterConfig');
  const faults: Fault[] = [];
  const configs: DeclaredConfig[] = [];
  const doubted: DoubtedConfig[] = [];
  for (const config of routerConfigs) {
    const canonical = canonicalSections(config);
    faults.push(...canonical.faults);
    const layers = LAYERED_BY.every((path) => config.clean(path));
    if (layers) configs.push({ ...config, sections: canonical.sections });
    if (!layers) doubted.push({ config, doubts: () => true });
    else if (!config.clean([]) || canonical.faults.length > 0) doubted.push({ config, doubts: canonical.doubts });
  }
  const inventory: Inventory = {
    devices: new Map(selectable(devices).map((device) => [device.name, device])),
    configs,
    roster: rosters[0] ?? null,
    approvalPolicies,
    rolloutPolicies,
  };
  const names = complete && devices.every((device) => device.clean(NAME)) ? devices.map(({ name }) => name) : null;
  faults.push(
    ...deviceFaults(devices),
    ...duplicateNames(routerConfigs),
    ...rosterFaults(rosters),
    ...approvalPolicyFaults(approvalPolicies, devices, complete ? everybodyIn(rosters) : null),
    ...rolloutPolicyFaults(rolloutPolicies, devices, names),
    ...[...routerConfigs, ...approvalPolicies, ...rolloutPolicies].flatMap((object) => selectorFaults(object, names)),
    ...layerFaults(inventory, doubted),
  );
  return { inventory, faults };
}

const LAYERED_BY = [NAME, ['spec', 'priority'], ['spec', 'selector']];

type DocumentOf<K extends Kind> = Extract<KnownDocument, { kind: K }>;

function ofKind<K extends Kind>(
  declared: readonly Declared<KnownDocument>[],
  kind: K,
): readonly Declared<DocumentOf<K>>[] {
  return declared
    .filter((object): object is Declared<DocumentOf<K>> => object.document.kind === kind)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
