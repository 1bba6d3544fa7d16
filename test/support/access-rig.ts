import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RouterDevice } from '#schemas';
import { createAccess } from '../../controller/access/access.ts';
import type { Access } from '../../controller/access/authenticated.ts';
import { RulesInForce } from '../../controller/access/rules-in-force.ts';

/** Time that goes only when a test says so. */
export interface StillClock {
  now(): number;
  monotonic(): number;
  pass(milliseconds: number): void;
}

/** Stands at the time of the real one. */
export function stillClock(): StillClock {
  let passed = 0;
  const start = Date.now();
  return { now: () => start + passed, monotonic: () => passed, pass: (milliseconds) => void (passed += milliseconds) };
}

/** A device as a revision declares it, with the labels of its site. */
export function declared(name: string, site = 'vie'): RouterDevice {
  return {
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'RouterDevice',
    metadata: { name },
    spec: { address: 'https://192.0.2.1', credentialsRef: 'lab', environment: 'lab', site },
  };
}

/** What an access file says, in force; `write` replaces it. */
export async function accessBy(
  folder: string,
  text: string,
  devices: readonly RouterDevice[] = [],
): Promise<{ readonly access: Access; readonly clock: StillClock; readonly write: (text: string) => Promise<void> }> {
  const file = path.join(folder, 'access.yaml');
  const write = async (content: string): Promise<void> => await writeFile(file, content, { mode: 0o600 });
  await write(text);
  const clock = stillClock();
  const inForce = await RulesInForce.open({ path: file, named: true }, clock, () => {});
  const documentOf = (name: string): RouterDevice | null =>
    devices.find(({ metadata }) => metadata.name === name) ?? null;
  return { access: createAccess(inForce, clock, documentOf), clock, write };
}
