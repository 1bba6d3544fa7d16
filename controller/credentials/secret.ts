import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** A text that shows itself only to who asks for it: JSON, logs, template strings and inspection get `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the wire, never for a message. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
