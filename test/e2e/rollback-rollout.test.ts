import { afterEach, describe, expect, it } from 'vitest';
import { actOnRollout } from '../../controller/rollouts/actions.ts';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';

const DNS = 'dns: {servers: [9.9.9.9]}';
const NEXT = 'dns: {servers: [9.9.9.10]}\naddressLists:\n  - {list: blocked, address: 198.51.100.7}';

let rig: Rig;
afterEach(async () => await rig.close());

/** Two lab devices that hold DNS. */
async function twoDevices(): Promise<void> {
  rig = await startRig(
    (_, fleet) => ({
      'devices/r1.yaml': deviceYaml(fleet.router('r1'), 'r1'),
      'devices/r2.yaml': deviceYaml(fleet.router('r2'), 'r2'),
      'configs/r1.yaml': configYaml('r1', DNS),
      'configs/r2.yaml': configYaml('r2', DNS),
      'policies.yaml': POLICIES,
    }),
    [seed('r1'), seed('r2')],
  );
  await outcomeOf(rig, 'r1', 'InSync');
  await outcomeOf(rig, 'r2', 'InSync');
  await newest((rollout) => rollout?.state === 'done');
}

/** Declares NEXT for both, under a RolloutPolicy with this rule besides. */
async function declareNext(rule: string): Promise<void> {
  await rig.declare({
    'configs/r1.yaml': configYaml('r1', NEXT),
    'configs/r2.yaml': configYaml('r2', NEXT),
    'policies.yaml': POLICIES.replace('  selector: {}\n', `  selector: {}\n  ${rule}\n`),
  });
}

async function newest(holds: (rollout: RolloutRecord | undefined) => boolean): Promise<RolloutRecord> {
  const { store, fleet } = rig.controller.api;
  const [rollout] = await until(
    async () => await store.rollouts.list(fleet.source, 1),
    ([each]) => holds(each),
    60,
  );
  if (rollout === undefined) throw new Error('no rollout');
  return rollout;
}

function statesOf(rollout: RolloutRecord | undefined): readonly string[] {
  return (rollout?.members ?? []).map(({ device, state }) => `${device} ${state}`).toSorted();
}

/** The rollout is watched still. */
function bothConfirmed(rollout: RolloutRecord | undefined): boolean {
  return rollout?.state === 'running' && statesOf(rollout).join() === 'r1 confirmed,r2 confirmed';
}

function rowsOf(name: string): unknown {
  const router = rig.fleet.router(name);
  return [
    router.rows('/ip/dns')[0]?.['servers'],
    router.rows('/ip/firewall/address-list').map((row) => row['address']),
  ];
}

const BEFORE = ['9.9.9.9', []];
const AFTER = ['9.9.9.10', ['198.51.100.7']];

describe('a rollout', () => {
  it('that an operator rolls back takes back both devices, and neither is changed again by itself', async () => {
    await twoDevices();
    await declareNext('soakSeconds: 1500');
    const { id } = await newest(bothConfirmed);
    expect([rowsOf('r1'), rowsOf('r2')]).toEqual([AFTER, AFTER]);
    const { store, fleet, clock } = rig.controller.api;
    const act = { action: 'rollback', device: null, reason: 'complaints' } as const;
    await actOnRollout(store, fleet.source, id, act, { actor: 'operator:anna', at: clock.now() });
    rig.controller.api.wakeRollouts();

    const ended = await newest((rollout) => rollout?.id === id && rollout.state === 'undone');
    expect(statesOf(ended)).toEqual(['r1 undone', 'r2 undone']);
    expect([rowsOf('r1'), rowsOf('r2')]).toEqual([BEFORE, BEFORE]);
    for (const device of ['r1', 'r2']) {
      const outcome = await outcomeOf(rig, device, 'Waiting');
      expect(outcome).toMatchObject({ ready: null, reasons: [{ code: 'TakenOut' }] });
      expect(await store.attempts.list(device, 10)).toHaveLength(3);
    }
    expect(await store.audit.verify()).toBeNull();

    // What is desired changes: that is another matter.
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', NEXT.replace('9.9.9.10', '9.9.9.11')) });
    await until(
      () => rowsOf('r1'),
      (rows) => JSON.stringify(rows) === JSON.stringify(['9.9.9.11', ['198.51.100.7']]),
      60,
    );
    expect(rowsOf('r2')).toEqual(BEFORE);
  });

  it('that its policy rolls back takes back the device that was confirmed when the next one fails', async () => {
    await twoDevices();
    for (const name of ['r1', 'r2']) {
      const faults = rig.fleet.router(name).faults;
      const other = rig.fleet.router(name === 'r1' ? 'r2' : 'r1');
      // Whichever is second fails.
      rig.fleet.router(name).intercept(() => {
        if (other.rows('/ip/dns')[0]?.['servers'] !== '9.9.9.10') return;
        faults.add({
          kind: 'health',
          when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.10/ } },
          effects: { cpuLoad: 100 },
        });
      });
    }
    await declareNext('onFailure: rollout');
    const ended = await newest((rollout) => rollout?.state === 'undone');
    expect(ended.members.map(({ state }) => state).toSorted()).toEqual(['failed', 'undone']);
    expect([rowsOf('r1'), rowsOf('r2')]).toEqual([BEFORE, BEFORE]);
  });

  it('takes back all that it confirmed on a device, the newest first', async () => {
    await twoDevices();
    await declareNext('soakSeconds: 1500');
    const { id } = await newest(bothConfirmed);
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', NEXT.replace('9.9.9.10', '9.9.9.11')) });
    await newest((rollout) => statesOf(rollout).join() === 'r1 confirmed,r1 confirmed,r2 confirmed');
    expect(rowsOf('r1')).toEqual(['9.9.9.11', ['198.51.100.7']]);
    const { store, fleet, clock } = rig.controller.api;
    const act = { action: 'rollback', device: null, reason: 'complaints' } as const;
    await actOnRollout(store, fleet.source, id, act, { actor: 'operator:anna', at: clock.now() });
    rig.controller.api.wakeRollouts();
    const ended = await newest((rollout) => rollout?.id === id && rollout.state === 'undone');
    expect(statesOf(ended)).toEqual(['r1 undone', 'r1 undone', 'r2 undone']);
    expect([rowsOf('r1'), rowsOf('r2')]).toEqual([BEFORE, BEFORE]);
  });

  it('leaves a device alone that somebody has changed since, and counts it as failed', async () => {
    await twoDevices();
    await declareNext('soakSeconds: 1500');
    const { id } = await newest(bothConfirmed);
    const { store, fleet, clock } = rig.controller.api;
    rig.router.human.change({ user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '8.8.8.8' } });
    const act = { action: 'rollback', device: null, reason: 'complaints' } as const;
    await actOnRollout(store, fleet.source, id, act, { actor: 'operator:anna', at: clock.now() });
    rig.controller.api.wakeRollouts();
    const ended = await newest((rollout) => rollout?.id === id && rollout.state === 'undone');
    expect(statesOf(ended)).toEqual(['r1 failed', 'r2 undone']);
    expect(rowsOf('r1')).toEqual(['8.8.8.8', ['198.51.100.7']]);
    expect(rowsOf('r2')).toEqual(BEFORE);
    expect(ended.members.find(({ device }) => device === 'r1')?.reason).toContain('somebody has changed it since');
  });
});
