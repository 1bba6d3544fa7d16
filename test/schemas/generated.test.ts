import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { generateFiles } from '../../scripts/generate.ts';
import { sectionFiles } from '../../scripts/section-files.ts';

test('every generated file is what schemas and tables generate (npm run generate)', async () => {
  const files = await generateFiles();
  expect([...files.keys()].filter((path) => path.includes('schemas'))).toHaveLength(21);
  const stale = [...files].filter(([path, content]) => readFileSync(path, 'utf8') !== content).map(([path]) => path);
  expect(stale).toEqual([]);
});

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
  const pools = { title: 'IpPoolsSection', description: 'Pools.', type: 'array', maxItems: 10, items: {} };
  writeFileSync(join(root, 'schemas/sections/ip-pools.json'), JSON.stringify(pools));
  rmSync(join(root, 'schemas/sections/dns.json'));
  const at = await woven(root);
  const names = ['identity', 'dnsStatic', 'ntpClient', 'addressLists', 'addresses', 'ipPools'];
  const among = (items: object): object => ({ items: { enum: items } });
  expect(at('schemas/router-device.json')).toMatchObject({
    properties: { spec: { properties: { capabilities: { properties: { sections: among(names) } } } } },
  });
  expect(at('schemas/approval-policy.json')).toMatchObject({
    properties: { spec: { properties: { sections: among(names) } } },
  });
  const config = at('schemas/router-config.json') as {
    properties: { spec: { properties: Record<string, { $ref?: string; properties?: Record<string, object> }> } };
  };
  const { unlisted, ...others } = config.properties.spec.properties;
  expect(Object.keys(unlisted?.properties ?? {})).toEqual(['dnsStatic', 'addressLists', 'addresses', 'ipPools']);
  expect(unlisted?.properties?.['dnsStatic']).toMatchObject({ title: 'Unlisted static DNS records' });
  expect(Object.keys(others)).toEqual(['selector', 'priority', ...names]);
  expect(others['ipPools']).toEqual({ $ref: 'sections/ip-pools.json' });
  expect(at('schemas/generated/sections.ts')).toContain("import ipPools from '../sections/ip-pools.json'");
  expect(at('routeros/generated/sections.ts')).toContain('ipPools: IP_POOLS_SECTION,');
  expect(at('routeros/generated/sections.ts')).not.toContain('DNS_SECTION');
});
