import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configYaml, deviceYaml, temporaryFolder, writeFiles } from '#test/rig.ts';
import type { SimulatedRouter } from '#simulator';
import { rosctl } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  const rows = Array.from(
    { length: 6000 },
    (_, index) => `  - {list: blocked, address: 20.0.${index >> 8}.${index & 255}}`,
  );
  await writeFiles(folder, {
    'devices/r1.yaml': deviceYaml({ url: 'http://127.0.0.1:1' } as SimulatedRouter, 'r1'),
    'configs/r1.yaml': configYaml('r1', ['addressLists:', ...rows].join('\n')),
    'saved/r1.json': JSON.stringify({
      '/ip/firewall/address-list': [{ '.id': '*1', list: 'other', address: '192.0.2.1' }],
    }),
  });
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test('validate says how large an undo of the declared rows can get, and what room it needs', async () => {
  const { code, stderr } = await rosctl(['validate', folder]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /largest undo, of r1 if all its rows were removed: 6000 rows, \d+ kB in 3 scripts; a router needs 1\.\d MB/,
  );
  const json = JSON.parse((await rosctl(['validate', folder, '-o', 'json'])).stdout) as { largestUndo: unknown };
  expect(json.largestUndo).toMatchObject({ device: 'r1', rows: 6000, parts: 3 });
});

test('an offline plan says how large its undo is', async () => {
  const { stdout } = await rosctl(['plan', 'r1', '--fleet', folder, '--from', `${folder}/saved`]);
  expect(stdout).toContain('The undo: 6000 rows, 1 kB in 1 script; a router needs 1.0 MB of free disk space for it.');
  expect(new Set(stdout.match(/20\.0\.\d+\.\d+/g))).toHaveProperty('size', 6000);
});
