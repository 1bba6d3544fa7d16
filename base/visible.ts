import { standsForBytes } from './bytes.ts';
import { unmistakable } from './letters.ts';

/**
 * What a terminal acts on, or a reader does not see: control characters (C0, DEL, C1), marks that turn the direction
 * of writing, zero-width, tag and other ignorable characters, line and paragraph separators, private use, lone halves
 * of pairs, and the blank of Braille.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');
/**
 * A backslash that would read as the beginning of our own escape is one of those characters, so two texts never come
 * out alike.
 */
const HIDDEN_OR_ESCAPE = new RegExp(String.raw`\\(?=u\{)|${HIDDEN.source}`, 'gu');
const HIDDEN_IN_TEXT = new RegExp(String.raw`(?![\n\t])${HIDDEN.source}`, 'gu');

/** Whether nothing in the text is hidden: names of files are held to it. */
export function isPlain(text: string): boolean {
  return !HIDDEN.test(text);
}

/**
 * A text of others on one line: what is hidden in it, line breaks included, is spelt out as `\u{1b}`. Two texts never
 * come out alike, so it is done once.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN_OR_ESCAPE, escapeOf);
}

/**
 * For the door through which lines of ours leave: as `visible`, but line breaks and tabs stay, and so does every
 * escape that is there already.
 */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN_IN_TEXT, escapeOf);
}

/**
 * A sentence of ours on one line, whatever was put into it: as `visible`, but an escape that is there already stays as
 * it is.
 */
export function oneLine(text: string): string {
  return text.replace(EVERY_HIDDEN, escapeOf);
}

/**
 * A text as ASCII in quotes: letters that look like others are spelt out as well, bytes that are no UTF-8 as `\HH`. Two
 * texts never come out alike.
 */
export function quotedAscii(text: string): string {
  if (standsForBytes(text)) return `"${text.slice(1).replaceAll('"', String.raw`\"`)}"`;
  const inside = text.replace(/["\\]|[^ -~]/gu, (each) =>
    each === '"' || each === '\\' ? `\\${each}` : escapeOf(each),
  );
  return `"${inside}"`;
}

/**
 * A text in quotes for people: words with letters beyond ASCII that can be taken for no others, such as `Büro`, as they
 * are; all the rest as `quotedAscii`. Two texts never come out alike, nor do they look so.
 */
export function quotedText(text: string): string {
  if (standsForBytes(text)) return quotedAscii(text);
  const parts = unmistakable(text).map((part, at) => (at % 2 === 1 ? part : quotedAscii(part).slice(1, -1)));
  return `"${parts.join('')}"`;
}

/** JSON with what is hidden in its strings as `\u001b`: it reads as the same value. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN_IN_TEXT, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hexOf(character.charCodeAt(at)).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** As `visibleJson`, for YAML whose strings with hidden characters are in double quotes. */
export function visibleYaml(yaml: string): string {
  return yaml.replace(HIDDEN_IN_TEXT, (character) => {
    const hex = hexOf(character.codePointAt(0) as number);
    return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

function escapeOf(character: string): string {
  return `\\u{${hexOf(character.codePointAt(0) as number)}}`;
}

function hexOf(code: number): string {
  return code.toString(16);
}
