import { describe, expect, it } from 'vitest';
import { revisionOf } from '#controller';
import { rowsOf, sectionParts, SECTIONS } from '#routeros';

function fleet(wifi: string): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: { name: ap-1 }
spec:
  address: https://192.0.2.1
  credentialsRef: fleet
  environment: lab
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterConfig
metadata: { name: office }
spec:
  selector: { names: [ap-1] }
  priority: 10
  wifi:
${wifi.replaceAll(/^/gm, '    ')}
`;
}

function faultsOf(wifi: string): readonly string[] {
  const revision = revisionOf({ 'office.yaml': fleet(wifi) });
  return revision.ok ? [] : revision.faults.map(({ path, message, hint }) => `${path}: ${message}; ${hint ?? ''}`);
}

describe('a section that is a mapping of lists', () => {
  it('says which list, row and field is wrong, and never repeats what may be a secret', () => {
    const faults = faultsOf('security:\n  - name: office\n    passphrase: correct horse');
    expect(faults).toEqual([expect.stringMatching(/^spec\.wifi\.security\[0\]\.passphrase: /)]);
    expect(faults.join('')).toContain('{secretRef: NAME}');
    expect(faults.join('')).not.toContain('horse');
  });

  it('takes each list by itself, and lists that are not written are not declared', () => {
    const revision = revisionOf({
      'office.yaml': fleet('security:\n  - name: office\n    passphrase: { secretRef: office-wifi }'),
    });
    if (!revision.ok) throw new Error(JSON.stringify(revision.faults));
    expect(revision.inventory.configs[0]?.sections.get('wifi')).toMatchObject([
      {
        menu: '/interface/wifi/security',
        rows: [{ fields: { name: 'office', passphrase: '{secretRef: office-wifi}' } }],
      },
    ]);
  });

  it('finds a row that stands twice, in the list where it does', () => {
    expect(faultsOf('channels:\n  - name: a\n  - name: a').join('')).toMatch(
      /^spec\.wifi\.channels\[1\]: the row name=a is declared twice/,
    );
  });

  it.each([
    ['a reference that is no bare name', 'security:\n  - name: a\n    passphrase: { secretRef: "../x" }'],
    ['an SSID of too many bytes', `configurations:\n  - name: a\n    ssid: ${'ü'.repeat(17)}`],
    ['a name of our own', 'channels:\n  - name: rg-keep'],
    ['a list that it does not have', 'radios: []'],
  ])('refuses %s', (_, wifi) => {
    expect(faultsOf(wifi)).toHaveLength(1);
  });

  it('spells dotted properties as one word', () => {
    const interfaces = sectionParts(SECTIONS.wifi).find(({ list }) => list === 'interfaces');
    if (interfaces === undefined) throw new Error('no interfaces');
    const item = { name: 'wifi1', configurationSsid: 'Office', channelFrequency: '5180', datapathVlanId: 20 };
    expect(rowsOf(interfaces, item)).toMatchObject({
      rows: [
        {
          fields: {
            name: 'wifi1',
            'configuration.ssid': 'Office',
            'channel.frequency': '5180',
            'datapath.vlan-id': '20',
          },
        },
      ],
    });
  });
});
