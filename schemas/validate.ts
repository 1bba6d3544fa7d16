import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ApprovalPolicy } from './generated/approval-policy.ts';
import type { RolloutPolicy } from './generated/rollout-policy.ts';
import type { Roster } from './generated/roster.ts';
import type { RouterConfig } from './generated/router-config.ts';
import type { RouterDevice } from './generated/router-device.ts';
import { nearestName } from './nearest.ts';
import { API_VERSION, KINDS, type Kind, validatorOf } from './registry.ts';

/** A document that its schema accepts; `kind` tells which. */
export type KnownDocument = RouterDevice | RouterConfig | Roster | ApprovalPolicy | RolloutPolicy;

/** Where a fault stands inside a document, and what is allowed there. */
export interface SchemaFault {
  readonly path: readonly (string | number)[];
  /** Whether it is the field's name that is wrong, or its value. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
  /** The field that `path` lacks. */
  readonly missing?: string;
}

/** The document with its type, or all its faults. */
export type Validation =
  | { readonly valid: true; readonly document: KnownDocument }
  /** `kind` is null when it can't be told, or when the document is of another API. */
  | { readonly valid: false; readonly kind: Kind | null; readonly faults: readonly SchemaFault[] };

/** Holds one parsed document against the schema of its kind. Finds all faults at once. */
export function validateDocument(value: unknown): Validation {
  const head = headOf(value);
  if (head.kind === null) return { valid: false, ...head };
  const validator = validatorOf(head.kind);
  if (validator(value)) return { valid: true, document: value as KnownDocument };
  const errors = validator.errors ?? [];
  const tooLong = new Set(
    errors.filter(({ keyword }) => keyword === 'maxLength').map(({ instancePath }) => instancePath),
  );
  const below = errors
    // What is too long has no form that anybody would look at.
    .filter(({ keyword, instancePath }) => keyword !== 'pattern' || !tooLong.has(instancePath))
    .map(faultOf)
    .filter(({ path, missing }) => [...path, ...(missing === undefined ? [] : [missing])].join('/') !== 'apiVersion');
  return { valid: false, kind: head.kind, faults: [...head.faults, ...below] };
}

interface Head {
  readonly kind: Kind | null;
  readonly faults: readonly SchemaFault[];
}

function headOf(value: unknown): Head {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const message = `a document must be a mapping with apiVersion, kind, metadata and spec, not ${nameOfType(value)}`;
    return { kind: null, faults: [{ path: [], at: 'value', message }] };
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  const faults: SchemaFault[] = [];
  if (apiVersion !== API_VERSION) faults.push(headFault('apiVersion', apiVersion, [API_VERSION]));
  const known = KINDS.find((name) => name === kind);
  if (known === undefined) faults.push(headFault('kind', kind, KINDS));
  // Another API may give the same kind other fields.
  const foreign = typeof apiVersion === 'string' && nearestName(apiVersion, [API_VERSION]) === undefined;
  return { kind: foreign ? null : (known ?? null), faults };
}

function headFault(field: string, value: unknown, allowed: readonly string[]): SchemaFault {
  if (value === undefined) {
    return {
      path: [],
      at: 'value',
      missing: field,
      message: `${quoted(field)} is missing`,
      hint: `write ${field}: ${allowed.join(' or ')}`,
    };
  }
  return { path: [field], at: 'value', ...enumFault(value, allowed) };
}

