import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { told } from '#test/told.ts';
import {
  configYaml,
  deviceYaml,
  labFleet,
  outcomeOf,
  POLICIES,
  seed as rigSeed,
  startRig,
  until,
  type Rig,
} from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const LIST = `
addressLists:
  - {list: blocked, address: 198.51.100.7}
`;

const lists = (): readonly (string | undefined)[] =>
  rig.router.rows('/ip/firewall/address-list').map((row) => row['address']);
const attempts = async (): Promise<readonly (string | null)[]> =>
  (await rig.controller.api.store.attempts.list('r1', 20)).map((attempt) => attempt.end);

/** The policies with one line more in the RolloutPolicy. */
function policies(line: string): string {
  return POLICIES.replace('  confirmWithinSeconds: 240', `  confirmWithinSeconds: 240\n  ${line}`);
}

describe('drift', () => {
  const byHand = {
    user: 'anna',
    menu: '/ip/firewall/address-list',
    verb: 'set',
    where: { list: 'blocked' },
    args: { comment: 'mine' },
  };

  it('is corrected towards the confirmed state where the policy says so', async () => {
    rig = await startRig((router) => ({
      ...labFleet(router, LIST.replace('7}', '7, comment: ours}')),
      'policies.yaml': policies('drift: correct'),
    }));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change(byHand);
    await until(
      () => rig.router.rows('/ip/firewall/address-list')[0]?.['comment'],
      (comment) => comment === 'ours',
    );
    const drift = await until(
      () => rig.controller.api.store.drift.listOpen(),
      (open) => open.length === 0,
    );
    expect(drift).toEqual([]);
  });

  it('is never corrected by deleting', async () => {
    const prune = `${LIST}unlisted: {addressLists: prune}`;
    rig = await startRig((router) => ({ ...labFleet(router, prune), 'policies.yaml': policies('drift: correct') }));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({
      user: 'anna',
      menu: '/ip/firewall/address-list',
      verb: 'add',
      args: { list: 'blocked', address: '203.0.113.9' },
    });
    const outcome = await outcomeOf(rig, 'r1', 'Waiting');
    expect(outcome).toMatchObject({ reasons: [{ code: 'DriftWouldDelete' }] });
    expect(lists()).toContain('203.0.113.9');
  });

  it('is nobody’s business where the policy ignores it', async () => {
    rig = await startRig((router) => ({ ...labFleet(router, LIST), 'policies.yaml': policies('drift: ignore') }));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({ ...byHand, args: { disabled: 'yes' } });
    rig.router.requests.clear();
    await rig.controller.api.reconcile([]);
    await until(
      () => rig.router.requests.filter((request) => request.path.startsWith('/ip/firewall/address-list')).length,
      (reads) => reads > 1,
    );
    expect((await outcomeOf(rig, 'r1', 'InSync')).kind).toBe('InSync');
    expect(await rig.controller.api.store.drift.listOpen()).toEqual([]);
  });
});

describe('gates', () => {
  it('a plan over the deletion budget waits', async () => {
    const many = `addressLists:\n${[1, 2, 3].map((at) => `  - {list: blocked, address: 198.51.100.${at}}`).join('\n')}`;
    rig = await startRig((router) => ({
      ...labFleet(router, many),
      'policies.yaml': policies('budgets: {maxDeletions: 2}'),
    }));
    await outcomeOf(rig, 'r1', 'InSync');
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'addressLists: []') });
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'OverDeletionBudget' }] });
    expect(lists()).toHaveLength(3);
  });

  it('whoever is to approve is told before that no maintenance window is long enough', async () => {
    rig = await startRig((router) => ({
      ...labFleet(router, LIST),
      'policies.yaml': policies('windows: [{from: "02:00", to: "02:03"}]')
        .replace('confirmWithinSeconds: 240', 'confirmWithinSeconds: 140')
        .replace('settleSeconds: 0', 'settleSeconds: 60')
        .replace('  auto: true\n', '  approvers: {roles: [approver]}\n'),
    }));
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({
      reasons: [{ code: 'ApprovalMissing' }, { code: 'WindowTooShort' }],
    });
  });

  it('a device outside the lab waits for an approver, and one without policy for a policy', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    const noLab = POLICIES.replace('matchLabels: {environment: lab}', 'matchLabels: {environment: prod}').replace(
      '  auto: true\n',
      '  approvers: {roles: [approver]}\n',
    );
    await rig.declare({ 'policies.yaml': noLab, 'configs/r1.yaml': configYaml('r1', LIST.replace('100.7', '100.8')) });
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'NoApprovalPolicy' }] });
    await rig.declare({ 'policies.yaml': noLab.replace('environment: prod', 'environment: lab') });
    const asked = await until(
      () => rig.controller.api.visitOf('r1')?.outcome,
      (outcome) => outcome?.kind === 'Waiting' && outcome.reasons[0]?.code === 'ApprovalMissing',
    );
    expect(told(asked)).toMatchObject({ reasons: [{ message: expect.stringContaining('1 of role approver') }] });
    expect(lists()).toEqual(['198.51.100.7']);
  });

  it('a change that would cut the management path is refused', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.requests.clear();
    await rig.declare({
      'configs/r1.yaml': configYaml('r1', `${LIST}addresses:\n  - {address: 10.255.0.2/32, interface: bridge}`),
    });
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'PathCut' }, {}] });
    expect(rig.router.requests.filter((request) => request.method !== 'GET')).toEqual([]);
  });

  it('nothing starts while writes are frozen, and the plan is still shown', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    await rig.controller.api.store.freeze.set({ by: 'operator:anna', reason: 'holidays', since: Date.now() });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', LIST.replace('100.7', '100.8')) });
    expect(told(await outcomeOf(rig, 'r1', 'Waiting'))).toMatchObject({
      reasons: [{ code: 'Frozen', message: expect.stringContaining('holidays') }],
    });
    expect(lists()).toEqual(['198.51.100.7']);
    await rig.controller.api.store.freeze.set(null);
    await rig.controller.api.reconcile([]);
    await until(lists, (rows) => rows.includes('198.51.100.8'));
  });
});

