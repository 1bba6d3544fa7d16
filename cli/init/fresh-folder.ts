import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { unreadable, writing } from '../input/files.ts';

/** A folder that only what is made here lies in. */
export interface FreshFolder {
  readonly path: string;
  /** Writes a file that is not there yet. `mode` is that of the file. */
  write(file: string, text: string, mode?: number): Promise<void>;
  /** Takes away everything that came since `claimFolder`. */
  discard(): Promise<void>;
}

const NAMED = 10;

/**
 * Takes a folder that is empty or does not exist yet; `spared` are names that may be there already and stay whatever
 * happens.
 * @throws {CommandError} `usage` with what is in the way.
 */
export async function claimFolder(path: string, spared: readonly string[]): Promise<FreshFolder> {
  const existed = existsSync(path);
  const before = existed ? await entriesOf(path) : [];
  const inTheWay = before.filter((name) => !spared.includes(name));
  if (inTheWay.length > 0) {
    const more = inTheWay.length > NAMED ? `, and ${String(inTheWay.length - NAMED)} more` : '';
    const what = inTheWay.slice(0, NAMED).join(', ') + more;
    throw new CommandError(
      'usage',
      `${path} is not empty: ${what}`,
      'name a new folder; nothing that exists is overwritten',
    );
  }
  await writing(path, () => mkdir(path, { recursive: true }));
  return {
    path,
    async write(file, text, mode = 0o644) {
      const whole = join(path, file);
      await writing(whole, async () => {
        await mkdir(dirname(whole), { recursive: true });
        await writeFile(whole, text, { flag: 'wx', mode });
      });
    },
    async discard() {
      if (!existed) return await rm(path, { recursive: true, force: true });
      const came = (await entriesOf(path)).filter((name) => !before.includes(name));
      for (const name of came) await rm(join(path, name), { recursive: true, force: true });
    },
  };
}

async function entriesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    throw unreadable(path, error);
  }
}
