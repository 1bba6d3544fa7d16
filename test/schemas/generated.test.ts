import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateFiles } from '../../scripts/generate.ts';

test('every generated file is what schemas and tables generate (npm run generate)', async () => {
  const files = await generateFiles();
  expect([...files.keys()].filter((path) => path.includes('schemas'))).toHaveLength(14);
  const stale = [...files].filter(([path, content]) => readFileSync(path, 'utf8') !== content).map(([path]) => path);
  expect(stale).toEqual([]);
});
