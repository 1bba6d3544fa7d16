import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keyIdOf } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { ownKey } from './own-key.ts';
import { askGit, type GitPlace } from './run-git.ts';

/**
 * The id of the key that git will sign with, as far as its configuration tells; null: it names none, or a program that
 * is to choose one.
 */
export async function gitSigningKey(place: GitPlace): Promise<string | null> {
  const format = await configured(place, 'gpg.format');
  if (format === null || format === 'openpgp') return await openPgpKey(place);
  if (format !== 'ssh' || (await configured(place, 'user.signingKey')) === null) return null;
  try {
    return keyIdOf((await ownKey(place, undefined, true)).line);
  } catch (error) {
    // Git will say it better.
    if (error instanceof Failure || error instanceof CommandError) return null;
    throw error;
  }
}

/** The certificate that gpg would sign with: of a subkey that is named, the one it belongs to. */
async function openPgpKey(place: GitPlace): Promise<string | null> {
  const program = (await configured(place, 'gpg.openpgp.program')) ?? (await configured(place, 'gpg.program')) ?? 'gpg';
  const committer = await askGit(place, ['var', 'GIT_COMMITTER_IDENT']);
  const who = (await configured(place, 'user.signingKey')) ?? committer.stdout.replace(/>[^>]*$/, '>');
  const { env, signal } = place;
  const args = ['--batch', '--with-colons', '--fingerprint', '--list-secret-keys', '--', who];
  const listed = await promisify(execFile)(program, args, { env: { ...env }, signal }).catch(() => null);
  const certificates = (listed?.stdout ?? '').split(/^sec:/m).slice(1);
  const [fingerprint] = certificates.flatMap((text) => /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(text)?.[1] ?? []);
  return certificates.length === 1 && fingerprint !== undefined ? `OPENPGP:${fingerprint}` : null;
}

async function configured(place: GitPlace, name: string): Promise<string | null> {
  const answer = await askGit(place, ['config', '--get', name]);
  return answer.code === 0 && answer.stdout.trim() !== '' ? answer.stdout.trim() : null;
}
