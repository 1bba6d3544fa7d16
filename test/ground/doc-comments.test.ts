import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

const FOLDERS = ['schemas', 'routeros', 'differ', 'controller', 'simulator', 'cli', 'scripts'];

/** The formatter keeps every top-level declaration in the first column, with one statement to a line. */
const DECLARED =
  /^export (?:default )?(?:declare )?(?:async )?(?:abstract )?(?:function\*?|interface|type|const|let|class) \*?([\w$]+)/;

/** `export { a, b }` of what the same file declares: `export … from` passes on what another file documents. */
const LISTED = /^export (?:type )?\{([^}]*)\}(?! from)/gm;

/** True where a doc comment ends on the line above. */
function isDocumented(lines: readonly string[], at: number): boolean {
  if (!lines[at - 1]?.trimEnd().endsWith('*/')) return false;
  const opening = lines.slice(0, at).findLast((line) => line.startsWith('/*'));
  return opening?.startsWith('/**') ?? false;
}

/** "line name" of every export without a doc comment. */
function undocumented(source: string): readonly string[] {
  const lines = source.split('\n');
  const listed = [...source.matchAll(LISTED)].flatMap(([, names]) =>
    (names ?? '').split(',').map(
      (name) =>
        name
          .trim()
          .replace(/^type /, '')
          .split(' as ')[0] ?? '',
    ),
  );
  return lines.flatMap((line, at) => {
    const name = DECLARED.exec(line)?.[1] ?? DECLARED.exec(`export ${line}`)?.[1];
    if (name === undefined) return [];
    if (!line.startsWith('export ') && !listed.includes(name)) return [];
    // An overload's comment stands above its first signature.
    const first = lines.findIndex((other) => DECLARED.exec(other)?.[1] === name);
    if (first !== -1 && first < at) return [];
    return isDocumented(lines, at) ? [] : [`${at + 1} ${name}`];
  });
}

describe('the scanner', () => {
  it.each([
    ['function', 'export function reach(): void {}'],
    ['async function', 'export async function reach(): Promise<void> {}'],
    ['generator', 'export async function* reach(): AsyncGenerator<number> {}'],
    ['interface', 'export interface Reach {}'],
    ['type', "export type Reach = 'near' | 'far';"],
    ['constant', 'export const REACH = 1;'],
    ['class', 'export class Reach {}'],
    ['listed name', 'function reach(): void {}\nexport { reach };'],
  ])('asks a comment of an exported %s', (_, source) => {
    expect(undocumented(source)).toHaveLength(1);
    expect(undocumented(`/** How far. */\n${source}`)).toEqual([]);
    expect(undocumented(`/**\n * How far,\n * in metres.\n */\n${source}`)).toEqual([]);
    expect(undocumented(`/* How far. */\n${source}`)).toHaveLength(1);
    expect(undocumented(`// How far.\n${source}`)).toHaveLength(1);
    expect(undocumented(`/** How far. */\n\n${source}`)).toHaveLength(1);
    expect(undocumented(`/** How far. */\nconst near = 0;\n${source}`)).toHaveLength(1);
  });

  it.each([
    ['a re-export', "export { reach } from './reach.ts';"],
    ['a re-exported folder', "export * from './reach.ts';"],
    ['what stays inside', 'function reach(): void {}'],
    [
      'a second signature',
      '/** How far. */\nexport function reach(to: string): number;\nexport function reach(to: number): number;',
    ],
  ])('asks none of %s', (_, source) => {
    expect(undocumented(source)).toEqual([]);
  });
});

describe('every export says what it promises', () => {
  it.each(FOLDERS)('%s', (folder) => {
    const files = globSync(`${folder}/**/*.ts`, { cwd: root }).filter((file) => !file.includes('/generated/'));
    expect(files).not.toEqual([]);
    const missing = files
      .toSorted()
      .flatMap((file) => undocumented(readFileSync(path.join(root, file), 'utf8')).map((found) => `${file}:${found}`));
    expect(missing).toEqual([]);
  });
});
