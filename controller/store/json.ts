declare const shape: unique symbol;

/** A column of JSON text that holds a `T`. Written and read whole. */
export type Json<T> = string & { readonly [shape]?: T };

/** The text of a value. Lone surrogates and control characters survive as escapes, which PostgreSQL would not take in plain text. */
export function jsonOf<T>(value: T): Json<T> {
  return JSON.stringify(value);
}

/** The value of a column that {@link jsonOf} wrote, as a fresh object. Trusted to have its shape: only the store writes there. */
export function valueOf<T>(json: Json<T>): T {
  return JSON.parse(json) as T;
}
