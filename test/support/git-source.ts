import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { FAILURES } from '#controller';
import { gitLocationOf } from '../../git/location.ts';
import { type GitOptions, openGitRepository } from '../../git/open.ts';
import type { GitRepository } from '../../git/repository.ts';
import { readTree } from '../../controller/source/git-tree.ts';
import { type GitServer, type GitServerOptions, startGitServer } from './git-server.ts';
import { type GitWork, makeGitWork } from './git-work.ts';
import { temporaryFolder } from './rig.ts';

/** The token of every rig, to be looked for in places where it must not be. */
export const GIT_TOKEN = 'S3cret-t0ken-of-the-forge';

/** A repository, servers for it, and those who fetch from them. */
export interface GitSource {
  readonly folder: string;
  readonly work: GitWork;
  serve(options?: GitServerOptions): Promise<GitServer>;
  /** Opens `source`, or the repository as a server serves it. */
  open(source: GitServer | string, options?: Partial<GitOptions>, branch?: string): Promise<GitRepository>;
  /** The folder of the only copy. */
  cacheFolder(): string;
  close(): Promise<void>;
}

export async function startGitSource(): Promise<GitSource> {
  const folder = await temporaryFolder();
  const servers: GitServer[] = [];
  const opened: GitRepository[] = [];
  return {
    folder,
    work: makeGitWork(join(folder, 'work')),
    async serve(options = {}) {
      const server = await startGitServer(folder, options);
      servers.push(server);
      return server;
    },
    async open(source, options = {}, branch = 'main') {
      const location = gitLocationOf(typeof source === 'string' ? source : `${source.url}/work/.git`, branch, '.');
      if (location === null) throw new Error('a source that is a plain folder');
      const usual = { cacheFolder: join(folder, 'cache'), token: () => null, ca: [], timeoutMs: 20_000 };
      const repository = await openGitRepository(location, { ...usual, ...options });
      opened.push(repository);
      return repository;
    },
    cacheFolder: () => join(folder, 'cache', readdirSync(join(folder, 'cache'))[0] ?? ''),
    async close() {
      for (const repository of opened) await repository.close();
      for (const server of servers) await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The failure that a promise ends in; it must be one that the table knows, and hold no token. */
export async function gitFailureOf(
  promise: Promise<unknown>,
): Promise<{ readonly code: string; readonly message: string }> {
  const failure = await promise.then(
    () => ({ code: 'none', message: 'no failure' }),
    (error: unknown) => error as { code: string; message: string },
  );
  expect(Object.keys(FAILURES)).toContain(failure.code);
  const text = inspect(failure, { depth: 6 });
  expect(text).not.toContain(GIT_TOKEN);
  expect(text).not.toContain(Buffer.from(`x-access-token:${GIT_TOKEN}`).toString('base64'));
  return failure;
}

/** The YAML files at a commit. */
export async function textsAt(repository: GitRepository, commit: string): Promise<Readonly<Record<string, string>>> {
  const { bytes } = await repository.readObject(commit);
  const tree = /^tree ([0-9a-f]{40})/.exec(Buffer.from(bytes).toString())?.[1] ?? '';
  return (await readTree(repository, tree, '.')).files;
}
