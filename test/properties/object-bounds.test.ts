import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COSTLY } from '#test/candidates.ts';
import { GitWriter } from '#test/git-writer.ts';
import { configYaml, temporaryFolder } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';
import { BOUND_MS, watched } from '#test/thread-watch.ts';
import { openLocal } from '../../git/local.ts';
import type { GitRepository } from '../../git/repository.ts';
import { READING_LIMITS, RETRY_AFTER_MS } from '../../controller/source/read-apart.ts';
import { createObjectReader } from '../../controller/trust/object-reader.ts';

const NEVER = new AbortController().signal;
const HONEST = configYaml('honest', 'dns: {servers: [192.0.2.53]}');

let folder: string;
let git: GitWriter;
let repository: GitRepository;
let now = 0;
const clock = { monotonic: () => now };

beforeAll(async () => {
  folder = await temporaryFolder();
  git = await GitWriter.make(path.join(folder, 'fleet.git'));
  repository = openLocal({ kind: 'local', url: git.folder, branch: 'main', path: '.' });
});

afterAll(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

async function blobOf(text: string | Uint8Array): Promise<string> {
  return await git.writeObject('blob', Buffer.from(text));
}

/** What makes reading cost much, or what comes of it. */
const HOSTILE: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(
    Object.entries(COSTLY).map(([name, { files }]) => [name, () => Object.values(files()).join('---\n')]),
  ),
  'deep nesting': () => `a: ${'{a: '.repeat(4000)}1${'}'.repeat(4000)}\n`,
  'anchors that multiply': () =>
    `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}`,
  'names in a selector of 6 MB': () =>
    HONEST.replace('selector:', `selector: {names: [${'x, '.repeat(90_000)}]}\n  other:`).repeat(20),
  'a mapping of long texts of 13 MB': () =>
    `kind: RouterDevice\nmetadata:\n  name: a\n${Array.from({ length: 200 }, (_, at) => `  k${at}: ${'x'.repeat(65_000)}\n`).join('')}spec: {}\n`,
  'objects of 16 MB': () =>
    Array.from({ length: 40_000 }, (_, at) => HONEST.replace('name: honest', `name: c${at}`)).join('---\n'),
};

describe('the objects in a file of some commit', () => {
  test.each(sampleOf('hostile', Object.keys(HOSTILE), 2))(
    '%s: read or given up, without keeping anybody waiting, and the next are read',
    { timeout: 600_000 },
    async (name) => {
      const reader = createObjectReader(repository, clock, NEVER, { ...READING_LIMITS, cpuMs: 5_000 });
      const [blob, honest] = [await blobOf(HOSTILE[name]?.() ?? ''), await blobOf(HONEST)];
      const { result, longestMs } = await watched(() =>
        reader.read(blob).catch((error: unknown) => (error as { readonly code?: unknown }).code),
      );
      if (!Array.isArray(result)) expect([null, 'SourceTooCostly']).toContain(result);
      expect(longestMs).toBeLessThan(BOUND_MS);
      expect(await reader.read(honest)).toMatchObject([{ kind: 'RouterConfig', name: 'honest' }]);
    },
  );

  test('are told though the file comes in many pieces', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 3000 }, (_, at) => `c${String(at)}`);
    const text = names.map((name) => configYaml(name, 'dns: {servers: [192.0.2.53]}')).join('---\n');
    const found = await createObjectReader(repository, clock, NEVER).read(await blobOf(text));
    expect(found?.map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['that is no text', Buffer.from([0x61, 0xff, 0x0a])],
    ['that holds half a character', HONEST.replace('honest', String.raw`"\ud800"`)],
    ['of other things', 'a: 1\n'],
  ])('are unclear in one %s', async (_, content) => {
    expect(await createObjectReader(repository, clock, NEVER).read(await blobOf(content))).toBeNull();
  });

  test('that take too much are not asked for again for a while, others are', async () => {
    const limits = { ...READING_LIMITS, cpuMs: 0 };
    const reader = createObjectReader(repository, clock, NEVER, limits);
    const [costly, other] = [await blobOf(HONEST.replace('honest', 'costly')), await blobOf(HONEST)];
    const failure = await reader.read(costly).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SourceTooCostly', message: expect.stringContaining(costly) });
    limits.cpuMs = READING_LIMITS.cpuMs;
    now += RETRY_AFTER_MS - 1;
    await expect(reader.read(costly)).rejects.toBe(failure);
    expect(await reader.read(other)).toHaveLength(1);
    now += 1;
    expect(await reader.read(costly)).toHaveLength(1);
  });

  test('may take together what a revision may, and what was read stays read', { timeout: 120_000 }, async () => {
    const limits = { ...READING_LIMITS, cpuMs: 1500 };
    const asked: string[] = [];
    const readObject = (id: string) => {
      asked.push(id);
      return repository.readObject(id);
    };
    const reader = createObjectReader({ ...repository, readObject }, clock, NEVER, limits);
    const texts = Array.from({ length: 400 }, (_, at) => HONEST.replace('honest', `c${String(at)}`));
    const blobs: string[] = [];
    for (const text of texts) blobs.push(await blobOf(`${text}---\n`.repeat(150)));
    let read = 0;
    const readAll = async (): Promise<unknown> => {
      for (read = 0; read < blobs.length; read += 1) {
        const failure = await reader.read(blobs[read] ?? '').then(
          () => null,
          (error: unknown) => error,
        );
        if (failure !== null) return failure;
      }
      return null;
    };
    expect(await readAll()).toMatchObject({ code: 'SourceTooCostly' });
    expect(read).toBeGreaterThan(0);
    const left = blobs.slice(read);
    asked.length = 0;
    now += RETRY_AFTER_MS;
    limits.cpuMs = READING_LIMITS.cpuMs;
    expect(await readAll()).toBeNull();
    expect(asked).toEqual(left);
  });

  test('are no longer waited for when the controller stops', async () => {
    const stop = new AbortController();
    const reader = createObjectReader(repository, clock, stop.signal);
    const blob = await blobOf(HOSTILE['objects of 16 MB']?.() ?? '');
    const reading = reader.read(blob);
    setImmediate(() => stop.abort(new Error('the controller is shutting down')));
    await expect(reading).rejects.toThrow('shutting down');
  });
});
