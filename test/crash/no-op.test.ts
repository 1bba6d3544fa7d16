import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NEW } from '#test/crash-site.ts';
import { labFleet, outcomeOf, startRig, until } from '#test/rig.ts';

const PASSES = 100;

it(`writes nothing to the router and not a byte to the store over ${PASSES} passes without a change`, async () => {
  const rig = await startRig((router) => labFleet(router, NEW));
  try {
    await outcomeOf(rig, 'r1', 'InSync');
    // What a visit found is kept a moment after it, and anew every ten minutes.
    await until(
      () => rig.controller.api.store.observed.list(),
      ([kept]) => kept?.outcome.kind === 'InSync',
    );
    const stored = await bytesOf(rig.config.stateFolder);
    rig.router.requests.clear();
    const passes = (): number => rig.router.requests.filter((request) => request.path === '/system/resource').length;
    for (let done = 0; done < PASSES; done = passes()) {
      await rig.controller.api.reconcile([]);
      await until(passes, (count) => count > done);
    }
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.requests.filter(({ method, path: to }) => method !== 'GET' && !to.endsWith('/print'))).toEqual(
      [],
    );
    expect(await bytesOf(rig.config.stateFolder)).toEqual(stored);

    // The measure does see a write.
    await rig.controller.api.store.freeze.set({ by: 'test', reason: 'to see a write', since: 0 });
    expect(await bytesOf(rig.config.stateFolder)).not.toEqual(stored);
  } finally {
    await rig.close();
  }
});

/** Digests of the database and its log, by file name. */
async function bytesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).filter((name) => name.includes('.db') || name.includes('sqlite'));
  expect(names).not.toEqual([]);
  const digests = await Promise.all(
    names.map(async (name) => [
      name,
      createHash('sha256')
        .update(await readFile(path.join(folder, name)))
        .digest('hex'),
    ]),
  );
  return Object.fromEntries(digests) as Record<string, string>;
}
