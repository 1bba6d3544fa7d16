import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GitWork, makeGitWork } from '#test/git-work.ts';
import { temporaryFolder } from '#test/rig.ts';
import { type GitThread, openGitThread } from '../../git/thread.ts';
import type { GitTask } from '../../git/worker.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;
let folder: string;
let work: GitWork;
let thread: GitThread;

beforeEach(async () => {
  folder = await temporaryFolder();
  work = makeGitWork(folder);
  thread = openGitThread(60 * MIB);
});

afterEach(async () => {
  await thread.close();
  rmSync(folder, { recursive: true, force: true });
});

function reading(id: string): GitTask {
  return { kind: 'read', folder: join(folder, '.git'), id };
}

test('an object that takes more memory than it may is given up, everybody else has their turn, and the next one is read', async () => {
  const head = work.commit({ 'a.yaml': 'a\n' });
  const huge = work.feed(Buffer.alloc(250 * MIB), '-c', 'core.looseCompression=1', 'hash-object', '-w', '--stdin');
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  await expect(thread.ask(reading(huge), never)).rejects.toThrow('memory');
  clearInterval(others);
  expect(turns).toBeGreaterThan(10);
  expect(await thread.ask(reading(head), never)).toMatchObject({ type: 'commit' });
});

test('whoever asked can give up, and ask again', async () => {
  const head = work.commit({ 'a.yaml': 'a\n' });
  const huge = work.feed(Buffer.alloc(30 * MIB), '-c', 'core.looseCompression=1', 'hash-object', '-w', '--stdin');
  const stop = new AbortController();
  const given = thread.ask(reading(huge), stop.signal);
  stop.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  await expect(thread.ask(reading(head), stop.signal)).rejects.toThrow('enough');
  expect(await thread.ask(reading(head), never)).toMatchObject({ type: 'commit' });
});

test('what was asked before it was closed has an end', async () => {
  const head = work.commit({ 'a.yaml': 'a\n' });
  const asked = thread.ask(reading(head), never);
  asked.catch(() => {});
  await thread.close();
  await expect(asked).rejects.toThrow('closed');
});
