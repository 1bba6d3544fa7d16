import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Tool } from './tool.ts';

const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: true });
const validators = new Map<Tool, ValidateFunction>();

/** What a tool was called with, its defaults filled in, or what is wrong with it: one sentence for each field. */
export function checkedInput(
  tool: Tool,
  given: unknown,
): { readonly input: Readonly<Record<string, unknown>> } | { readonly faults: readonly string[] } {
  const validate = validators.get(tool) ?? ajv.compile(tool.input);
  validators.set(tool, validate);
  const input: unknown = structuredClone(given ?? {});
  if (validate(input)) return { input: input as Readonly<Record<string, unknown>> };
  return {
    faults: (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`),
  };
}
