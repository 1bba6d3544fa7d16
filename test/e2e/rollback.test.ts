import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askStore } from '#controller';
import { told } from '#test/told.ts';
import { auditFaults, ledgerFaults } from '#test/crash-judge.ts';
import { contentsOf, settleHere, siteFactory, undoObjects, type Site, type SiteFactory } from '#test/crash-site.ts';
import { labFleet, outcomeOf, startRig } from '#test/rig.ts';
import { confirmedBy, standing, type Confirmed } from '#test/rollback-pass.ts';
import { toldHistory } from '../../cli/text/history-text.ts';
import { endFreeze, freezeWrites } from '../../controller/operations/freeze.ts';

let factory: SiteFactory;
let site: Site;
let device: Confirmed;
beforeAll(async () => {
  factory = await siteFactory();
});
afterEach(async () => {
  await device.close();
  await site.close();
});
afterAll(async () => await factory.close());

/** The device took the change of the site; `before` is what it held until then. */
async function changed(): Promise<{ readonly before: string; readonly after: string }> {
  site = await factory.open({ confirmWithinSeconds: 1200 });
  const before = contentsOf(site.router);
  device = await confirmedBy(await settleHere(site), site.config);
  return { before, after: contentsOf(site.router) };
}

/** Nothing of an undo is on the router, and every write was armed. */
function faults(): readonly string[] {
  return [...undoObjects(site.router), ...ledgerFaults(site).filter((fault) => !fault.startsWith('applied twice'))];
}

async function attempts() {
  return await device.store.attempts.list('r1', 10);
}

describe('a device that its rollout takes back', () => {
  it('holds again exactly what it held before, armed and confirmed like any other change', async () => {
    const { before, after } = await changed();
    expect(after).not.toBe(before);
    expect(await device.store.devices.get('r1')).toMatchObject({ baseRevision: device.target.revision });
    const outcome = await device.pass();
    expect(outcome).toMatchObject({
      kind: 'RolledBack',
      planId: device.done.planId,
      reason: expect.stringContaining(device.order.rollout),
    });
    expect(contentsOf(site.router)).toBe(before);
    expect(faults()).toEqual([]);
    const [rollback] = await attempts();
    expect(rollback).toMatchObject({
      end: 'confirmed',
      payload: { purpose: 'rollback', undoes: { attemptId: device.done.id, planId: device.done.planId } },
    });
    expect(rollback?.steps.map(({ step }) => step)).toEqual([
      'arming',
      'armed',
      'applying',
      'applied',
      'verdict-healthy',
      'disarming',
    ]);
    expect(await auditFaults(device.store, 'r1', (await attempts()).toReversed())).toEqual([]);
    expect(await device.store.devices.get('r1')).toMatchObject({
      base: device.done.payload.before.base,
      baseRevision: 'old',
    });
    expect(await device.store.approvals.spentFor(rollback?.id ?? '')).toEqual([
      { kind: 'rollout', by: device.order.rollout },
    ]);
  });

  it('is asked only once, and its plan can be looked up but is not its current one', async () => {
    const { before } = await changed();
    await device.pass();
    const requests = site.router.requests.length;
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(site.router.requests.slice(requests).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(contentsOf(site.router)).toBe(before);
    const [rollback, ...others] = await attempts();
    expect(others).toHaveLength(1);
    expect(await device.store.plans.current('r1')).toBeNull();
    expect(await device.store.plans.get(rollback?.planId ?? device.done.planId)).toMatchObject({
      plan: { changes: expect.arrayContaining([expect.objectContaining({ reason: 'restored' })]) },
      supersededAt: expect.any(Number),
    });
    const opened = { store: device.store, key: async () => null, operator: 'test' };
    const history = await askStore(opened, 'history', { device: 'r1', limit: 1 });
    expect(toldHistory(history).items[0]).toMatchObject({
      text: expect.stringContaining('was not there before the change that is taken back'),
      undoes: { planId: device.done.planId, rollout: device.order.rollout },
    });
  });

  it('is not changed again by itself, even when the plan that comes up has another id', async () => {
    const { before } = await changed();
    await device.pass();
    // A row that the change would touch is another one than before, so the same wish makes another plan.
    site.router.human.change({ user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '8.8.8.8' } });
    const outcome = await device.pass(null);
    expect(outcome).toMatchObject({ kind: 'Waiting', ready: null });
    expect(outcome.kind === 'Waiting' && outcome.planId).not.toBe(device.done.planId);
    expect(outcome.kind === 'Waiting' && outcome.reasons.map(({ code }) => code)).toEqual(['TakenOut']);
    expect(await attempts()).toHaveLength(2);
    expect(contentsOf(site.router)).not.toBe(before);
  });

  it('keeps what others have done meanwhile to rows that the change did not touch', async () => {
    await changed();
    const args = { list: 'mine', address: '203.0.113.9' };
    site.router.human.change({ user: 'anna', menu: '/ip/firewall/address-list', verb: 'add', args });
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(site.router.rows('/ip/firewall/address-list')).toContainEqual(expect.objectContaining(args));
    expect(site.router.rows('/ip/dns')).toMatchObject([{ servers: '9.9.9.9' }]);
  });

  it('has no base again when nothing was confirmed before the change', async () => {
    const rig = await startRig((router) => labFleet(router, 'dns: {servers: [9.9.9.9]}'));
    await outcomeOf(rig, 'r1', 'InSync');
    site = { router: rig.router, close: () => rig.close() } as unknown as Site;
    device = await confirmedBy(rig.controller, rig.config);
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(await device.store.devices.get('r1')).toMatchObject({ base: null, baseRevision: null, confirmedAt: null });
    expect(rig.router.rows('/ip/dns')[0]?.['servers'] ?? '').toBe('');
  });
});

