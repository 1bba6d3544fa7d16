import { rm } from 'node:fs/promises';
import path from 'node:path';
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { openStore, startController } from '#controller';
import { ask } from '#test/ask.ts';
import { startMortal } from '#test/mortal.ts';
import { configYaml, deviceYaml, POLICIES, seed, startRig } from '#test/rig.ts';
import { auditRows } from '../../controller/operations/audit-rows.ts';

/** Asks as rosctl does. */
async function status(socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = request({ socketPath, path: '/v1/history/r1', headers: { 'x-operator': `reader-${Math.random()}` } });
    asked.on('response', (response) => response.resume().on('end', resolve));
    asked.on('error', reject);
    asked.end();
  });
}

it('a controller that is killed loses the reads of one second at most, and its chain is whole', async () => {
  const rig = await startRig(
    (router) => ({
      'devices/r1.yaml': deviceYaml(router, 'r1'),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'policies.yaml': POLICIES,
    }),
    [seed('r1')],
  );
  const stateFolder = `${rig.config.stateFolder}-of-the-mortal`;
  try {
    const mortal = await startMortal([{ ...rig.config, stateFolder }]);
    const answered: number[] = [];
    const began = performance.now();
    while (performance.now() - began < 3500) {
      await status(path.join(stateFolder, 'control.sock'));
      answered.push(performance.now());
    }
    await mortal.kill();
    const killedAt = performance.now();
    const store = await openStore({ folder: stateFolder });
    const kept = (await store.accesses.list({ limit: 10_000, operation: 'history' })).length;
    expect(await store.audit.verify()).toBeNull();
    expect(await auditRows(store).brokenAt('all')).toBeNull();
    await store.close();
    // A second, and what a commit and a busy machine take.
    const older = answered.filter((at) => at < killedAt - 2500).length;
    expect(kept).toBeGreaterThanOrEqual(older);
    expect(older).toBeGreaterThan(0);
    const again = await startController({ ...rig.config, stateFolder });
    expect((await ask(again.api, 'audit', {})).brokenAt).toBeNull();
    await again.stop();
  } finally {
    await rig.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
});
