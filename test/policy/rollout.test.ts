import { reasonsText } from '../../controller/policy/reason-text.ts';
import { describe, expect, test } from 'vitest';
import { advanceRollout, awaitingLook } from '../../controller/policy/advance-rollout.ts';
import { actOn, type RolloutAction } from '../../controller/policy/rollout-actions.ts';
import { rolloutGate, voidedBefore } from '../../controller/policy/rollout-gate.ts';
import type { MemberNews } from '../../controller/policy/rollout-member.ts';
import { joinRollout } from '../../controller/policy/rollout.ts';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';
import { attempt, factsOf, opened, planOf, readyToJoin, states, T0 } from '#test/rollout-world.ts';

type News = Readonly<Record<string, Partial<MemberNews>>>;

/** One step after another, each a second later, every one with the news of its own. */
function steps(rollout: RolloutRecord, ...news: readonly News[]): RolloutRecord {
  return news.reduce<RolloutRecord>(
    (at, each, index) => advanceRollout(at, factsOf(each), T0 + (index + 1) * 1000),
    rollout,
  );
}

function act(rollout: RolloutRecord, what: RolloutAction, news: News = {}, now = T0 + 60_000): RolloutRecord {
  const result = actOn(rollout, what, 'operator:anna', factsOf(news), now);
  if (!result.ok) throw new Error(result.why);
  return result.rollout;
}

function refusal(rollout: RolloutRecord, what: RolloutAction, news: News = {}): string | null {
  const result = actOn(rollout, what, 'operator:anna', factsOf(news), T0 + 60_000);
  return result.ok ? null : result.why;
}

const CONFIRMED = { attempt: attempt('confirmed') };
const UNDER_WAY = { attempt: attempt(null) };
const FAILED = { attempt: attempt('undone') };
const silent = (at: number, times = 2) =>
  ({ visit: { kind: 'unreachable', at, times, reason: 'Unreachable' } }) as const;
const refused = (at: number) => ({ visit: { kind: 'refused', at, reason: 'Its approval has expired.' } }) as const;
const held = (at: number) => ({ visit: { kind: 'held', at, reason: 'The window is closed.' } }) as const;
const moved = (at: number) => ({ visit: { kind: 'moved', at, reason: 'replaced by plan 00' } }) as const;
const LATER = T0 + 3_600_000;

describe('waves', () => {
  const waves = { waves: ['canary', 'two', 'rest'], maxUnavailable: '100%' } as const;

  test('one device goes alone until it is confirmed, then as many as are allowed', () => {
    const first = steps(opened([0, 0, 0, 0], { maxUnavailable: 2 }), {});
    expect(states(first)).toEqual({ d0: 'released', d1: 'pending', d2: 'pending', d3: 'pending' });
    const second = steps(first, { d0: CONFIRMED });
    expect(states(second)).toEqual({ d0: 'confirmed', d1: 'released', d2: 'released', d3: 'pending' });
    expect(states(steps(second, { d0: CONFIRMED, d1: CONFIRMED }))).toMatchObject({ d2: 'released', d3: 'released' });
  });

  test('a share of the devices is never less than one', () => {
    const small = steps(opened([0, 0, 0], { maxUnavailable: '10%' }), {}, { d0: CONFIRMED });
    expect(states(small)).toEqual({ d0: 'confirmed', d1: 'released', d2: 'pending' });
  });

  test('the next one begins when the one before is done, empty ones are passed', () => {
    const rollout = steps(opened([2, 0, 0], waves), {});
    expect(states(rollout)).toEqual({ d0: 'pending', d1: 'released', d2: 'pending' });
    const canaries = steps(rollout, { d1: CONFIRMED }, { d1: CONFIRMED, d2: CONFIRMED });
    expect(canaries).toMatchObject({ wave: 2, reason: 'wave 3 of 3 (rest)' });
    expect(states(canaries)).toMatchObject({ d0: 'released' });
    expect(steps(canaries, { d0: CONFIRMED })).toMatchObject({ state: 'done', reason: '3 confirmed' });
  });

  test('none begins while devices of an earlier one may still take part', () => {
    const waiting = advanceRollout(opened([2], waves), factsOf({}, [0]), T0 + 1000);
    expect(waiting).toMatchObject({ wave: 0, members: [{ state: 'pending' }] });
    expect(advanceRollout(waiting, factsOf({}, [2]), T0 + 2000)).toMatchObject({
      wave: 2,
      members: [{ state: 'released' }],
    });
  });

  test('a wave whose devices all do not answer does not stop the rollout, and the next device is the canary', () => {
    const rollout = steps(opened([0, 2, 2], waves), { d0: silent(T0 + 500) });
    expect(states(rollout)).toEqual({ d0: 'deferred', d1: 'released', d2: 'pending' });
    expect(rollout.wave).toBe(2);
  });

  test('there is a pause between two that changed something, and a person where the policy asks for one', () => {
    const paused = steps(opened([0, 2], { ...waves, pauseSeconds: 60 }), {}, { d0: CONFIRMED });
    expect(paused).toMatchObject({ wave: 0, waveDoneAt: T0 + 2000 });
    expect(advanceRollout(paused, factsOf(), T0 + 61_999)).toBe(paused);
    expect(advanceRollout(paused, factsOf(), T0 + 62_000)).toMatchObject({ wave: 2, waveDoneAt: null });

    const asked = steps(opened([0, 2], { ...waves, betweenWaves: 'wait' }), {}, { d0: CONFIRMED });
    expect(asked).toMatchObject({ state: 'paused', nextWave: 'asked' });
    const granted = advanceRollout(act(asked, { action: 'resume' }), factsOf(), LATER);
    expect(granted).toMatchObject({ state: 'running', wave: 2, nextWave: null });
    expect(states(granted)).toMatchObject({ d1: 'released' });
    expect(steps(granted, { d1: CONFIRMED })).toMatchObject({ state: 'done' });
  });
});

