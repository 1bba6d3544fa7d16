import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleFleet } from '../fleet/example-fleet.ts';
import type { FreshFolder } from './fresh-folder.ts';

/** The routers of devices.example and what they are to have, for somebody to commit and approve. */
export async function writeExample(folder: FreshFolder): Promise<void> {
  const example = exampleFleet();
  for (const part of ['devices', 'configs']) {
    for (const name of await readdir(join(example, part))) {
      const text = await readFile(join(example, part, name), 'utf8');
      // Editors find the schemas where `rosctl init` writes them.
      await folder.write(join(part, name), text.replaceAll('=../../schemas/', '=../.schemas/'));
    }
  }
}
