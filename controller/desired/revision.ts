import { createHash } from 'node:crypto';
import { rfc8785Json } from '#canonical-json';
import { type Kind, type KnownDocument, type RouterConfig, SECTION_NAMES, validateDocument } from '#schemas';
import { canonicalSections } from './canonical-section.ts';
import { deviceFaults } from './check-devices.ts';
import { type DoubtedConfig, layerFaults } from './check-layers.ts';
import { approvalPolicyFaults } from './check-policies.ts';
import { rolloutPolicyFaults } from './check-rollout-policies.ts';
import { everybodyIn, rosterFaults } from './check-roster.ts';
import { selectorFaults } from './check-selectors.ts';
import { cleanOf } from './doubt.ts';
import { type Diagnostic, pathText, toldFaults } from './diagnostic.ts';
import type { DeclaredConfig, Located, LocatedConfig, LocatedInventory } from './inventory.ts';
import { READ_LIMITS } from './limits.ts';
import { readDocuments, type SourceDocument } from './read-documents.ts';
import { atMost, duplicateNames } from './report.ts';
import { selectable } from './selector.ts';

/** What the files of one revision say, or everything that is wrong with them. There is no half of an inventory. */
export type Revision =
  | { readonly ok: true; readonly inventory: LocatedInventory }
  | { readonly ok: false; readonly faults: readonly Diagnostic[] };

/**
 * Reads, checks and puts together the files of one revision, given by path. `unread` are faults of files that could not be read; like
 * any other fault they leave no inventory.
 */
export function revisionOf(files: Readonly<Record<string, string>>, unread: readonly Diagnostic[] = []): Revision {
  const faults: (readonly Diagnostic[])[] = [unread];
  const declared: Located<KnownDocument>[] = [];
  let complete = unread.length === 0;
  let left: number = READ_LIMITS.documents;
  for (const [file, text] of Object.entries(files)) {
    const read = readDocuments(file, text, left);
    left -= read.documents.length;
    faults.push(read.faults);
    complete &&= read.complete;
    const known = new Set(read.faults.map(placeOf));
    for (const source of read.documents) {
      const result = readDeclared(source, known);
      faults.push(result.faults);
      if (result.declared === null) complete = false;
      else declared.push(result.declared);
    }
  }
  const { inventory, faults: more } = inventoryOf(declared, complete);
  const all = [...faults, more].flat();
  return all.length === 0 ? { ok: true, inventory } : { ok: false, faults: toldFaults(all) };
}

interface ReadDeclared {
  /** Null: it may be anything. */
  readonly declared: Located<KnownDocument> | null;
  readonly faults: readonly Diagnostic[];
}

/** A value that breaks a YAML rule usually breaks the schema too: of what stands at one of the places `told`, the first reason is enough. */
function readDeclared(source: SourceDocument, told: ReadonlySet<string>): ReadDeclared {
  const { file, locate, value, doubtful } = source;
  const validation = validateDocument(value);
  const found = validation.valid ? [] : validation.faults;
  const faults = found
    .map(({ path, at, message, hint }): Diagnostic => ({
      file,
      ...locate(path, at),
      path: pathText(path),
      message,
      ...(hint === undefined ? {} : { hint }),
    }))
    .filter((fault) => !told.has(placeOf(fault)));
  if (!validation.valid && validation.kind === null) return { declared: null, faults };
  const clean = cleanOf(value, [
    ...found.map(({ path, at, missing }) => ({
      path: missing === undefined ? path : [...path, missing],
      unknown: at === 'key',
    })),
    ...doubtful.map((path) => ({ path, unknown: false })),
  ]);
  const document = value as KnownDocument;
  const name = clean(NAME) ? document.metadata.name : '';
  const digest = clean([]) ? digestOf(document) : '';
  return { declared: { name, document, file, digest, locate, clean }, faults };
}

/** SHA-256 over RFC 8785 JSON. */
function digestOf({ metadata, spec }: KnownDocument): string {
  return createHash('sha256').update(rfc8785Json({ metadata, spec })).digest('hex');
}

const NAME = ['metadata', 'name'];

function placeOf({ line, column }: Diagnostic): string {
  return `${String(line)}:${String(column)}`;
}

interface CheckedInventory {
  readonly inventory: LocatedInventory;
  readonly faults: readonly Diagnostic[];
}

/** Checks that look for something elsewhere wait until it is sure to be among what could be read. */
function inventoryOf(declared: readonly Located<KnownDocument>[], complete: boolean): CheckedInventory {
  const devices = ofKind(declared, 'RouterDevice');
  const rosters = ofKind(declared, 'Roster');
  const approvals = atMost(READ_LIMITS.policies, ofKind(declared, 'ApprovalPolicy'));
  const rollouts = atMost(READ_LIMITS.policies, ofKind(declared, 'RolloutPolicy'));
  const routerConfigs = ofKind(declared, 'RouterConfig');
  const canonical = routerConfigs.map((config) => ({ config, ...canonicalSections(config) }));
  const configs: LocatedConfig[] = [];
  const doubted: DoubtedConfig[] = [];
  for (const { config, sections, faults, doubts } of canonical) {
    const layers = LAYERED_BY.every((path) => config.clean(path));
    if (layers) configs.push({ ...config, sections, unlisted: unlistedIn(config) });
    if (!layers) doubted.push({ config, doubts: () => true });
    else if (!config.clean([]) || faults.length > 0) doubted.push({ config, doubts });
  }
  const inventory: LocatedInventory = {
    devices: new Map(selectable(devices).map((device) => [device.name, device])),
    configs,
    roster: rosters[0] ?? null,
    approvalPolicies: approvals.objects,
    rolloutPolicies: rollouts.objects,
  };
  const sure = complete && devices.every((device) => device.clean(NAME));
  const names = sure ? new Set(devices.map(({ name }) => name)) : null;
  const selecting = [...routerConfigs, ...approvals.objects, ...rollouts.objects];
  const faults = [
    approvals.faults,
    rollouts.faults,
    canonical.flatMap((config) => config.faults),
    deviceFaults(devices),
    duplicateNames(routerConfigs),
    rosterFaults(rosters),
    approvalPolicyFaults(approvals.objects, devices, complete ? everybodyIn(rosters) : null),
    rolloutPolicyFaults(rollouts.objects, devices, names),
    selecting.flatMap((object) => selectorFaults(object, names)),
    layerFaults(inventory, doubted),
  ].flat();
  return { inventory, faults };
}

/** What it says of rows that nobody declared, as far as that is sure. */
function unlistedIn(config: Located<RouterConfig>): DeclaredConfig['unlisted'] {
  const sure = SECTION_NAMES.filter((name) => config.clean(['spec', 'unlisted', name]));
  const said: DeclaredConfig['unlisted'] = config.document.spec.unlisted ?? {};
  return Object.fromEntries(sure.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])));
}

const LAYERED_BY = [NAME, ['spec', 'priority'], ['spec', 'selector']];

type DocumentOf<K extends Kind> = Extract<KnownDocument, { kind: K }>;

function ofKind<K extends Kind>(
  declared: readonly Located<KnownDocument>[],
  kind: K,
): readonly Located<DocumentOf<K>>[] {
  return declared
    .filter((object): object is Located<DocumentOf<K>> => object.document.kind === kind)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
