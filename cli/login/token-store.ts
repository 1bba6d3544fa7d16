import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readPrivateText } from '#controller';
import { codeOf } from '#failure';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { unreadable, writing } from '../input/files.ts';

/** What logging in at one controller brought. */
export interface Login {
  readonly issuer: string;
  readonly client: string;
  readonly audience: string;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Null: it cannot be renewed. */
  readonly refreshToken: string | null;
}

type Logins = Readonly<Record<string, Login>>;

/** Logins by the URL of their controller, in a file of the user's own, which nobody else can read. */
export function loginsPath({ env }: Pick<CommandContext, 'env'>): string {
  const set = env['XDG_CONFIG_HOME'] ?? '';
  const folder = set === '' ? join(env['HOME'] ?? homedir(), '.config') : set;
  return join(folder, 'routeros-gitops', 'logins.json');
}

/** One name for one controller, however its URL is written. */
export function controllerKey(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`;
}

/** The login at a controller; null: there is none. @throws {CommandError} `noInput` for a file of others. */
export async function loginAt(file: string, url: URL): Promise<Login | null> {
  const logins = await readLogins(file);
  const key = controllerKey(url);
  return Object.hasOwn(logins, key) ? (logins[key] ?? null) : null;
}

/** Keeps a login, or with null forgets it. */
export async function keepLogin(file: string, url: URL, login: Login | null): Promise<void> {
  await writing(file, async () => {
    const { [controllerKey(url)]: _, ...others } = await readLogins(file);
    const all = login === null ? others : { ...others, [controllerKey(url)]: login };
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const written = `${file}.${randomUUID()}`;
    try {
      await writeFile(written, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      await rename(written, file);
    } finally {
      await rm(written, { force: true });
    }
  });
}

const LOCK_WAIT_MS = 20_000;
/** Longer than anybody holds it: whoever did has been killed. */
const LOCK_STALE_MS = 60_000;

/** Does some work while no other rosctl does: a refresh token that is used twice may end the login. */
export async function withLogins<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  await writing(file, async () => await mkdir(dirname(file), { recursive: true, mode: 0o700 }));
  for (const until = Date.now() + LOCK_WAIT_MS; !(await taken(lock)); await pause(50)) {
    const age = Date.now() - ((await stat(lock).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MS) await rm(lock, { force: true });
    if (Date.now() > until)
      throw new CommandError('unavailable', `another rosctl works on ${file}`, `try again; if none runs: rm ${lock}`);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readLogins(file: string): Promise<Logins> {
  const read = await readPrivateText(file, 'own').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unreadable(file, error);
  });
  if (read === null) return {};
  if ('fault' in read) throw new CommandError('noInput', `${file} ${read.fault}`, read.hint);
  try {
    return JSON.parse(read.text) as Logins;
  } catch {
    throw new CommandError('noInput', `${file} is no JSON`, `remove it and log in again: rm ${file}`);
  }
}