describe('soak', () => {
  const rules = { waves: ['canary', 'rest'], soakSeconds: 10 } as const;
  const soaking = steps(opened([0, 1], rules), {}, { d0: CONFIRMED });
  const end = T0 + 12_000;

  test('a wave is watched, and goes on when its devices were seen after it', () => {
    expect(soaking).toMatchObject({ wave: 0, reason: 'wave 1 of 2 (canary) is done and is watched for 10 s' });
    const unseen = factsOf({ d0: { visit: { kind: 'moved', at: end - 1, reason: 'nothing is left to change' } } });
    expect(advanceRollout(soaking, unseen, end)).toBe(soaking);
    expect(awaitingLook(soaking, unseen, end)).toEqual(['d0']);
    expect(awaitingLook(soaking, unseen, end - 1)).toEqual([]);
    const seen = factsOf({ d0: { visit: { kind: 'moved', at: end, reason: 'nothing is left to change' } } });
    expect(advanceRollout(soaking, seen, end)).toMatchObject({ wave: 1 });
  });

  test('a device that does not answer any more, or stalled, has failed', () => {
    const once = factsOf({ d0: silent(end, 1) });
    expect(advanceRollout(soaking, once, end)).toBe(soaking);
    const gone = advanceRollout(soaking, factsOf({ d0: silent(end + 1) }), end + 1);
    expect(gone).toMatchObject({ state: 'halted', members: [{ state: 'failed' }, { state: 'pending' }] });
    const stalled = factsOf({ d0: { visit: { kind: 'stalled', at: end, reason: 'two devices have one serial' } } });
    expect(advanceRollout(soaking, stalled, end)).toMatchObject({ state: 'halted' });
  });

  test('the last wave soaks too', () => {
    const last = steps(opened([0], { soakSeconds: 10 }), {}, { d0: CONFIRMED });
    expect(last).toMatchObject({ state: 'running', waveDoneAt: T0 + 2000 });
    expect(advanceRollout(last, factsOf({ d0: { visit: { kind: 'ready', at: end } } }), end)).toMatchObject({
      state: 'done',
    });
  });
});

