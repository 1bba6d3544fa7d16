import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { revisionOf } from '#controller';
import { SECTION_NAMES } from '#schemas';
import { credentialBindingsOf } from '../../controller/credentials/index.ts';
import { accountCommands } from '../../cli/doctor/rights.ts';
import { fencedBlocks, PAGES, textOf } from './markdown.ts';

const BLOCKS = PAGES.flatMap((page) => fencedBlocks(page, 'yaml').map((block) => ({ page, block })));

/** The objects that a page shows, as the files of one fleet. */
const FLEETS = PAGES.flatMap((page) => {
  const blocks = BLOCKS.filter((each) => each.page === page && /^kind: /m.test(each.block)).map(({ block }) => block);
  return blocks.length === 0 ? [] : [{ page, blocks }];
});

const SECTIONS_PAGE = 'docs/guides/sections.md';

const BINDINGS = BLOCKS.filter(({ block }) => /^credentials:/m.test(block));

describe('an example in the pages', () => {
  it.each(FLEETS)('$page shows a valid fleet', ({ blocks }) => {
    const revision = revisionOf(Object.fromEntries(blocks.map((block, at) => [`example-${at}.yaml`, block])));
    expect(revision.ok ? [] : revision.faults).toEqual([]);
  });

  it.each(BINDINGS)('$page shows valid credential bindings', ({ block, page }) => {
    expect(credentialBindingsOf(parse(block), page)).not.toHaveLength(0);
  });

  it.each(SECTION_NAMES)('of the section %s stands below its heading and is valid', (name) => {
    const text = textOf(SECTIONS_PAGE);
    const below = text.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';
    const [, example = ''] = /^```yaml\n(.*?)^```$/ms.exec(below) ?? [];
    expect(Object.keys((parse(example) ?? {}) as object)).toContain(name);
    const spec = `spec:\n  selector: {names: [r1]}\n  priority: 1\n${example.replaceAll(/^(?=.)/gm, '  ')}`;
    const config = `apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterConfig\nmetadata: {name: c}\n${spec}`;
    const device = { address: 'https://192.0.2.9', credentialsRef: 'fleet', environment: 'lab' };
    const r1 = JSON.stringify({
      apiVersion: 'routeros-gitops.dev/v1alpha1',
      kind: 'RouterDevice',
      metadata: { name: 'r1' },
      spec: device,
    });
    const revision = revisionOf({ 'c.yaml': config, 'r1.yaml': `${r1}\n` });
    expect(revision.ok ? [] : revision.faults).toEqual([]);
  });

  it('was found', () => {
    expect(FLEETS.map(({ page }) => page)).toContain('README.md');
    expect(BINDINGS.map(({ page }) => page)).toContain('docs/guides/credentials.md');
  });

  it('of the account is what rosctl doctor prints', () => {
    expect(textOf('docs/guides/real-routers.md')).toContain(accountCommands('gitops'));
  });
});
