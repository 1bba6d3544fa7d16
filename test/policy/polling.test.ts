import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollsOf, type PollFacts } from '../../controller/policy/polling.ts';
import { runs } from '#test/sample.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 1);
const CALM: PollFacts = {
  critical: false,
  declaredSeconds: null,
  changedAt: null,
  degradedAt: null,
  degraded: false,
  watchedSince: NOW - 61 * MINUTE,
  failures: 0,
};

function at(minutesAgo: number): number {
  return NOW - minutesAgo * MINUTE;
}

describe('a router is asked for its health', () => {
  it.each<[string, Partial<PollFacts>, number]>([
    ['every minute', { watchedSince: at(59) }, 60],
    ['every two minutes after a calm hour', {}, 120],
    ['every 30 seconds where it is critical, however calm', { critical: true }, 30],
    ['every 15 seconds for 15 minutes after a change', { changedAt: at(14.9) }, 15],
    ['every minute for the rest of the hour', { changedAt: at(15) }, 60],
    ['every 15 seconds while it is degraded', { degraded: true, degradedAt: at(0) }, 15],
    ['every minute for an hour after it was', { degradedAt: at(59) }, 60],
    ['half as often when it does not answer', { failures: 1, watchedSince: NOW }, 120],
    ['and again half as often', { failures: 2, watchedSince: NOW }, 240],
    ['never less than every five minutes', { failures: 40 }, 300],
  ])('%s', (_, facts, seconds) => {
    expect(pollsOf({ ...CALM, ...facts }, NOW).health).toBe(seconds);
  });
});

describe('a device is visited', () => {
  it.each<[string, Partial<PollFacts>, number]>([
    ['every five minutes', {}, 300],
    ['twice as often where it is critical', { critical: true }, 150],
    ['every minute for 15 minutes after drift or a change', { changedAt: at(14), critical: true }, 60],
    ['as often as its file says, whatever happens', { declaredSeconds: 900, changedAt: at(1), critical: true }, 900],
  ])('%s', (_, facts, seconds) => {
    expect(pollsOf({ ...CALM, ...facts }, NOW).visit).toBe(seconds);
  });
});

it('health costs a router that takes 0.12 s a request 1 % of its time at most, whatever happens to it', () => {
  const happening = fc.record({
    afterSeconds: fc.nat(3_600),
    what: fc.constantFrom('change', 'degraded', 'well', 'silent', 'answers'),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (history, critical) => {
      let facts: PollFacts = { ...CALM, critical, watchedSince: NOW };
      let answers = true;
      const events: { readonly at: number; readonly what: string }[] = [];
      for (const { afterSeconds, what } of history)
        events.push({ at: (events.at(-1)?.at ?? NOW) + afterSeconds * 1000, what });
      const end = (events.at(-1)?.at ?? NOW) + 3_600_000;
      const asked: { readonly at: number; readonly seconds: number }[] = [];
      let [lastAt, sensorsAt] = [NOW, NOW];
      for (let now = NOW; now < end; now += 1000) {
        for (let event = events[0]; event !== undefined && event.at <= now; event = events[0]) {
          events.shift();
          if (event.what === 'change') facts = { ...facts, changedAt: now };
          if (event.what === 'degraded') facts = { ...facts, degraded: true };
          if (event.what === 'well') facts = { ...facts, degraded: false };
          if (event.what === 'silent' || event.what === 'answers') answers = event.what === 'answers';
        }
        if (facts.degraded) facts = { ...facts, degradedAt: now };
        const polls = pollsOf(facts, now);
        if (now - lastAt < polls.health * 1000) continue;
        lastAt = now;
        const withSensors = now - sensorsAt >= polls.sensors * 1000;
        if (withSensors) sensorsAt = now;
        facts = { ...facts, failures: answers ? 0 : facts.failures + 1 };
        asked.push({ at: now, seconds: withSensors ? 0.24 : 0.12 });
      }
      // Of every ten minutes, and what was begun in them.
      for (const [from, { at: begin }] of asked.entries()) {
        let spent = 0;
        for (const { at: then, seconds } of asked.slice(from)) if (then - begin < 600_000) spent += seconds;
        expect(spent).toBeLessThanOrEqual(6 + 0.24);
      }
    }),
    runs(40),
  );
});
