import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, type Rig } from '#test/rig.ts';
import { type Operations, operationsOf } from '../../controller/operations/api.ts';
import type { Permission } from '../../controller/access/permissions.ts';
import { ALL_DEVICES, ANY_DEVICE } from '../../controller/access/rights.ts';
import { operator, type Principal } from '../../controller/access/principal.ts';

/** r1 took its change; r2 waits, because nobody may approve it. */
let rig: Rig;
let operations: Operations;
beforeAll(async () => {
  const devices = ['r1', 'r2'];
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        devices.map((name) => [
          `devices/${name}.yaml`,
          deviceYaml(fleet.router(name), name, '', name === 'r1' ? 'lab' : 'staging'),
        ]),
      ),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'configs/r2.yaml': configYaml('r2', 'identity: {name: canary-of-r2}'),
      'policies.yaml': POLICIES.replace('{matchLabels: {environment: lab}}', '{names: [r1]}'),
    }),
    devices.map((name) => seed(name, { tls: name === 'r2' })),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await outcomeOf(rig, 'r2', 'Waiting');
  operations = operationsOf(rig.controller.api);
});
afterAll(() => rig.close());

/** Somebody with these permissions on one device. */
function of(device: string, ...permissions: readonly Permission[]): Principal {
  return {
    actor: 'token:test',
    may: (permission, on) => permissions.includes(permission) && (on === ANY_DEVICE || on === device),
  };
}

describe('what a principal may see', () => {
  const technician = of('r1', 'fleet.read');

  it('is the whole fleet for the operator', async () => {
    const told = JSON.stringify(await operations.ask(operator('anna'), 'status', {}));
    expect(told).toContain('"r1"');
    expect(told).toContain('"r2"');
    expect((await operations.ask(operator('anna'), 'planGroups', {})).groups).toMatchObject([{ devices: ['r2'] }]);
  });

  it.each(['status', 'devices', 'plans', 'planGroups', 'drift'] as const)(
    '%s tells nothing of another device',
    async (name) => {
      expect(JSON.stringify(await operations.ask(technician, name, {}))).not.toContain('r2');
    },
  );

  it.each([
    ['plan', 'plan'],
    ['history', 'device'],
    ['drift', 'device'],
  ] as const)('%s of another device ends as that of one that never was', async (name, field) => {
    const refusal = async (device: string): Promise<unknown> =>
      await operations.ask(technician, name, { [field]: device }).catch((error: unknown) => error);
    const [other, none] = [await refusal('r2'), await refusal('r3')];
    expect(other).toMatchObject({ code: 'NotFound' });
    expect(String(other).replaceAll('r2', 'r3')).toBe(String(none));
  });

  it('is no plan of another device, by its id neither', async () => {
    const id = (await rig.controller.api.store.plans.listCurrent()).find(({ device }) => device === 'r2')?.id ?? '';
    expect((await operations.ask(operator('anna'), 'plan', { plan: id })).device).toBe('r2');
    await expect(operations.ask(technician, 'plan', { plan: id })).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('what a principal may do', () => {
  it.each([
    ['freeze', { reason: 'x' }],
    ['revoke', { key: 'x', reason: 'x' }],
    ['audit', {}],
    ['credentials', {}],
    ['reconcile', {}],
    ['reconcile', { devices: ['r1'] }],
  ] as const)('%s %j is refused to who may only read', async (name, given) => {
    await expect(operations.ask(of('r1', 'fleet.read'), name, given)).rejects.toMatchObject({ code: 'NotAllowed' });
  });

  it('holds for the devices that it holds for', async () => {
    const technician = of('r1', 'fleet.read', 'fleet.steer');
    expect((await operations.ask(technician, 'reconcile', { devices: ['r1'] })).devices).toEqual(['r1']);
    await expect(operations.ask(technician, 'reconcile', { devices: ['r1', 'r2'] })).rejects.toMatchObject({
      code: 'NotFound',
    });
    const reader: Principal = {
      actor: 'token:reader',
      may: (asked, on) => (asked === 'fleet.read' || on !== 'r2') && on !== ALL_DEVICES,
    };
    await expect(operations.ask(reader, 'reconcile', { devices: ['r1', 'r2'] })).rejects.toMatchObject({
      code: 'NotAllowed',
    });
  });

  it('is done in their name', async () => {
    expect(await operations.ask(operator('anna'), 'freeze', { reason: 'test' })).toMatchObject({ by: 'operator:anna' });
    const [newest] = (await operations.ask(operator('anna'), 'audit', { limit: 1 })).records;
    expect(newest).toMatchObject({ actor: 'operator:anna', action: 'freeze.on' });
    await operations.ask(operator('anna'), 'unfreeze', {});
  });
});

describe('a list', () => {
  it('reads a plan once, however often it is asked for', async () => {
    const { api } = rig.controller;
    const read: string[] = [];
    const plans = Object.assign(Object.create(api.store.plans) as typeof api.store.plans, {
      get: async (id: Parameters<typeof api.store.plans.get>[0]) => {
        read.push(id);
        return await api.store.plans.get(id);
      },
    });
    const counted = operationsOf({ ...api, store: { ...api.store, plans } });
    const first = await counted.ask(operator('anna'), 'plans', {});
    expect(first.plans).toMatchObject([{ device: 'r2', changes: 1, facts: { device: { name: 'r2' } } }]);
    expect(read).toHaveLength(1);
    expect((await counted.ask(operator('anna'), 'plans', {})).plans).toEqual(first.plans);
    expect(read).toHaveLength(1);
  });
});