describe('the undo on the router', () => {
  it('without schedulers only a policy that accepts tier job-only lets the change through', async () => {
    rig = await startRig((router) => labFleet(router, LIST), [seedWithoutSchedulers()]);
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'TierTooLow' }] });
    await rig.declare({ 'policies.yaml': policies('tier: job-only') });
    await outcomeOf(rig, 'r1', 'InSync');
    expect((await rig.controller.api.store.attempts.list('r1', 1))[0]?.payload.tier).toBe('job-only');
  });

  it('an undo that no attempt owns stops everything', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({
      user: 'anna',
      menu: '/system/script',
      verb: 'add',
      args: { name: 'rg-0123456789ab-1-armed', source: ':log info x' },
    });
    expect(await outcomeOf(rig, 'r1', 'Stalled')).toMatchObject({ reasons: [{ code: 'ForeignUndo' }] });
  });

  it('large additions go as scripts', async () => {
    const many = Array.from(
      { length: 120 },
      (_, at) => `  - {list: blocked, address: 198.51.100.${at}, comment: "feed $x \\"${at}\\""}`,
    ).join('\n');
    rig = await startRig((router) => labFleet(router, `addressLists:\n${many}`));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(lists()).toHaveLength(120);
    const row = rig.router.rows('/ip/firewall/address-list').find((each) => each['address'] === '198.51.100.7');
    expect(row?.['comment']).toBe('feed $x "7"');
    expect(
      rig.router.requests.filter((request) => request.method === 'PUT' && request.path.includes('address-list')),
    ).toEqual([]);
  });
});

describe('a renamed device', () => {
  it('takes its router along, starts without a base, and loses no row', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    await rm(path.join(rig.sourceFolder, 'devices/r1.yaml'));
    await rig.declare({
      'devices/r2.yaml': deviceYaml(rig.router, 'r2'),
      'configs/r1.yaml': configYaml('r2', 'addressLists: []'),
    });
    expect(await outcomeOf(rig, 'r2', 'InSync')).toMatchObject({ kind: 'InSync' });
    expect(lists()).toEqual(['198.51.100.7']);
  });
});

describe('convergence', () => {
  it('a field that does not converge twice is left alone and told with both spellings', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.intercept(({ phase, method, path }) => {
      if (phase === 'after-effect' && method === 'POST' && path === '/ip/dns/set') {
        rig.router.human.change({ user: 'firmware', menu: '/ip/dns', verb: 'set', args: { 'cache-size': '4000' } });
      }
    });
    const dns = (address: string): Record<string, string> => ({
      'configs/r1.yaml': configYaml('r1', `dns: {cacheSize: 4096}\n${LIST.trim().replace('100.7', address)}`),
    });
    await rig.declare(dns('100.8'));
    await outcomeOf(rig, 'r1', 'RolledBack');
    await rig.declare(dns('100.9'));
    await until(attempts, (ends) => ends.filter((end) => end === 'undone').length === 2);
    await rig.declare(dns('100.10'));
    const report = await until(
      () => rig.controller.api.visitOf('r1')?.outcome,
      (outcome) => outcome?.kind === 'InSync' && outcome.frozen.length > 0,
    );
    expect(report).toMatchObject({ frozen: [{ menu: '/ip/dns', field: 'cache-size', desired: '4096', live: '4000' }] });
    expect(lists()).toEqual(['198.51.100.10']);
  });
});

describe('a controller that stops in the middle', () => {
  it('goes on where it stopped', async () => {
    rig = await startRig((router) => labFleet(router, LIST));
    await outcomeOf(rig, 'r1', 'InSync');
    let stopped = false;
    let restarting: Promise<void> = Promise.resolve();
    rig.router.intercept(({ phase, method, path }) => {
      if (stopped || phase !== 'before-effect' || method !== 'PUT' || path !== '/ip/firewall/address-list') return;
      stopped = true;
      restarting = rig.restart();
    });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', LIST.replace('100.7', '100.8')) });
    await until(
      () => stopped,
      (yes) => yes,
    );
    await restarting;
    await outcomeOf(rig, 'r1', 'InSync');
    expect(lists()).toEqual(['198.51.100.8']);
    expect(await attempts()).toEqual(['confirmed', 'confirmed']);
  });
});

function seedWithoutSchedulers() {
  return { ...rigSeed('r1'), menus: { '/system/device-mode': [{ scheduler: 'false' }] } };
}
