import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, type Rig, seed, startRig, until } from '#test/rig.ts';

const MENU = '/ip/firewall/address-list';
const BY_HAND = { list: 'mgmt', address: '203.0.113.1', comment: 'made by hand' };
const PRUNING = `addressLists:
  - {list: blocked, address: 198.51.100.7}
unlisted: {addressLists: prune}`;

let rig: Rig;
afterEach(async () => await rig.close());

/** A RouterConfig for r1 under its own name. */
function layer(name: string, priority: number, spec: string): string {
  return configYaml(name, spec)
    .replace(`names: [${name}]`, 'names: [r1]')
    .replace('priority: 10', `priority: ${priority}`);
}

async function startLayers(site: string, byHand: readonly Readonly<Record<string, string>>[] = []): Promise<void> {
  rig = await startRig(
    (router) => ({
      ...labFleet(router, 'identity: {name: one}'),
      'configs/fleet.yaml': layer('fleet', 5, PRUNING),
      'configs/site.yaml': layer('site', 20, site),
    }),
    [seed('r1', { menus: { [MENU]: byHand } })],
  );
  await confirmed();
}

/** Waits until the revision in force is the base of r1. */
async function confirmed(): Promise<void> {
  await until(
    async () => (await rig.controller.api.store.devices.get('r1'))?.baseRevision,
    (revision) => revision === rig.controller.api.fleet.revision,
  );
}

/** A change that has nothing to do with the list is applied, and with it whatever else its plan holds. */
async function rename(name: string): Promise<void> {
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', `identity: {name: ${name}}`) });
  await until(
    () => rig.router.rows('/system/identity')[0]?.['name'],
    (now) => now === name,
  );
  await confirmed();
}

async function lose(file: string): Promise<void> {
  const before = rig.controller.api.fleet.revision;
  await rm(path.join(rig.sourceFolder, file));
  await rig.controller.api.reconcile([]);
  await until(
    () => rig.controller.api.fleet.revision,
    (revision) => revision !== before,
  );
  await confirmed();
}

function addresses(): readonly (string | undefined)[] {
  return rig.router.rows(MENU).map((row) => row['address']);
}

describe('where a section prunes', () => {
  it('the first contact deletes nothing; a later plan does, once the section is confirmed', async () => {
    rig = await startRig((router) => labFleet(router, PRUNING), [seed('r1', { menus: { [MENU]: [BY_HAND] } })]);
    await confirmed();
    expect(addresses()).toEqual(['203.0.113.1', '198.51.100.7']);
    // The auto policy stands for that plan, too: it is a change, and nobody's drift.
    await until(addresses, (left) => left.length === 1);
    expect(addresses()).toEqual(['198.51.100.7']);
    await outcomeOf(rig, 'r1', 'InSync');
    const attempts = await rig.controller.api.store.attempts.list('r1', 10);
    expect(
      attempts.map(({ end, payload }) => [end, payload.plan.changes.map(({ kind, reason }) => `${kind} ${reason}`)]),
    ).toEqual([
      ['confirmed', ['remove unlisted']],
      ['confirmed', ['create declared']],
    ]);
    const records = await rig.controller.api.store.audit.list({ limit: 1000 });
    expect(records.filter(({ action }) => action === 'drift.found')).toEqual([]);
  });

  it('what appears there later is drift, with who did it', async () => {
    rig = await startRig((router) => labFleet(router, PRUNING), [seed('r1', { menus: { [MENU]: [BY_HAND] } })]);
    await until(addresses, (left) => left.length === 1 && left[0] === '198.51.100.7');
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({ user: 'anna', menu: MENU, verb: 'add', args: { list: 'mgmt', address: '203.0.113.2' } });
    expect(await outcomeOf(rig, 'r1', 'Waiting')).toMatchObject({ reasons: [{ code: 'DriftNotCorrected' }] });
    expect(await rig.controller.api.store.drift.listOpen()).toMatchObject([
      { entries: [{ class: 'Extra' }], attribution: expect.stringContaining('anna') },
    ]);
    expect(addresses()).toContain('203.0.113.2');
  });

  it('one list prunes and another does not', async () => {
    const parts = PRUNING.replace(/unlisted:.*/, 'unlistedIn: {addressLists: {mgmt: prune}}');
    const elsewhere = { ...BY_HAND, list: 'guests', address: '203.0.113.5' };
    rig = await startRig(
      (router) => labFleet(router, parts),
      [seed('r1', { menus: { [MENU]: [BY_HAND, elsewhere] } })],
    );
    await until(addresses, (left) => !left.includes('203.0.113.1'));
    expect(await outcomeOf(rig, 'r1', 'InSync')).toMatchObject({ extras: 1 });
    expect(new Set(addresses())).toEqual(new Set(['198.51.100.7', '203.0.113.5']));
  });

  it('rows of a RouterConfig that vanished stay, through every later plan', async () => {
    await startLayers('addressLists:\n  - {list: mgmt, address: 198.51.100.8}');
    await lose('configs/site.yaml');
    expect(addresses()).toContain('198.51.100.8');
    await rename('two');
    await rename('three');
    expect(addresses()).toContain('198.51.100.8');
    expect((await outcomeOf(rig, 'r1', 'InSync')).kind).toBe('InSync');
    expect(await rig.controller.api.store.drift.listOpen()).toEqual([]);

    await rig.declare({
      'configs/site.yaml': layer('site', 20, 'addressLists:\n  - {list: mgmt, address: 198.51.100.8}'),
    });
    await confirmed();
    await rig.declare({ 'configs/site.yaml': layer('site', 20, 'addressLists: []') });
    await confirmed();
    expect(addresses()).toEqual(['198.51.100.7']);
  });

  it('rows that a RouterConfig tolerated stay when it vanishes and another one prunes', async () => {
    await startLayers('unlisted: {addressLists: tolerate}', [BY_HAND]);
    await lose('configs/site.yaml');
    expect(addresses()).toContain('203.0.113.1');
    await rename('two');
    await rename('three');
    expect(addresses()).toContain('203.0.113.1');

    rig.router.human.change({
      user: 'anna',
      menu: MENU,
      verb: 'add',
      args: { list: 'mgmt', address: '203.0.113.2' },
    });
    await rename('four');
    expect(addresses()).toEqual(['203.0.113.1', '198.51.100.7']);
  });
});
