import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, type Rig, seed, startRig, until } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const SECTIONS = `
ntpServer: {enabled: true, localClockStratum: 10}
dnsForwarders:
  - {name: office, dnsServers: [192.0.2.53]}
dnsStatic:
  - {name: corp.example, type: FWD, forwardTo: office}
dnsAdlists:
  - {url: "https://lists.example.net/hosts.txt", sslVerify: false}
`;
const EMPTY = 'ntpServer: {}\ndnsForwarders: []\ndnsStatic: []\ndnsAdlists: []';
const MENUS = ['/ip/dns/forwarders', '/ip/dns/static', '/ip/dns/adlist'];

function counts(): readonly number[] {
  return MENUS.map((menu) => rig.router.rows(menu).length);
}

describe('forwarders, the records that name them, adlists and the NTP server', () => {
  it('come from nothing, are undone when health goes bad, and go back to nothing', async () => {
    rig = await startRig((router) => labFleet(router, SECTIONS), [seed('r1', { version: '7.20.8' })]);
    await outcomeOf(rig, 'r1', 'InSync');
    expect(counts()).toEqual([1, 1, 1]);
    expect(rig.router.rows('/system/ntp/server')).toMatchObject([{ enabled: 'true', 'local-clock-stratum': '10' }]);

    rig.router.faults.add({
      kind: 'health',
      when: { menu: '/ip/dns/forwarders', where: { 'dns-servers': /192\.0\.2\.54/ } },
      effects: { cpuLoad: 100 },
    });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', SECTIONS.replace('[192.0.2.53]', '[192.0.2.54]')) });
    await outcomeOf(rig, 'r1', 'RolledBack');
    expect(rig.router.rows('/ip/dns/forwarders')[0]?.['dns-servers']).toBe('192.0.2.53');
    rig.router.faults.clear();

    await rig.declare({ 'configs/r1.yaml': configYaml('r1', EMPTY) });
    await until(counts, (rows) => rows.every((count) => count === 0));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.rows('/system/ntp/server')).toMatchObject([{ enabled: 'false', 'local-clock-stratum': '5' }]);
  });

  it('are held back on a version that lacks them, and stop nothing else', async () => {
    rig = await startRig((router) => labFleet(router, SECTIONS), [seed('r1', { version: '7.12.2' })]);
    const outcome = await outcomeOf(rig, 'r1', 'InSync');
    expect(JSON.stringify(outcome)).toContain('RouterOS 7.12.2 has no /ip/dns/forwarders');
    expect(rig.router.rows('/ip/dns/static')).toEqual([]);
    expect(rig.router.rows('/system/ntp/server')).toMatchObject([{ enabled: 'true' }]);
    expect(rig.router.requests.filter(({ path }) => path.includes('forwarders') || path.includes('adlist'))).toEqual(
      [],
    );
  });
});
