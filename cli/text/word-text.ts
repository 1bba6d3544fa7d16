import { quotedAscii } from '#visible';

/** A text bare where it can be mistaken for nothing else, else in quotes and ASCII. Two texts never come out alike. */
export function wordText(text: string): string {
  return /^[A-Za-z0-9._:/@+=#-]+$/.test(text) && !MEANINGFUL.test(text) ? text : quotedAscii(text);
}

/** What bare stands for an absent value, or one that is no text. */
const MEANINGFUL = /^(none|null|true|false|-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)$/;
