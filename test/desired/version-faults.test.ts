import { describe, expect, it } from 'vitest';
import { renderDiagnostics, type LocatedInventory, layersFor, versionFaults } from '#controller';
import type { Version } from '#routeros';
import { configYaml, deviceYaml, inventoryOf } from '#test/documents.ts';
import { notOnVersion, versionedText } from '../../controller/desired/version-faults.ts';

const OLD: Version = [7, 12, 2];
const NEW: Version = [7, 22, 0];

function fleetOf(...sections: readonly (readonly [spec: string, selector: string])[]): LocatedInventory {
  const devices = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
  const files = {
    ...Object.fromEntries(devices.map((name) => [`${name}.yaml`, deviceYaml(name)])),
    ...Object.fromEntries(
      sections.map(([spec, selector], index) => [`c${index}.yaml`, configYaml(`c${index}`, index + 1, spec, selector)]),
    ),
  };
  return inventoryOf(files);
}

describe('what a version of RouterOS does not have', () => {
  it('is told once for each line, with the devices that it is declared for', () => {
    const fleet = fleetOf(
      ['dns: {vrf: mgmt, servers: [192.0.2.1]}', '{names: [r1, r2]}'],
      ['dns: {}', '{names: [r2]}'],
    );
    expect(renderDiagnostics(versionFaults(fleet, OLD))).toBe(
      'c0.yaml:8:14: spec.dns.vrf: RouterOS 7.12.2 does not have /ip/dns vrf, which is declared for r1, r2\n' +
        '    take it out for devices of that version, or upgrade the routers',
    );
    expect(versionFaults(fleet, OLD, ['r1']).map(({ message }) => message)).toEqual([
      'RouterOS 7.12.2 does not have /ip/dns vrf, which is declared for r1',
    ]);
    expect(versionFaults(fleet, OLD, ['r3'])).toEqual([]);
    expect(versionFaults(fleet, NEW)).toEqual([]);
  });

  it('is a whole menu at its section, however many rows it has', () => {
    const adlists = 'dnsAdlists: [{url: "https://192.0.2.1/a"}, {url: "https://192.0.2.1/b", sslVerify: false}]';
    const fleet = fleetOf([adlists, '{}']);
    expect(versionFaults(fleet, OLD)).toMatchObject([
      {
        file: 'c0.yaml',
        line: 8,
        path: 'spec.dnsAdlists',
        message: 'RouterOS 7.12.2 does not have /ip/dns/adlist, which is declared for r1, r2, r3, r4, r5 and 2 more',
      },
    ]);
    expect(versionFaults(fleet, NEW)).toEqual([]);
    expect(notOnVersion(layersFor(fleet, 'r1').desired, OLD).map(versionedText)).toEqual([
      '/ip/dns/adlist (RouterConfig c0)',
    ]);
  });

  it('is nothing where no row is declared, and no default that goes without saying', () => {
    const fleet = fleetOf(['dnsAdlists: []\ndns: {vrf: main}', '{}'], ['unlisted: {dnsAdlists: prune}', '{}']);
    expect(versionFaults(fleet, OLD)).toEqual([]);
    expect(notOnVersion(layersFor(fleet, 'r1').desired, OLD)).toEqual([]);
  });

  it('is a field of rows, at each of them, and told by who declares it', () => {
    const fleet = fleetOf(
      ['dhcpOptions: [{name: a, code: "60", value: "\'x\'", comment: one}]', '{}'],
      ['dhcpOptions: [{name: b, code: "61", value: "\'x\'", comment: two}]', '{}'],
    );
    expect(versionFaults(fleet, OLD).map(({ path }) => path)).toEqual([
      'spec.dhcpOptions[0].comment',
      'spec.dhcpOptions[0].comment',
    ]);
    expect(notOnVersion(layersFor(fleet, 'r1').desired, OLD).map(versionedText)).toEqual([
      '/ip/dhcp-server/option comment (RouterConfig c0, c1)',
    ]);
  });
});
