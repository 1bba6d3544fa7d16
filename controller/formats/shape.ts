/**
 * Says where a value is not of type `T`, and why: `.rows[3].fields is no object`. Null: it is. Unknown fields are no
 * fault.
 */
export interface Shape<T> {
  (value: unknown): string | null;
  readonly of?: T;
}

/** A text. */
export const text: Shape<string> = (value) => (typeof value === 'string' ? null : ' is no text');

/** A text that begins so. */
export function textFrom<const B extends string>(beginning: B): Shape<`${B}${string}`> {
  return (value) =>
    typeof value === 'string' && value.startsWith(beginning) ? null : ` is no text that begins with ${beginning}`;
}

/** A number, as JSON can hold it. */
export const number: Shape<number> = (value) => (typeof value === 'number' ? null : ' is no number');

/** True or false. */
export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? null : ' is neither true nor false');

/** One of these texts or truths. */
export function oneOf<const T extends string | boolean>(...known: readonly T[]): Shape<T> {
  return (value) => (known.includes(value as T) ? null : ` is none of ${known.join(', ')}`);
}

/** That, or null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value));
}

/** A field that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? null : shape(value));
}

/** A list of them. */
export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return ' is no list';
    for (let index = 0; index < value.length; index++) {
      const misfit = shape(value[index]);
      if (misfit !== null) return `[${String(index)}]${misfit}`;
    }
    return null;
  };
}

/** An object with any names, each for one of them. */
export function map<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const name in value) {
      const misfit = shape(value[name]);
      if (misfit !== null) return `.${name}${misfit}`;
    }
    return null;
  };
}

/** An object with these fields. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const shapes = Object.entries(fields) as readonly (readonly [string, Shape<unknown>])[];
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const [name, shape] of shapes) {
      const misfit = shape(value[name]);
      if (misfit !== null) return `.${name}${value[name] === undefined ? ' is missing' : misfit}`;
    }
    return null;
  };
}

/** An object of a union: the text in this field says which. */
export function union<T extends object, F extends keyof T & string>(
  field: F,
  cases: { readonly [C in T[F] & string]: Shape<Extract<T, Readonly<Record<F, C>>>> },
): Shape<T> {
  const shapes = new Map(Object.entries<Shape<unknown>>(cases));
  return (value) => {
    if (!isObject(value)) return ' is no object';
    const shape = shapes.get(String(value[field]));
    return shape === undefined ? `.${field} is none of ${[...shapes.keys()].join(', ')}` : shape(value);
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