describe('failures', () => {
  test('one more than the budget halts, and what has not begun waits', () => {
    const rules = { failureBudget: 1, maxUnavailable: 3 } as const;
    const two = steps(opened([0, 0, 0, 0, 0], rules), {}, { d0: CONFIRMED }, { d1: FAILED });
    expect(two).toMatchObject({ state: 'running' });
    expect(states(two)).toEqual({ d0: 'confirmed', d1: 'failed', d2: 'released', d3: 'released', d4: 'released' });
    const halted = advanceRollout(two, factsOf({ d2: FAILED, d3: UNDER_WAY }), T0 + 4000);
    expect(halted).toMatchObject({
      state: 'halted',
      reason: '2 devices failed, and the failure budget is 1; the last one: d2, rolled back: cpu is at 100 %',
    });
    expect(states(halted)).toMatchObject({ d3: 'released', d4: 'pending' });
    const after = advanceRollout(halted, factsOf({ d3: CONFIRMED }), T0 + 5000);
    expect(states(after)).toMatchObject({ d3: 'confirmed', d4: 'pending' });
  });

  test('a device whose change is under way and that does not come back has failed', () => {
    const released = steps(opened([0, 0]), {});
    const gone = (at: number) => factsOf({ d0: { ...UNDER_WAY, ...silent(at) } });
    expect(advanceRollout(released, gone(T0 + 300_000), T0 + 300_000)).toBe(released);
    const late = T0 + 361_000;
    expect(advanceRollout(released, gone(late), late)).toMatchObject({
      state: 'halted',
      members: [{ state: 'failed', reason: 'does not answer since it was changed: Unreachable' }, {}],
    });
  });

  test('a device whose change nobody brings to its end has failed, once it has undone that by itself', () => {
    const released = steps(opened([0, 0]), {});
    const late = T0 + 361_000;
    const gone = factsOf({ d0: { ...UNDER_WAY, visit: { kind: 'gone', reason: 'left the fleet' } } });
    expect(advanceRollout(released, gone, T0 + 360_000)).toBe(released);
    expect(advanceRollout(released, gone, late).members[0]).toMatchObject({
      state: 'failed',
      reason: 'left the fleet while it was changed',
    });
    const suspended = (at: number) => factsOf({ d0: { ...UNDER_WAY, ...refused(at) } });
    expect(advanceRollout(released, suspended(T0 + 360_000), late)).toBe(released);
    expect(advanceRollout(released, suspended(late), late).members[0]).toMatchObject({ state: 'failed' });
    const undoing = act(steps(released, { d0: CONFIRMED }), { action: 'rollback', device: null, reason: 'wrong' });
    const lost = factsOf({ d0: { ...UNDER_WAY, ...silent(late) } });
    expect(advanceRollout(undoing, lost, late)).toMatchObject({ state: 'undone', members: [{ state: 'failed' }, {}] });
  });

  test('a person who resumes forgives those so far', () => {
    const halted = steps(opened([0, 0, 0]), {}, { d0: FAILED });
    const resumed = steps(act(halted, { action: 'resume' }, {}, T0 + 3000), {}, {}, {}, {});
    expect(resumed).toMatchObject({ state: 'running', forgivenAt: T0 + 3000 });
    expect(states(resumed)).toEqual({ d0: 'failed', d1: 'released', d2: 'pending' });
    expect(advanceRollout(resumed, factsOf({ d1: FAILED }), T0 + 9000)).toMatchObject({ state: 'halted' });
  });

  test('roll back the wave or the whole rollout where the policy says so', () => {
    const rules = { waves: ['canary', 'rest'], maxUnavailable: 3 } as const;
    const news = [{}, { d0: CONFIRMED }, { d1: CONFIRMED }, { d2: FAILED }];
    const wave = steps(opened([0, 1, 1, 1], { ...rules, onFailure: 'wave' }), ...news);
    expect(wave.state).toBe('undoing');
    expect(states(wave)).toEqual({ d0: 'confirmed', d1: 'undoing', d2: 'failed', d3: 'skipped' });
    const all = steps(opened([0, 1, 1, 1], { ...rules, onFailure: 'rollout' }), ...news);
    expect(states(all)).toEqual({ d0: 'undoing', d1: 'undoing', d2: 'failed', d3: 'skipped' });
    const half = steps(all, { d0: { attempt: null }, d1: CONFIRMED });
    expect(states(half)).toMatchObject({ d0: 'undoing', d1: 'undone' });
    expect(steps(half, { d0: CONFIRMED })).toMatchObject({ state: 'undone' });
    const lost = steps(all, { d0: FAILED, d1: CONFIRMED });
    expect(states(lost)).toMatchObject({ d0: 'failed', d1: 'undone' });
    expect(lost.state).toBe('undone');
  });

  test('halt where there is nothing to roll back', () => {
    expect(steps(opened([0, 0], { onFailure: 'rollout' }), {}, { d0: FAILED })).toMatchObject({ state: 'halted' });
  });

  test('a change that was under way when the rollback began is taken back too', () => {
    const rules = { maxUnavailable: 3, onFailure: 'rollout' } as const;
    const undoing = steps(opened([0, 0, 0]), {}, { d0: CONFIRMED });
    const both = steps({ ...undoing, rules: { ...undoing.rules, ...rules } }, {}, { d1: FAILED, d2: UNDER_WAY });
    expect(states(both)).toEqual({ d0: 'undoing', d1: 'failed', d2: 'released' });
    const late = advanceRollout(both, factsOf({ d0: { attempt: null }, d2: CONFIRMED }), T0 + 9000);
    expect(states(late)).toEqual({ d0: 'undoing', d1: 'failed', d2: 'undoing' });
  });
});

