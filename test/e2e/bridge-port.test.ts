import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, seed, startRig, until, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(() => rig.close());

const MENUS = { '/interface/bridge': [{ name: 'guests' }] };
const BEFORE = `bridgePorts:
  - {interface: ether2, bridge: bridge}
  - {interface: ether3, bridge: bridge}
  - {interface: ether4, bridge: bridge}`;
/** ether3 goes to the guests, and comes to stand last. */
const AFTER = `bridgePorts:
  - {interface: ether2, bridge: bridge}
  - {interface: ether4, bridge: bridge}
  - {interface: ether3, bridge: guests, comment: guests}`;
const ILL = {
  kind: 'health',
  when: { menu: '/interface/bridge/port', where: { bridge: 'guests' } },
  effects: { cpuLoad: 100 },
} as const;

function ports(): readonly string[] {
  return rig.router
    .rows('/interface/bridge/port')
    .map((row) => `${row['interface'] ?? ''} ${row['bridge'] ?? ''} ${row['comment'] ?? ''}`);
}

describe('a bridge port that is moved to another bridge', () => {
  it('goes back to its bridge and its place when health fails, and stays where it was sent once it does not', async () => {
    rig = await startRig((router) => labFleet(router, BEFORE), [seed('r1', { menus: MENUS })]);
    await outcomeOf(rig, 'r1', 'InSync');
    const before = ports();
    expect(before).toEqual(['ether2', 'ether3', 'ether4', 'ether5'].map((name) => `${name} bridge defconf`));

    rig.router.faults.add(ILL);
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', AFTER) });
    await waitsFor(rig, 'r1', 'RolledBack');
    expect(ports()).toEqual(before);
    const [undone] = await rig.controller.api.store.attempts.list('r1', 1);
    expect(undone).toMatchObject({ end: 'undone' });
    expect(rig.router.rows('/system/script')).toEqual([]);

    rig.router.faults.clear();
    const retried = await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder]);
    expect(retried).toMatchObject({ code: 0, stderr: '' });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(ports()).toEqual([
      'ether2 bridge defconf',
      'ether4 bridge defconf',
      'ether3 guests guests',
      'ether5 bridge defconf',
    ]);
    const moves = rig.router.requests.filter(({ path }) => path === '/interface/bridge/port/move');
    expect(moves.length).toBeGreaterThan(0);
  });

  it('is not moved where the controller comes in by it, and the rows that prove it are told', async () => {
    const management = 'management: {address: 192.168.88.1, interface: bridge}';
    rig = await startRig(
      (router) => {
        const files = labFleet(router, BEFORE.replace('ether2, bridge: bridge', 'ether2, bridge: guests'));
        const device = (files['devices/r1.yaml'] ?? '').replace(/management: .*/, management);
        return { ...files, 'devices/r1.yaml': device };
      },
      [seed('r1', { menus: MENUS, seenFrom: '192.168.88.9' })],
    );
    const outcome = await outcomeOf(rig, 'r1', 'Waiting');
    const reasons = outcome.kind === 'Waiting' ? outcome.reasons : [];
    const [cut] = reasons.filter(({ code }) => code === 'PathCut');
    expect(cut).toMatchObject({
      message: expect.stringContaining('controller 192.168.88.9 → route 192.168.88.0/24 → bridge → port ether2'),
    });
    expect(rig.router.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    const explained = await rosctl(['plan', 'r1', '--explain-path', '--state', rig.config.stateFolder]);
    expect(explained).toMatchObject({ code: 0, stderr: '' });
    expect(explained.stdout).toContain('controller 192.168.88.9 → route 192.168.88.0/24 → bridge → port ether2');
    const offline = await rosctl(['plan', 'r1', '--explain-path', '--from', '.', '--state', rig.config.stateFolder]);
    expect([offline.code, offline.stderr]).toEqual([64, expect.stringContaining('--explain-path needs the router')]);
    expect(
      await until(
        () => ports()[0],
        (first) => first !== undefined,
      ),
    ).toBe('ether2 bridge defconf');
  });
});
