import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { rosctl, type Ran, type Setting } from './run.ts';

const execute = promisify(execFile);

/** Somebody with a home of their own, who sees nothing of this machine's user. */
export interface Newcomer extends Disposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs rosctl in a folder below the newcomer's. */
  rosctl(args: readonly string[], setting?: Setting & { readonly at?: string }): Promise<Ran>;
  /** Runs another program there. @returns what it printed, both streams together. @throws when it fails. */
  run(
    program: string,
    args: readonly string[],
    more?: { readonly at?: string; readonly env?: Record<string, string> },
  ): Promise<string>;
  /** A program that runs until it is killed. */
  start(program: string, args: readonly string[]): ChildProcess;
  git(at: string, ...args: readonly string[]): Promise<string>;
  /** Makes a key without a passphrase unless one is given. @returns the private key's path. */
  makeKey(name: string, type?: string, passphrase?: string): Promise<string>;
  write(file: string, text: string): string;
}

/** A newcomer with `~/.ssh` and git's user.name, and without a key. */
export function newcomer(name = 'Ána Müller'): Newcomer {
  const folder = mkdtempSync(join(tmpdir(), 'rosctl-newcomer-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(
    join(home, '.gitconfig'),
    `[user]\n\tname = ${name}\n\temail = ana@example.org\n[init]\n\tdefaultBranch = trunk\n`,
  );
  const env = {
    PATH: (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((part) => !part.includes('node_modules'))
      .join(delimiter),
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const at = (place = '.'): string => join(folder, place);
  const run: Newcomer['run'] = async (program, args, { at: place, env: more = {} } = {}) => {
    const { stdout, stderr } = await execute(program, [...args], { cwd: at(place), env: { ...env, ...more } });
    return `${stdout}${stderr}`.trimEnd();
  };
  return {
    folder,
    env,
    run,
    start: (program, args) => spawn(program, [...args], { cwd: folder, env, stdio: 'ignore' }),
    rosctl: async (args, { at: place, env: more, ...setting } = {}) =>
      await rosctl(args, { ...setting, env: { ...env, ...more }, cwd: at(place) }),
    git: async (place, ...args) => await run('git', args, { at: place }),
    async makeKey(key, type = 'ed25519', passphrase = '') {
      const file = join(home, '.ssh', key);
      await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', `${key}@test`, '-f', file]);
      return file;
    },
    write(file, text) {
      const target = at(file);
      mkdirSync(join(target, '..'), { recursive: true });
      writeFileSync(target, text);
      return target;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