describe('a device', () => {
  test('that does not answer twice is deferred, frees its place, and catches up', () => {
    const released = steps(opened([0, 0]), {});
    expect(advanceRollout(released, factsOf({ d0: silent(LATER, 1) }), LATER)).toBe(released);
    const deferred = advanceRollout(released, factsOf({ d0: silent(LATER) }), LATER);
    expect(states(deferred)).toEqual({ d0: 'deferred', d1: 'released' });
    const back = advanceRollout(deferred, factsOf({ d0: { visit: { kind: 'ready', at: LATER + 1 } } }), LATER + 1);
    expect(states(back)).toEqual({ d0: 'pending', d1: 'released' });
    const over = advanceRollout(deferred, factsOf({ d0: silent(LATER), d1: CONFIRMED }), LATER + 1);
    expect(over).toMatchObject({ state: 'done', reason: '1 confirmed, 1 deferred' });
  });

  test('that refuses its turn is not asked again at once', () => {
    const deferred = advanceRollout(steps(opened([0, 0]), {}), factsOf({ d0: refused(LATER) }), LATER);
    expect(states(deferred)).toEqual({ d0: 'deferred', d1: 'released' });
    const soon = factsOf({ d0: { visit: { kind: 'ready', at: LATER + 299_000 } } });
    expect(advanceRollout(deferred, soon, LATER + 299_000)).toBe(deferred);
    const then = factsOf({ d0: { visit: { kind: 'ready', at: LATER + 300_000 } } });
    expect(states(advanceRollout(deferred, then, LATER + 300_000))).toMatchObject({ d0: 'pending' });
  });

  test('that waits for its window or the end of a freeze is not released, and holds no place', () => {
    const waiting = advanceRollout(opened([0, 0]), factsOf({ d0: held(LATER) }), LATER);
    expect(states(waiting)).toEqual({ d0: 'pending', d1: 'released' });
    const shut = advanceRollout(steps(opened([0, 0]), {}), factsOf({ d0: held(LATER) }), LATER);
    expect(states(shut)).toEqual({ d0: 'pending', d1: 'released' });
  });

  test('with another plan drops out; when nothing else is left the rollout is superseded', () => {
    const rollout = advanceRollout(opened([0, 0]), factsOf({ d0: moved(LATER) }), LATER);
    expect(states(rollout)).toEqual({ d0: 'superseded', d1: 'released' });
    const over = advanceRollout(rollout, factsOf({ d0: moved(LATER), d1: moved(LATER + 1) }), LATER + 1);
    expect(over).toMatchObject({ state: 'superseded', reason: '2 superseded' });
  });

  test('that left the fleet is waited for no more, whenever it was visited last', () => {
    const gone = { attempt: null, visit: { kind: 'gone', reason: 'left the fleet' } } as const;
    const rollout = steps(opened([0, 0]), {}, { d0: gone });
    expect(states(rollout)).toEqual({ d0: 'superseded', d1: 'released' });
    const watched = steps(opened([0], { soakSeconds: 60 }), {}, { d0: CONFIRMED });
    expect(awaitingLook(watched, factsOf({ d0: gone }), LATER)).toEqual([]);
    expect(advanceRollout(watched, factsOf({ d0: gone }), LATER)).toMatchObject({
      state: 'done',
      reason: '1 confirmed',
    });
    const confirmed = steps(opened([0, 0]), {}, { d0: CONFIRMED });
    const undoing = act(confirmed, { action: 'rollback', device: null, reason: 'wrong' });
    expect(steps(undoing, { d0: gone })).toMatchObject({ state: 'undone', members: [{ state: 'skipped' }, {}] });
  });

  test('that was not visited yet is not released', () => {
    const rollout = opened([0]);
    expect(advanceRollout(rollout, factsOf({ d0: { visit: null } }), LATER)).toBe(rollout);
  });

  test('whose attempt ended before its first write goes on as if there had been none', () => {
    const released = steps(opened([0, 0]), {});
    expect(advanceRollout(released, factsOf({ d0: { attempt: attempt('closed') } }), LATER)).toBe(released);
  });

  test('whose change began although it was taken back counts as what it is', () => {
    const paused = act(steps(opened([0, 0]), {}), { action: 'pause', reason: 'wait' });
    expect(states(paused)).toMatchObject({ d0: 'pending' });
    expect(states(steps(paused, { d0: UNDER_WAY }))).toMatchObject({ d0: 'released' });
    expect(states(steps(paused, { d0: CONFIRMED }))).toMatchObject({ d0: 'confirmed' });
  });

  test('that joins late goes with the wave under way', () => {
    const rollout = steps(opened([0, 1], { waves: ['canary', 'rest'] }), {}, { d0: CONFIRMED });
    expect(rollout.wave).toBe(1);
    const joined = joinRollout(rollout, readyToJoin('late', 0), T0 + 5000);
    expect(joined.members.at(-1)).toMatchObject({ device: 'late', wave: 1, state: 'pending' });
    expect(joinRollout(rollout, [], T0)).toBe(rollout);
  });
});

