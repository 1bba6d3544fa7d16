import { rfc8785Json } from '#canonical-json';
import { type KnownDocument, validateDocument } from '#schemas';
import { readDocuments } from '../desired/read-documents.ts';
import type { ObjectForm, ObjectName } from '../records/history.ts';
import { jsonDigestOf } from './json-digest.ts';

/** One declared object as one file holds it, reduced to what tells who changed it. */
export interface ObjectVersion extends ObjectName, ObjectForm {
  /** Digest of the metadata but for the name. */
  readonly metadata: string;
}

/**
 * The objects in a file of any commit. Comments, order and formatting leave no trace. Null: nobody can tell what the
 * file says, by the rules of YAML and the schemas; the head of a range has no such file.
 */
export function objectVersionsIn(text: string): readonly ObjectVersion[] | null {
  const { documents, faults } = readDocuments('', text);
  if (faults.length > 0) return null;
  const versions: ObjectVersion[] = [];
  for (const { value } of documents) {
    if (!validateDocument(value).valid) return null;
    versions.push(versionOf(value as KnownDocument));
  }
  return versions;
}

function versionOf(document: KnownDocument): ObjectVersion {
  const { kind, metadata, spec } = document;
  const { name, ...rest } = metadata;
  return {
    kind,
    name,
    spec: jsonDigestOf([kind, rfc8785Json(spec)]),
    metadata: jsonDigestOf(rfc8785Json(rest)),
    feeds: feedsOf(document),
  };
}

/** Of a RouterConfig its selector, of a RouterDevice what selectors look at. */
function feedsOf(document: KnownDocument): unknown {
  if (document.kind === 'RouterConfig') return document.spec.selector;
  if (document.kind !== 'RouterDevice') return null;
  const { name, labels } = document.metadata;
  const { environment, site } = document.spec;
  return {
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: { environment, ...(site === undefined ? {} : { site }) },
  };
}
