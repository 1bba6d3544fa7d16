import { quotedText } from '#visible';

/** A text bare where it can be mistaken for nothing else, else in quotes, with letters that look like others spelt out. Two texts never come out alike. */
export function wordText(text: string): string {
  return /^[A-Za-z0-9._:/@+=#-]+$/.test(text) && !MEANINGFUL.test(text) ? text : quotedText(text);
}

/** What bare stands for an absent value, or one that is no text. */
const MEANINGFUL = /^(none|null|true|false|-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)$/;
