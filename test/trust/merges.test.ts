import { rm } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCommit } from '../../signatures/raw-commit.ts';
import { openLocal } from '../../git/local.ts';
import { commitsBetween } from '../../git/range.ts';
import type { GitRepository } from '../../git/repository.ts';
import { broughtChanges } from '../../controller/trust/brought-changes.ts';
import { createClock } from '../../controller/clock.ts';
import { createObjectReader } from '../../controller/trust/object-reader.ts';
import { GitWriter } from '#test/git-writer.ts';
import { temporaryFolder } from '#test/rig.ts';

let git: GitWriter;
let repository: GitRepository;
let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
  git = await GitWriter.make(path.join(folder, 'fleet.git'));
  repository = openLocal({
    kind: 'local',
    url: git.folder,
    branch: 'main',
    path: '.',
  });
});
afterAll(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

function configOf(priority: number): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterConfig\nmetadata: {name: a}\nspec: {selector: {}, priority: ${String(priority)}}\n`;
}

test('a merge of many branches does not hold the only thread', async () => {
  let base = await git.commit({
    key: null,
    message: 'base\n',
    parents: [],
    files: { 'a.yaml': configOf(0) },
  });
  const trusted = base;
  for (let at = 0; at < 3000; at += 1)
    base = await git.commit({
      key: null,
      message: `m${String(at)}\n`,
      parents: [base],
    });
  const sides: string[] = [];
  for (let at = 0; at < 16; at += 1) {
    const files = { 'a.yaml': configOf((at % 2) + 1) };
    sides.push(
      await git.commit({
        key: null,
        message: `s${String(at)}\n`,
        parents: [base],
        files,
      }),
    );
  }
  const files = { 'a.yaml': configOf(1) };
  const merge = await git.commit({
    key: null,
    message: 'm\n',
    parents: sides,
    files,
  });
  const range = await commitsBetween(repository, trusted, merge);
  const commits = new Map(range.map((each) => [each.id, each]));
  const reader = createObjectReader(repository, createClock(1), new AbortController().signal);
  const reading = {
    repository,
    reader,
    path: '.',
    trusted,
    commits,
    compared: new Map(),
  };
  const { bytes } = await repository.readObject(merge);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await broughtChanges(reading, parseCommit(bytes, merge));
  await new Promise<void>((resolve) => void setTimeout(resolve, 20));
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(250);
}, 240_000);
