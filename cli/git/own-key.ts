import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import { askGit, type GitPlace } from './run-git.ts';

/** The key that a person signs with. */
export interface OwnKey {
  /** The whole line of the .pub file. */
  readonly line: string;
  /** What git's user.signingKey is to be: a file, or `key::` and the line. */
  readonly signingKey: string;
}

const USUAL = ['id_ed25519.pub', 'id_ed25519_sk.pub', 'id_ecdsa.pub', 'id_ecdsa_sk.pub', 'id_rsa.pub'];
const KEY_LINE = /^(ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,3}(?: .*)?$/;

/**
 * The key in `file`; without one the key that git signs with, else the usual one of SSH. `hasGit` false: git is not
 * asked.
 * @throws {CommandError} `noInput` with the command that makes one.
 */
export async function ownKey(place: GitPlace, file: string | undefined, hasGit: boolean): Promise<OwnKey> {
  if (file !== undefined) return await keyFrom(file);
  const home = place.env['HOME'] ?? homedir();
  const configured = hasGit ? await keyOfGit(place) : null;
  if (configured !== null) return configured;
  for (const name of USUAL) {
    const candidate = join(home, '.ssh', name);
    if (existsSync(candidate)) return await keyFrom(candidate);
  }
  throw new CommandError(
    'noInput',
    `there is no SSH key to sign with: git's user.signingKey names none, and ${join(home, '.ssh')} holds none`,
    'make one: ssh-keygen -t ed25519; or name one: --key FILE.pub',
  );
}

async function keyOfGit(place: GitPlace): Promise<OwnKey | null> {
  const read = async (...args: readonly string[]): Promise<string | null> => {
    const answer = await askGit(place, ['config', ...args]);
    return answer.code === 0 && answer.stdout.trim() !== '' ? answer.stdout.trim() : null;
  };
  if ((await read('--get', 'gpg.format')) !== 'ssh') return null;
  const named = await read('--get', 'user.signingKey');
  if (named === null) return null;
  const literal = named.replace(/^key::/, '');
  if (KEY_LINE.test(literal)) return { line: literal, signingKey: `key::${literal}` };
  return await keyFrom((await read('--type=path', '--get', 'user.signingKey')) ?? named);
}

/** From a public key's file, or the one beside a private key's. */
async function keyFrom(file: string): Promise<OwnKey> {
  const path = resolve(file);
  const places = path.endsWith('.pub') ? [path] : [path, `${path}.pub`];
  for (const place of places) {
    const text = await readFile(place, 'utf8').catch(() => '');
    const line = text.split(/\r?\n/).find((each) => KEY_LINE.test(each));
    if (line !== undefined) return { line, signingKey: place };
  }
  throw new CommandError(
    'noInput',
    `${places.join(' and ')} hold${places.length === 1 ? 's' : ''} no SSH public key`,
    'name a .pub file: --key ~/.ssh/id_ed25519.pub; or make one: ssh-keygen -t ed25519',
  );
}
