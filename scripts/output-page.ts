import { ERROR_KINDS, NO_CONTROLLER } from '../cli/json/error-kinds.ts';
import type { OutputSchema, OutputSchemas } from './output-schema.ts';

const HEAD = `# JSON output

<!-- Generated from cli/json/ by "npm run generate". -->

With \`--output json\` every command prints one JSON value on standard output, and with \`--output yaml\` the same data
as YAML. The schemas lie in the package as \`schemas/generated/output.json\` (JSON Schema 2020-12): that of a command is
\`#/$defs/Outputs/properties/COMMAND\`.

- Times are text as RFC 3339 has it, in UTC: \`2026-03-01T12:00:05.000Z\`.
- Yes and no are \`true\` and \`false\`. What may be unknown or absent is \`null\`; a field that a table calls optional may
  be missing.
- A list is an object with \`items\`; what else is told of it stands beside them.
- Ids are whole, as \`sha256:\` and 64 digits.
- A command that the controller answers and, without one, its store, prints the same either way.
- Values of routers are the router's own text: \`disabled: "false"\` in a row of a menu stays so.
- The schemas are exact for their release. Later ones may add fields; one is removed or changed only as semantic
  versioning allows.

## Errors and notes

What goes wrong is one object on a line of standard error (a document with \`--output yaml\`), and standard output then
holds nothing, or the result that was found to be bad, as of \`validate\`. Notes beside a result go there too, each as
\`{"note": "…"}\`.

\`\`\`json
{"code": "NoController", "message": "no controller answers on state/control.sock", "next": "start one: …", "exitCode": 69}
\`\`\`

\`code\` is stable: one of the [failure codes](errors.md), or

| Code | Exit code | Next, where the message knows no better |
| --- | --- | --- |
`;

/** docs/reference/output.md: what each command prints for programs, and every type in it. */
export function outputPage(schemas: OutputSchemas): string {
  const { Outputs = {}, ...types } = schemas;
  const errors = Object.values(ERROR_KINDS).map(
    ({ code, exitCode, next }) => `| \`${code}\` | ${String(exitCode)} | ${next('COMMAND')} |`,
  );
  const noController = `| \`${NO_CONTROLLER}\` | ${String(ERROR_KINDS.unavailable.exitCode)} | the command that starts one |`;
  const commands = Object.entries(Outputs.properties ?? {}).map(
    ([command, schema]) => `| \`rosctl ${command}\` | ${typeText(schema)} |`,
  );
  return [
    `${HEAD}${[...errors, noController].join('\n')}`,
    `## Commands\n\n| Command | Prints |\n| --- | --- |\n${commands.join('\n')}`,
    `## Types\n\n${typeSections(types)}\n`,
  ].join('\n\n');
}

/** A section on each type, by name. */
export function typeSections(types: OutputSchemas): string {
  return Object.entries(types)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `### ${name}\n\n${[...described(schema), ...bodyOf(schema)].join('\n\n')}`)
    .join('\n\n');
}

function described({ description }: OutputSchema): readonly string[] {
  return description === undefined ? [] : [description];
}

function bodyOf(schema: OutputSchema): readonly string[] {
  if (schema.anyOf?.some((each) => each.properties !== undefined) === true)
    return ['One of:', ...schema.anyOf.flatMap(bodyOf)];
  return schema.properties === undefined ? [`Is ${typeText(schema)}.`] : [fieldsTable(schema)];
}

function fieldsTable({ properties = {}, required = [], additionalProperties }: OutputSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? '' : ', optional';
    return `| \`${name}\` | ${typeText(field)}${optional} | ${inCell(field.description ?? '')} |`;
  });
  const others = typeof additionalProperties === 'object' ? ['| others | any | |'] : [];
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows, ...others].join('\n');
}

/** `list of [Check](#check)`, `text or null`, `"a", "b"` */
export function typeText(schema: OutputSchema): string {
  const { $ref, anyOf, items, properties, additionalProperties, type } = schema;
  if ($ref !== undefined) {
    const name = $ref.replace('#/$defs/', '');
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.enum !== undefined) return schema.enum.map(literal).join(', ');
  if (schema.const !== undefined) return literal(schema.const);
  if (anyOf !== undefined) return anyOf.map(typeText).join(' or ');
  if (Array.isArray(items)) return `list of ${items.map(typeText).join(', ')}`;
  if (items !== undefined) return `list of ${typeText(items as OutputSchema)}`;
  if (properties !== undefined)
    return `object of ${Object.entries(properties)
      .map(([name, field]) => `\`${name}\`: ${typeText(field)}`)
      .join('; ')}`;
  if (typeof additionalProperties === 'object') return `object with ${typeText(additionalProperties)} by name`;
  const kinds = typeof type === 'string' ? [type] : (type ?? []);
  return kinds.length === 0 ? 'any' : kinds.map((kind) => KINDS[kind] ?? kind).join(' or ');
}

const KINDS: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false' };

function literal(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

function inCell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', String.raw`\|`);
}
