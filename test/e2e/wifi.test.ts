import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, seed, startRig, type Rig, until } from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

/** A radio with a channel of its own, as a port of this bridge. */
const menus = (bridge: string) => ({
  '/interface/bridge': [{ name: 'guests' }],
  '/interface/wifi/channel': [{ name: 'guests', frequency: '2412' }],
  '/interface/wifi': [{ name: 'wifi1', 'default-name': 'wifi1', channel: 'guests', running: 'true' }],
  '/interface/bridge/port': [{ interface: 'wifi1', bridge }],
});
const EMPTY = 'wifi:\n  channels: []';
const NETWORK = `wifi:
  channels:
    - {name: guests, frequency: '2437', width: 20mhz}
  datapaths:
    - {name: guests, bridge: guests}
  configurations:
    - {name: guests, ssid: Guests, channel: guests, datapath: guests}
  interfaces:
    - {name: visitors, masterInterface: wifi1, configuration: guests}`;

/** Names of the rows of a menu. */
function names(menu: string): readonly string[] {
  return rig.router.rows(menu).map((row) => row['name'] ?? '');
}

describe('a wireless network', () => {
  it('comes up on a radio over which the controller does not come', async () => {
    rig = await startRig((router) => labFleet(router, EMPTY), [seed('r1', { menus: menus('guests') })]);
    await outcomeOf(rig, 'r1', 'InSync');
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', NETWORK) });
    await outcomeOf(rig, 'r1', 'Confirmed');
    expect(names('/interface/wifi')).toEqual(['wifi1', 'visitors']);
    expect(names('/interface/wifi/configuration')).toEqual(['guests']);
    expect(rig.router.rows('/interface/wifi/channel')).toMatchObject([{ frequency: '2437', width: '20mhz' }]);
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', NETWORK.replace('2437', '2462')) });
    const frequency = (): string | undefined => rig.router.rows('/interface/wifi/channel')[0]?.['frequency'];
    await until(frequency, (text) => text === '2462');
  });

  it('is left alone where the controller may come by its radio, and the rows that prove it are told', async () => {
    const management = 'management: {address: 192.168.88.1, interface: bridge}';
    rig = await startRig(
      (router) => {
        const files = labFleet(router, NETWORK);
        const device = (files['devices/r1.yaml'] ?? '').replace(/management: .*/, management);
        return { ...files, 'devices/r1.yaml': device };
      },
      [seed('r1', { menus: menus('bridge'), seenFrom: '192.168.88.9' })],
    );
    const outcome = await outcomeOf(rig, 'r1', 'Waiting');
    const cut = outcome.kind === 'Waiting' ? outcome.reasons.filter(({ code }) => code === 'PathCut') : [];
    expect(cut.map((reason) => ('message' in reason ? reason.message : ''))).toContainEqual(
      expect.stringContaining('controller 192.168.88.9 → route 192.168.88.0/24 → bridge → port wifi1 → channel guests'),
    );
    expect(rig.router.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
