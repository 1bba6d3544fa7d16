import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorityFrom, type CertificateAuthority, createAuthority, type KeptAuthority } from '#simulator';
import { CommandError } from '../command-error.ts';

/** The authority of the simulated routers, kept between two lives. */
export interface SimulatedAuthority {
  readonly authority: CertificateAuthority;
  /** Its certificate, for `--ca`. */
  readonly caFile: string;
  /** Keeps what it has issued, so that a fingerprint that somebody has pinned stays. */
  keep(): Promise<void>;
}

/** That of the state folder, or a new one. @throws {CommandError} `faultyInput` for a file that holds none. */
export async function simulatedAuthority(state: string): Promise<SimulatedAuthority> {
  const folder = join(state, 'simulator');
  const file = join(folder, 'authority.json');
  const caFile = join(folder, 'ca.pem');
  const authority = (await authorityIn(file)) ?? (await createAuthority(Date.now()));
  return {
    authority,
    caFile,
    async keep() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const next = `${file}.next`;
      await writeFile(next, `${JSON.stringify(authority.kept())}\n`, { mode: 0o600 });
      await rename(next, file);
      await writeFile(caFile, authority.pem);
    },
  };
}

async function authorityIn(file: string): Promise<CertificateAuthority | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return authorityFrom(JSON.parse(text) as KeptAuthority);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'delete it, and a new authority is made; fingerprints that somebody has pinned change then';
    throw new CommandError('faultyInput', `${file} holds no certificate authority: ${why}`, hint);
  }
}