describe('people', () => {
  const running = steps(opened([0, 0, 0]), {});

  test('pause it: what has not begun waits, what has goes on', () => {
    const paused = act(running, { action: 'pause', reason: 'incident 42' });
    expect(paused).toMatchObject({
      state: 'paused',
      reason: 'operator:anna: incident 42',
      version: running.version + 1,
    });
    expect(states(paused)).toMatchObject({ d0: 'pending' });
    expect(states(act(running, { action: 'pause', reason: 'x' }, { d0: UNDER_WAY }))).toMatchObject({ d0: 'released' });
    expect(refusal(paused, { action: 'pause', reason: 'x' })).toBe('it is paused already');
    expect(refusal(running, { action: 'resume' })).toBe('it runs already');
  });

  test('skip a device or what is left of a wave', () => {
    const skipped = act(running, { action: 'skip', device: 'd1' });
    expect(states(skipped)).toEqual({ d0: 'released', d1: 'skipped', d2: 'pending' });
    expect(refusal(running, { action: 'skip', device: 'd0' }, { d0: UNDER_WAY })).toBe('d0 is being changed now');
    expect(refusal(running, { action: 'skip', device: 'x1' })).toBe('x1 is not part of it');
    expect(refusal(skipped, { action: 'skip', device: 'd1' })).toBe('d1 is skipped');
    const wave = act(running, { action: 'skip', device: null }, { d0: UNDER_WAY });
    expect(states(wave)).toEqual({ d0: 'released', d1: 'skipped', d2: 'skipped' });
    const soaking = steps(opened([0, 1], { waves: ['canary', 'rest'], soakSeconds: 60 }), {}, { d0: CONFIRMED });
    expect(act(soaking, { action: 'skip', device: null })).toMatchObject({
      wave: 1,
      waveDoneAt: null,
      state: 'running',
    });
  });

  test('abort it', () => {
    const aborted = act(running, { action: 'abort', reason: 'enough' });
    expect(aborted.state).toBe('aborted');
    expect(new Set(Object.values(states(aborted)))).toEqual(new Set(['skipped']));
    expect(refusal(aborted, { action: 'resume' })).toMatch(/^it has ended \(aborted/);
    expect(advanceRollout(aborted, factsOf(), LATER)).toBe(aborted);
  });

  test('roll back a device or all of it', () => {
    const two = steps(running, { d0: CONFIRMED });
    expect(refusal(running, { action: 'rollback', device: null, reason: 'x' })).toBe(
      'no device was changed by it: abort it instead',
    );
    expect(refusal(two, { action: 'rollback', device: 'd1', reason: 'x' })).toMatch(/only a confirmed change/);
    const one = act(two, { action: 'rollback', device: 'd0', reason: 'wrong' });
    expect(one).toMatchObject({ state: 'running' });
    expect(states(one)).toMatchObject({ d0: 'undoing' });
    const all = act(two, { action: 'rollback', device: null, reason: 'wrong' });
    expect(states(all)).toEqual({ d0: 'undoing', d1: 'skipped', d2: 'skipped' });
    expect(refusal(all, { action: 'resume' })).toMatch(/^it is being rolled back/);
    expect(states(act(all, { action: 'skip', device: 'd0' }, { d0: { attempt: null } }))).toMatchObject({
      d0: 'skipped',
    });
    expect(refusal(all, { action: 'skip', device: 'd0' }, { d0: UNDER_WAY })).toBe('d0 is being taken back now');
    const stuck = { visit: { kind: 'stalled', at: LATER, reason: 'somebody has changed it since' } } as const;
    expect(advanceRollout(all, factsOf({ d0: stuck }), LATER)).toMatchObject({
      state: 'undone',
      members: [{ state: 'failed' }, {}, {}],
    });
  });

  test('a rollout with a device that is taken back ends after it', () => {
    const last = act(steps(opened([0, 0]), {}, { d0: CONFIRMED }), {
      action: 'rollback',
      device: 'd0',
      reason: 'wrong',
    });
    const waiting = steps(last, { d0: { attempt: null }, d1: CONFIRMED });
    expect(waiting.state).toBe('running');
    expect(steps(waiting, { d0: CONFIRMED, d1: CONFIRMED })).toMatchObject({
      state: 'done',
      reason: '1 confirmed, 1 undone',
    });
  });
});

describe('the rollout gate', () => {
  const two = { waves: ['canary', 'rest'], maxUnavailable: 1 } as const;

  function codeOf(rollout: RolloutRecord | null, device: string, letter = 'a'): string {
    const gate = rolloutGate(rollout, device, planOf(device, letter));
    return gate.open ? 'open' : gate.reasons.map(({ code }) => code).join(' ');
  }

  test('opens for a released device of a running rollout with exactly this plan, and for nothing else', () => {
    const rollout = steps(opened([0, 0, 1], two), {});
    expect(codeOf(rollout, 'd0')).toBe('open');
    expect(codeOf(rollout, 'd0', 'b')).toBe('RolloutNotOpen');
    expect(codeOf(rollout, 'd1')).toBe('RolloutTurn');
    expect(codeOf(rollout, 'd2')).toBe('RolloutWave');
    expect(codeOf(null, 'd0')).toBe('RolloutNotOpen');
    expect(codeOf(rollout, 'd9')).toBe('RolloutNotOpen');
    const paused = act(rollout, { action: 'pause', reason: 'x' }, { d0: UNDER_WAY });
    expect(states(paused)).toMatchObject({ d0: 'released' });
    expect(codeOf(paused, 'd0')).toBe('RolloutPaused');
    expect(codeOf(act(rollout, { action: 'abort', reason: 'x' }), 'd0')).toBe('RolloutNotOpen');
    expect(codeOf(steps(rollout, { d0: FAILED }), 'd1')).toBe('RolloutHalted');
    const soaking = steps(opened([0, 1], { ...two, soakSeconds: 5 }), {}, { d0: CONFIRMED });
    expect(codeOf(soaking, 'd1')).toBe('RolloutSoak');
    expect(codeOf(soaking, 'd0')).toBe('RolloutNotOpen');
    expect(codeOf(act(soaking, { action: 'rollback', device: null, reason: 'x' }), 'd1')).toBe('RolloutUndoing');
  });

  test('says what a device waits for', () => {
    const rollout = steps(opened([0, 0, 1], two), {});
    const text = (device: string): string => {
      const gate = rolloutGate(rollout, device, planOf(device));
      return gate.open ? '' : reasonsText(gate.reasons.slice(0, 1));
    };
    expect(text('d1')).toBe(
      'Rollout ro-0123456789ab, wave 1 of 2 (canary): it is not its turn yet, one device goes alone until it is confirmed; under way: d0.',
    );
    expect(text('d2')).toBe(
      'Rollout ro-0123456789ab: wave 2 of 2 (rest) begins when wave 1 of 2 (canary) is done; devices left there: 2.',
    );
  });
});

describe('consent', () => {
  test('is void once a rollout took the device out, or its change did not stay', () => {
    const voided = (rollout: RolloutRecord, device: string) =>
      voidedBefore(rollout, device, planOf(device))?.at ?? null;
    const running = steps(opened([0, 0, 0]), {}, { d0: CONFIRMED });
    expect(voided(running, 'd0')).toBeNull();
    expect(voided(running, 'd1')).toBeNull();
    expect(voidedBefore(running, 'd1', planOf('d1', 'b'))).toBeNull();
    expect(voidedBefore(null, 'd1', planOf('d1'))).toBeNull();
    const now = T0 + 60_000;
    expect(voided(act(running, { action: 'skip', device: 'd1' }), 'd1')).toBe(now);
    expect(voided(act(running, { action: 'abort', reason: 'x' }), 'd2')).toBe(now);
    expect(voided(act(running, { action: 'rollback', device: 'd0', reason: 'x' }), 'd0')).toBe(now);
    expect(voided(steps(running, { d1: FAILED }), 'd1')).toBe(T0 + 1000);
  });
});
