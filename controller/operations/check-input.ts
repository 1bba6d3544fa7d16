import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Failure } from '#failure';
import type { InputSchema } from './operation.ts';
import { type CheckedInput, OPERATIONS, type OperationName } from './table.ts';

const ajv = new Ajv2020({ useDefaults: true, strict: true });
const known = new WeakMap<InputSchema, ValidateFunction>();

/**
 * An input as `run` takes it, with what has a default; fields that the operation does not have are left out. @throws
 * {Failure} `BadRequest` that names the first field that is wrong.
 */
export function checkedInput<Name extends OperationName>(
  name: Name,
  given: Readonly<Record<string, unknown>>,
): CheckedInput<Name> {
  const schema: InputSchema = OPERATIONS[name].input;
  const input = Object.fromEntries(
    Object.keys(schema.properties).flatMap((field) => ((given[field] ?? null) === null ? [] : [[field, given[field]]])),
  );
  const validate = validatorOf(schema);
  if (validate(input)) return input as CheckedInput<Name>;
  const [error] = validate.errors ?? [];
  const missing: unknown = error?.params['missingProperty'];
  const field = typeof missing === 'string' ? missing : (error?.instancePath.split('/')[1] ?? '');
  throw new Failure(
    'BadRequest',
    missing === undefined && error?.keyword !== 'minLength'
      ? `${field} must be ${schema.properties[field]?.description ?? 'another value'}.`
      : `The field ${field} is missing.`,
    { field },
  );
}

function validatorOf(schema: InputSchema): ValidateFunction {
  const made = known.get(schema) ?? ajv.compile(schema);
  known.set(schema, made);
  return made;
}
