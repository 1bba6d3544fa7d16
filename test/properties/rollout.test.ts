import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advanceRollout } from '../../controller/policy/advance-rollout.ts';
import { rolloutGate } from '../../controller/policy/rollout-gate.ts';
import { actOn } from '../../controller/policy/rollout-actions.ts';
import type { MemberNews } from '../../controller/policy/rollout-member.ts';
import { failuresOf, hasEnded, membersIn, slotsOf, type RolloutFacts } from '../../controller/policy/rollout.ts';
import type { DeviceShare, RolloutRecord, WaveRules } from '../../controller/records/rollouts.ts';
import { attempt, opened, T0 } from '#test/rollout-world.ts';

/** How one device will behave when it is released. */
type Fate = 'confirms' | 'fails' | 'stalls' | 'silent' | 'closes once' | 'leaves' | 'dies later';

interface Device {
  readonly fate: Fate;
  /** Turns from the release to the end of its attempt. */
  readonly takes: number;
}

/** Devices that do what their fate says; all that a step may know of them is derived from what was stored. */
class World {
  readonly #devices: ReadonlyMap<string, Device>;
  /** Device → when its attempt began, which no rollout forgets. */
  readonly attempts = new Map<
    string,
    { at: number; turn: number; end: 'confirmed' | 'undone' | 'closed' | 'stalled' | null }
  >();
  turn = 0;

  constructor(devices: readonly Device[]) {
    this.#devices = new Map(devices.map((device, index) => [`d${String(index)}`, device]));
  }

  get now(): number {
    return T0 + this.turn * 1000;
  }

  /** Every device is visited: the gate is asked, and what it lets through begins. */
  visit(rollout: RolloutRecord): void {
    this.turn += 1;
    for (const { device, planId } of rollout.members) {
      const { fate, takes } = this.#devices.get(device) ?? { fate: 'confirms', takes: 1 };
      const running = this.attempts.get(device);
      if (running?.end === null) {
        if (this.turn - running.turn < takes) continue;
        running.end = fate === 'fails' ? 'undone' : fate === 'stalls' ? 'stalled' : 'confirmed';
        continue;
      }
      if (running !== undefined && running.end !== 'closed') continue;
      if (fate === 'silent' || fate === 'leaves' || !rolloutGate(rollout, device, planId).open) continue;
      if (fate === 'closes once' && running === undefined) {
        this.attempts.set(device, { at: this.now, turn: this.turn, end: 'closed' });
        continue;
      }
      this.attempts.set(device, { at: this.now, turn: this.turn, end: null });
    }
  }

  facts(): RolloutFacts {
    return {
      awaited: new Set(),
      newsOf: ({ device, state }): MemberNews => {
        const fate = this.#devices.get(device)?.fate;
        const known = this.attempts.get(device);
        if (state === 'undoing') return { attempt: attempt('confirmed', this.now), visit: null };
        const now = this.now;
        const news = known === undefined ? null : attempt(known.end, known.at);
        if (fate === 'silent' || (fate === 'dies later' && known?.end === 'confirmed'))
          return { attempt: news, visit: { kind: 'unreachable', at: now, times: 2, reason: 'no answer' } };
        if (fate === 'leaves') return { attempt: news, visit: { kind: 'moved', at: now, reason: 'left the fleet' } };
        return { attempt: news, visit: { kind: 'ready', at: now } };
      },
    };
  }
}

const SHARES: fc.Arbitrary<DeviceShare> = fc.oneof(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 100 }).map((percent): DeviceShare => `${percent}%`),
);
const BUDGETS: fc.Arbitrary<DeviceShare> = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant<DeviceShare>('20%'));
const WAVES = ['canary', 'branch', 'rest'];

const RULE_SETS: fc.Arbitrary<WaveRules> = fc.record({
  waves: fc.constant(WAVES),
  maxUnavailable: SHARES,
  failureBudget: BUDGETS,
  soakSeconds: fc.constantFrom(0, 0, 5),
  pauseSeconds: fc.constantFrom(0, 0, 7),
  betweenWaves: fc.constantFrom('continue', 'continue', 'wait'),
  onFailure: fc.constantFrom('device', 'device', 'wave', 'rollout'),
});

