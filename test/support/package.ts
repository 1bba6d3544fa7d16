import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** What a checkout has and packing does not need, or makes anew. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', 'coverage', 'test', 'bench', 'state']);

/**
 * Has npm make the package in this folder. Packing builds dist/ from nothing: it is done in a copy that nobody else
 * builds or reads meanwhile. @returns the package's file name.
 */
export function packInto(folder: string): string {
  const checkout = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  try {
    for (const name of readdirSync(root)) {
      if (LEFT_OUT.has(name) || name.endsWith('.tgz')) continue;
      cpSync(path.join(root, name), path.join(checkout, name), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: checkout, stdio: 'pipe' });
  } finally {
    rmSync(checkout, { recursive: true });
  }
  return readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no package';
}
