import { readFile } from 'node:fs/promises';
import { Secret } from './secret.ts';

/** A place outside the store that holds one secret. The file's path is absolute. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** Environment variables as they were handed in: controller/config.ts alone reads the real ones. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is there, without one line end at the end of a file, or in words why there is nothing. */
export async function readSecret(place: SecretPlace, environment: Environment): Promise<Secret | string> {
  if ('env' in place) {
    const value = environment[place.env] ?? '';
    return value === '' ? `the environment variable ${place.env} is not set` : new Secret(value);
  }
  try {
    const text = (await readFile(place.file, 'utf8')).replace(/\r?\n$/, '');
    return text === '' ? `the file ${place.file} is empty` : new Secret(text);
  } catch (error) {
    return `the file ${place.file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}
