import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { attempt } from '../store/samples.ts';
import { configYaml, deviceYaml, POLICIES, type Rig, seed, startRig, until } from '#test/rig.ts';
import type { InputOf } from '#controller/operations';

const NAMES = ['r1', 'r2', 'r3', 'r4'];
let rig: Rig;

/** The canary is confirmed, and a person is asked before the others: nothing visits them meanwhile. */
beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      'devices.yaml': NAMES.map((name) => deviceYaml(fleet.router(name), name, '', 'lab', 3600)).join('---\n'),
      'policies.yaml': `${POLICIES}  betweenWaves: wait\n  waves: [{name: canary, selector: {names: [r1]}}]\n`,
      'configs.yaml': NAMES.map((name) => configYaml(name, 'dns: {servers: [9.9.9.9]}')).join('---\n'),
    }),
    NAMES.map((name) => seed(name)),
  );
  await until(
    () => reasons(),
    (told) =>
      told.join() === 'InSync,RolloutPaused,RolloutPaused,RolloutPaused' ||
      told.join().startsWith('Confirmed,RolloutPaused,RolloutPaused,RolloutPaused'),
  );
});

afterAll(async () => await rig.close());

async function reasons(): Promise<readonly string[]> {
  const { devices } = await ask(rig.controller.api, 'status', {});
  return NAMES.map((name) => devices.find((device) => device.name === name)?.reason ?? '');
}

const visits = (): readonly (number | undefined)[] =>
  NAMES.slice(1).map((name) => rig.controller.api.visitOf(name)?.at);

async function act(input: Omit<InputOf<'actOnRollout'>, 'rollout'>): Promise<void> {
  const [open] = (await ask(rig.controller.api, 'rollouts', { limit: 1 })).rollouts;
  await ask(rig.controller.api, 'actOnRollout', { rollout: open?.id ?? '', ...input });
}

describe('why a device waits', () => {
  it('is told as of now, also of what was decided since its last visit', async () => {
    const { api } = rig.controller;
    const before = visits();
    const told: Record<string, unknown> = {};
    const tell = async (what: string): Promise<void> => void (told[what] = (await reasons()).slice(1));
    await api.store.freeze.set({ by: 'operator:anna', reason: 'incident', since: api.clock.now() });
    await tell('freeze');
    const { plans } = await ask(api, 'plans', {});
    told['plans'] = plans.map(({ waitingFor }) => waitingFor.map(({ code }) => code).join());
    await api.store.freeze.set(null);
    await tell('freeze --off');
    await act({ action: 'skip', device: 'r3' });
    await tell('skip');
    await act({ action: 'abort', reason: 'enough' });
    await tell('abort');
    expect({ ...told, visits: visits() }).toEqual({
      freeze: ['Frozen', 'Frozen', 'Frozen'],
      plans: ['Frozen', 'Frozen', 'Frozen'],
      'freeze --off': ['RolloutPaused', 'RolloutPaused', 'RolloutPaused'],
      skip: ['RolloutPaused', 'TakenOut', 'RolloutPaused'],
      abort: ['TakenOut', 'TakenOut', 'TakenOut'],
      visits: before,
    });
  });

  it('is not told of a device whose change is under way', async () => {
    const { store, clock } = rig.controller.api;
    const { id } = await store.attempts.open({
      ...attempt('r4'),
      openedAt: clock.now(),
      holder: 'another',
      leaseUntil: clock.now() + 60_000,
    });
    expect((await reasons()).at(-1)).toBe('UnderWay');
    await store.attempts.end(id, 'another', 'closed', clock.now(), 'tested');
    expect((await reasons()).at(-1)).not.toBe('UnderWay');
  });
});
