import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  SchemaGenerator,
  StringType,
} from 'ts-json-schema-generator';

/** A node of JSON Schema, as far as types lead to one. */
export interface OutputSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, OutputSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: OutputSchema | boolean;
  readonly items?: OutputSchema | readonly OutputSchema[];
  readonly anyOf?: readonly OutputSchema[];
}

/** Each type by its name; `Outputs` has the commands as its fields. */
export type OutputSchemas = Readonly<Record<string, OutputSchema>>;

const TYPES = 'cli/json/outputs.ts';
const OPERATIONS = 'controller/operations/table.ts';
/** A moment in the code is a number, and a text where it is printed. */
const MOMENT: OutputSchema = {
  type: 'string',
  format: 'date-time',
  description: 'A time as RFC 3339 has it, in UTC.',
} as OutputSchema;

/** JSON Schemas of all that rosctl prints for programs, made of the types that it is printed with. */
export function outputSchemas(root: string): OutputSchemas {
  return { ...schemasOf(root, TYPES, '*'), Instant: MOMENT };
}

/** JSON Schemas of what operations answer; a moment is a number there. */
export function operationSchemas(root: string): OutputSchemas {
  const file = 'node_modules/.cache/operation-outputs.ts';
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), outputTypes(readFileSync(join(root, OPERATIONS), 'utf8')));
  return schemasOf(root, file, 'OperationOutputs');
}

/** The types that the table of operations names, as fields of one: what the table infers them by, no generator reads. */
function outputTypes(table: string): string {
  const imports = [...table.matchAll(/^import type .*?;$/gms)].map(([text]) =>
    text.replace(/'(\.{1,2})\//, (_, dots: string) => `'../../controller/${dots === '.' ? 'operations/' : ''}`),
  );
  const outputs = [...table.matchAll(/^ {2}(\w+): \{$.*?^ {4}output: answer<(.*?)>\(\),$/gms)];
  const fields = outputs.map(([, name = '', type = '']) => `  readonly ${name}: ${type};`);
  return `${imports.join('\n')}\nexport interface OperationOutputs {\n${fields.join('\n')}\n}\n`;
}

function schemasOf(root: string, file: string, type: string): OutputSchemas {
  const config = {
    ...DEFAULT_CONFIG,
    path: join(root, file),
    tsconfig: join(root, 'tsconfig.json'),
    type,
    additionalProperties: false,
    // The compiler that the generator brings along is not ours, which has checked them.
    skipTypeCheck: true,
    sortProps: false,
  } as const;
  const program = createProgram(config);
  const parser = createParser(program, config, (known) => {
    // A type that is made of JSON files, which are no types to it.
    known.addNodeParser({
      supportsNode: (node) => node.pos >= 0 && node.getText() === 'SectionName',
      createType: () => new StringType(),
    });
  });
  const { definitions = {} } = new SchemaGenerator(program, parser, createFormatter(config), config).createSchema(type);
  const text = JSON.stringify(definitions).replaceAll('"#/definitions/', '"#/$defs/');
  return JSON.parse(text) as OutputSchemas;
}

/** schemas/generated/output.json: a type on each line. */
export function outputSchemaFile(schemas: OutputSchemas): string {
  const head = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://routeros-gitops.dev/schemas/output.json',
    title: 'What rosctl prints with --output json',
  };
  const lines = Object.entries(schemas).map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
  return `${JSON.stringify(head).slice(0, -1)},"$defs":{\n${lines.join(',\n')}\n}}\n`;
}
