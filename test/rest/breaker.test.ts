import { describe, expect, test } from 'vitest';
import { makeBreaker } from '../../routeros/rest/breaker.ts';

const settings = { threshold: 3, pauseMs: 100, longestPauseMs: 400 };

function opened() {
  const breaker = makeBreaker(settings);
  for (let at = 0; at < 3; at += 1) breaker.failed(0, 1, `loss ${at}`);
  return breaker;
}

describe('a breaker', () => {
  test('stays closed below its threshold, and an answer starts the count anew', () => {
    const breaker = makeBreaker(settings);
    for (let round = 0; round < 5; round += 1) {
      breaker.failed(0, 1, 'loss');
      breaker.failed(0, 1, 'loss');
      expect(breaker.admit(0)).toBeNull();
      breaker.succeeded();
    }
  });

  test('opens at its threshold, says for how long and why', () => {
    expect(opened().admit(40)).toEqual({ waitMs: 60, lastFailure: 'loss 2' });
  });

  test('lets one probe through after the pause, and others only when it came back', () => {
    const breaker = opened();
    expect(breaker.admit(100)).toBeNull();
    expect(breaker.admit(100)).not.toBeNull();
    breaker.succeeded();
    expect([breaker.admit(100), breaker.admit(100)]).toEqual([null, null]);
  });

  test('doubles its pause with each failed probe, up to the longest', () => {
    const breaker = opened();
    let now = 0;
    const pauses: number[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const pause = breaker.admit(now)?.waitMs ?? 0;
      pauses.push(pause);
      now += pause;
      expect(breaker.admit(now)).toBeNull();
      breaker.failed(now, 1, 'loss');
    }
    expect(pauses).toEqual([100, 200, 400, 400, 400]);
  });

  test('spreads probes over the second half of the pause', () => {
    const breaker = makeBreaker(settings);
    for (let at = 0; at < 3; at += 1) breaker.failed(0, 0, 'loss');
    expect(breaker.admit(0)?.waitMs).toBe(50);
  });
});
