import { rolloutGate } from '../../controller/policy/rollout-gate.ts';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { actOnRollout, pauseRolloutsRestingOn } from '../../controller/rollouts/actions.ts';
import type { Store } from '../../controller/records/store.ts';
import { membersIn } from '../../controller/policy/rollout.ts';
import type { WaveRules } from '../../controller/records/rollouts.ts';
import { RolloutRig, SOURCE } from '#test/rollout-rig.ts';
import { approval, noteApproval, signed } from '../store/samples.ts';
import { opened, readyDevices, states } from '#test/rollout-world.ts';
import { runs } from '#test/sample.ts';

/** A store that fails from its nth transaction on: before it commits, or right after. */
function dying(store: Store, transactions: number, when: 'before' | 'after'): Store {
  let left = transactions;
  return new Proxy(store, {
    get(target, name, receiver) {
      if (name !== 'transaction') return Reflect.get(target, name, receiver) as unknown;
      return async (work: Parameters<Store['transaction']>[0]) => {
        left -= 1;
        if (left < 0 && when === 'before') throw new Error('killed');
        const result = await store.transaction(work);
        if (left < 0) throw new Error('killed');
        return result;
      };
    },
  });
}

async function writesOf(store: Store): Promise<string> {
  const [newest] = await store.audit.list({ limit: 1 });
  const versions = (await store.rollouts.list(SOURCE, 50)).map(({ id, version }) => `${id}@${String(version)}`);
  return [newest?.sequence, ...versions].join();
}

const operator = (at: number) => ({ actor: 'operator:anna', at });

