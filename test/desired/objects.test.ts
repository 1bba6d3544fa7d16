import { expect, test } from 'vitest';
import { renderDiagnostics, revisionOf, revisionOfObjects } from '#controller';
import { readDocuments } from '../../controller/desired/read-documents.ts';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';

function objectsOf(files: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(files).flatMap(([file, text]) => readDocuments(file, text).documents.map(({ value }) => value));
}

function faultsOf(files: Readonly<Record<string, string>>): string {
  const revision = revisionOfObjects(objectsOf(files));
  return revision.ok ? '' : renderDiagnostics(revision.faults);
}

test('documents that never were text make the inventory that their text makes', () => {
  const files = {
    'r1.yaml': deviceYaml('r1'),
    'c.yaml': configYaml('c', 1, 'dns: {servers: [192.0.2.1]}\naddressLists: [{list: a, address: 192.0.2.0/24}]'),
    'p.yaml': policyYaml('ApprovalPolicy', 'p', 'selector: {names: [r1]}\nauto: true'),
  };
  const [text, objects] = [revisionOf(files), revisionOfObjects(objectsOf(files))];
  if (!text.ok || !objects.ok) throw new Error('faults');
  expect(JSON.stringify(objects.inventory.configs)).toBe(JSON.stringify(text.inventory.configs));
  expect([...objects.inventory.devices.values()].map(({ digest }) => digest)).toEqual(
    [...text.inventory.devices.values()].map(({ digest }) => digest),
  );
  expect(objects.inventory.approvalPolicies).toHaveLength(1);
});

test('their faults are at an object and a field', () => {
  expect(faultsOf({ 'a.yaml': configYaml('a', 1, 'dns: {cacheSize: big}') })).toBe(
    'RouterConfig a: spec.dns.cacheSize: must be a whole number, not text\n    write it without quotes and units',
  );
  expect(faultsOf({ 'a.yaml': configYaml('a', 1, 'dns: {servers: [x y]}') })).toContain(
    'RouterConfig a: spec.dns.servers[0]: ',
  );
  const files = { 'r.yaml': deviceYaml('r1'), 'a.yaml': configYaml('a', 1, 'dns: {cacheSize: 1024}') };
  expect(faultsOf({ ...files, 'b.yaml': configYaml('b', 1, 'dns: {cacheSize: 2048}') })).toContain(
    'RouterConfig b: spec.dns.cacheSize: "a" (RouterConfig a) sets cache-size=1024',
  );
  expect(faultsOf({ 'a.yaml': 'kind: RouterDevice\n' })).toContain('object 1: "metadata" is missing');
  for (const value of [null, 5, [], 'x', { kind: 5, metadata: null }]) {
    const revision = revisionOfObjects([value]);
    const places = revision.ok ? [] : revision.faults.map((fault) => ('object' in fault ? fault.object : fault.file));
    expect([...new Set(places)]).toEqual(['object 1']);
  }
});
