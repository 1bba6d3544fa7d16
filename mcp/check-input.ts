import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type InputFault, notAmong } from './input-fault.ts';
import type { Tool } from './tool.ts';

const ajv = new Ajv2020({ allErrors: false, useDefaults: true, strict: true, verbose: true });
const validators = new WeakMap<Tool['input'], ValidateFunction>();

/** What a tool was called with, its defaults filled in, or what is wrong with it. */
export function checkedInput(
  tool: Tool,
  given: unknown,
): { readonly input: Readonly<Record<string, unknown>> } | { readonly fault: InputFault } {
  const validate = validators.get(tool.input) ?? ajv.compile(tool.input);
  validators.set(tool.input, validate);
  // Null stands for what is not given: many models write it out.
  const input: unknown = withoutNulls(given ?? {});
  if (validate(input)) return { input: input as Readonly<Record<string, unknown>> };
  const [error] = validate.errors ?? [];
  return { fault: error === undefined ? { field: '', cause: 'It cannot be understood.' } : faultOf(tool, error) };
}

function withoutNulls(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return structuredClone(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)));
}

function faultOf(tool: Tool, error: ErrorObject): InputFault {
  const { keyword, params, data } = error;
  const at = fieldIn(error.instancePath);
  const known = Object.keys(tool.input.properties);
  if (keyword === 'additionalProperties') {
    const unknown = String(params['additionalProperty']);
    if (at !== '') return { field: `${at}.${unknown}`, cause: `${at} has no field ${JSON.stringify(unknown)}.` };
    const { nearest } = notAmong('', unknown, known);
    const cause = `${tool.name} has no field ${JSON.stringify(unknown.slice(0, 100))}.`;
    return { field: unknown.slice(0, 100), cause, allowed: known, ...(nearest === undefined ? {} : { nearest }) };
  }
  if (keyword === 'required') {
    const missing = [at, String(params['missingProperty'])].filter(Boolean).join('.');
    const schema = at === '' ? tool.input.properties[missing] : undefined;
    return { field: missing, cause: `The field ${missing} is missing.`, ...limitsOf(schema) };
  }
  const field = at === '' ? 'arguments' : at;
  const allowed: unknown = keyword === 'enum' ? params['allowedValues'] : undefined;
  if (Array.isArray(allowed)) return notAmong(field, String(data), allowed.map(String));
  return {
    field,
    cause: `${field} ${error.message ?? 'is not valid'}.`,
    ...limitsOf(error.parentSchema as Limits | undefined),
  };
}

/** `/where/3` is `where.3`. */
function fieldIn(path: string): string {
  return path.split('/').slice(1).join('.').slice(0, 100);
}

interface Limits {
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly description?: string;
}

/** What a schema allows: its words, or `integer, from 1 to 500`, with what it is for. */
function limitsOf(schema: Limits | undefined): { readonly allowed?: readonly string[] } {
  const {
    type,
    enum: words,
    minimum = 0,
    maximum,
    minLength = 0,
    maxLength,
    maxItems,
    pattern,
    description,
  } = schema ?? {};
  if (words !== undefined) return { allowed: words.map(String) };
  const says = [
    type,
    maximum === undefined ? undefined : `from ${minimum} to ${maximum}`,
    maxLength === undefined ? undefined : `${minLength} to ${maxLength} characters`,
    maxItems === undefined ? undefined : `at most ${maxItems} items`,
    pattern === undefined ? undefined : `as ${pattern}`,
    description,
  ].filter((each) => each !== undefined);
  return says.length === 0 ? {} : { allowed: [says.join(', ')] };
}
