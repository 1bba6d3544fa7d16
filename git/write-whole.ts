import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Puts a file there whole and on the disk, or not at all; what stands there meanwhile git itself tidies up. */
export async function writeWhole(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = join(dirname(file), `tmp_obj_${randomUUID()}`);
  const handle = await fs.open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, file);
}
