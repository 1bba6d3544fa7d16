import { describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { nextVisitIn, statusOf, type Outcome } from '../../controller/observed/outcome.ts';

const POLL = 300_000;
const deferred = (code: string): Outcome => ({
  kind: 'Deferred',
  failure: new Failure(code, 'It failed.'),
  readAt: null,
  preview: null,
});

describe('the next visit', () => {
  it('comes later with each failure, never later than five minutes', () => {
    const pauses = [1, 2, 3, 4, 5, 20].map((failures) => nextVisitIn(deferred('Unreachable'), POLL, failures, 1));
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 300_000]);
    expect(nextVisitIn(deferred('Unreachable'), POLL, 1, 0)).toBe(2_500);
  });

  it('comes with the poll where only a change can mend it', () => {
    expect(nextVisitIn(deferred('Unauthorized'), POLL, 5, 0.5)).toBe(POLL);
  });

  it('comes when the word of another controller on the device may have ended, if that is earlier', () => {
    const held = (endsInMs: number): Outcome => ({ kind: 'Suspended', reason: '', endsInMs });
    expect(nextVisitIn(held(60_000), POLL, 0, 0)).toBe(60_000);
    expect(nextVisitIn(held(600_000), POLL, 0, 0)).toBe(270_000);
    expect(nextVisitIn({ kind: 'Suspended', reason: 'spec.suspend is set' }, POLL, 0, 0)).toBe(270_000);
  });

  it('is spread around the poll interval otherwise, and soon after an attempt that wrote nothing', () => {
    const inSync: Outcome = { kind: 'InSync', extras: 0, frozen: [] };
    expect(nextVisitIn(inSync, POLL, 0, 0)).toBe(270_000);
    expect(nextVisitIn(inSync, POLL, 0, 1)).toBe(330_000);
    const closed: Outcome = { kind: 'Closed', planId: 'sha256:0', reason: '' };
    expect(nextVisitIn(closed, POLL, 1, 1)).toBe(5_000);
    expect(nextVisitIn(closed, POLL, 3, 1)).toBe(20_000);
  });
});

describe('the status', () => {
  it('of a device that cannot be worked with is unknown, and stalled where only a change can mend it', () => {
    expect(statusOf(deferred('Unreachable'))).toMatchObject({
      ready: 'Unknown',
      stalled: false,
      reason: 'Unreachable',
    });
    expect(statusOf(deferred('Unauthorized'))).toMatchObject({ ready: 'Unknown', stalled: true });
    expect(statusOf(deferred('NeverHeardOf'))).toMatchObject({ ready: 'Unknown', stalled: false });
  });

  it('gives every reason of a plan that waits', () => {
    const reasons = [
      { code: 'ProtectedRow', message: 'First.' },
      { code: 'PathCut', message: 'Second.' },
    ] as const;
    expect(statusOf({ kind: 'Waiting', planId: 'sha256:0', reasons, ready: null })).toEqual({
      ready: 'False',
      reconciling: true,
      stalled: false,
      reason: 'ProtectedRow',
      message: 'First. Second.',
    });
    expect(statusOf({ kind: 'Stalled', reasons })).toMatchObject({ stalled: true, message: 'First. Second.' });
  });

  it('names rows that nobody declared and fields that would not converge', () => {
    const field = { menu: '/ip/dns', match: null, field: 'cache-size', desired: '4096', live: '4000' } as const;
    expect(statusOf({ kind: 'InSync', extras: 1, frozen: [] }).message).toContain('1 rows that nobody declared');
    expect(statusOf({ kind: 'InSync', extras: 0, frozen: [field] })).toMatchObject({
      ready: 'True',
      reason: 'FieldsFrozen',
      message: expect.stringContaining('"4096" and reads back as "4000"'),
    });
  });
});
