import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '#test/sample.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Exit code and, when it is not 0, what the tool said. */
function run(tool: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? 'clean' : `${stdout}${stderr}`.slice(-4000);
}

/** `npm run check` runs them all. */
const TOOLS = [
  { what: 'is formatted', tool: 'oxfmt', args: ['--check', '.'] },
  { what: 'passes the linter', tool: 'oxlint', args: ['--type-aware', '.'] },
  { what: 'passes the type checker', tool: 'tsc', args: ['-p', '.'] },
  { what: 'holds nothing that nobody uses', tool: 'knip', args: ['--treat-config-hints-as-errors'] },
];

describe('the whole tree', () => {
  it.each(sampleOf('tools', TOOLS, 1))('$what', ({ tool, args }) => {
    expect(run(tool, ...args)).toBe('clean');
  });
});
