import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenedFiles } from '../../controller/store/opened-files.ts';

let root: string;
let folder: string;
let files: OpenedFiles;

const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'opened-files-'));
  folder = path.join(root, 'state');
  fill('ours');
  files = new OpenedFiles(folder);
  files.note();
});
afterEach(() => rmSync(root, { recursive: true }));

function fill(text: string): void {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'store.db'), text);
  writeFileSync(path.join(folder, 'store.db-wal'), text);
}

/** What others do to the folder while a statement of ours runs: between the two questions to the files. */
const DURING_A_STATEMENT: Readonly<Record<string, () => void>> = {
  removed: () => rmSync(folder, { recursive: true }),
  moved: () => renameSync(folder, path.join(root, 'moved')),
  replaced() {
    renameSync(folder, path.join(root, 'moved'));
    fill('ours');
  },
  'without its database': () => rmSync(at('store.db')),
  'without its log': () => rmSync(at('store.db-wal')),
  'with another database'() {
    copyFileSync(at('store.db'), at('other'));
    renameSync(at('other'), at('store.db'));
  },
};

describe.each(Object.keys(DURING_A_STATEMENT))('a folder that is %s', (way) => {
  it('in the middle of a statement of ours is not taken for ours by what is noted after it', () => {
    files.mustBeHere();
    DURING_A_STATEMENT[way]?.();
    expect(() => files.note()).toThrow(/The store is not the one that this controller opened/);
    expect(files.gone.aborted).toBe(true);
    expect(() => files.mustBeHere()).toThrow(/not the one/);
  });
});

it('what we write is ours, once noted, and a log that appears later', () => {
  rmSync(at('store.db-wal'));
  const young = new OpenedFiles(folder);
  young.note();
  writeFileSync(at('store.db'), 'ours and more');
  writeFileSync(at('store.db-wal'), 'log');
  young.note();
  writeFileSync(at('store.db-wal'), 'a longer log');
  young.mustBeHere();
  expect(young.gone.aborted).toBe(false);
  rmSync(at('store.db-wal'));
  expect(() => young.mustBeHere()).toThrow(/store\.db-wal is not there any more/);
});

it('a copy that is written over the database between two statements is another state', () => {
  writeFileSync(at('store.db'), 'an older copy');
  expect(() => files.mustBeHere()).toThrow(/store\.db is another file/);
});