describe('rollouts', () => {
  let rig: RolloutRig;
  afterEach(async () => await rig.close());

  test('take up all devices that are ready, in one rollout, and end', async () => {
    rig = await RolloutRig.open([0, 1, 1, 1], { waves: ['canary', 'rest'], maxUnavailable: '100%' });
    const [rollout, ...others] = await rig.settle(rig.begin());
    expect(others).toEqual([]);
    expect(rollout).toMatchObject({ state: 'done', reason: '4 confirmed', policy: 'usual' });
    expect(rig.seen).toEqual({ most: 3, alone: 1 });
    expect(await rig.store.audit.verify()).toBeNull();
  });

  test('write nothing while nothing happens', async () => {
    rig = await RolloutRig.open([0, 0, 0]);
    const life = rig.begin();
    await rig.settle(life);
    const before = await writesOf(rig.store);
    await rig.settle(life, 5);
    expect(await writesOf(rig.store)).toBe(before);
    // Neither while one waits for a person.
    for (const device of rig.devices.values()) Object.assign(device, { plan: 'b', fate: 'fails', approvedAt: rig.now });
    const [halted] = await rig.settle(life);
    expect(halted?.state).toBe('halted');
    const then = await writesOf(rig.store);
    await rig.settle(life, 5);
    expect(await writesOf(rig.store)).toBe(then);
  });

  test('have released devices visited at once, and those whose wave could hold others back', async () => {
    rig = await RolloutRig.open([0, 1], { waves: ['canary', 'rest'] });
    const life = rig.begin();
    await rig.visit(life, 'd1');
    await life.rollouts.step();
    await life.rollouts.step();
    expect(life.hurried).toEqual(['d0']);
    expect((await rig.store.rollouts.listOpen(SOURCE))[0]?.wave).toBe(0);
    await rig.visit(life, 'd0');
    await life.rollouts.step();
    expect(life.hurried).toEqual(['d0', 'd0']);
    expect(rolloutGate(life.rollouts.rolloutFor('d0', rig.planId('d0')), 'd0', rig.planId('d0')).open).toBe(true);
  });

  test('a halted one gives way to what is approved after the halt, and nothing approved before goes along', async () => {
    rig = await RolloutRig.open([0, 0, 0]);
    const life = rig.begin();
    for (const device of rig.devices.values()) device.fate = 'fails';
    const [halted] = await rig.settle(life);
    expect(halted?.state).toBe('halted');
    const failed = membersIn(halted ?? { members: [] }, 'failed')[0]?.device ?? '';
    for (const device of rig.devices.values()) device.fate = 'confirms';
    const repaired = rig.devices.get(failed);
    Object.assign(repaired ?? {}, { plan: 'b', approvedAt: rig.now });
    const [next, old] = await rig.settle(life);
    expect(next).toMatchObject({ state: 'done', reason: '1 confirmed' });
    expect(old).toMatchObject({ id: halted?.id, state: 'superseded' });
    const left = [...rig.devices.keys()].filter((device) => device !== failed);
    for (const device of left)
      expect(life.visits.get(device)?.outcome).toMatchObject({ reasons: [{ code: 'TakenOut' }] });
    for (const device of left) Object.assign(rig.devices.get(device) ?? {}, { approvedAt: rig.now });
    const [last] = await rig.settle(life);
    expect(last).toMatchObject({ state: 'done', reason: '2 confirmed' });
  });

  test('a halted one does not give way while it takes something back, or that would never be done', async () => {
    rig = await RolloutRig.open([0, 1], { waves: ['canary', 'rest'] });
    const life = rig.begin();
    Object.assign(rig.devices.get('d1') ?? {}, { fate: 'fails' });
    const [halted] = await rig.settle(life, 20);
    expect(states(halted ?? { members: [] })).toEqual({ d0: 'confirmed', d1: 'failed' });
    const id = halted?.id ?? '';
    const rollback = { action: 'rollback', device: 'd0', reason: 'wrong' } as const;
    await actOnRollout(rig.store, SOURCE, id, rollback, operator(rig.now));
    Object.assign(rig.devices.get('d1') ?? {}, { fate: 'confirms', plan: 'b', approvedAt: rig.now });
    const [still, ...others] = await rig.settle(life, 20);
    expect([still?.id, still?.state, others]).toEqual([id, 'halted', []]);
    expect(life.visits.get('d1')?.outcome).toMatchObject({ reasons: [{ code: 'RolloutHalted' }] });
    await actOnRollout(rig.store, SOURCE, id, { action: 'skip', device: 'd0' }, operator(rig.now));
    const [next] = await rig.settle(life, 20);
    expect(next).toMatchObject({ state: 'done', reason: '1 confirmed' });
  });

  test('devices that do not answer catch up with a rollout of their own', async () => {
    rig = await RolloutRig.open([0, 0, 0]);
    const life = rig.begin();
    const absent = rig.devices.get('d1');
    for (const device of rig.devices.keys()) await rig.visit(life, device);
    await life.rollouts.step();
    Object.assign(absent ?? {}, { fate: 'silent' });
    const [first] = await rig.settle(life);
    expect(first).toMatchObject({ state: 'done', reason: '2 confirmed, 1 deferred' });
    Object.assign(absent ?? {}, { fate: 'confirms' });
    const [second] = await rig.settle(life);
    expect(second).toMatchObject({ state: 'done', reason: '1 confirmed' });
    expect(second?.id).not.toBe(first?.id);
  });

  test('a rollback of all takes back a device too whose change was under way when another one failed', async () => {
    rig = await RolloutRig.open([0, 0, 0], { maxUnavailable: 2, onFailure: 'rollout' });
    const life = rig.begin();
    const visitAll = async () => {
      for (const device of rig.devices.keys()) await rig.visit(life, device);
    };
    const state = async (device: string) =>
      (await rig.store.rollouts.list(SOURCE, 1))[0]?.members.find((member) => member.device === device)?.state;
    await visitAll();
    for (let step = 0; (await state('d0')) !== 'confirmed' && step < 20; step += 1) {
      await life.rollouts.step();
      await rig.visit(life, 'd0');
    }
    for (let step = 0; (await state('d2')) !== 'released'; step += 1) await life.rollouts.step();
    await life.rollouts.step();
    // Both are being changed; the one fails, while the other's visit is still under way.
    Object.assign(rig.devices.get('d1') ?? {}, { fate: 'fails' });
    await rig.visit(life, 'd1');
    await rig.visit(life, 'd2');
    await rig.visit(life, 'd1');
    await life.rollouts.step();
    expect((await rig.store.rollouts.list(SOURCE, 1))[0]?.state).toBe('undoing');
    expect(await state('d2')).toBe('released');
    await rig.visit(life, 'd2');
    await life.rollouts.step();
    expect(await state('d2')).toBe('undoing');
  });

  test('end although a device of theirs leaves the fleet, and it is visited no more', async () => {
    rig = await RolloutRig.open([0, 0, 0], { soakSeconds: 30 });
    const life = rig.begin();
    for (const device of rig.devices.keys()) await rig.visit(life, device);
    await life.rollouts.step();
    rig.devices.delete('d2');
    const half = await rig.settle(life, 6);
    expect(half[0]).toMatchObject({ state: 'running', waveDoneAt: expect.any(Number) });
    rig.devices.delete('d1');
    const [rollout] = await rig.settle(life);
    expect(rollout).toMatchObject({ state: 'done', reason: '2 confirmed, 1 superseded' });
  });

  test('end although a device left the fleet with its change under way, after the time in which it undid that', async () => {
    rig = await RolloutRig.open([0, 0]);
    const life = rig.begin();
    for (const device of rig.devices.keys()) await rig.visit(life, device);
    for (let step = 0; step < 3; step += 1) await life.rollouts.step();
    await rig.visit(life, 'd0');
    rig.devices.delete('d0');
    await life.rollouts.step();
    expect(await rig.store.rollouts.listOpen(SOURCE)).toMatchObject([{ members: [{ state: 'released' }, {}] }]);
    rig.now += 400_000;
    await life.rollouts.step();
    expect(await rig.store.rollouts.listOpen(SOURCE)).toMatchObject([
      { state: 'halted', members: [{ state: 'failed', reason: expect.stringContaining('left the fleet') }, {}] },
    ]);
  });

  test('take no trouble of the controller with its own store for one of the devices', async () => {
    rig = await RolloutRig.open([0, 0], { soakSeconds: 30, onFailure: 'rollout' });
    const life = rig.begin();
    await rig.settle(life, 8);
    expect(await rig.store.rollouts.listOpen(SOURCE)).toMatchObject([{ state: 'running' }]);
    for (const device of rig.devices.values()) device.fate = 'storeless';
    await rig.settle(life, 30);
    expect(await rig.store.rollouts.listOpen(SOURCE)).toMatchObject([{ state: 'running' }]);
    for (const device of rig.devices.values()) device.fate = 'confirms';
    expect(await rig.settle(life)).toMatchObject([{ state: 'done', reason: '2 confirmed' }]);
  });

  test('two that were opened at one moment become one', async () => {
    rig = await RolloutRig.open([0, 0]);
    const life = rig.begin();
    const one = { ...opened([0, 0], rig.rules), source: SOURCE };
    await rig.store.rollouts.add({ ...one, id: 'ro-aaaaaaaaaaaa', createdAt: rig.now + 5 });
    await rig.store.rollouts.add({ ...one, id: 'ro-bbbbbbbbbbbb', members: [], createdAt: rig.now });
    await rig.store.rollouts.save({
      ...one,
      id: 'ro-aaaaaaaaaaaa',
      version: 2,
      members: one.members.map((member, index) => (index === 0 ? { ...member, state: 'released' } : member)),
    });
    const rollouts = await rig.settle(life);
    expect(rollouts.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual([
      'ro-aaaaaaaaaaaa done',
      'ro-bbbbbbbbbbbb superseded',
    ]);
    expect(rig.seen.alone).toBe(1);
  });

  test('pause when a key is revoked that an approval of waiting devices was signed with', async () => {
    rig = await RolloutRig.open([0, 0]);
    const life = rig.begin();
    await rig.visit(life, 'd0');
    await life.rollouts.step();
    const [{ planId } = { planId: rig.planId('d0') }] = readyDevices([0]);
    const key = { key: 'OPENPGP:EVE', signedWith: 'OPENPGP:SUB', material: 'SHA256:eve' };
    const proof = signed('c', key);
    await noteApproval(rig.store, approval('c', planId, { source: SOURCE, person: 'eve', proof }));
    expect(await pauseRolloutsRestingOn(rig.store, SOURCE, ['SHA256:other'], operator(rig.now))).toEqual([]);
    const [paused] = await pauseRolloutsRestingOn(rig.store, SOURCE, ['SHA256:eve'], operator(rig.now));
    expect(await rig.store.rollouts.get(paused ?? '')).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('the key SHA256:eve, with which its plans were approved, was revoked'),
    });
    expect(await pauseRolloutsRestingOn(rig.store, SOURCE, ['SHA256:eve'], operator(rig.now))).toEqual([]);
  });

  test('an act on a rollout that has moved is decided anew, and told once', async () => {
    rig = await RolloutRig.open([0, 0]);
    const life = rig.begin();
    await rig.visit(life, 'd0');
    await life.rollouts.step();
    const [rollout] = await rig.store.rollouts.listOpen(SOURCE);
    const acts = [
      actOnRollout(rig.store, SOURCE, rollout?.id ?? '', { action: 'skip', device: 'd0' }, operator(rig.now)),
      life.rollouts.step(),
      actOnRollout(rig.store, SOURCE, rollout?.id ?? '', { action: 'pause', reason: 'x' }, operator(rig.now)),
    ];
    const ends = await Promise.allSettled(acts);
    expect(ends[0]?.status).toBe('fulfilled');
    const trail = (await rig.store.audit.list({ limit: 50 })).filter(({ action }) => action === 'rollout.skip');
    expect(trail).toHaveLength(1);
    expect(await rig.store.audit.verify()).toBeNull();
  });
});

