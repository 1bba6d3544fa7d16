import { expect, test } from 'vitest';
import { type RouterDeviceSpec, SECTION_NAMES } from '#schemas';
import { allowedSections } from '../../controller/desired/capabilities.ts';
import { configYaml, deviceYaml, faultsOf } from '#test/documents.ts';

const SPEC = { address: 'https://192.0.2.1', credentialsRef: 'fleet' };

function allowed(environment: RouterDeviceSpec['environment']): readonly string[] {
  return allowedSections({ ...SPEC, environment });
}

test('a device that lists no sections has all in lab and staging, and in prod no DHCP, bridges and Wi-Fi', () => {
  expect(allowed('lab')).toEqual(SECTION_NAMES);
  expect(allowed('staging')).toEqual(SECTION_NAMES);
  const guarded = SECTION_NAMES.filter((name) => !allowed('prod').includes(name));
  expect(guarded).toEqual(SECTION_NAMES.filter((name) => /^(dhcp|bridge)/.test(name) || /^wi(fi|reless)$/.test(name)));
  expect(allowed('prod')).toEqual(
    expect.arrayContaining(['identity', 'dns', 'dnsStatic', 'addressLists', 'addresses']),
  );
});

test('what a device lists is all that it has, in every environment', () => {
  const listed = { capabilities: { sections: ['dns'] } } satisfies Partial<RouterDeviceSpec>;
  for (const environment of ['lab', 'prod'] as const)
    expect(allowedSections({ ...SPEC, environment, ...listed })).toEqual(['dns']);
});

test('a section that is not allowed is told with its line, the device, and what to write there', () => {
  const config = configYaml('c', 1, 'identity: {name: r1}\naddresses: []');
  expect(
    faultsOf({ 'r1.yaml': deviceYaml('r1', 'capabilities: {sections: [identity]}'), 'c.yaml': config }),
  ).toMatchObject([
    {
      file: 'c.yaml',
      line: 9,
      path: 'spec.addresses',
      message: 'the device "r1" does not allow this section (spec.capabilities.sections, r1.yaml:10)',
      hint: 'select other devices, or write there: capabilities: {sections: [identity, addresses]}',
    },
  ]);
});

const guarded = SECTION_NAMES.filter((name) => !allowed('prod').includes(name));

test.each(guarded)('%s is refused on a device of prod that says nothing of it', (name) => {
  const value = name.startsWith('wi') ? '{}' : '[]';
  const faults = faultsOf({
    'r1.yaml': deviceYaml('r1', 'environment: prod'),
    'c.yaml': configYaml('c', 1, `${name}: ${value}`),
  });
  expect(faults).toMatchObject([
    {
      path: `spec.${name}`,
      message: `"r1" (r1.yaml:9) is a prod device, which has this section only where its spec.capabilities.sections lists it`,
      hint: `select other devices, or write there: capabilities: {sections: [${name}]}`,
    },
  ]);
});
