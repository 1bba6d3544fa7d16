import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Exit code and, when it is not 0, what the tool said. */
function run(tool: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? 'clean' : `${stdout}${stderr}`.slice(-4000);
}

describe('the whole tree', () => {
  it('is formatted', () => {
    expect(run('oxfmt', '--check', '.')).toBe('clean');
  });

  it('passes the linter', () => {
    expect(run('oxlint', '--type-aware', '.')).toBe('clean');
  });

  it('passes the type checker', () => {
    expect(run('tsc', '-p', '.')).toBe('clean');
  });

  it('holds nothing that nobody uses', () => {
    expect(run('knip', '--treat-config-hints-as-errors')).toBe('clean');
  });
});
