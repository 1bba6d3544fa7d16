import type { Permission } from '../access/permissions.ts';

/** JSON Schema of one field of an input. `description` ends the sentence "NAME must be …". */
export type FieldSchema = { readonly description: string } & (
  | {
      readonly type: 'string';
      readonly minLength?: number;
      readonly pattern?: string;
      readonly enum?: readonly string[];
    }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number; readonly default?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: { readonly type: 'string' }; readonly maxItems?: number }
  | { readonly type: 'object'; readonly oneOf?: readonly ObjectSchema[] }
  /** Plain JSON: a mapping or a list. */
  | { readonly type?: undefined; readonly anyOf: readonly [{ readonly type: 'object' }, { readonly type: 'array' }] }
);

/** JSON Schema of a mapping with these fields. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** JSON Schema of what an operation is asked with. */
export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly required: readonly string[];
}

/** The type of an answer: plain JSON. */
export interface Answer<T> {
  /** Never there: it carries the type. */
  readonly of?: T;
}

/** One thing that may be asked of a controller; every door and every client is made from these. */
export interface Operation {
  readonly summary: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /**
   * Below `/v1/`; `:name` stands for the input's field of that name, and `:name*` at the end for one that is a path of
   * its own, with its leading slash. GET and DELETE have the other fields in the query, others in the body.
   */
  readonly path: string;
  readonly input: InputSchema;
  readonly output: Answer<unknown>;
  /**
   * `device`: the input's field that names the devices it is about. Without it, or when the field is not given, it is
   * about the fleet: then the permission is needed for `some` device, and what is shown is of those that one may see
   * (unless given), or for `all`. Null: whoever says who they are may ask it.
   */
  readonly needs: { readonly permission: Permission | null; readonly device?: string; readonly fleet?: 'some' | 'all' };
  /** Anybody may ask it, without saying who they are: it tells nothing of the fleet. */
  readonly open?: true;
  /**
   * How the audit learns of it where the method does not tell. GET is a read and gathered, all else stands in the chain
   * before it is done. `itself`: with what it does; `read`: it changes nothing.
   */
  readonly audit?: 'itself' | 'read';
  /** Whether the store alone answers it while no controller runs. */
  readonly offline: boolean;
  /**
   * The answer is a stream of events, each of which `output` describes. A field `after` of the input is the id of the
   * last event that the client has.
   */
  readonly stream?: true;
}

/** One event of a stream. */
export interface StreamEvent<T> {
  /** By which a client that was cut off says where to go on; null: it cannot go on after this one. */
  readonly id: string | null;
  readonly data: T;
}

type ValueOf<Schema> = Schema extends { readonly enum: readonly (infer Word)[] }
  ? Word
  : Schema extends { readonly type: 'string' }
    ? string
    : Schema extends { readonly type: 'integer' }
      ? number
      : Schema extends { readonly type: 'boolean' }
        ? boolean
        : Schema extends { readonly type: 'array' }
          ? readonly string[]
          : Schema extends { readonly type: 'object' }
            ? Readonly<Record<string, unknown>>
            : unknown;

type Fields<Schema extends InputSchema> = Schema['properties'];
type Required<Schema extends InputSchema> = Schema['required'][number];
type Defaulted<Schema extends InputSchema> = {
  [Name in keyof Fields<Schema>]: Fields<Schema>[Name] extends { readonly default: unknown } ? Name : never;
}[keyof Fields<Schema>];
type Having<Schema extends InputSchema, Name> = {
  readonly [Each in keyof Fields<Schema> as Each extends Name ? Each : never]: ValueOf<Fields<Schema>[Each]>;
} & {
  readonly [Each in keyof Fields<Schema> as Each extends Name ? never : Each]?:
    | ValueOf<Fields<Schema>[Each]>
    | undefined;
};

/** What a client gives. */
export type Given<Schema extends InputSchema> = Having<Schema, Required<Schema>>;

/** The same once it is checked: what has a default is there. */
export type Checked<Schema extends InputSchema> = Having<Schema, Required<Schema> | Defaulted<Schema>>;

/** The type of an answer, for `output`. */
export function answer<T>(): Answer<T> {
  return {};
}