describe('it is not taken back, and nothing is written,', () => {
  /** How a pass ends that writes nothing. */
  async function refused(after: string, pass = device.pass()): ReturnType<Confirmed['pass']> {
    const written = site.effects.length;
    const outcome = await pass;
    expect(site.effects.slice(written)).toEqual([]);
    expect(contentsOf(site.router)).toBe(after);
    expect(await attempts()).toHaveLength(1);
    expect(faults()).toEqual([]);
    return outcome;
  }

  it('when somebody has changed a row that the change touched', async () => {
    await changed();
    site.router.human.change({ user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '8.8.8.8' } });
    expect(told(await refused(contentsOf(site.router)))).toMatchObject({
      kind: 'Stalled',
      reasons: [{ code: 'ChangedSince', message: expect.stringContaining('/ip/dns') }],
    });
  });

  it('when the rollout does not want it back any more, or has ended', async () => {
    const { after } = await changed();
    await standing(device, 'confirmed');
    expect(await refused(after)).toMatchObject({ kind: 'Closed' });
    await standing(device, 'undoing', 'aborted');
    expect(await refused(after)).toMatchObject({ kind: 'Closed' });
  });

  it.each(['arming', 'armed'] as const)(
    'when the rollout ends while the router is being armed, at step %s',
    async (step) => {
      const { after } = await changed();
      let acted = false;
      site.router.intercept(async ({ phase }) => {
        const last = (await device.store.attempts.openOf('r1'))?.steps.at(-1)?.step;
        if (acted || phase !== 'before-effect' || last !== step) return;
        acted = true;
        await standing(device, 'undoing', 'aborted');
      });
      expect(await device.pass()).toMatchObject({
        kind: 'Closed',
        reason: expect.stringContaining('no longer wants it'),
      });
      site.router.intercept(null);
      expect(contentsOf(site.router)).toBe(after);
      expect((await attempts())[0]).toMatchObject({ end: 'closed', payload: { purpose: 'rollback' } });
      expect(undoObjects(site.router)).toEqual([]);
    },
  );

  it('while all writes are frozen', async () => {
    const { before, after } = await changed();
    const act = { actor: 'operator:anna', at: Date.now() };
    await freezeWrites(device.store, 'holidays', act);
    expect(await refused(after)).toMatchObject({ kind: 'Waiting', reasons: [{ code: 'Frozen' }] });
    await endFreeze(device.store, act);
    expect(await device.pass()).toMatchObject({ kind: 'RolledBack' });
    expect(contentsOf(site.router)).toBe(before);
  });

  it('while somebody holds safe mode', async () => {
    const { after } = await changed();
    site.router.human.takeSafeMode('anna');
    expect(await refused(after)).toMatchObject({ kind: 'Waiting', reasons: [{ code: 'Occupied' }] });
  });

  it('when the change is not on record as confirmed', async () => {
    const { after } = await changed();
    const order = { ...device.order, attemptId: 'another' };
    expect(await refused(after, device.pass(order))).toMatchObject({
      kind: 'Stalled',
      reasons: [{ code: 'NotRestorable' }],
    });
  });
});

describe('a rollback after which the device is not healthy', () => {
  it('is undone: the device stays as the rollout left it, and a person must look', async () => {
    const { after } = await changed();
    const base = (await device.store.devices.get('r1'))?.base;
    site.router.faults.add({
      kind: 'health',
      when: { menu: '/system/identity', where: { name: /before/ } },
      effects: { cpuLoad: 100 },
    });
    const outcome = await device.pass();
    expect(told(outcome)).toMatchObject({
      kind: 'Stalled',
      reasons: [{ code: 'RollbackUndone', message: expect.stringContaining('cpu') }],
    });
    expect(contentsOf(site.router)).toBe(after);
    expect(undoObjects(site.router)).toEqual([]);
    expect((await device.store.devices.get('r1'))?.base).toEqual(base);
    expect(await attempts()).toMatchObject([{ end: 'undone' }, { end: 'confirmed' }]);

    site.router.faults.clear();
    expect(await device.pass()).toMatchObject({ reasons: [{ code: 'RollbackUndone' }] });
    expect(await attempts()).toHaveLength(2);
    expect(contentsOf(site.router)).toBe(after);
  });
});