function faultOf(error: ErrorObject): SchemaFault {
  const path = segmentsOf(error);
  const schema = (error.parentSchema ?? {}) as { patternErrorMessage?: string; examples?: unknown[] } & Properties;
  const fault = (message: string, hint?: string): SchemaFault => ({
    path,
    at: 'value',
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  const limit = String((error.params as { limit?: number }).limit);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(path, String(error.params['additionalProperty']), Object.keys(schema.properties ?? {}));
    case 'required': {
      const name = String(error.params['missingProperty']);
      return {
        ...fault(`${quoted(name)} is missing`, exampleHint(schema.properties?.[name]?.examples)),
        missing: name,
      };
    }
    case 'type':
      return schema.properties?.['secretRef'] === undefined
        ? typeFault(path, error.data, String(error.params['type']))
        : fault('must be the name of a secret, never the secret itself', SECRET_HINT);
    case 'enum':
      return { path, at: 'value', ...enumFault(error.data, error.params['allowedValues'] as readonly string[]) };
    // The value is not repeated: what stands in a wrong place may be a secret.
    case 'pattern':
      return fault(`must be ${schema.patternErrorMessage ?? 'of the right form'}`, exampleHint(schema.examples));
    case 'minimum':
      return fault(`must be at least ${limit}, not ${String(error.data)}`);
    case 'maximum':
      return fault(`must be at most ${limit}, not ${String(error.data)}`);
    case 'minLength':
      return fault(`must have at least ${limit} character${limit === '1' ? '' : 's'}`, exampleHint(schema.examples));
    case 'maxLength':
      return fault(`must have at most ${limit} characters`);
    case 'minItems':
    case 'minProperties':
      return fault(`must have at least ${limit} entr${limit === '1' ? 'y' : 'ies'}`, exampleHint(schema.examples));
    case 'maxItems':
    case 'maxProperties':
      return fault(`must have at most ${limit} entries`);
    default:
      return fault(error.message ?? `violates ${error.keyword}`);
  }
}

const SECRET_HINT =
  'write {secretRef: NAME}, and bind NAME outside Git, in the credentials file; change a secret that stood in clear';

interface Properties {
  readonly properties?: Readonly<Record<string, { readonly examples?: unknown[] }>>;
}

/**
 * The JSON pointer as segments; array indices as numbers. Our maps have no keys that look like one where an array
 * could stand.
 */
function segmentsOf(error: ErrorObject): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment) => (/^(0|[1-9][0-9]*)$/.test(segment) ? Number(segment) : segment));
}

function unknownField(path: readonly (string | number)[], name: string, known: readonly string[]): SchemaFault {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `known here: ${known.join(', ')}` : `did you mean ${quoted(nearest)}?`;
  return { path: [...path, name], at: 'key', message: `unknown field ${quoted(name)}`, hint };
}

function typeFault(path: readonly (string | number)[], value: unknown, type: string): SchemaFault {
  const message = `must be ${NAME_OF_TYPE[type] ?? type}, not ${nameOfType(value)}`;
  const hint = typeHint(value, type);
  return { path, at: 'value', message, ...(hint === undefined ? {} : { hint }) };
}

function typeHint(value: unknown, type: string): string | undefined {
  if (value === null && type === 'array') return 'write [] for an empty list, or leave the field out';
  if (value === null) return 'give it a value, or leave the field out';
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `put it in quotes: "${String(value)}"`;
  }
  if (type === 'array' && typeof value === 'string') return `write it as a list: [${quoted(value)}]`;
  if ((type === 'integer' || type === 'boolean') && typeof value === 'string')
    return 'write it without quotes and units';
  return undefined;
}

function enumFault(value: unknown, allowed: readonly string[]): { message: string; hint?: string } {
  const list = allowed.map(quoted).join(', ');
  const message = `must be ${allowed.length === 1 ? '' : 'one of '}${list}, not ${
    typeof value === 'string' ? quoted(value) : nameOfType(value)
  }`;
  const nearest = typeof value === 'string' ? nearestName(value, allowed) : undefined;
  return nearest === undefined ? { message } : { message, hint: `did you mean ${quoted(nearest)}?` };
}

function exampleHint(examples: unknown[] | undefined): string | undefined {
  const example = examples?.[0];
  if (example === undefined) return undefined;
  return `for example ${typeof example === 'string' ? quoted(example) : JSON.stringify(example)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const NAME_OF_TYPE: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  'integer,string': 'a number or a share such as "10%"',
  integer: 'a whole number',
  boolean: 'true or false',
};

function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return String(value);
  return `the number ${JSON.stringify(value)}`;
}
