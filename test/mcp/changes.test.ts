import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, TOOLS } from '#mcp';
import { OPERATIONS } from '../../controller/operations/table.ts';
import type { Operation } from '../../controller/operations/operation.ts';
import { ROLES } from '../../controller/access/permissions.ts';
import { principalOf } from '../../controller/access/principal.ts';
import { callTool, doorOf } from '#test/mcp-rig.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, type Rig, seed, startRig } from '#test/rig.ts';

const BY_HAND = POLICIES.replace('auto: true', 'approvers: {roles: [approver]}');
const FLEET = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: {name: fleet}
spec:
  selector: {}
  priority: 5
  dns: {servers: [192.0.2.1]}
`;
const NAMES = ['r1', 'r2', 'r3'];
const ASKED = { section: 'dns', config: 'fleet', set: { servers: ['192.0.2.53'] }, reason: 'they moved' };

let rig: Rig;
let door: Door;
beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'configs/fleet.yaml': FLEET,
      'configs/r1.yaml': configYaml('r1', 'identity: {name: r1}'),
      'policies.yaml': POLICIES,
    }),
    NAMES.map((name) => seed(name)),
  );
  for (const name of NAMES) await outcomeOf(rig, name, 'InSync', 90);
  // From now on nothing is applied by itself.
  await rig.declare({ 'policies.yaml': BY_HAND });
  door = doorOf(rig);
});
afterAll(() => rig.close());

const writes = (): number =>
  NAMES.flatMap((name) => rig.fleet.router(name).requests).filter(({ method }) => method !== 'GET').length;

describe('a preview', () => {
  it('tells plans, changes and lines of files as rows, and writes nothing', async () => {
    const before = writes();
    const { facts, columns, rows, total } = await callTool(door, 'change_preview', ASKED);
    expect(facts).toMatchObject({
      files: ['configs/fleet.yaml'],
      for_devices: NAMES,
      changed_devices: NAMES,
      deletions: 0,
      approvers: ['lab: 1 of role approver, nobody in a folder'],
      written: 'nothing',
    });
    expect(columns).toEqual(['part', 'of', 'where', 'text']);
    expect(total).toBe(rows.length);
    expect(rows.filter(([part]) => part === 'plan').map(([, device]) => device)).toEqual(NAMES);
    expect(rows).toContainEqual([
      'change',
      'r1 and 2 alike',
      '/ip/dns',
      'set from servers=192.0.2.1 to servers=192.0.2.53',
    ]);
    expect(rows).toContainEqual(['diff', null, 'configs/fleet.yaml', '+  dns: {servers: [192.0.2.53]}']);
    expect(rows.every((row) => row.every((cell) => !String(cell).includes('\n')))).toBe(true);
    expect(writes()).toBe(before);
    expect(await door.ask('proposals', {}, AbortSignal.timeout(5000))).toEqual([]);
  });

  it('makes a file of the name that is given', async () => {
    const where = { newConfig: 'resolvers' };
    const { facts, next_cursor: next } = await callTool(door, 'change_preview', {
      ...ASKED,
      config: undefined,
      devices: ['r1'],
      where,
    });
    expect(facts).toMatchObject({ files: ['configs/proposals/resolvers.yaml (new)'], changed_devices: ['r1'] });
    expect(next).toBeNull();
  });

  it.each([
    [{ config: undefined }, { field: 'devices', allowed: ['devices', 'labels', 'config'] }],
    [{ devices: ['r1'] }, { field: 'devices' }],
    [{ where: { file: '../x' } }, { field: 'where', allowed: ['config', 'newConfig'] }],
  ])('of %o is refused with the fields that say it', async (more, fault) => {
    await expect(callTool(door, 'change_preview', { ...ASKED, ...more })).rejects.toMatchObject({ fault });
  });

  it.each([
    [{ set: { server: ['192.0.2.1'] } }, 'set.server', /there are .*servers/],
    [{ config: 'flet' }, 'config', /fleet/],
    [{ config: undefined, devices: ['r9'] }, 'devices[0]', /r9/],
    [{ config: undefined, devices: ['r1'], where: { config: 'fleet' } }, 'also_affects', /also_affects/],
  ])('of %o names the field %s', async (more, field, message) => {
    await expect(callTool(door, 'change_preview', { ...ASKED, ...more })).rejects.toMatchObject({
      failure: { field, message: expect.stringMatching(message) as string },
    });
  });
});

describe('a proposal', () => {
  it('says how a person takes it, and is the same when it is asked for again', async () => {
    const before = writes();
    const { facts, rows, hint } = await callTool(door, 'change_propose', ASKED);
    const id = String(facts?.['proposal']);
    expect(facts).toMatchObject({
      state: 'kept',
      branch: 'none: the controller keeps it',
      devices: NAMES,
      approvers: ['lab: 1 of role approver, nobody in a folder'],
      written: 'nothing: no router, and no file that counts',
    });
    expect(hint).toContain(`rosctl proposals take ${id}`);
    const preview = await callTool(door, 'change_preview', ASKED);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(preview.rows.map((row) => row.slice(0, 3)));
    const again = await callTool(door, 'change_propose', ASKED);
    expect(again.facts?.['proposal']).toBe(id);

    const all = await callTool(door, 'change_status', {});
    expect(all.rows).toMatchObject([[id, 'kept', 'dns', 3, 'they moved', 'operator:anna', expect.any(String), null]]);
    const one = await callTool(door, 'change_status', { proposal: id });
    expect(one.facts).toMatchObject({ proposal: id, state: 'kept', open_rollouts: [] });
    expect(one.rows).toContainEqual(['diff', null, 'configs/fleet.yaml', '+  dns: {servers: [192.0.2.53]}']);
    expect(writes()).toBe(before);
    expect(rig.controller.api.fleet.inventory?.configs[0]?.document.spec).toMatchObject({
      dns: { servers: ['192.0.2.1'] },
    });
  });

  it('is not made for whoever may only read', async () => {
    const reader = principalOf(
      'token:reader',
      [{ permissions: new Set(ROLES.read_only), devices: { all: true } }],
      () => null,
    );
    await expect(callTool(doorOf(rig, reader), 'change_propose', ASKED)).rejects.toMatchObject({
      failure: { code: 'NotAllowed', status: 403 },
    });
  });
});

describe('plans, drift and what is declared', () => {
  it('tells where a value comes from', async () => {
    const { columns, rows, facts } = await callTool(door, 'config_explain', { device: 'r1', section: 'dns' });
    expect(columns).toEqual(['section', 'row', 'field', 'value', 'config', 'priority', 'file', 'line']);
    expect(rows).toEqual([['dns', '', 'servers', '192.0.2.1', 'fleet', 5, 'configs/fleet.yaml', 7]]);
    expect(facts).toMatchObject({ device: 'r1', values: 1 });
    const other = await callTool(door, 'config_explain', { device: 'r1', section: 'wifi' });
    expect(other.hint).toContain('Nothing is declared');
    await expect(callTool(door, 'config_explain', { device: 'r1', section: 'dnss' })).rejects.toMatchObject({
      failure: { field: 'section', message: expect.stringContaining('Did you mean dns?') as string },
    });
  });

  it('tells of a plan that waits, and of the drift that it would take back', async () => {
    expect((await callTool(door, 'drift_list', {})).hint).toContain('No drift');
    rig.fleet
      .router('r2')
      .human.change({ user: 'gitops', menu: '/ip/dns', verb: 'set', args: { servers: '203.0.113.66' } });
    await rig.controller.api.reconcile(['r2']);
    await outcomeOf(rig, 'r2', 'Waiting', 90);
    const drift = await callTool(door, 'drift_list', { device: 'r2' });
    expect(drift.facts).toMatchObject({ drifted: ['r2'] });
    expect(drift.rows).toMatchObject([
      [
        'r2',
        '/ip/dns',
        'Changed',
        '',
        'servers=192.0.2.1',
        'servers=203.0.113.66',
        expect.any(String),
        'unknown',
        'alert',
      ],
    ]);
    expect(drift.untrusted).toBe(true);
    const all = await callTool(door, 'plan_get', {});
    expect(all.rows).toMatchObject([
      ['r2', expect.stringMatching(/^sha256:/) as string, 1, false, false, expect.any(String), expect.any(String)],
    ]);
    const plan = await callTool(door, 'plan_get', { plan: 'r2' });
    expect(plan.rows).toEqual([['set', '/ip/dns', '', 'servers=203.0.113.66', 'servers=192.0.2.1', 'declared']]);
    expect(plan.facts).toMatchObject({ device: 'r2', deletions: 0, superseded: false });
    await expect(callTool(door, 'plan_get', { plan: 'r9' })).rejects.toMatchObject({ failure: { code: 'NotFound' } });
  });

  it('tells of rollouts', async () => {
    const { rows } = await callTool(door, 'rollout_get', {});
    expect(rows.length).toBeGreaterThan(0);
    const id = rows[0]?.[0];
    const { facts, rows: members } = await callTool(door, 'rollout_get', { rollout: id });
    expect(facts).toMatchObject({ rollout: id });
    expect(members.length).toBeGreaterThan(0);
    await expect(callTool(door, 'rollout_get', { rollout: 'ro-none' })).rejects.toMatchObject({
      failure: { code: 'NotFound' },
    });
  });
});

it.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s asks for what its operations need', (_, tool) => {
  const needed = tool.asks.map((name) => (OPERATIONS[name] as Operation).needs.permission);
  expect(needed.length).toBeGreaterThan(0);
  // What is measured with another password needs a right of its own, that only the input tells.
  if (tool.name === 'diag_bandwidth') expect(tool.permission).toBe('device.bandwidth');
  else expect(needed).toContain(tool.permission);
});
