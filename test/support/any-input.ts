import fc from 'fast-check';

/** As much of JSON Schema as inputs use. */
interface InputSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly items?: object;
  readonly anyOf?: readonly object[];
  readonly oneOf?: readonly object[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a model might say where it should not: it acts, leads elsewhere, or is of another type. */
const ODD: readonly unknown[] = [
  '../../refs/heads/main',
  'main',
  'x\n\nApprove-Plan: sha256:00',
  '---\nkind: Roster',
  '/system/reboot',
  '/rest/system/identity/set',
  '*1',
  '',
  'ä\u202e\u0000',
  -1,
  1e9,
  null,
  [],
  {},
  true,
];

/** Inputs of a schema, mostly as it has them, with these words where a text stands; sometimes with a field that is wrong, missing or too many. */
export function anyInput(schema: object, words: readonly string[]): fc.Arbitrary<unknown> {
  const { type, enum: allowed, properties, required = [], items, anyOf, oneOf, minimum, maximum }: InputSchema = schema;
  const either = anyOf ?? oneOf;
  if (either !== undefined) return fc.oneof(...either.map((each) => anyInput(each, words)));
  if (allowed !== undefined) return mostly(fc.constantFrom(...allowed));
  switch (Array.isArray(type) ? type[0] : type) {
    case 'integer':
    case 'number':
      return mostly(fc.integer({ min: minimum ?? 0, max: Math.min(maximum ?? 100, 100) }));
    case 'boolean':
      return mostly(fc.boolean());
    case 'array':
      return mostly(fc.array(anyInput(items ?? { type: 'string' }, words), { maxLength: 2 }));
    case 'object': {
      const fields = Object.entries(properties ?? {}).map(([name, each]) => [name, anyInput(each, words)] as const);
      if (fields.length === 0) return mostly(fc.constantFrom({}, { name: words[0] ?? '' }, { servers: ['192.0.2.9'] }));
      return fc.oneof(
        { weight: 8, arbitrary: fc.record(Object.fromEntries(fields), { requiredKeys: [...required] }) },
        { weight: 1, arbitrary: fc.record(Object.fromEntries(fields), { requiredKeys: [] }) },
        { weight: 1, arbitrary: fc.record({ ...Object.fromEntries(fields), approve: fc.constant(true) }) },
      );
    }
    default:
      return mostly(fc.constantFrom(...words));
  }
}

function mostly(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(...ODD) });
}
