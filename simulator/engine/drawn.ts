import { mac } from '../kinds/address.ts';
import type { RouterState } from '../model/state.ts';

/**
 * A number from 0 up to, but not including, `below`: the same for the same router and the same words, in every life
 * (FNV-1a over its serial number, its name and the words).
 */
export function drawn(router: RouterState, below: number, ...words: readonly (string | number)[]): number {
  let sum = 0x81_1c_9d_c5;
  for (const character of [router.facts.serial, router.facts.name, ...words].join('\n')) {
    sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93) >>> 0;
  }
  // Words that differ in their last letter alone shall not give neighbours.
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c_1b_3c_6d) >>> 0;
  sum = Math.imul(sum ^ (sum >>> 12), 0x29_7a_2d_39) >>> 0;
  return ((sum ^ (sum >>> 15)) >>> 0) % below;
}

/** One of the words. */
export function drawnOf<Word>(
  router: RouterState,
  from: readonly Word[],
  ...words: readonly (string | number)[]
): Word {
  return from[drawn(router, from.length, ...words)] as Word;
}

/** A MAC address that nobody makes: locally administered. */
export function drawnMac(router: RouterState, ...words: readonly (string | number)[]): string {
  const hex = (number: number): string => number.toString(16).padStart(6, '0');
  const digits = `02${hex(drawn(router, 0x1_00_00_00, 'high', ...words)).slice(2)}${hex(drawn(router, 0x1_00_00_00, 'low', ...words))}`;
  return mac.canonical(digits, 'mac-address');
}

/** So many hexadecimal digits. */
export function drawnHex(router: RouterState, digits: number, ...words: readonly (string | number)[]): string {
  let text = '';
  for (let part = 0; text.length < digits; part += 1) {
    text += drawn(router, 0x1_00_00_00, part, ...words)
      .toString(16)
      .padStart(6, '0');
  }
  return text.slice(0, digits);
}

/** A key as WireGuard writes it: 32 bytes in Base64. It opens nothing. */
export function drawnKey(router: RouterState, ...words: readonly (string | number)[]): string {
  return Buffer.from(drawnHex(router, 64, ...words), 'hex').toString('base64');
}
