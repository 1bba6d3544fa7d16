import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../cli/command-line/arguments.ts';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import { fencedBlocks, PAGES } from './markdown.ts';

/** Words of a line of shell, up to a redirection, a pipe or a comment. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  const end = words.findIndex((word) => /^(#|[<>|&])/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll('"', ''));
}

/** Command lines for rosctl in fenced `sh` blocks, with or without variables before them. */
const LINES = PAGES.flatMap((page) =>
  fencedBlocks(page, 'sh')
    .flatMap((block) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => /^(\w+=\S+ )*rosctl /.test(line))
    .map((line) => ({ page, line })),
);

describe('a documented command', () => {
  it('is found in the pages', () => {
    expect(LINES.length).toBeGreaterThan(20);
  });

  it.each(LINES)('$page: $line', async ({ line }) => {
    const words = wordsOf(line.replace(/^(\w+=\S+ )*rosctl /, ''));
    const row = COMMANDS.find(({ name }) => name === words[0]);
    if (row === undefined) {
      expect(['--help', '--version']).toContain(words[0]);
      return;
    }
    await expect(parseCommandLine(row, words.slice(1))).resolves.toBeDefined();
  });
});
