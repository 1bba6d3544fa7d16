import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Nothing of the machine's own git settings. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** A repository that a test works in with the real git. */
export interface GitWork {
  /** The work tree; its repository is `.git` inside. */
  readonly folder: string;
  /** Runs git in it. @returns what it printed, without the last line break. */
  git(...args: readonly string[]): string;
  /** As git, with bytes for its input. */
  feed(input: string | Uint8Array, ...args: readonly string[]): string;
  /** Writes files (null removes one) and commits all. @returns the commit's id. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>, message?: string): string;
}

/** Makes an empty repository with the branch `main` in a folder. */
export function makeGitWork(folder: string): GitWork {
  function feed(input: string | Uint8Array, ...args: readonly string[]): string {
    const options = {
      cwd: folder,
      env: GIT_ENVIRONMENT,
      input,
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'pipe'] as const,
    };
    return execFileSync('git', args, { ...options, stdio: [...options.stdio] })
      .toString()
      .trimEnd();
  }

  const git = (...args: readonly string[]): string => feed('', ...args);
  mkdirSync(folder, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  return {
    folder,
    git,
    feed,
    commit(files, message = 'change') {
      for (const [name, content] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(join(path, '..'), { recursive: true });
        if (content === null) rmSync(path, { force: true });
        else writeFileSync(path, content);
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      const head = readFileSync(join(folder, '.git/HEAD'), 'utf8').trim().replace('ref: ', '');
      return readFileSync(join(folder, '.git', head), 'utf8').trim();
    },
  };
}

/** As GitWork.git, in any folder, without blocking servers of this process. */
export async function runGit(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', [...args], { cwd: folder, env: GIT_ENVIRONMENT, maxBuffer: 1 << 28 });
  return stdout.trimEnd();
}
