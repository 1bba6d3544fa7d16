import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import schemas from '#output-schemas' with { type: 'json' };
import { FAILURES } from '#controller';
import { ERROR_KINDS, NO_CONTROLLER } from '../../cli/json/error-kinds.ts';

const RFC_3339 = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z$/;

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, formats: { 'date-time': RFC_3339 } });
ajv.addSchema(schemas);

const CODES: readonly string[] = [
  NO_CONTROLLER,
  ...Object.values(ERROR_KINDS).map(({ code }) => code),
  ...Object.keys(FAILURES),
];

/** Every name that a command's result has a schema under. */
export const OUTPUT_NAMES: readonly string[] = Object.keys(schemas.$defs.Outputs.properties);

/** What keeps a value from being what `name` prints. */
export function faultsOf(name: string, value: unknown): readonly string[] {
  const pointer = `Outputs/properties/${encodeURIComponent(name)}`;
  return [...schemaFaults(pointer, value), ...momentsIn(value)];
}

/** What keeps standard error from being notes and, where the command failed, one error at its end. */
export function spokenFaults(stderr: string, code: number): readonly string[] {
  const lines = stderr.split('\n').slice(0, -1);
  const values = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const errors = values.filter((value) => 'code' in value);
  return values.flatMap((value, index) => {
    if (!('code' in value)) return schemaFaults('NoteOutput', value);
    const { code: kind, next, exitCode } = value;
    return [
      ...schemaFaults('ErrorOutput', value),
      ...(index === values.length - 1 && errors.length === 1 ? [] : ['an error is not the last that is said']),
      ...(CODES.includes(String(kind)) ? [] : [`no page has the code ${String(kind)}`]),
      ...(typeof next === 'string' && next.trim() !== '' ? [] : ['there is no next step']),
      ...(exitCode === code ? [] : [`it says ${String(exitCode)} and ends with ${String(code)}`]),
    ];
  });
}

function schemaFaults(pointer: string, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`${schemas.$id}#/$defs/${pointer}`) as ValidateFunction | undefined;
  if (validate === undefined) return [`there is no schema at ${pointer}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** Times that are still numbers: no other number is as large. */
function momentsIn(value: unknown, at = ''): readonly string[] {
  if (typeof value === 'number') return value > 1e12 ? [`${at} is a time as a number`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => momentsIn(each, `${at}/${name}`));
}
