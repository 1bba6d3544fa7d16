import schemas from '#output-schemas' with { type: 'json' };
import type { OutputName } from './outputs.ts';

/** The parts of a schema that lead to the times in a value. */
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const TYPES = schemas.$defs as unknown as Readonly<Record<string, Schema>>;

/** What a command prints, as plain JSON with its times as text. */
export function toldData(name: OutputName, data: unknown): unknown {
  const plain = JSON.parse(JSON.stringify(data)) as unknown;
  const schema = TYPES['Outputs']?.properties?.[name];
  return schema === undefined ? plain : withTimes(schema, plain);
}

function withTimes(schema: Schema, value: unknown): unknown {
  if (schema.$ref === '#/$defs/Instant') return typeof value === 'number' ? new Date(value).toISOString() : value;
  if (schema.$ref !== undefined) return withTimes(TYPES[schema.$ref.replace('#/$defs/', '')] ?? {}, value);
  if (schema.anyOf !== undefined) return schema.anyOf.reduce((told, each) => withTimes(each, told), value);
  if (typeof value !== 'object' || value === null) return value;
  const { items, properties = {}, additionalProperties } = schema;
  if (Array.isArray(value)) return items === undefined ? value : value.map((item: unknown) => withTimes(items, item));
  const others = typeof additionalProperties === 'object' ? additionalProperties : {};
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name,
      withTimes(Object.hasOwn(properties, name) ? (properties[name] ?? {}) : others, field),
    ]),
  );
}
