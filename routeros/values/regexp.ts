import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a POSIX regular expression';

/** What is wrong with the first piece that is: nothing after the backslash, a bracket without its partner, and so on. */
const BROKEN = {
  backslash: 'with a character after the last backslash',
  bracket: 'with a ] for every [',
  open: 'with a ) for every (',
  close: 'with a ( for every )',
  empty: 'without (), which matches nothing on RouterOS',
  class: 'without [. and [= inside brackets, which RouterOS does not know',
} as const;

/**
 * A regular expression of RouterOS: POSIX without empty `()`, equivalence classes and collating elements (vendor's page
 * Regular Expressions). A `*` in front means itself, as in `*.plex.direct` (public reports). What no reading of POSIX
 * makes sense of is refused; anything else is the router's to judge.
 */
export const regexpCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    const fault = text === '' ? 'that is not empty' : faultOf(text);
    if (fault === undefined) return text;
    throw new InvalidValue(`${EXPECTS} ${fault}`, text);
  },
  format: (value) => value,
};

function faultOf(text: string): string | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      at++;
      if (at === text.length) return BROKEN.backslash;
    } else if (character === '[') {
      const end = endOfBracket(text, at);
      if (end < 0) return BROKEN.bracket;
      if (/\[[.=]/.test(text.slice(at + 1, end))) return BROKEN.class;
      at = end;
    } else if (character === '(') {
      if (text[at + 1] === ')') return BROKEN.empty;
      open++;
    } else if (character === ')') {
      open--;
      if (open < 0) return BROKEN.close;
    }
  }
  return open > 0 ? BROKEN.open : undefined;
}

/** Where `[…]` ends; a `]` right behind `[` or `[^` is one of its characters. -1: nowhere. */
function endOfBracket(text: string, start: number): number {
  let at = start + 1;
  if (text[at] === '^') at++;
  if (text[at] === ']') at++;
  for (; at < text.length; at++) {
    if (text[at] === ']') return at;
    const named = /^\[([:.=]).*?\1\]/.exec(text.slice(at));
    if (named !== null) at += named[0].length - 1;
  }
  return -1;
}
