import { afterEach, describe, expect, it } from 'vitest';
import { confirmedBy, type Confirmed } from '#test/rollback-pass.ts';
import { labFleet, outcomeOf, seed, startRig, type Rig } from '#test/rig.ts';
import { askGates } from '../../controller/gates/ask-gates.ts';
import { GATES, type PathGate } from '../../controller/gates/gates.ts';
import type { Gate } from '../../controller/policy/gate.ts';
import type { Reason } from '../../controller/reasons.ts';

const OPEN: Gate = { open: true, value: undefined };
const closed = (reason: Reason): Gate => ({ open: false, reasons: [reason] });
const gate = (name: PathGate['name'], stage: PathGate['stage'], answer: PathGate['ask']): PathGate<void> =>
  ({ name, stage, ask: answer }) as unknown as PathGate<void>;

const FROZEN = { code: 'Frozen', by: 'anna', because: 'incident' } as const;
const CONFLICT = { code: 'ProtectedRow', message: 'something stands there' } as const;
const LATER = { code: 'WindowClosed', neededMs: 1, closesAt: null, opensAt: null, timeZone: 'UTC' } as const;
const NEVER = { code: 'WindowTooShort', neededMs: 2, longestMs: 1 } as const;
const TURN = { code: 'RolloutNotOpen', rollout: null, member: null } as const;
const USED = [{ kind: 'auto', by: 'test', statement: null, commit: null }] as const;
const WORD = { used: [], by: 'lab', approvedAt: 7, endsAt: null };

function codes(...gates: readonly PathGate<void>[]): readonly string[] {
  return askGates(gates, undefined).reasons.map(({ code }) => code);
}

describe('the gates of a plan', () => {
  const stop = gate('freeze', 'stop', () => closed(FROZEN));
  const plan = gate('plan', 'plan', () => closed(CONFLICT));
  const word = gate('approval', 'plan', () => ({ open: true, value: WORD }));
  const turn = gate('rollout', 'turn', () => closed(TURN));

  it('tell first what stops everything, then all that the plan is short of', () => {
    expect(codes(turn, plan, stop, plan)).toEqual(['Frozen', 'ProtectedRow', 'ProtectedRow']);
  });

  it('tell of a window only what waiting never opens while the plan is short of something', () => {
    const window = (reason: Reason): PathGate<void> => gate('window', 'time', () => closed(reason));
    expect(codes(plan, window(LATER))).toEqual(['ProtectedRow']);
    expect(codes(plan, window(NEVER))).toEqual(['ProtectedRow', 'WindowTooShort']);
    expect(codes(word, window(LATER), turn)).toEqual(['WindowClosed']);
  });

  it('hand on whose word the plan rests on once only time or its turn keeps it', () => {
    expect(askGates([word, turn], undefined)).toMatchObject({ approval: WORD, reasons: [TURN] });
    expect(askGates([word, plan], undefined).approval).toBeNull();
    expect(askGates([gate('plan', 'plan', () => OPEN)], undefined)).toMatchObject({ approval: null, reasons: [] });
  });

  it('are told apart by their names', () => {
    expect(new Set(GATES.map(({ name }) => name)).size).toBe(GATES.length);
  });
});

describe('a gate that is open when the plan is made', () => {
  let rig: Rig;
  let confirmed: Confirmed;
  afterEach(async () => {
    await confirmed.close();
    await rig.close();
  });

  const servers = (): string | undefined => rig.router.rows('/ip/dns')[0]?.['servers'];

  /** The router drifted, and every gate but `planted` lets it be put right. */
  async function drifted(planted: PathGate['ask']): Promise<() => ReturnType<Confirmed['pass']>> {
    rig = await startRig((router) => labFleet(router, 'dns: {servers: [192.0.2.53]}'), [seed('r1')]);
    await outcomeOf(rig, 'r1', 'InSync');
    confirmed = await confirmedBy(rig.controller, rig.config);
    rig.router.human.change({ user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '198.51.100.53' } });
    const list: readonly PathGate[] = [
      {
        name: 'approval',
        stage: 'plan',
        ask: () => ({ open: true, value: { used: USED, by: 'test', approvedAt: 0, endsAt: null } }),
      },
      { name: 'plan', stage: 'plan', ask: planted },
    ];
    const pass = async () => await confirmed.pass(null, list);
    const waiting = await confirmed.pass(null, [{ name: 'plan', stage: 'plan', ask: () => closed(CONFLICT) }]);
    if (waiting.kind !== 'Waiting') throw new Error(waiting.kind);
    await confirmed.release(waiting.planId);
    return pass;
  }

  it.each([2, 3])('and closes when it is asked for the time %i: nothing is written', async (time) => {
    let asked = 0;
    const pass = await drifted(() => ((asked += 1) < time ? OPEN : closed(CONFLICT)));
    const outcome = await pass();
    expect(asked).toBe(time);
    expect(outcome.kind).toBe(time === 2 ? 'Waiting' : 'Closed');
    expect(JSON.stringify(outcome)).toContain(CONFLICT.message);
    expect(servers()).toBe('198.51.100.53');
    expect(rig.router.rows('/system/script')).toEqual([]);
  });

  it('and stays so lets the plan be written', async () => {
    const pass = await drifted(() => OPEN);
    expect(await pass()).toMatchObject({ kind: 'Confirmed' });
    expect(servers()).toBe('192.0.2.53');
  });
});
