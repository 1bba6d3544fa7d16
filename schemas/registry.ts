import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import approvalPolicy from './approval-policy.json' with { type: 'json' };
import { SECTION_FILES } from './generated/sections.ts';
import metadata from './metadata.json' with { type: 'json' };
import rolloutPolicy from './rollout-policy.json' with { type: 'json' };
import roster from './roster.json' with { type: 'json' };
import routerConfig from './router-config.json' with { type: 'json' };
import routerDevice from './router-device.json' with { type: 'json' };
import selector from './selector.json' with { type: 'json' };

/** Version of the kinds, as documents name it. */
export const API_VERSION = 'routeros-gitops.dev/v1alpha1';

/** Every kind a document may have. */
export const KINDS = ['RouterDevice', 'RouterConfig', 'Roster', 'ApprovalPolicy', 'RolloutPolicy'] as const;

/** The kinds of documents that a fleet consists of. */
export type Kind = (typeof KINDS)[number];

/** The key of a section in `spec` of a RouterConfig. */
export type SectionName = keyof typeof SECTION_FILES;

/** Names of the sections of a RouterConfig, in the order of the schema. */
export const SECTION_NAMES = Object.keys(SECTION_FILES) as readonly SectionName[];

/** What a section's schema says of a mapping: what kind of value each field has, and which ones must be there. */
export interface FieldsSchema {
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

/** What it says of one field; `items` with `properties` are mappings. */
export interface FieldSchema {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Partial<FieldsSchema> & { readonly enum?: readonly string[] };
}

/** What a section's schema says of it. */
export interface SectionSchema {
  readonly isList: boolean;
  /** The fields of the section, or of each of its items where it is a list. */
  readonly fields: FieldsSchema;
  /** The field of its items by which people think of the list in parts (`unlistedIn`). */
  readonly scopedBy?: string;
}

/** The schema of a section, as far as code reads it. */
export function sectionSchema(name: SectionName): SectionSchema {
  const schema: object & { readonly scopedBy?: string } = SECTION_FILES[name].schema;
  if (!('items' in schema)) return { isList: false, fields: schema as FieldsSchema };
  const { scopedBy } = schema;
  return { isList: true, fields: schema.items as FieldsSchema, ...(scopedBy === undefined ? {} : { scopedBy }) };
}

/**
 * What the schema of a section that is a mapping of named lists says of the items of each; null: the section is none.
 */
export function sectionLists(name: SectionName): Readonly<Record<string, FieldsSchema>> | null {
  const { properties = {} } = SECTION_FILES[name].schema as { readonly properties?: FieldsSchema['properties'] };
  const lists = Object.entries(properties).flatMap(([list, { items }]): (readonly [string, FieldsSchema])[] =>
    items?.properties === undefined ? [] : [[list, items as FieldsSchema]],
  );
  return lists.length === 0 ? null : Object.fromEntries(lists);
}

// Names the files to ajv, so that relative `$ref`s meet; nothing is ever fetched from there.
const BASE = 'https://routeros-gitops.dev/schemas/';

const SCHEMA_OF_KIND: Readonly<Record<Kind, object>> = {
  RouterDevice: routerDevice,
  RouterConfig: routerConfig,
  Roster: roster,
  ApprovalPolicy: approvalPolicy,
  RolloutPolicy: rolloutPolicy,
};

const SHARED_SCHEMAS: Readonly<Record<string, object>> = {
  'metadata.json': metadata,
  'selector.json': selector,
  ...Object.fromEntries(Object.values(SECTION_FILES).map(({ path, schema }) => [path, schema])),
};

/** The whole schema of a kind, the parts from other files in place: for editors, which know only the one file. */
export function schemaOf(kind: Kind): Readonly<Record<string, unknown>> {
  const inlined = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inlined);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, ...fields } = node as Readonly<Record<string, unknown>>;
    const part = typeof $ref === 'string' ? SHARED_SCHEMAS[$ref] : undefined;
    const { $schema: _, ...shared } = (part ?? {}) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries({ ...shared, ...fields }).map(([name, value]) => [name, inlined(value)]));
  };
  return inlined(SCHEMA_OF_KIND[kind]) as Readonly<Record<string, unknown>>;
}

let ajv: Ajv2020 | undefined;
const compiled = new Map<Kind, ValidateFunction>();

/** The validator of a kind, compiled when it is first asked for. */
export function validatorOf(kind: Kind): ValidateFunction {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  ajv ??= newAjv();
  const validator = ajv.compile({ $id: `${BASE}${kind}`, ...SCHEMA_OF_KIND[kind] });
  compiled.set(kind, validator);
  return validator;
}

function newAjv(): Ajv2020 {
  const instance = new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });
  instance.addVocabulary(['patternErrorMessage', 'scopedBy', 'x-kubernetes-int-or-string']);
  for (const [path, schema] of Object.entries(SHARED_SCHEMAS)) instance.addSchema(schema, `${BASE}${path}`);
  return instance;
}
