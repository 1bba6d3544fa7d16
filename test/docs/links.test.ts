import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, linksOf, PAGES, ROOT, textOf } from './markdown.ts';

describe('the pages', () => {
  it.each(PAGES)('%s has only links that lead somewhere', (page) => {
    const dead = linksOf(page).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('can all be reached from the README', () => {
    const seen = new Set(['README.md']);
    for (const page of seen) {
      for (const link of linksOf(page)) {
        const target = path.join(path.dirname(page), link.split('#')[0] ?? '');
        // A link to a folder leads to each page in it.
        for (const other of PAGES)
          if (other === target || path.dirname(other) === path.normalize(`${target}/.`)) seen.add(other);
      }
    }
    expect(PAGES.filter((page) => !seen.has(page))).toEqual([]);
  });

  it.each(PAGES)('%s names no file of the repository that does not exist', (page) => {
    const named = [
      ...textOf(page).matchAll(/`((?:schemas|routeros|differ|controller|cli|simulator|test)\/[\w./-]+)`/g),
    ];
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});

describe('CHANGELOG.md', () => {
  it('begins with the version of package.json', async () => {
    const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
      default: { version: string };
    };
    expect(/^## (\S+)/m.exec(textOf('CHANGELOG.md'))?.[1]).toBe(manifest.version);
  });
});
