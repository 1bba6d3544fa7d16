/** Words that are read as what they are, each kind by its letters and by what one of them must have, if anything. */
const KINDS: readonly { readonly only: RegExp; readonly has?: RegExp }[] = [
  // Latin with accents. `Ð` and `Đ` look alike, and of `ı`, `ĳ`, `ĸ`, `ŀ`, `ŉ` and `ſ` others do.
  { only: /^[0-9A-Za-zÀ-ÏÑ-ÖØ-öø-ďđ-İĴ-ķĹ-ľŁ-ňŊ-žẞ]+$/ },
  // Cyrillic and Greek, if not every letter of the word could be one of ours.
  { only: /^[А-яЁёЄєІіЇїЎўҐґ]+$/, has: /[БГДЖИЙЛПФЦЧШЩЪЫЭЮЯбвджзйлмнтфцчшщъыэюя]/ },
  { only: /^[Α-ΡΣ-Ωα-ωΆΈ-ΊΌΎΏΐά-ΰϊ-ώ]+$/, has: /[ΓΔΘΛΞΠΣΦΨΩδζθλξπςσφψω]/ },
];

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * A text cut into words that nobody takes for other words, such as `Büro` and `Офис`, and what is between them: a word
 * of two scripts, or of letters that all look like ours, is none of them. The words are at odd places.
 */
export function unmistakable(text: string): readonly string[] {
  const parts: string[] = [''];
  let at = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!KINDS.some(({ only, has }) => only.test(word) && (has === undefined || has.test(word)))) continue;
    parts[parts.length - 1] = text.slice(at, index);
    parts.push(word, '');
    at = index + word.length;
  }
  parts[parts.length - 1] = text.slice(at);
  return parts;
}
