import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceFailure } from './scan.ts';

/** What a file in a folder holds, by its path below it. @throws {Failure} SourceUnreadable */
export async function readBytes(folder: string, path: string): Promise<Uint8Array> {
  try {
    // A link that took the file's place since the scan is not followed.
    const handle = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `${path} can not be read`, error);
  }
}
