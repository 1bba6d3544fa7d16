import { join } from 'node:path';
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
/** A moment in the code is a number, and a text where it is printed. */
const MOMENT: OutputSchema = {
  type: 'string',
  format: 'date-time',
  description: 'A time as RFC 3339 has it, in UTC.',
} as OutputSchema;

/** JSON Schemas of all that rosctl prints for programs, made of the types that it is printed with. */
export function outputSchemas(root: string): OutputSchemas {
  const config = {
    ...DEFAULT_CONFIG,
    path: join(root, TYPES),
    tsconfig: join(root, 'tsconfig.json'),
    type: '*',
    additionalProperties: false,
    // The compiler that the generator brings along is not ours, which has checked them.
    skipTypeCheck: true,
    sortProps: false,
  } as const;
  const program = createProgram(config);
  const parser = createParser(program, config, (known) => {
    // A type that is made of JSON files, which are no types to it.
    known.addNodeParser({
      supportsNode: (node) => node.getText() === 'SectionName',
      createType: () => new StringType(),
    });
  });
  const { definitions = {} } = new SchemaGenerator(program, parser, createFormatter(config), config).createSchema('*');
  const text = JSON.stringify({ ...definitions, Instant: MOMENT }).replaceAll('"#/definitions/', '"#/$defs/');
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
