import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filePatch } from '../../controller/edits/file-patch.ts';
import { runs } from '#test/sample.ts';

/** Few different lines, so that many are alike; with and without a line break at the end. */
const TEXT = fc
  .tuple(fc.array(fc.constantFrom('a: 1', 'b: 2', '', '  - c', '# d'), { maxLength: 30 }), fc.boolean())
  .map(([lines, ended]) => (lines.length === 0 ? '' : lines.join('\n') + (ended ? '\n' : '')));

it('git apply makes of the one file what the other is', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'patch-'));
  const file = path.join(folder, 'f.yaml');
  await fc.assert(
    fc.asyncProperty(fc.option(TEXT), TEXT, fc.constantFrom(0, 3), async (before, after, context) => {
      fc.pre(before !== after && (before !== null || after !== ''));
      // `git diff -U0 | git apply --unidiff-zero` itself takes the wrong one of equal lines where no line break ends the last.
      fc.pre(context !== 0 || [before ?? '', after].every((text) => text === '' || text.endsWith('\n')));
      await rm(file, { force: true });
      if (before !== null) await writeFile(file, before);
      const input = `Some words first.\n\n${filePatch('f.yaml', before, after, context)}\n`;
      const bare = context === 0 ? ['--unidiff-zero'] : [];
      execFileSync('git', ['apply', ...bare, '--unsafe-paths', '-'], {
        cwd: folder,
        input,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      expect(await readFile(file, 'utf8').catch(() => '')).toBe(after);
    }),
    runs(100),
  );
  await rm(folder, { recursive: true });
});

it('tells a small change in a long file as a few lines', () => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `  - {address: 10.0.${at >> 8}.${at & 255}}`);
  const after = lines.map((line, at) => (at === 9_999 ? `${line} # here` : line));
  expect(filePatch('f.yaml', lines.join('\n'), after.join('\n')).split('\n')).toHaveLength(12);
});

it('tells as replaced what is too long to be compared', () => {
  const before = Array.from({ length: 3_000 }, (_, at) => `old ${at}`).join('\n');
  const after = Array.from({ length: 3_000 }, (_, at) => `new ${at}`).join('\n');
  expect(filePatch('f.yaml', before, after)).toContain('@@ -1,3000 +1,3000 @@');
});
