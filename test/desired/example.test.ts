import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { effectiveRolloutPolicy, layersFor, readFolder, revisionOf } from '#controller';

const FOLDER = 'devices.example';
const { files } = await readFolder(FOLDER);
const revision = revisionOf(files);

describe('devices.example', () => {
  test('has no faults', () => {
    expect(revision).toMatchObject({ ok: true });
  });

  test('is 12 edge routers in three environments at two sites', () => {
    const devices = revision.ok ? [...revision.inventory.devices.values()].map(({ document }) => document) : [];
    const count = (environment: string): number =>
      devices.filter((device) => device.spec.environment === environment).length;
    expect([count('lab'), count('staging'), count('prod')]).toEqual([4, 3, 5]);
    expect(new Set(devices.map((device) => device.spec.site))).toEqual(new Set(['vie', 'gra']));
    expect(devices.every((device) => device.metadata.labels?.['role'] === 'edge')).toBe(true);
    expect(devices.map((device) => new URL(device.spec.address).port).toSorted()).toEqual(
      Array.from({ length: 12 }, (_, index) => String(21_001 + index)),
    );
  });

  test('every device has desired state in all sections, and a policy of its environment', () => {
    if (!revision.ok) throw new Error('faulty');
    for (const { name, document } of revision.inventory.devices.values()) {
      expect(Object.keys(layersFor(revision.inventory, name).desired.menus)).toHaveLength(6);
      expect(effectiveRolloutPolicy(revision.inventory, name).name).toBe(document.spec.environment);
    }
  });

  test('no device runs a version on which the full tier is impossible', () => {
    if (!revision.ok) throw new Error('faulty');
    for (const { document } of revision.inventory.devices.values()) {
      expect(document.metadata.annotations?.['simulator.routeros-gitops.dev/version']).toMatch(/^7\.(12|16|20)\./);
    }
  });

  test.each(Object.keys(files))('editors find the schema of %s', (path) => {
    const modeline = /^# yaml-language-server: \$schema=(\S+)\n/.exec(files[path] ?? '');
    const schema = join(dirname(join(FOLDER, path)), modeline?.[1] ?? '-');
    expect(existsSync(schema)).toBe(true);
    const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as { properties: { kind: { enum: string[] } } };
    const kinds = [...(files[path] ?? '').matchAll(/^kind: (\w+)$/gm)].map((match) => match[1]);
    expect(new Set(kinds)).toEqual(new Set(properties.kind.enum));
  });
});
