import { type Kind, type KnownDocument, validateDocument } from '#schemas';
import { canonicalSections } from './canonical-section.ts';
import { deviceFaults } from './check-devices.ts';
import { layerFaults } from './check-layers.ts';
import { approvalPolicyFaults, rolloutPolicyFaults } from './check-policies.ts';
import { rosterFaults } from './check-roster.ts';
import { selectorFaults } from './check-selectors.ts';
import { type Fault, pathText, sortFaults } from './fault.ts';
import type { Declared, DeclaredConfig, Inventory } from './inventory.ts';
import { readDocuments, type SourceDocument } from './read-documents.ts';
import { duplicateNames } from './report.ts';

/** What the files of one revision say, or everything that is wrong with them. There is no half of an inventory. */
export type Revision =
  | { readonly ok: true; readonly inventory: Inventory }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads, checks and puts together the files of one revision, given by path. */
export function revisionOf(files: Readonly<Record<string, string>>): Revision {
  const faults: Fault[] = [];
  const declared: Declared<KnownDocument>[] = [];
  for (const [file, text] of Object.entries(files)) {
    const read = readDocuments(file, text);
    faults.push(...read.faults);
    for (const source of read.documents) {
      const result = readDeclared(source, read.faults);
      if ('faults' in result) faults.push(...result.faults);
      else declared.push(result);
    }
  }
  const checked = inventoryOf(declared, faults.length === 0);
  faults.push(...checked.faults);
  return faults.length === 0 ? { ok: true, inventory: checked.inventory } : { ok: false, faults: sortFaults(faults) };
}

/** A value that breaks a YAML rule usually breaks the schema too: the first reason is enough. */
function readDeclared(
  source: SourceDocument,
  before: readonly Fault[],
): Declared<KnownDocument> | { readonly faults: readonly Fault[] } {
  const { file, locate } = source;
  const validation = validateDocument(source.value);
  if (validation.valid) {
    const document = validation.document;
    return { name: document.metadata.name, document, file, locate };
  }
  const faults = validation.faults.map(({ path, at, ...said }) => ({
    file,
    ...locate(path, at),
    path: pathText(path),
    ...said,
  }));
  const known = new Set(before.map(placeOf));
  return { faults: faults.filter((fault) => !known.has(placeOf(fault))) };
}

function placeOf({ line, column }: Fault): string {
  return `${String(line)}:${String(column)}`;
}

interface CheckedInventory {
  readonly inventory: Inventory;
  readonly faults: readonly Fault[];
}

/** Checks that look for something elsewhere wait until everything can be read: what is missing may be in a faulty document. */
function inventoryOf(declared: readonly Declared<KnownDocument>[], complete: boolean): CheckedInventory {
  const devices = ofKind(declared, 'RouterDevice');
  const rosters = ofKind(declared, 'Roster');
  const approvalPolicies = ofKind(declared, 'ApprovalPolicy');
  const rolloutPolicies = ofKind(declared, 'RolloutPolicy');
  const routerConfigs = ofKind(declared, 'RouterConfig');
  const faults: Fault[] = [];
  const configs = routerConfigs.map((config): DeclaredConfig => {
    const canonical = canonicalSections(config);
    faults.push(...canonical.faults);
    return { ...config, sections: canonical.sections };
  });
  const inventory: Inventory = {
    devices: new Map(devices.map((device) => [device.name, device])),
    configs,
    roster: rosters[0] ?? null,
    approvalPolicies,
    rolloutPolicies,
  };
  const selecting = [...routerConfigs, ...approvalPolicies, ...rolloutPolicies];
  faults.push(
    ...deviceFaults(devices),
    ...duplicateNames(configs),
    ...rosterFaults(rosters),
    ...approvalPolicyFaults(approvalPolicies, devices, complete ? inventory.roster : null),
    ...rolloutPolicyFaults(rolloutPolicies, devices),
    ...(complete ? selecting.flatMap((object) => selectorFaults(object, devices)) : []),
    ...layerFaults(inventory),
  );
  return { inventory, faults };
}

type DocumentOf<K extends Kind> = Extract<KnownDocument, { kind: K }>;

function ofKind<K extends Kind>(
  declared: readonly Declared<KnownDocument>[],
  kind: K,
): readonly Declared<DocumentOf<K>>[] {
  return declared
    .filter((object): object is Declared<DocumentOf<K>> => object.document.kind === kind)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
