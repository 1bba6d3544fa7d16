import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Person, Roster } from '#schemas';
import { idOf } from '../../signatures/raw-commit.ts';
import { publicKeyLineOf, readPublicKeyLine } from '../../signatures/ssh-key.ts';
import { signSsh, type SshNamespace } from '../../signatures/sshsig.ts';

/** An Ed25519 key that lives in memory. */
export interface SshKey {
  readonly line: string;
  readonly fingerprint: string;
  readonly privateKey: KeyObject;
  sign(payload: Uint8Array, namespace?: SshNamespace): string;
}

/** A new key each time. */
export function makeSshKey(comment = 'test'): SshKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const line = publicKeyLineOf(privateKey, comment);
  return {
    line,
    fingerprint: readPublicKeyLine(line).fingerprint,
    privateKey,
    sign: (payload, namespace = 'git') => signSsh(privateKey, namespace, payload),
  };
}

/** A Roster of these people; everybody is a contributor unless it is said otherwise. */
export function rosterOf(people: Readonly<Record<string, Partial<Omit<Person, 'name'>>>>): Roster {
  return {
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'Roster',
    metadata: { name: 'people' },
    spec: { people: Object.entries(people).map(([name, rest]) => ({ name, roles: ['contributor'], ...rest })) },
  };
}

/** What a test says about a commit; the rest is made up. */
export interface CommitText {
  readonly tree?: string;
  readonly parents?: readonly string[];
  readonly message?: string;
  /** Seconds since 1970. */
  readonly at?: number;
  readonly author?: string;
}

