import { randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readPrivateText } from '#controller';
import { codeOf } from '#failure';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { unreadable, writing } from '../input/files.ts';

/** Where the file lies that says who may do what. */
export function accessPath(context: CommandContext): string {
  return optionPath(context, 'access') ?? join(optionPath(context, 'state') ?? context.cwd, 'access.yaml');
}

/** Its text; null: there is none. @throws {CommandError} `noInput` for one that the controller would not take. */
export async function accessText(file: string): Promise<string | null> {
  const read = await readPrivateText(file, 'handed').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unreadable(file, error);
  });
  if (read === null) return null;
  if ('fault' in read) throw new CommandError('noInput', `${file} ${read.fault}`, read.hint);
  return read.text;
}

/**
 * Puts another text in its place, all of it or nothing, as a file of the same owner; a new one is that of the folder's
 * owner alone. @throws {CommandError} `unavailable`
 */
export async function replaceAccessText(file: string, text: string): Promise<void> {
  await writing(file, async () => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const before = await lstat(file).catch(() => null);
    if (before?.isSymbolicLink() === true)
      throw new CommandError(
        'unavailable',
        `${file} is a symbolic link`,
        'change what was handed over where it comes from',
      );
    const { uid, gid } = before ?? (await stat(dirname(file)));
    const written = `${file}.${randomUUID()}`;
    try {
      const handle = await open(written, 'wx', before === null ? 0o600 : before.mode & 0o777);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Root writes for whoever runs the controller.
      if (process.geteuid?.() === 0) await chown(written, uid, gid);
      await rename(written, file);
    } finally {
      await rm(written, { force: true });
    }
  });
}
