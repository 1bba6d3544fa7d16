import type { RestoreStatement } from './restore.ts';
import { COUNT_FAILURES } from './statements.ts';
import { scriptSizeBytes } from './text.ts';

/** Puts statements into as few scripts as their order allows, each of at most `mostBytes`; each counts its failures. */
export function packedScripts(statements: readonly RestoreStatement[], mostBytes: number): readonly string[] {
  const scripts: string[] = [];
  let lines = [COUNT_FAILURES];
  let bytes = scriptSizeBytes(COUNT_FAILURES);
  for (const { text } of statements) {
    const more = scriptSizeBytes(text) + 1;
    if (lines.length > 1 && bytes + more > mostBytes) {
      scripts.push(lines.join('\n'));
      lines = [COUNT_FAILURES];
      bytes = scriptSizeBytes(COUNT_FAILURES);
    }
    lines.push(text);
    bytes += more;
  }
  return lines.length > 1 ? [...scripts, lines.join('\n')] : scripts;
}