/** What happens next: a visit or a step of one of two controllers, or the end of one life. */
type Happening =
  | { readonly kind: 'visit'; readonly life: 0 | 1; readonly device: number }
  | { readonly kind: 'step'; readonly life: 0 | 1 }
  | { readonly kind: 'replace'; readonly life: 0 | 1 }
  | { readonly kind: 'die'; readonly life: 0 | 1; readonly after: number; readonly when: 'before' | 'after' };

const LIVES = fc.constantFrom<0 | 1>(0, 1);
const HAPPENINGS: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('visit' as const), life: LIVES, device: fc.nat({ max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('step' as const), life: LIVES }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), life: LIVES }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      life: LIVES,
      after: fc.nat({ max: 3 }),
      when: fc.constantFrom<'before' | 'after'>('before', 'after'),
    }),
  },
);

describe('whatever is killed and whoever else is at work', () => {
  test('every device is changed once, never too many at one time, and the rollout ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(HAPPENINGS, { maxLength: 40 }), fc.constantFrom(1, 2), async (happenings, most) => {
        const rules: Partial<WaveRules> = { waves: ['canary', 'rest'], maxUnavailable: most };
        const each = await RolloutRig.open([1, 0, 1, 1, 1], rules);
        try {
          const lives = [each.begin(), each.begin()] as const;
          const now = [...lives];
          for (const happening of happenings) {
            const life = now[happening.life] ?? lives[0];
            if (happening.kind === 'visit') await each.visit(life, `d${String(happening.device)}`);
            else if (happening.kind === 'step') await life.rollouts.step().catch(() => {});
            else if (happening.kind === 'die')
              now[happening.life] = each.begin(dying(each.store, happening.after, happening.when));
            else now[happening.life] = each.begin();
          }
          const rollouts = await each.settle(each.begin());
          expect(rollouts.filter(({ state }) => state !== 'done' && state !== 'superseded')).toEqual([]);
          for (const device of each.devices.keys()) {
            const ends = (await each.store.attempts.list(device, 10)).map(({ end }) => end);
            expect(ends).toEqual(['confirmed']);
          }
          expect(each.seen.most).toBeLessThanOrEqual(most);
          expect(each.seen.alone).toBe(1);
          const order = rollouts.flatMap((rollout) => Object.keys(states(rollout)));
          expect(new Set(order).size).toBe(each.devices.size);
          expect(await each.store.audit.verify()).toBeNull();
        } finally {
          await each.close();
        }
      }),
      runs(25),
    );
  });
});
