import { Failure } from '#failure';
import type { Shape } from './shape.ts';

declare const content: unique symbol;

/** A column of JSON text that holds a `T`. Written and read whole. */
export type Json<T> = string & { readonly [content]?: T };

/** A row of a table, for messages. */
export interface Place {
  readonly table: string;
  readonly row: string | number;
}

/** How values of one kind are stored. What it once wrote, it reads for ever. */
export interface Format<T> {
  /** The text that the newest version of the format has for it. */
  encode(value: T): Json<T>;
  /**
   * The value of a text, as a fresh object.
   * @throws {Failure} `StoreDamaged` when it is none of the format, `StoreTooNew` when a newer release wrote it.
   */
  decode(json: Json<T>, place: Place): T;
}

/** The only version that there is so far. What the first releases wrote has the value alone, without a version. */
const VERSION = 1;

/**
 * A format whose text is `{"v":1,"data":…}`. No value of a format has a number as its field `v`, so that one without a
 * version is told from it.
 * @param kind what the value is called in messages.
 */
export function format<T>(kind: string, shape: Shape<T>): Format<T> {
  return {
    encode: (value) => `{"v":${VERSION},"data":${JSON.stringify(value)}}`,
    decode(json, place) {
      const stored = parsed(kind, json, place) as { readonly v?: unknown; readonly data?: unknown } | null;
      if (typeof stored?.v !== 'number') return fitting(kind, shape, stored, place);
      if (stored.v === VERSION) return fitting(kind, shape, stored.data, place);
      const message = `${placed(kind, place)} has the format ${stored.v}, and this release knows up to ${VERSION}.`;
      throw new Failure('StoreTooNew', `${message} Run the release that wrote it, or a later one.`);
    },
  };
}

/**
 * A format whose text is the value alone: for what is compared or hashed as text, and for plain texts, whose JSON
 * escapes keep the lone surrogates and control characters that PostgreSQL would not take.
 */
export function plainFormat<T>(kind: string, shape: Shape<T>): Format<T> {
  return {
    encode: (value) => JSON.stringify(value),
    decode: (json, place) => fitting(kind, shape, parsed(kind, json, place), place),
  };
}

function parsed(kind: string, json: string, place: Place): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw damaged(kind, place, ' is no JSON');
  }
}

function fitting<T>(kind: string, shape: Shape<T>, value: unknown, place: Place): T {
  const misfit = shape(value);
  if (misfit !== null) throw damaged(kind, place, misfit);
  return value as T;
}

/** Says what is wrong and where, and never a value: it could be a secret. */
function damaged(kind: string, place: Place, misfit: string): Failure {
  const message = `${placed(kind, place)} cannot be read: the value${misfit}. Go back to a backup of the store.`;
  return new Failure('StoreDamaged', message);
}

function placed(kind: string, { table, row }: Place): string {
  return `The ${kind} in row ${String(row)} of the table ${table}`;
}
