import { type Guard, readPrivateText } from './private-file.ts';
import { Secret } from './secret.ts';

/** A place outside the store that holds one secret. The file's path is absolute. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** Environment variables as they were handed in: controller/config.ts alone reads the real ones. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is there, without one line end at the end of a file, or in words why there is nothing. A file that others could
 * have changed is not taken.
 */
export async function readSecret(
  place: SecretPlace,
  environment: Environment,
  guard: Guard = 'handed',
): Promise<Secret | string> {
  if ('env' in place) {
    const value = environment[place.env] ?? '';
    return value === '' ? `the environment variable ${place.env} is not set` : new Secret(value);
  }
  try {
    const read = await readPrivateText(place.file, guard);
    if ('fault' in read) return `the file ${place.file} ${read.fault}; ${read.hint}`;
    const text = read.text.replace(/\r?\n$/, '');
    return text === '' ? `the file ${place.file} is empty` : new Secret(text);
  } catch (error) {
    return `the file ${place.file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}
