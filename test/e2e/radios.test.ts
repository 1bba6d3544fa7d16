import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, seed, startRig, type Rig, waitsFor } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(() => rig.close());

interface Driver {
  readonly menu: string;
  readonly radio: string;
  /** How a radio is declared before and after, and the field that tells. */
  readonly before: string;
  readonly after: string;
  readonly ssid: string;
  /** A secret of the radio itself, which nobody declares. */
  readonly secret: string;
  readonly more: Readonly<Record<string, string>>;
}

const DRIVERS: readonly Driver[] = [
  {
    menu: '/interface/wifi',
    radio: 'wifi1',
    before: 'wifi: {interfaces: [{name: wifi1, configurationSsid: Office}]}',
    after: 'wifi: {interfaces: [{name: wifi1, configurationSsid: "Büro", channelFrequency: "5180"}]}',
    ssid: 'configuration.ssid',
    secret: 'security.passphrase',
    more: {},
  },
  {
    menu: '/interface/wireless',
    radio: 'wlan1',
    before: 'wireless: {interfaces: [{name: wlan1, ssid: Office}]}',
    after: 'wireless: {interfaces: [{name: wlan1, ssid: "Büro", frequency: "2437", disabled: false}]}',
    ssid: 'ssid',
    secret: 'nv2-preshared-key',
    more: { frequency: '2412', disabled: 'true' },
  },
];

async function start({ menu, radio, before, ssid, secret, more }: Driver, bridge: string): Promise<void> {
  const row = { name: radio, 'default-name': radio, [ssid]: 'Office', [secret]: 'Ihr eigenes Geheimnis', ...more };
  rig = await startRig(
    (router) => {
      const all = labFleet(router, before);
      const management = 'management: {address: 192.168.88.1, interface: bridge}';
      const device = (all['devices/r1.yaml'] ?? '').replace(/management: .*/, management);
      return bridge === 'bridge' ? { ...all, 'devices/r1.yaml': device } : all;
    },
    [
      seed('r1', {
        packages: ['wireless'],
        ...(bridge === 'bridge' ? { seenFrom: '192.168.88.9' } : {}),
        menus: {
          '/interface/bridge': [{ name: 'guests' }],
          [menu]: [{ ...row, running: 'true', ...(bridge === 'bridge' ? { disabled: 'false' } : {}) }],
          '/interface/bridge/port': [{ interface: radio, bridge }],
        },
      }),
    ],
  );
}

describe.each(DRIVERS)('a radio of $menu', (driver) => {
  const { menu, ssid, after, before } = driver;
  const radios = () => rig.router.rows(menu);

  it('gets its SSID and channel back when health fails, keeps them once it does not, and its secret throughout', async () => {
    await start(driver, 'guests');
    await outcomeOf(rig, 'r1', 'InSync');
    const held = radios();
    rig.router.faults.add({
      kind: 'health',
      when: { menu, where: { [ssid]: 'Büro' } },
      effects: { cpuLoad: 100 },
    });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', after) });
    await waitsFor(rig, 'r1', 'RolledBack');
    expect(radios()).toEqual(held);
    expect(rig.router.rows('/system/script')).toEqual([]);

    rig.router.faults.clear();
    const retried = await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder]);
    expect(retried).toMatchObject({ code: 0, stderr: '' });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(radios()).toMatchObject([{ [ssid]: 'Büro', [driver.secret]: 'Ihr eigenes Geheimnis' }]);
    const attempts = await rig.controller.api.store.attempts.list('r1', 20);
    expect(attempts.map(({ end }) => end)).toEqual(['confirmed', 'undone']);
  });

  it('is left alone where the controller may come by it', async () => {
    await start(driver, 'bridge');
    await outcomeOf(rig, 'r1', 'InSync');
    const held = radios();
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', after) });
    const reasons = await waitsFor(rig, 'r1', 'PathCut');
    expect(JSON.stringify(reasons)).toContain(`→ bridge → port ${driver.radio}`);
    expect(radios()).toEqual(held);
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', before) });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
