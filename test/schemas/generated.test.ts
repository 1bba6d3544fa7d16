import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateFiles } from '../../scripts/generate.ts';

test('types and reference pages are what the schemas generate (npm run generate)', async () => {
  const files = await generateFiles();
  expect(files.size).toBe(10);
  const stale = [...files].filter(([path, content]) => readFileSync(path, 'utf8') !== content).map(([path]) => path);
  expect(stale).toEqual([]);
});
