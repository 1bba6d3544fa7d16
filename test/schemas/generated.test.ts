import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SECTION_NAMES } from '#schemas';
import { generateFiles } from '../../scripts/generate.ts';
import { sectionFiles } from '../../scripts/section-files.ts';

test('every generated file is what schemas and tables generate (npm run generate)', async () => {
  const files = await generateFiles();
  expect([...files.keys()].filter((path) => path.includes('schemas'))).toHaveLength(17 + SECTION_NAMES.length);
  const stale = [...files].filter(([path, content]) => readFileSync(path, 'utf8') !== content).map(([path]) => path);
  expect(stale).toEqual([]);
});

interface Config {
  readonly properties: {
    readonly spec: { readonly properties: Record<string, { $ref?: string; properties?: Record<string, object> }> };
  };
}

function sectionsOf(path: string): Config['properties']['spec']['properties'] {
  return (JSON.parse(readFileSync(path, 'utf8')) as Config).properties.spec.properties;
}

/** Of what `npm run generate` would write: each path with what it holds, and the JSON of schemas. */
async function woven(root: string): Promise<(path: string) => unknown> {
  const files = await sectionFiles(root);
  return (path) => (path.endsWith('.json') ? (JSON.parse(files.get(path) ?? 'null') as unknown) : files.get(path));
}

test('a section that is added as a file is in every place that names sections, and gone with its file', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sections-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  cpSync('schemas', join(root, 'schemas'), { recursive: true });
  cpSync('.oxfmtrc.json', join(root, '.oxfmtrc.json'));
  const pools = {
    title: 'TestPoolsSection',
    description: 'Pools.',
    type: 'array',
    scopedBy: 'range',
    maxItems: 10,
    items: {},
  };
  writeFileSync(join(root, 'schemas/sections/test-pools.json'), JSON.stringify(pools));
  rmSync(join(root, 'schemas/sections/dns.json'));
  const at = await woven(root);
  const names = [...SECTION_NAMES.filter((name) => name !== 'dns'), 'testPools'];
  const among = (items: object): object => ({ items: { enum: items } });
  expect(at('schemas/router-device.json')).toMatchObject({
    properties: { spec: { properties: { capabilities: { properties: { sections: among(names) } } } } },
  });
  expect(at('schemas/approval-policy.json')).toMatchObject({
    properties: { spec: { properties: { sections: among(names) } } },
  });
  const config = at('schemas/router-config.json') as Config;
  const { unlisted, unlistedIn, ...others } = config.properties.spec.properties;
  const before = Object.keys(sectionsOf('schemas/router-config.json')['unlisted']?.properties ?? {});
  expect(Object.keys(unlisted?.properties ?? {})).toEqual([...before, 'testPools']);
  const parts = Object.keys(sectionsOf('schemas/router-config.json')['unlistedIn']?.properties ?? {});
  expect(Object.keys(unlistedIn?.properties ?? {})).toEqual([...parts, 'testPools']);
  expect(unlisted?.properties?.['dnsStatic']).toMatchObject({ title: 'Unlisted static DNS records' });
  expect(unlistedIn?.properties?.['addressLists']).toMatchObject({ title: 'Unlisted entries by list' });
  expect(unlistedIn?.properties?.['testPools']).toMatchObject({ examples: [{ range1: 'prune' }] });
  expect(Object.keys(others)).toEqual(['selector', 'priority', ...names]);
  expect(others['testPools']).toEqual({ $ref: 'sections/test-pools.json' });
  expect(at('schemas/generated/sections.ts')).toContain("import testPools from '../sections/test-pools.json'");
  expect(at('routeros/generated/sections.ts')).toContain('testPools: TEST_POOLS_SECTION,');
  expect(at('routeros/generated/sections.ts')).not.toContain('DNS_SECTION');
});
