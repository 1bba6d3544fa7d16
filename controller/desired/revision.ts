import { createHash } from 'node:crypto';
import { rfc8785Json } from '#canonical-json';
import { type Kind, type KnownDocument, type SchemaFault, validateDocument } from '#schemas';
import { canonicalSections } from './canonical-section.ts';
import { deviceFaults } from './check-devices.ts';
import { layerFaults } from './check-layers.ts';
import { approvalPolicyFaults } from './check-policies.ts';
import { rolloutPolicyFaults } from './check-rollout-policies.ts';
import { rosterFaults } from './check-roster.ts';
import { selectorFaults } from './check-selectors.ts';
import { type Diagnostic, pathText, placeText, toldFaults } from './diagnostic.ts';
import type { Located, LocatedInventory, Place } from './inventory.ts';
import { READ_LIMITS } from './limits.ts';
import { type ReadDocuments, readDocuments } from './read-documents.ts';
import { atMost, duplicateNames } from './report.ts';

/** What one revision says, or everything that is wrong with them. There is no half of an inventory. */
export type Revision =
  | { readonly ok: true; readonly inventory: LocatedInventory }
  | { readonly ok: false; readonly faults: readonly Diagnostic[] };

/** What files said when they were read, for a revision that has most of them, too. */
export type KnownFiles = Map<string, { readonly text: string; readonly read: ReadDocuments }>;

/**
 * Reads, checks and puts together the files of one revision, given by path. `unread` are faults of files that could
 * not be read; like any other fault they leave no inventory. @param known what is read is added to it, and what stands
 * in it with the same text is not read again.
 */
export function revisionOf(
  files: Readonly<Record<string, string>>,
  unread: readonly Diagnostic[] = [],
  known: KnownFiles = new Map(),
): Revision {
  const faults: (readonly Diagnostic[])[] = [unread];
  const documents: ReadDocument[] = [];
  let left: number = READ_LIMITS.documents;
  for (const [file, text] of Object.entries(files)) {
    const before = known.get(file);
    const read = before?.text === text ? before.read : readDocuments(file, text, left);
    known.set(file, { text, read });
    left -= read.documents.length;
    faults.push(read.faults);
    const told = new Set(read.faults.map(placeText));
    for (const { value, locate } of read.documents)
      documents.push({ value, locate: (path, at) => ({ file, ...locate(path, at) }), told });
  }
  return revisionFrom(documents, faults.flat());
}

/**
 * The same of documents that never were text, as the objects of a cluster: their faults are at an object and a field.
 */
export function revisionOfObjects(objects: readonly unknown[]): Revision {
  const documents = objects.map((value, index): ReadDocument => {
    const object = nameOfObject(value) ?? `object ${String(index + 1)}`;
    return { value, locate: () => ({ object }), told: new Set() };
  });
  return revisionFrom(documents, []);
}

/** A document as far as it was read. */
interface ReadDocument {
  readonly value: unknown;
  readonly locate: Place['locate'];
  /** Where its file has faults. */
  readonly told: ReadonlySet<string>;
}

function revisionFrom(documents: readonly ReadDocument[], unread: readonly Diagnostic[]): Revision {
  const faults: Diagnostic[] = [...unread];
  const declared: Located<KnownDocument>[] = [];
  for (const document of documents) {
    const validation = validateDocument(document.value);
    if (!validation.valid)
      faults.push(...(isForeign(document.value) ? [foreign(document)] : schemaFaults(document, validation.faults)));
    else if (document.told.size === 0) declared.push(declaredIn(document));
  }
  const { inventory, faults: more } = inventoryOf(declared, faults.length === 0);
  const all = [...faults, ...more];
  return all.length === 0 ? { ok: true, inventory } : { ok: false, faults: toldFaults(all) };
}

/** YAML of other programs says neither what it is nor of which version, as ours does. */
function isForeign(value: unknown): boolean {
  return typeof value !== 'object' || value === null || !('apiVersion' in value || 'kind' in value || 'spec' in value);
}

