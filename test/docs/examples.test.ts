import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { revisionOf } from '#controller';
import { credentialBindingsOf } from '../../controller/credentials/index.ts';
import { accountCommands } from '../../cli/doctor/rights.ts';
import { fencedBlocks, PAGES, textOf } from './markdown.ts';

const BLOCKS = PAGES.flatMap((page) => fencedBlocks(page, 'yaml').map((block) => ({ page, block })));

/** The objects that a page shows, as the files of one fleet. */
const FLEETS = PAGES.flatMap((page) => {
  const blocks = BLOCKS.filter((each) => each.page === page && /^kind: /m.test(each.block)).map(({ block }) => block);
  return blocks.length === 0 ? [] : [{ page, blocks }];
});

const BINDINGS = BLOCKS.filter(({ block }) => /^credentials:/m.test(block));

describe('an example in the pages', () => {
  it.each(FLEETS)('$page shows a valid fleet', ({ blocks }) => {
    const revision = revisionOf(Object.fromEntries(blocks.map((block, at) => [`example-${at}.yaml`, block])));
    expect(revision.ok ? [] : revision.faults).toEqual([]);
  });

  it.each(BINDINGS)('$page shows valid credential bindings', ({ block, page }) => {
    expect(credentialBindingsOf(parse(block), page)).not.toHaveLength(0);
  });

  it('was found', () => {
    expect(FLEETS.map(({ page }) => page)).toContain('README.md');
    expect(BINDINGS.map(({ page }) => page)).toContain('docs/guides/credentials.md');
  });

  it('of the account is what rosctl doctor prints', () => {
    expect(textOf('docs/guides/real-routers.md')).toContain(accountCommands('gitops'));
  });
});
