import canonicalize from 'canonicalize';
import { KINDS } from '#schemas';
import { readDocuments } from '../desired/read-documents.ts';
import type { ObjectName } from '../trust-records.ts';
import { digestOf } from './contents.ts';

/** One declared object as one file holds it, reduced to what tells who changed it. */
export interface ObjectVersion extends ObjectName {
  /** Digest of kind and spec. */
  readonly spec: string;
  /** Digest of the metadata but for the name. */
  readonly metadata: string;
  /** What decides which devices it feeds: of a RouterConfig its selector, of a RouterDevice what selectors look at; null: it feeds none. */
  readonly feeds: unknown;
}

/**
 * The objects in a file of any commit, checked or not. Comments, order and formatting leave no trace. Null: nobody can tell what the file holds; the head of
 * a range has no such file.
 */
export function objectVersionsIn(text: string): readonly ObjectVersion[] | null {
  const { documents, faults } = readDocuments('', text);
  if (faults.length > 0) return null;
  const versions: ObjectVersion[] = [];
  for (const { value } of documents) {
    const version = versionOf(value);
    if (version === null) return null;
    versions.push(version);
  }
  return versions;
}

function versionOf(value: unknown): ObjectVersion | null {
  const { kind, metadata, spec } = isRecord(value) ? value : {};
  if (typeof kind !== 'string' || !(KINDS as readonly string[]).includes(kind)) return null;
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string') return null;
  const { name, ...rest } = metadata;
  const [ofSpec, ofMetadata] = [canonicalOf(spec ?? null), canonicalOf(rest)];
  if (ofSpec === null || ofMetadata === null) return null;
  return {
    kind,
    name,
    spec: digestOf([kind, ofSpec]),
    metadata: digestOf(ofMetadata),
    feeds: isRecord(spec) ? feedsOf(kind, { metadata, spec }) : null,
  };
}

function feedsOf(kind: string, { metadata, spec }: { readonly metadata: object; readonly spec: Fields }): unknown {
  if (kind === 'RouterConfig') return isRecord(spec['selector']) ? spec['selector'] : null;
  if (kind !== 'RouterDevice') return null;
  const { environment, site } = spec;
  return { metadata, spec: { environment, ...(site === undefined ? {} : { site }) } };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null for what JSON has no form for, as numbers that are none. */
function canonicalOf(value: unknown): string | null {
  try {
    return canonicalize(value) ?? null;
  } catch {
    return null;
  }
}
