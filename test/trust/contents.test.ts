import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitWriter, testKey } from '#test/git-writer.ts';
import { temporaryFolder } from '#test/rig.ts';
import { createClock } from '../../controller/clock.ts';
import { openLocal } from '../../git/local.ts';
import { READING_LIMITS, RETRY_AFTER_MS } from '../../controller/source/read-apart.ts';
import { Contents } from '../../controller/trust/contents.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => await rm(folder, { recursive: true, force: true }));

test('what takes too much is refused for a while and read again after it, what has faults is refused for good', async () => {
  const git = await GitWriter.make(path.join(folder, 'fleet.git'));
  const key = testKey('alice');
  const device = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: {name: r1}
spec: {address: "https://192.0.2.1", credentialsRef: c, environment: lab}
`;
  const good = await git.push({ key, message: 'Good\n', files: { 'r1.yaml': device } });
  const bad = await git.push({ key, message: 'Bad\n', files: { 'r1.yaml': 'a: 1\n' } });
  const repository = openLocal({ kind: 'local', url: git.folder, branch: 'main', path: '.' });
  let now = 0;
  const clock = { ...createClock(1), monotonic: () => now };
  const limits = { ...READING_LIMITS, cpuMs: 1 };
  const contents = new Contents(repository, '.', clock, new AbortController().signal, limits);
  try {
    const refused = await contents.at(good);
    expect(refused).toMatchObject({ kind: 'refused', code: 'SourceTooCostly' });
    limits.cpuMs = READING_LIMITS.cpuMs;
    now = RETRY_AFTER_MS - 1;
    expect(await contents.at(good)).toBe(refused);
    now = RETRY_AFTER_MS;
    expect(await contents.at(good)).toMatchObject({ inventory: { devices: new Map([['r1', expect.anything()]]) } });
    const faulty = await contents.at(bad);
    expect(faulty).toMatchObject({ kind: 'refused', code: 'SourceFaulty' });
    now = 1000 * RETRY_AFTER_MS;
    expect(await contents.at(bad)).toBe(faulty);
  } finally {
    await repository.close();
  }
});
