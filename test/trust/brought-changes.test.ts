import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../controller/clock.ts';
import { parseCommit } from '../../signatures/raw-commit.ts';
import { openLocal } from '../../git/local.ts';
import { commitsBetween } from '../../git/range.ts';
import type { GitRepository } from '../../git/repository.ts';
import { broughtChanges } from '../../controller/trust/brought-changes.ts';
import { createObjectReader } from '../../controller/trust/object-reader.ts';
import { GitWriter } from '#test/git-writer.ts';
import { temporaryFolder } from '#test/rig.ts';

let git: GitWriter;
let repository: GitRepository;
let folder = '';

beforeAll(async () => {
  folder = await temporaryFolder();
  git = await GitWriter.make(path.join(folder, 'fleet.git'));
  repository = openLocal({ kind: 'local', url: git.folder, branch: 'main', path: '.' });
});
afterAll(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

/** A commit whose three files hold one RouterConfig each, of these priorities. */
async function commit(files: string, ...parents: readonly string[]): Promise<string> {
  const [a = '', b = '', c = ''] = files;
  return await git.commit({
    key: null,
    message: `${files}\n`,
    parents,
    files: { 'a.yaml': configOf('a', a), 'b.yaml': configOf('b', b), 'c.yaml': configOf('c', c) },
  });
}

/** What the signer of `merge` brought, in the range from `trusted` to it. */
async function broughtBy(merge: string, trusted: string): Promise<readonly string[]> {
  const range = await commitsBetween(repository, trusted, merge);
  const { bytes } = await repository.readObject(merge);
  const commits = new Map(range.map((each) => [each.id, each]));
  const reader = createObjectReader(repository, createClock(1), new AbortController().signal);
  const reading = { repository, reader, path: '.', trusted, commits, compared: new Map() };
  const { objects } = await broughtChanges(reading, parseCommit(bytes, merge));
  return [...objects.keys()].map((key) => key.replace('RouterConfig ', '')).toSorted();
}

function configOf(name: string, priority: string): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterConfig\nmetadata: {name: ${name}}\nspec: {selector: {}, priority: ${priority}}\n`;
}

describe('whoever merges', () => {
  test('brings nothing of what one side alone changed', async () => {
    const base = await commit('000');
    const main = await commit('100', base);
    const side = await commit('020', base);
    const merge = await commit('120', main, side);
    expect(await broughtBy(merge, base)).toEqual([]);
    expect(await broughtBy(merge, main)).toEqual([]);
  });

  test('brings what neither side had', async () => {
    const base = await commit('000');
    const merge = await commit('123', await commit('100', base), await commit('020', base));
    expect(await broughtBy(merge, base)).toEqual(['c']);
  });

  test('brings the loss of a change that one side made, in the range and below the trusted head', async () => {
    const base = await commit('000');
    const fixed = await commit('100', base);
    const side = await commit('020', base);
    const merge = await commit('020', fixed, side);
    expect(await broughtBy(merge, base)).toEqual(['a']);
    expect(await broughtBy(merge, fixed)).toEqual(['a']);
    expect(await broughtBy(await commit('100', fixed, side), fixed)).toEqual(['b']);
  });

  test('brings the choice between two changes', async () => {
    const base = await commit('000');
    const main = await commit('100', base);
    const merge = await commit('200', main, await commit('200', base));
    expect(await broughtBy(merge, base)).toEqual(['a']);
    expect(await broughtBy(merge, main)).toEqual(['a']);
  });

  test('brings the old content of an ancestor that is named as a parent', async () => {
    const base = await commit('000');
    const main = await commit('110', base);
    expect(await broughtBy(await commit('010', main, base), main)).toEqual(['a']);
    expect(await broughtBy(await commit('110', main, base), main)).toEqual([]);
  });

  test('brings nothing by merging a branch that had merged main before', async () => {
    const base = await commit('000');
    const main = await commit('100', base);
    const side = await commit('120', main, await commit('020', base));
    const later = await commit('103', main);
    expect(await broughtBy(await commit('123', later, side), base)).toEqual([]);
  });
});
