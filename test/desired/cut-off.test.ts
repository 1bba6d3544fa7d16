import { expect, test } from 'vitest';
import { renderDiagnostics } from '#controller';
import { cutOffFiles } from '../../controller/desired/cut-off.ts';

const WHOLE = 'rows:\n  - {a: 1}\n  # the second\n  - {a: 2}\n  - {a: 3}\n';

function cut(now: string, before = WHOLE): string {
  return renderDiagnostics(
    cutOffFiles({ 'f.yaml': before, 'g.yaml': 'a: 1\n' }, { 'f.yaml': now, 'g.yaml': 'a: 1\n' }),
  );
}

test('a file without its end is refused, and the fault says what is gone and what to do', () => {
  const fix = '    if you deleted the end on purpose, add a line "..." at the end of f.yaml; if not, put it back';
  const said = 'the file may be cut off: it is the beginning of what it was before, without its last';
  expect(cut('rows:\n  - {a: 1}\n')).toBe(`f.yaml:3:1: ${said} 3 lines, which began with "- {a: 2}"\n${fix}`);
  expect(cut('rows:\n  - {a: 1}\n  # the second\n  - {a: 2}\n')).toBe(
    `f.yaml:5:1: ${said} line, which began with "- {a: 3}"\n${fix}`,
  );
});

test('so is one without its last documents', () => {
  expect(cut(WHOLE, `${WHOLE}---\nb: 1\n`)).toContain('without its last 2 lines, which began with "---"');
});

test.each([
  ['a row in the middle is deleted', 'rows:\n  - {a: 1}\n  - {a: 3}\n', WHOLE],
  ['the end is meant', 'rows:\n  - {a: 1}\n...\n', WHOLE],
  ['the file always ends with its mark', 'rows:\n  - {a: 1}\n...\n', 'rows:\n  - {a: 1}\n  - {a: 2}\n...\n'],
  ['the file grows', `${WHOLE}  - {a: 4}\n`, WHOLE],
  ['only comments and empty lines go', WHOLE, `${WHOLE}\n# an end\n`],
  ['only the mark of the end goes', WHOLE, `${WHOLE}...\n`],
])('nothing is refused when %s', (_, now, before) => {
  expect(cut(now, before)).toBe('');
});

test('text that only looks like a comment is content', () => {
  expect(cut('text: |\n  a\n', 'text: |\n  a\n  # b\n')).toContain('f.yaml:3:1');
});

test('a file that is cut inside its own mark of an end is refused too', () => {
  expect(cut('rows:\n  - {a: 1}\n', 'rows:\n  - {a: 1}\n  - {a: 2}\n...\n')).toContain('without its last 2 lines');
});
