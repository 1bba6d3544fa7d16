import { reasonsText, toldReasons } from '../../controller/policy/reason-text.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MaintenanceWindow, WEEKDAYS, windowGate, windowSeconds } from '../../controller/policy/window.ts';

const VIENNA = 'Europe/Vienna';
const NIGHTS: MaintenanceWindow = { days: ['tue', 'thu'], from: '01:00', to: '05:00' };

function reasonAt(
  windows: readonly MaintenanceWindow[],
  time: string,
  neededSeconds = 300,
  timeZone = VIENNA,
): string | null {
  const gate = windowGate({ windows, timeZone }, Date.parse(time), neededSeconds);
  return gate.open
    ? null
    : toldReasons(gate.reasons)
        .map(({ code, message }) => `${code}: ${message}`)
        .join('; ');
}

describe('maintenance windows', () => {
  test('are open always where there are none', () => {
    expect(reasonAt([], '2026-11-21T12:00:00Z')).toBeNull();
  });

  test('open by the clock of the site', () => {
    expect(reasonAt([NIGHTS], '2026-11-23T23:59:59Z')).toMatch(/^WindowClosed: .*opens Tue 2026-11-24 01:00 \(Europe/);
    expect(reasonAt([NIGHTS], '2026-11-24T00:00:00Z')).toBeNull();
    expect(reasonAt([NIGHTS], '2026-11-24T00:00:00Z', 300, 'Asia/Tokyo')).toMatch(
      /Thu 2026-11-26 01:00 \(Asia\/Tokyo\)/,
    );
    // In summer the same wall clock is another hour of UTC.
    expect(reasonAt([NIGHTS], '2026-07-20T23:00:00Z')).toBeNull();
  });

  test('close for a change that could not end in time', () => {
    expect(reasonAt([NIGHTS], '2026-11-24T03:55:00Z')).toBeNull();
    expect(reasonAt([NIGHTS], '2026-11-24T03:55:01Z')).toBe(
      'WindowClosed: The maintenance window closes Tue 2026-11-24 05:00 (Europe/Vienna), and this change may take 5 min; the next one opens Thu 2026-11-26 01:00 (Europe/Vienna).',
    );
  });

  test('say before they open that they are too short', () => {
    expect(reasonAt([NIGHTS], '2026-11-21T12:00:00Z', 4 * 3600)).toMatch(/^WindowClosed/);
    expect(reasonAt([NIGHTS], '2026-11-21T12:00:00Z', 4 * 3600 + 1)).toMatch(
      /^WindowTooShort: .*may take 240 min, and the longest window lasts 240 min/,
    );
  });

  test('may last over midnight, and follow one another without a gap', () => {
    const late: MaintenanceWindow = { days: ['sun'], from: '22:00', to: '02:00' };
    expect(windowSeconds(late)).toBe(4 * 3600);
    expect(reasonAt([late], '2026-11-22T23:30:00Z', 1800, 'UTC')).toBeNull();
    expect(reasonAt([late], '2026-11-23T01:59:00Z', 60, 'UTC')).toBeNull();
    expect(reasonAt([late], '2026-11-23T02:00:00Z', 60, 'UTC')).toMatch(/^WindowClosed/);
    const more: MaintenanceWindow = { days: ['mon'], from: '02:00', to: '06:00' };
    expect(reasonAt([late, more], '2026-11-22T22:00:00Z', 8 * 3600, 'UTC')).toBeNull();
    const whole: MaintenanceWindow = { days: WEEKDAYS, from: '00:00', to: '24:00' };
    expect(reasonAt([whole], '2026-11-22T23:59:59Z', 86_400, 'UTC')).toBeNull();
  });

  test('that clocks skip in spring do not open, and those they show twice in autumn open twice', () => {
    const skipped: MaintenanceWindow = { days: ['sun'], from: '02:10', to: '02:50' };
    expect(reasonAt([skipped], '2026-03-28T12:00:00Z', 60)).toMatch(/opens Sun 2026-04-05 02:10/);
    expect(reasonAt([skipped], '2026-10-25T00:20:00Z', 60)).toBeNull();
    expect(reasonAt([skipped], '2026-10-25T01:20:00Z', 60)).toBeNull();
    expect(reasonAt([skipped], '2026-10-25T01:00:00Z', 60)).toMatch(/^WindowClosed/);
  });
});

const wallClocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, asked the slow way. */
function wallClock(timeZone: string, at: number): { readonly day: number; readonly minute: number } {
  const clock =
    wallClocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  wallClocks.set(timeZone, clock);
  const parts = clock.formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = WEEKDAYS.findIndex((name) => name === of('weekday').toLowerCase());
  return { day, minute: Number(of('hour')) * 60 + Number(of('minute')) };
}

function shows(window: MaintenanceWindow, { day, minute }: ReturnType<typeof wallClock>): boolean {
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const [from, to] = [minutes(window.from), minutes(window.to)];
  const opensOn = (index: number): boolean => window.days.some((name) => WEEKDAYS[(index + 7) % 7] === name);
  if (to > from) return opensOn(day) && minute >= from && minute < to;
  return (opensOn(day) && minute >= from) || (opensOn(day - 1) && minute < to);
}

const TIMES = fc
  .tuple(fc.nat({ max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const WINDOWS = fc.array(
  fc.record({ days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), from: TIMES, to: TIMES }),
  { minLength: 1, maxLength: 3 },
);
const ZONES = fc.constantFrom(
  'Europe/Vienna',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Santiago',
  'Pacific/Apia',
  'Africa/Casablanca',
  'UTC',
);
/** Around the clock changes of the year, and anywhere. */
const MOMENTS = fc.oneof(
  fc.integer({ min: Date.parse('2026-03-28T00:00Z'), max: Date.parse('2026-03-30T00:00Z') }),
  fc.integer({ min: Date.parse('2026-10-24T00:00Z'), max: Date.parse('2026-11-02T00:00Z') }),
  fc.integer({ min: Date.parse('2026-01-01T00:00Z'), max: Date.parse('2027-12-31T00:00Z') }),
);

describe('the window gate', () => {
  test('agrees with a look at the wall clock, minute by minute', () => {
    fc.assert(
      fc.property(WINDOWS, ZONES, MOMENTS, fc.integer({ min: 1, max: 90 }), (windows, zone, moment, minutes) => {
        const start = Math.floor(moment / 60_000) * 60_000;
        const clocks = Array.from({ length: minutes }, (_, index) => wallClock(zone, start + index * 60_000));
        const open = clocks.every((clock) => windows.some((window) => shows(window, clock)));
        expect(windowGate({ windows, timeZone: zone }, start, minutes * 60).open).toBe(open);
      }),
      { numRuns: 300 },
    );
  });

  test('opens at the moment that it names', () => {
    fc.assert(
      fc.property(WINDOWS, ZONES, MOMENTS, (windows, zone, moment) => {
        const gate = windowGate({ windows, timeZone: zone }, moment, 60);
        const named = gate.open
          ? null
          : /opens \w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d)/.exec(reasonsText(gate.reasons.slice(0, 1)));
        if (named === null) return;
        const wanted = `${named[1] ?? ''} ${named[2] ?? ''}`;
        const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
        let at = moment - (moment % 60_000);
        while (text.format(at) < wanted) at += 60_000 * 15 - ((at / 60_000) % 15) * 60_000;
        // A clock that was put back shows the same time twice, and the window opens at one of them.
        const again = [at, at + 30 * 60_000, at + 3_600_000];
        expect(
          again.some((time) => text.format(time) === wanted && windowGate({ windows, timeZone: zone }, time, 60).open),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
