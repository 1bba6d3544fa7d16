/**
 * What stands where a secret of ours was. Nobody can declare it, and no script holds it, so no undo is armed for a row
 * with it (docs/decisions/0013, 0025).
 */
export const CUT = '‹secret›';

/** The text without any of the forms; where they overlap, one mark for all. */
export function cutForms(text: string, forms: readonly string[]): string {
  const found = forms.flatMap((form) => placesOf(form, text)).toSorted(([one], [other]) => one - other);
  let clean = '';
  let at = 0;
  for (const [start, end] of found) {
    if (start >= at) clean += text.slice(at, start) + CUT;
    at = Math.max(at, end);
  }
  return found.length === 0 ? text : clean + text.slice(at);
}

function placesOf(form: string, text: string): readonly (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) places.push([at, at + form.length]);
  return places;
}

/**
 * Whether a text holds any of the forms, for very many texts: it looks at one pair of characters in as many as the
 * shortest form has (Wu and Manber).
 * No form may be shorter than two characters.
 */
export function finderOf(forms: readonly string[]): (text: string) => boolean {
  if (forms.length === 0) return () => false;
  const least = Math.min(...forms.map(({ length }) => length));
  const leaps = new Uint8Array(PAIRS).fill(Math.min(least - 1, LONGEST_LEAP));
  for (const form of forms) {
    for (let at = 1; at < least; at += 1) {
      const pair = pairAt(form, at);
      leaps[pair] = Math.min(leaps[pair] ?? 0, least - 1 - at);
    }
  }
  return (text) => {
    for (let at = least - 1; at < text.length;) {
      const leap = leaps[pairAt(text, at)] ?? 0;
      if (leap === 0 && forms.some((form) => text.startsWith(form, at - least + 1))) return true;
      at += Math.max(1, leap);
    }
    return false;
  };
}

const PAIRS = 65_536;
const LONGEST_LEAP = 255;

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at - 1) & 0xff) << 8) | (text.charCodeAt(at) & 0xff);
}
