import { spawn } from 'node:child_process';
import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import type { GitFailureCode } from './failures.ts';
import { completeRef } from './cache-folder.ts';
import { wordsOf } from './http-failures.ts';
import { writeLoose } from './local-proposals.ts';
import type { GitLocation } from './location.ts';
import { moved } from './proposal-ref.ts';
import type { Transport } from './remote.ts';

/** What git and ssh need of the controller's environment; nothing else of it reaches them. */
const PASSED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'SystemRoot', 'USERPROFILE'];
const MAX_WORDS_BYTES = 64 * 1024;

/**
 * Nothing that a user's or a machine's settings could add: no helpers, hooks, monitors, submodules, other protocols.
 */
const HARDENED = [
  '-c', 'protocol.allow=never',
  '-c', 'protocol.ssh.allow=always',
  '-c', 'core.hooksPath=/dev/null',
  '-c', 'core.fsmonitor=false',
  '-c', 'credential.helper=',
  '-c', 'fetch.recurseSubmodules=false',
  '-c', 'fetch.unpackLimit=500',
  '-c', 'gc.auto=0',
  '-c', 'maintenance.auto=false',
]; // prettier-ignore

const SHALLOW = /shallow (update not allowed|roots are not allowed)/i;

/** git's and ssh's own words, in the order in which they are looked for. */
const SAID: readonly (readonly [RegExp, GitFailureCode])[] = [
  [/Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i, 'SourceUntrusted'],
  [/(loose|packed) object .* is corrupt|inflate: data stream error|unable to unpack|bad object/i, 'GitObjectBad'],
  [/cannot run ssh|ssh: (command )?not found|ssh: No such file/i, 'GitMissing'],
  [/couldn't find remote ref|no such ref/i, 'BranchMissing'],
  [SHALLOW, 'ShallowHistory'],
  [/Permission denied|Too many authentication failures|access denied/i, 'SourceUnauthorized'],
  [/does not appear to be a git repository|repository .*not found|could not be found/i, 'SourceNotFound'],
  [
    /index-pack|unpack-objects|bad line length|protocol error|bad pack|invalid .*pack|did not send all necessary objects|missing necessary objects/i,
    'SourceGarbage',
  ],
];

/**
 * Fetches over SSH by the system's git, so that agents, jump hosts and hardware keys work as they do for the
 * controller's user.
 * @param environment of the controller; a few variables of it are passed on.
 */
export function sshTransport(
  { url, branch }: GitLocation,
  environment: Readonly<Record<string, string | undefined>>,
): Transport {
  const passed = PASSED.flatMap((name) =>
    environment[name] === undefined ? [] : [[name, environment[name]] as const],
  );
  const env = {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_ALLOW_PROTOCOL: 'ssh',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=10',
  };

  return {
    async fetch(folder, signal) {
      const args = [
        'fetch',
        '--no-tags',
        '--no-recurse-submodules',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--refmap=',
      ];
      const refspec = `+refs/heads/${branch}:${completeRef(branch)}`;
      const { status, words } = await runGit(
        [...HARDENED, `--git-dir=${folder}`, ...args, '--', url, refspec],
        env,
        signal,
      );
      // Of a branch that it leaves out for this reason git speaks as of a success.
      if (status !== 0 || SHALLOW.test(words)) throw failureOf(words, url, branch);
    },
    async push(folder, { ref, from, to, objects }, signal) {
      for (const object of objects) await writeLoose(folder, object);
      const args = ['push', '--no-verify', '--recurse-submodules=no', `--force-with-lease=${ref}:${from ?? ''}`];
      const refspec = `${to ?? ''}:${ref}`;
      const { status, words } = await runGit(
        [...HARDENED, `--git-dir=${folder}`, ...args, '--', url, refspec],
        env,
        signal,
      );
      if (status === 0) return;
      if (/stale info|fetch first|reference already exists/i.test(words)) throw moved(ref);
      if (/remote rejected|denied|declined|not allowed|read.only/i.test(words))
        throw gitFailure('ProposalsRefused', `${url} takes no proposals: ${wordsOf(words, (text) => text)}`);
      throw failureOf(words, url, branch);
    },
    close: () => Promise.resolve(),
  };
}

function failureOf(words: string, url: string, branch: string): Failure {
  const [, code] = SAID.find(([pattern]) => pattern.test(words)) ?? [null, 'SourceUnreachable' as const];
  if (code === 'BranchMissing') return gitFailure(code, `${url} has no branch ${branch}, or no commit on it yet`);
  return gitFailure(code, `${url} can not be fetched: ${wordsOf(words, (text) => text)}`);
}

/**
 * Runs git in a process group of its own, so that ending it ends the ssh that it started. @throws the signal's reason
 */
async function runGit(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly status: number | null; readonly words: string }> {
  signal.throwIfAborted();
  const child = spawn('git', args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (words.length < MAX_WORDS_BYTES) words += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const stop = (): void => {
    try {
      // What it leaves half-done is cleared away before the next fetch.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  };
  signal.addEventListener('abort', stop, { once: true });
  child.on('error', (error: NodeJS.ErrnoException) => {
    const absent = error.code === 'ENOENT';
    reject(
      absent
        ? gitFailure('GitMissing', 'there is no git program in the PATH', error)
        : gitFailure('SourceUnreadable', 'git can not be started', error),
    );
  });
  child.on('close', (status) => resolve(status));
  try {
    const status = await promise;
    if (signal.aborted) throw signal.reason;
    return { status, words };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
