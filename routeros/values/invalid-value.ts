/**
 * A text that is no value of the expected kind. The message names the text, what was expected and, where one is near,
 * the text that was probably meant.
 */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
  readonly expects: string;
  /** The offending text. */
  readonly text: string;
  /** A valid text close to the offending one. */
  readonly suggestion: string | undefined;

  constructor(expects: string, text: string, suggestion?: string) {
    const hint = suggestion === undefined ? '' : `; did you mean ${JSON.stringify(suggestion)}?`;
    const { stackTraceLimit } = Error;
    // A router may hold hundreds of thousands of texts that are no values, and traces would take ten times as long as
    // reading them.
    Error.stackTraceLimit = 0;
    super(`${JSON.stringify(text)} is not ${expects}${hint}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.expects = expects;
    this.text = text;
    this.suggestion = suggestion;
  }
}