const DEVICES = fc.array(
  fc.record({
    wave: fc.nat({ max: WAVES.length - 1 }),
    fate: fc.constantFrom<Fate>(
      'confirms',
      'confirms',
      'confirms',
      'fails',
      'stalls',
      'silent',
      'closes once',
      'leaves',
      'dies later',
    ),
    takes: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 14 },
);

const NEVER_TURNS = 400;

/** Takes a rollout to its end, looking at every step. `resumes`: so many times a person lets it go on. */
function play(
  devices: readonly (Device & { readonly wave: number })[],
  rules: WaveRules,
  resumes: number,
  look: (before: RolloutRecord, after: RolloutRecord, world: World) => void,
): RolloutRecord {
  const world = new World(devices);
  let rollout = opened(
    devices.map(({ wave }) => wave),
    rules,
  );
  let left = resumes;
  for (let turn = 0; turn < NEVER_TURNS; turn += 1) {
    const before = rollout;
    rollout = advanceRollout(rollout, world.facts(), world.now);
    look(before, rollout, world);
    if (hasEnded(rollout)) return rollout;
    const stands =
      (rollout.state === 'paused' || rollout.state === 'halted') && membersIn(rollout, 'released').length === 0;
    if (stands) {
      const decided = actOn(
        rollout,
        left > 0 ? { action: 'resume' } : { action: 'abort', reason: 'enough' },
        'operator:test',
        world.facts(),
        world.now,
      );
      if (!decided.ok) throw new Error(decided.why);
      left -= 1;
      rollout = decided.rollout;
    }
    world.visit(rollout);
  }
  return rollout;
}

const underWay = (world: World): number => [...world.attempts.values()].filter(({ end }) => end === null).length;

describe('a rollout', () => {
  test('ends, whatever its devices do, and nothing that was released is left hanging', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, fc.nat({ max: 20 }), (devices, rules, resumes) => {
        const rollout = play(devices, rules, resumes, () => {});
        expect(hasEnded(rollout)).toBe(true);
        expect(membersIn(rollout, 'released', 'undoing', 'pending')).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test('never changes more devices at one time than allowed, and just one until one is confirmed', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, fc.nat({ max: 20 }), (devices, rules, resumes) => {
        let most = 1;
        play(devices, rules, resumes, (before, after, world) => {
          most = Math.max(most, slotsOf(before));
          expect(underWay(world)).toBeLessThanOrEqual(most);
          const alone = [...world.attempts.values()].every(({ end }) => end !== 'confirmed');
          if (alone) expect(underWay(world)).toBeLessThanOrEqual(1);
          const fresh = membersIn(after, 'released').length > membersIn(before, 'released').length;
          if (fresh) expect(membersIn(after, 'released', 'undoing').length).toBeLessThanOrEqual(slotsOf(after));
        });
      }),
      { numRuns: 120 },
    );
  });

  test('releases nothing while it stands still or over its failure budget', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, fc.nat({ max: 20 }), (devices, rules, resumes) => {
        play(devices, rules, resumes, (before, after) => {
          const was = new Set(membersIn(before, 'released').map(({ device }) => device));
          const fresh = membersIn(after, 'released').filter(({ device }) => !was.has(device));
          expect(after.state === 'running' ? [] : fresh).toEqual([]);
          const { count, budget } = failuresOf(after);
          expect(count > budget && (after.state === 'running' || after.state === 'paused')).toBe(false);
        });
      }),
      { numRuns: 120 },
    );
  });

  test('begins no wave before the one before is done', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, (devices, rules) => {
        play(devices, rules, 30, (before, after) => {
          for (const { wave, since } of membersIn(after, 'released')) {
            if (since === before.since) continue;
            const earlier = membersIn(after, 'pending', 'released').filter((other) => other.wave < wave);
            expect(earlier).toEqual([]);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  test('goes the same way when every step is lost and made again', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, (devices, rules) => {
        play(devices, rules, 30, (before, after, world) => {
          const stored = structuredClone(before);
          expect(advanceRollout(stored, world.facts(), world.now)).toEqual(after);
        });
      }),
      { numRuns: 80 },
    );
  });

  test('writes nothing when nothing became known', () => {
    fc.assert(
      fc.property(DEVICES, RULE_SETS, (devices, rules) => {
        play(devices, rules, 30, (_, after, world) => {
          const again = advanceRollout(after, world.facts(), world.now);
          const third = advanceRollout(again, world.facts(), world.now);
          expect(third).toBe(again);
        });
      }),
      { numRuns: 80 },
    );
  });
});
