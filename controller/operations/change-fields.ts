import { NAMES, TEXT } from './fields.ts';
import type { ObjectSchema } from './operation.ts';

/** Plain JSON. */
const JSON_VALUE = {
  anyOf: [{ type: 'object' }, { type: 'array' }],
  description: 'a mapping or a list',
} as const;

const NAME = { type: 'string', minLength: 1, maxLength: 63 } as const;

/** Whom a change is for. */
const WHOM = {
  type: 'object',
  description: '{devices: [NAME…]}, {selector: {matchLabels: {…}}}, {selector: {names: […]}} or {config: NAME}',
  oneOf: [
    objectOf({ devices: { type: 'array', minItems: 1, maxItems: 10_000, items: NAME } }),
    objectOf({
      selector: {
        type: 'object',
        maxProperties: 1,
        additionalProperties: false,
        properties: {
          names: { type: 'array', minItems: 1, maxItems: 10_000, items: NAME },
          matchLabels: {
            type: 'object',
            minProperties: 1,
            maxProperties: 64,
            additionalProperties: { type: 'string' },
          },
        },
      },
    }),
    objectOf({ config: NAME }),
  ],
} as const;

/** Where a change is said. */
const WHERE = {
  type: 'object',
  description: '{config: NAME} or {newConfig: NAME}',
  oneOf: [objectOf({ config: NAME }), objectOf({ newConfig: NAME })],
} as const;

function objectOf(properties: Readonly<Record<string, object>>): ObjectSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** A change as it is asked for. */
export const INTENT_FIELDS = {
  section: TEXT,
  whom: WHOM,
  set: JSON_VALUE,
  add: JSON_VALUE,
  remove: JSON_VALUE,
  reason: TEXT,
  where: WHERE,
  alsoAffects: NAMES,
} as const;
