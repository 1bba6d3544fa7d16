import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, startRig, until, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const DNS = `
dns: {servers: [9.9.9.9, 1.1.1.1]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: reported}
addresses:
  - {address: 172.16.5.1/24, interface: bridge}
`;

describe('one lab device', () => {
  it('takes what is declared, armed, and ends in sync with nothing left armed', async () => {
    rig = await startRig((router) => labFleet(router, DNS));
    await outcomeOf(rig, 'r1', 'Confirmed');
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.9,1.1.1.1');
    expect(rig.router.rows('/ip/firewall/address-list').map((row) => row['address'])).toEqual(['198.51.100.7']);
    expect(rig.router.rows('/ip/address').map((row) => row['address'])).toContain('172.16.5.1/24');
    await outcomeOf(rig, 'r1', 'InSync');
    for (const menu of ['/system/script', '/system/scheduler', '/system/script/job']) {
      expect(rig.router.rows(menu).filter((row) => JSON.stringify(row).includes('rg-'))).toEqual([]);
    }
    const [attempt] = await rig.controller.api.store.attempts.list('r1', 10);
    expect(attempt?.end).toBe('confirmed');
    expect(attempt?.steps.map((step) => step.step)).toEqual([
      'arming',
      'armed',
      'applying',
      'applied',
      'verdict-healthy',
      'disarming',
    ]);
    expect(await rig.controller.api.store.audit.verify()).toBeNull();
  });

  it('is rolled back when its health goes bad, and the plan is not tried again by itself', async () => {
    rig = await startRig((router) => labFleet(router, DNS));
    rig.router.faults.add({
      kind: 'health',
      when: { menu: '/ip/dns', where: { servers: /9\.9\.9\.9/ } },
      effects: { cpuLoad: 100 },
    });
    const outcome = await outcomeOf(rig, 'r1', 'RolledBack');
    expect(outcome).toMatchObject({ reason: expect.stringContaining('cpu') });
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).not.toContain('9.9.9.9');
    expect(rig.router.rows('/ip/address').map((row) => row['address'])).not.toContain('172.16.5.1/24');
    rig.router.faults.clear();
    const waiting = await outcomeOf(rig, 'r1', 'Waiting');
    expect(waiting).toMatchObject({ reasons: [expect.objectContaining({ code: 'RolledBack' })] });
    expect(await rig.controller.api.store.attempts.list('r1', 10)).toHaveLength(1);

    await rig.declare({ 'configs/r1.yaml': configYaml('r1', DNS.replace('9.9.9.9', '9.9.9.10')) });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.10,1.1.1.1');
  });

  it('a row deleted in the YAML disappears, one that was never ours stays', async () => {
    rig = await startRig((router) => labFleet(router, DNS));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({
      user: 'anna',
      menu: '/ip/firewall/address-list',
      verb: 'add',
      args: { list: 'blocked', address: '203.0.113.9' },
    });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'addressLists: []') });
    await until(
      () => rig.router.rows('/ip/firewall/address-list').map((row) => row['address']),
      (rows) => rows.length === 1,
    );
    expect(rig.router.rows('/ip/firewall/address-list')[0]?.['address']).toBe('203.0.113.9');
    // Sections that vanished are released: their rows stay.
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.9,1.1.1.1');
  });

  it('drift is reported with who did it, and nothing is written back', async () => {
    rig = await startRig((router) => labFleet(router, DNS));
    await outcomeOf(rig, 'r1', 'InSync');
    rig.router.human.change({ user: 'anna', menu: '/ip/dns', verb: 'set', args: { servers: '8.8.8.8' } });
    const outcome = await outcomeOf(rig, 'r1', 'Waiting');
    expect(outcome).toMatchObject({ reasons: [expect.objectContaining({ code: 'DriftNotCorrected' })] });
    const [drift] = await rig.controller.api.store.drift.listOpen();
    expect(drift).toMatchObject({
      device: 'r1',
      attribution: expect.stringContaining('anna'),
      entries: [{ class: 'Changed' }],
    });
    expect(rig.router.rows('/ip/dns')[0]?.['servers']).toBe('8.8.8.8');
  });

  it('a declared row that was disabled is enabled at first contact, and disabling it later is drift', async () => {
    rig = await startRig((router) => {
      const args = { list: 'blocked', address: '198.51.100.7', comment: 'reported', disabled: 'yes' };
      router.human.change({ user: 'anna', menu: '/ip/firewall/address-list', verb: 'add', args });
      return labFleet(router, DNS);
    });
    const disabled = (): readonly (string | undefined)[] =>
      rig.router.rows('/ip/firewall/address-list').map((row) => row['disabled']);
    await outcomeOf(rig, 'r1', 'InSync');
    expect(disabled()).toEqual(['false']);
    const [entry] = rig.router.rows('/ip/firewall/address-list');
    const args = { numbers: entry?.['.id'] ?? '', disabled: 'yes' };
    rig.router.human.change({ user: 'anna', menu: '/ip/firewall/address-list', verb: 'set', args });
    await outcomeOf(rig, 'r1', 'Waiting');
    expect(await rig.controller.api.store.drift.listOpen()).toMatchObject([
      { entries: [{ class: 'Changed', desired: { disabled: 'false' } }], attribution: expect.stringContaining('anna') },
    ]);
    expect(disabled()).toEqual(['true']);
  });
});
