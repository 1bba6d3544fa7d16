import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a duration such as 1d, 2h30m, 250ms or 00:10:00';

const MICROSECONDS = { week: 604_800e6, day: 86_400e6, hour: 3_600e6, minute: 60e6, second: 1e6, millisecond: 1e3 };

/** The console's words for each unit, the largest first. */
const UNIT_WORDS: readonly (readonly [string, number])[] = [
  ['weeks?|w', MICROSECONDS.week],
  ['days?|d', MICROSECONDS.day],
  ['hours?|h', MICROSECONDS.hour],
  ['min|m(?!s)', MICROSECONDS.minute],
  ['sec|s', MICROSECONDS.second],
  ['ms', MICROSECONDS.millisecond],
  ['us', 1],
];

/** One number for each unit, then hours, minutes, seconds and what follows their point. */
const SPELT = new RegExp(
  `^${UNIT_WORDS.map(([words]) => String.raw`(?:(\d+(?:\.\d+)?)(?:${words}))?`).join('')}` +
    String.raw`(?:(\d{1,9}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?)?$`,
);

/**
 * A length of time in milliseconds, down to the microsecond (`0.453` is `453us`). Reads back in unit form, largest
 * first, zero parts dropped, zero as `0s`; `00:10:00`, `1d00:00:00` and plain seconds are read too (routeros-rest.md
 * §3), `1.5h` as well (7.24.4, public report) and whole words (`2days`, vendor's manual).
 */
export const durationCodec: Codec<number> = {
  expects: EXPECTS,
  parse(text) {
    const microseconds = /^\d+$/.test(text) ? Number(text) * MICROSECONDS.second : microsecondsOf(text);
    if (!Number.isSafeInteger(microseconds)) throw new InvalidValue(EXPECTS, text);
    return microseconds / 1000;
  },
  format(milliseconds) {
    let rest = Math.round(milliseconds * 1000);
    if (rest === 0) return '0s';
    let text = '';
    for (const [unit, size] of UNITS) {
      const count = Math.floor(rest / size);
      if (count === 0) continue;
      text += `${count}${unit}`;
      rest -= count * size;
    }
    return text;
  },
};

const UNITS = [
  ['w', MICROSECONDS.week],
  ['d', MICROSECONDS.day],
  ['h', MICROSECONDS.hour],
  ['m', MICROSECONDS.minute],
  ['s', MICROSECONDS.second],
  ['ms', MICROSECONDS.millisecond],
  ['us', 1],
] as const;

function microsecondsOf(text: string): number {
  const match = text === '' ? null : SPELT.exec(text);
  if (match === null) throw new InvalidValue(EXPECTS, text, suggestion(text));
  const part = (index: number): number => Number(match[index] ?? 0);
  const clock = UNIT_WORDS.length + 1;
  const units = UNIT_WORDS.reduce((sum, [, size], index) => sum + part(index + 1) * size, 0);
  return (
    Math.round(units) +
    part(clock) * MICROSECONDS.hour +
    part(clock + 1) * MICROSECONDS.minute +
    part(clock + 2) * MICROSECONDS.second +
    Number((match[clock + 3] ?? '').padEnd(6, '0'))
  );
}

function suggestion(text: string): string | undefined {
  const compact = text.toLowerCase().replaceAll(/\s+/g, '');
  return compact !== '' && compact !== text && SPELT.test(compact) ? compact : undefined;
}