function foreign({ locate }: ReadDocument): Diagnostic {
  const message = 'is no object of a fleet: it has neither apiVersion nor kind';
  const hint =
    'if it is there for something else, a line in .rosctlignore at the root of the source leaves its file out';
  return { ...locate([]), path: '', message, hint };
}

/**
 * A value that breaks a YAML rule usually breaks the schema too: of what stands at one place the first reason is
 * enough.
 */
function schemaFaults({ locate, told }: ReadDocument, found: readonly SchemaFault[]): readonly Diagnostic[] {
  return found
    .map(({ path, at, message, hint }): Diagnostic => ({
      ...locate(path, at),
      path: pathText(path),
      message,
      ...(hint === undefined ? {} : { hint }),
    }))
    .filter((fault) => !told.has(placeText(fault)));
}

function declaredIn({ locate, value }: ReadDocument): Located<KnownDocument> {
  const document = value as KnownDocument;
  return { name: document.metadata.name, document, digest: digestOf(document), locate };
}

/** `RouterConfig edge`; null: it does not say. */
function nameOfObject(value: unknown): string | null {
  const { kind, metadata } = (value ?? {}) as { readonly kind?: unknown; readonly metadata?: unknown };
  const { name } = (metadata ?? {}) as { readonly name?: unknown };
  return typeof kind === 'string' && typeof name === 'string' ? `${kind} ${name}` : null;
}

/** SHA-256 over RFC 8785 JSON. */
function digestOf({ metadata, spec }: KnownDocument): string {
  return createHash('sha256').update(rfc8785Json({ metadata, spec })).digest('hex');
}

interface CheckedInventory {
  readonly inventory: LocatedInventory;
  readonly faults: readonly Diagnostic[];
}

/**
 * Checks that look for something in other documents wait until all of them can be relied on (`complete`): what one
 * misses may stand where a fault is.
 */
function inventoryOf(declared: readonly Located<KnownDocument>[], complete: boolean): CheckedInventory {
  const devices = ofKind(declared, 'RouterDevice');
  const rosters = ofKind(declared, 'Roster');
  const approvals = atMost(READ_LIMITS.policies, ofKind(declared, 'ApprovalPolicy'));
  const rollouts = atMost(READ_LIMITS.policies, ofKind(declared, 'RolloutPolicy'));
  const configs = ofKind(declared, 'RouterConfig');
  const canonical = configs.map((config) => ({ config, ...canonicalSections(config) }));
  const canonicalFaults = canonical.flatMap(({ faults }) => faults);
  const inventory: LocatedInventory = {
    devices: new Map(devices.map((device) => [device.name, device])),
    configs: canonical.map(({ config, sections, unlistedIn }) => ({
      ...config,
      sections,
      unlisted: config.document.spec.unlisted ?? {},
      unlistedIn,
    })),
    roster: rosters[0] ?? null,
    approvalPolicies: approvals.objects,
    rolloutPolicies: rollouts.objects,
  };
  const names = complete ? new Set(devices.map(({ name }) => name)) : null;
  const people = complete && rosters.length === 1 ? (rosters[0]?.document.spec.people ?? null) : null;
  const selecting = [...configs, ...approvals.objects, ...rollouts.objects];
  const faults = [
    approvals.faults,
    rollouts.faults,
    canonicalFaults,
    deviceFaults(devices),
    duplicateNames(configs),
    rosterFaults(rosters),
    approvalPolicyFaults(approvals.objects, devices, people),
    rolloutPolicyFaults(rollouts.objects, devices, names),
    selecting.flatMap((object) => selectorFaults(object, names)),
    complete && canonicalFaults.length === 0 ? layerFaults(inventory) : [],
  ].flat();
  return { inventory, faults };
}

type DocumentOf<K extends Kind> = Extract<KnownDocument, { kind: K }>;

function ofKind<K extends Kind>(
  declared: readonly Located<KnownDocument>[],
  kind: K,
): readonly Located<DocumentOf<K>>[] {
  return declared
    .filter((object): object is Located<DocumentOf<K>> => object.document.kind === kind)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
