import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { formatIpv4, readIpv4 } from './ipv4.ts';

const EXPECTS = 'an IPv6 address such as 2001:db8::1';

/** An IPv6 address as an integer from 0 to 2^128 - 1. */
export type Ipv6 = bigint;

/** An IPv6 address without zone; reads back lower-case with the longest run of zeros left out (RFC 5952). */
export const ipv6Codec: Codec<Ipv6> = {
  expects: EXPECTS,
  parse(text) {
    const groups = groupsOf(text);
    if (groups === undefined) throw new InvalidValue(EXPECTS, text);
    return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
  },
  format(value) {
    if (value >> 32n === 0xffffn) return `::ffff:${formatIpv4(Number(value & 0xffffffffn))}`;
    const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
    const { start, length } = longestZeroRun(groups);
    const hex = groups.map((group) => group.toString(16));
    if (length < 2) return hex.join(':');
    return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
  },
};

function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOfHalf(halves[0] ?? '');
  const tail = groupsOfHalf(halves[1] ?? '');
  if (head === undefined || tail === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  if (missing < 1 || (halves[0] ?? '').includes('.')) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function groupsOfHalf(half: string): readonly number[] | undefined {
  if (half === '') return [];
  const groups: number[] = [];
  const words = half.split(':');
  for (const [index, word] of words.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(word)) {
      groups.push(Number.parseInt(word, 16));
      continue;
    }
    const embedded = index === words.length - 1 ? readIpv4(word, 0, word.length) : -1;
    if (embedded < 0) return undefined;
    groups.push(Math.floor(embedded / 65_536), embedded % 65_536);
  }
  return groups;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index < groups.length; index++) {
    if (groups[index] !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