/** A commit object's bytes and git's id of them. */
export interface CommitObject {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Git's id of the empty tree. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The bytes of a commit without a signature: those that are signed. */
export function unsignedCommit({ tree, parents, message, at, author }: CommitText = {}): Uint8Array {
  const who = `${author ?? 'Alice <alice@example.com>'} ${String(at ?? 1_760_000_000)} +0200`;
  const lines = [
    `tree ${tree ?? EMPTY_TREE}`,
    ...(parents ?? []).map((parent) => `parent ${parent}`),
    `author ${who}`,
    `committer ${who}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${message ?? 'A change\n'}`);
}

/** The commit with the signature in its gpgsig header, as git writes it; null: without. */
export function commitObject(unsigned: Uint8Array, signature: string | null): CommitObject {
  const text = Buffer.from(unsigned).toString('utf8');
  const end = text.indexOf('\n\n');
  const header = signature === null ? '' : `\ngpgsig ${signature.replace(/\n$/, '').replaceAll('\n', '\n ')}`;
  const bytes = Buffer.from(`${text.slice(0, end)}${header}${text.slice(end)}`);
  return { id: idOf(bytes), bytes };
}

/** A commit signed by a key in memory. */
export function signedCommit(key: SshKey, text: CommitText = {}): CommitObject {
  const unsigned = unsignedCommit(text);
  return commitObject(unsigned, key.sign(unsigned));
}

/** How a program ended. */
export interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a home of its own for git, ssh-keygen and gpg, which see nothing of the user's. */
export interface SigningHome extends Disposable {
  readonly folder: string;
  /** Runs a program; a failure is an answer. */
  run(program: Program, args: readonly string[], input?: string | Uint8Array): Ended;
  /** Runs a program. @returns what it printed. @throws when it fails. */
  must(program: Program, args: readonly string[], input?: string | Uint8Array): string;
  /** Writes a file. @returns its path. */
  file(name: string, content: string | Uint8Array): string;
  read(name: string): string;
}

/** Other people's programs that verdicts are compared with, and the package that brings each on Debian. */
const PACKAGES = { git: 'git', 'ssh-keygen': 'openssh-client', gpg: 'gnupg', gpgconf: 'gnupg' } as const;

/** A program that a SigningHome runs. */
export type Program = keyof typeof PACKAGES;

/** Opens a home in a temporary folder; `using` ends gpg's agent and deletes the folder. */
export function openSigningHome(): SigningHome {
  const folder = mkdtempSync(path.join(tmpdir(), 'routeros-gitops-sign-'));
  const gnupg = path.join(folder, 'gnupg');
  mkdirSync(gnupg, { mode: 0o700 });
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GNUPGHOME: gnupg,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: path.join(folder, 'gitconfig'),
    GIT_AUTHOR_NAME: 'Alice',
    GIT_AUTHOR_EMAIL: 'alice@example.com',
    GIT_COMMITTER_NAME: 'Alice',
    GIT_COMMITTER_EMAIL: 'alice@example.com',
    LC_ALL: 'C',
  };
  const run: SigningHome['run'] = (program, args, input) => {
    const ended = spawnSync(program, args, { cwd: folder, env, input: input ?? '', encoding: 'utf8', timeout: 60_000 });
    if (ended.error !== undefined) {
      const missing = (ended.error as NodeJS.ErrnoException).code === 'ENOENT';
      throw missing
        ? new Error(`${program} is not installed, and this test compares with it: install ${PACKAGES[program]}`)
        : ended.error;
    }
    return { ok: ended.status === 0, stdout: ended.stdout, stderr: ended.stderr };
  };
  return {
    folder,
    run,
    must(program, args, input) {
      const ended = run(program, args, input);
      if (!ended.ok) throw new Error(`${program} ${args.join(' ')}: ${ended.stderr}${ended.stdout}`);
      return ended.stdout;
    },
    file(name, content) {
      const target = path.join(folder, name);
      writeFileSync(target, content, { mode: 0o600 });
      return target;
    },
    read: (name) => readFileSync(path.join(folder, name), 'utf8'),
    [Symbol.dispose]() {
      run('gpgconf', ['--kill', 'all']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A key of ssh-keygen's, in files of the home. */
export interface SshKeyFile {
  readonly line: string;
  /** Path of the private key. */
  readonly path: string;
  sign(payload: Uint8Array, namespace?: string): string;
}

/** Makes a key as `ssh-keygen -t TYPE -b BITS` does. */
export function makeSshKeyFile(home: SigningHome, type: string, bits?: number): SshKeyFile {
  const name = `key-${type}-${String(bits ?? 0)}-${String(Math.random()).slice(2)}`;
  const file = path.join(home.folder, name);
  const size = bits === undefined ? [] : ['-b', String(bits)];
  home.must('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', 'alice@example.com', '-f', file]);
  return {
    line: home.read(`${name}.pub`).trim(),
    path: file,
    sign: (payload, namespace = 'git') =>
      home.must('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', file], payload),
  };
}

/** A key of gpg's. */
export interface GpgKey {
  /** Upper-case hex of the primary key. */
  readonly fingerprint: string;
  /** The armoured public key as it is now. */
  certificate(): string;
  /** `at`, in milliseconds since 1970, is the time that gpg is made to believe in. */
  sign(
    payload: Uint8Array,
    options?: { readonly at?: number; readonly with?: string; readonly args?: readonly string[] },
  ): string;
}

/** Makes a key as `gpg --quick-generate-key` does; without an expiry unless one is given. */
export function makeGpgKey(
  home: SigningHome,
  userId: string,
  { algorithm = 'ed25519', usage = 'sign', expires = 'never', at }: GpgKeyOptions = {},
): GpgKey {
  gpg(home, ['--quick-generate-key', userId, algorithm, usage, expires], '', at);
  const listed = gpg(home, ['--with-colons', '--list-keys', `=${userId}`]);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
  return {
    fingerprint,
    certificate: () => gpg(home, ['--armor', '--export', fingerprint]),
    sign: (payload, options = {}) =>
      gpg(home, ['-bsa', '-u', options.with ?? fingerprint, ...(options.args ?? [])], payload, options.at),
  };
}

/** What kind of key gpg makes. */
export interface GpgKeyOptions {
  readonly algorithm?: string;
  readonly usage?: string;
  /** As gpg takes it: `30d`, `gpgTime(…)`, `never`. */
  readonly expires?: string;
  readonly at?: number;
}

/** Runs gpg without questions. `at`, in milliseconds since 1970, is the time that it is made to believe in. */
export function gpg(home: SigningHome, args: readonly string[], input: string | Uint8Array = '', at?: number): string {
  const time = at === undefined ? [] : ['--faked-system-time', `${gpgTime(at)}!`];
  const quiet = ['--batch', '--no-tty', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  return home.must('gpg', [...quiet, ...time, ...args], input);
}

/** A time, in milliseconds since 1970, as gpg takes it on its command line. */
export function gpgTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
}
