import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const { imports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly imports: Readonly<Record<string, string>>;
};

/** All that is loaded behind a door: files, from the repository's root, and modules by their names. */
function loadedBy(door: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (name: string, from: string): void => {
    const file = name.startsWith('.') ? path.join(path.dirname(from), name) : (imports[name] ?? name);
    const known = path.normalize(file);
    if (loaded.has(known)) return;
    loaded.add(known);
    if (!known.endsWith('.ts')) return;
    const text = readFileSync(path.join(root, known), 'utf8');
    for (const [, inner = ''] of text.matchAll(/^(?:import|export) (?!type )[^;']*?from '([^']+)'/gm))
      load(inner, known);
  };
  load(door, '.');
  return loaded;
}

it('#controller/operations loads the table alone, so that a client starts at once', () => {
  expect([...loadedBy('#controller/operations')].toSorted()).toEqual(
    [
      'access/permissions',
      ...['at-door', 'change-fields', 'client', 'fields', 'operation', 'table', 'wire'].map(
        (name) => `operations/${name}`,
      ),
    ].map((name) => `controller/${name}.ts`),
  );
});

it('#differ/render loads nothing of Node, no planning and no digests', () => {
  const loaded = [...loadedBy('#differ/render')];
  expect(loaded).toContain('differ/render/text.ts');
  expect(loaded).toContain('routeros/index.ts');
  expect(loaded.filter((name) => name.startsWith('node:'))).toEqual([]);
  expect(loaded.filter((name) => /^differ\/(?!render\/)/.test(name)).toSorted()).toEqual(
    ['canonical', 'mask', 'row-text', 'shown', 'timed-rows', 'tuple', 'write-cost'].map((name) => `differ/${name}.ts`),
  );
});
