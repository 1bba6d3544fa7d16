import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fencedBlocks, PAGES, ROOT, textOf } from './markdown.ts';

const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };

const TEXTS = [
  ...PAGES,
  ...globSync(['{bin,cli,controller,simulator,deploy}/**/*'], { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
];

describe('nothing that is shown', () => {
  it.each(TEXTS)('%s has rosctl fetched from a registry, where nobody has claimed its name', (file) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).not.toMatch(/\bnpx\s+(-\S+\s+)*(rosctl|routeros-gitops)/);
  });

  it('names the package of another release', () => {
    const named = TEXTS.flatMap((file) => [
      ...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/routeros-gitops[-:](\d+\.\d+\.\d+)/g),
    ]).map(([, other]) => other);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((other) => other !== version)).toEqual([]);
  });
});

describe('the pages that begin something', () => {
  const begun = ['README.md', 'docs/quickstart.md'].flatMap((page) =>
    fencedBlocks(page, 'sh').flatMap((block) =>
      [...block.matchAll(/^rosctl init .*?(\S+)$/gm)].map(([, folder = '']) => ({ page, folder })),
    ),
  );

  it('begin each in a folder of its own, and by a path that holds wherever the reader stands', () => {
    expect(begun.length).toBeGreaterThan(3);
    expect(new Set(begun.map(({ folder }) => folder)).size).toBe(begun.length);
    for (const { folder } of begun) expect(folder).toMatch(/^~\//);
  });

  it('say what they need', () => {
    for (const words of ['Node 24', 'EBADENGINE', 'No registry']) expect(textOf('README.md')).toContain(words);
  });
});
