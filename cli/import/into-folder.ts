import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { renderDiagnostics } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { inspectFleet } from '../fleet/fleet-files.ts';
import { writing } from '../input/files.ts';
import type { Composition, Files } from './compose.ts';

/** The files of the fleet that are there; none in a new folder. @throws {CommandError} `faultyInput` */
export async function filesIn(context: CommandContext, folder: string): Promise<Files> {
  if (!existsSync(resolve(context.cwd, folder))) return {};
  try {
    const { files, faults } = await inspectFleet(context, folder);
    if (faults.length === 0) return files;
    throw new CommandError('faultyInput', `the fleet in ${folder} has faults\n${renderDiagnostics(faults)}`);
  } catch (error) {
    if (error instanceof Failure && error.code === 'EmptySource') return {};
    throw error;
  }
}

/** Writes what is new or differs, then takes away what an earlier import wrote and this one has not. */
export async function writeInto(folder: string, { files, written, removed }: Composition): Promise<void> {
  for (const file of written) {
    const path = join(folder, file);
    await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, files[file] ?? '');
    });
  }
  for (const file of removed) await writing(join(folder, file), () => rm(join(folder, file)));
}
