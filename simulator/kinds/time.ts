import type { Kind } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';

const second = 1000;
const units: readonly (readonly [string, number])[] = [
  ['w', 604_800 * second],
  ['d', 86_400 * second],
  ['h', 3600 * second],
  ['m', 60 * second],
  ['s', second],
  ['ms', 1],
  ['us', 0.001],
];

const wordForm = new RegExp(
  `^${units.map(([unit]) => String.raw`(?:(\d+(?:\.\d+)?)${unit}${unit === 'm' ? '(?!s)' : ''})?`).join('')}$`,
);

/**
 * Milliseconds of a console duration (`1d2h`, `00:10:00`, `1d00:00:00`, plain seconds); undefined when it is none
 * (routeros-rest.md §3).
 */
export function millisecondsOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    return Number(text) * second;
  }
  const clock = /^(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d\d):(\d\d)(?:\.(\d{1,3}))?$/.exec(text);
  if (clock !== null) {
    const [weeks, days, hours, minutes, seconds] = clock.slice(1, 6).map((part) => Number(part ?? 0));
    const whole = ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
    return whole * second + Number((clock[6] ?? '').padEnd(3, '0'));
  }
  // `1.5h` was read on 7.24.4 (public report); `us` is read back (routeros-rest.md §3).
  const parts = wordForm.exec(text);
  if (parts === null || text === '') {
    return undefined;
  }
  return units.reduce((sum, [, size], index) => sum + Number(parts[index + 1] ?? 0) * size, 0);
}

/** The unit form RouterOS prints: largest unit first, zero parts dropped, zero is `0s` (routeros-rest.md §3). */
export function durationText(milliseconds: number): string {
  let left = Math.max(0, Math.round(milliseconds * 1000));
  let printed = '';
  for (const [unit, size] of units) {
    const count = Math.floor(left / (size * 1000));
    left -= count * size * 1000;
    printed += count === 0 ? '' : `${count}${unit}`;
  }
  return printed === '' ? '0s' : printed;
}

/** A duration, or one of the words (`never`, `none`, `auto`). */
export function time(...words: readonly string[]): Kind {
  return {
    clearable: false,
    canonical(value, name) {
      if (words.includes(value)) {
        return value;
      }
      const milliseconds = millisecondsOf(value);
      if (milliseconds === undefined) {
        throw refusal('invalidTime', name);
      }
      return durationText(milliseconds);
    },
  };
}

/** Longest address-list timeout, 35w3d13h13m56s (routeros-rest.md §5.5). */
const longestTimeout = 21_474_836 * second;

/** A timeout of an address list; its range error has its own words (routeros-rest.md §2.8). */
export const listTimeout: Kind = {
  clearable: false,
  canonical(value, name) {
    const milliseconds = millisecondsOf(value);
    if (milliseconds === undefined) {
      throw refusal('invalidTime', name);
    }
    if (milliseconds > longestTimeout) {
      throw refusal('timeoutTooLong', name);
    }
    return durationText(milliseconds);
  },
};

/** `2026-09-28 16:48:57`: the router's local time as versions since 7.10 print it. */
export function timestampText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastText = new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
    lastSecond = second;
  }
  return lastText;
}

/** A long list prints the same second thousands of times. */
let lastSecond = Number.NaN;
let lastText = '';
