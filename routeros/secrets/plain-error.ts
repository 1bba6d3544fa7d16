/** A copy that says what went wrong and holds nothing else: a socket, a request, its headers or what came back may hang on the original. */
export function plainError(error: unknown, cut: (text: string) => string): Error {
  if (!(error instanceof Error)) return new Error(cut(String(error)));
  const inner = error instanceof AggregateError ? error.errors.map((one: unknown) => String(one)).join('; ') : '';
  const plain = new Error(cut(error.message || inner || error.name));
  const code = codeOf(error);
  return code === '' ? plain : Object.assign(plain, { code });
}

/** The system's or library's code of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
