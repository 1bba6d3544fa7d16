import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a duration such as 1d, 2h30m, 250ms or 00:10:00';

const UNIT_FORM =
  /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d{1,9}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?|(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?(?:(\d+)us)?)$/;

const MICROSECONDS = { week: 604_800e6, day: 86_400e6, hour: 3_600e6, minute: 60e6, second: 1e6, millisecond: 1e3 };

/**
 * A length of time in milliseconds, down to the microsecond (`0.453` is `453us`). Reads back in unit form, largest
 * first, zero parts dropped, zero as `0s`; `00:10:00`, `1d00:00:00` and plain seconds are read too (routeros-rest.md
 * §3).
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
  const match = text === '' ? null : UNIT_FORM.exec(text);
  if (match === null) throw new InvalidValue(EXPECTS, text, suggestion(text));
  const part = (index: number): number => Number(match[index] ?? 0);
  return (
    part(1) * MICROSECONDS.week +
    part(2) * MICROSECONDS.day +
    (part(3) + part(7)) * MICROSECONDS.hour +
    (part(4) + part(8)) * MICROSECONDS.minute +
    (part(5) + part(9)) * MICROSECONDS.second +
    Number((match[6] ?? '').padEnd(6, '0')) +
    part(10) * MICROSECONDS.millisecond +
    part(11)
  );
}

function suggestion(text: string): string | undefined {
  const compact = text.toLowerCase().replaceAll(/\s+/g, '');
  return compact !== '' && compact !== text && UNIT_FORM.test(compact) ? compact : undefined;
}
