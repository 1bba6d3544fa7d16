import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, POLICIES, startRig, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const SPEC = `
# As on the label.
identity: {name: r1}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: ours} # a scanner
unlisted: {addressLists: prune}
`;
const CONFIG = 'configs/r1.yaml';

/** A confirmed lab device that somebody changed in three places. */
async function drifted(): Promise<void> {
  const policies = POLICIES.replace('  confirmWithinSeconds', '  drift: propose\n  confirmWithinSeconds');
  rig = await startRig((router) => ({ ...labFleet(router, SPEC), 'policies.yaml': policies }));
  await outcomeOf(rig, 'r1', 'InSync');
  const menu = '/ip/firewall/address-list';
  rig.router.human.change({ user: 'anna', menu, verb: 'set', where: { list: 'blocked' }, args: { comment: 'mine' } });
  rig.router.human.change({ user: 'anna', menu, verb: 'add', args: { list: 'blocked', address: '203.0.113.9' } });
  rig.router.human.change({ user: 'anna', menu: '/system/identity', verb: 'set', args: { name: 'mine' } });
  await waitsFor(rig, 'r1', 'DriftNotCorrected');
  await rig.controller.api.reconcile([]);
  await waitsFor(rig, 'r1', 'DriftNotCorrected');
}

function propose(...more: readonly string[]) {
  const places = ['--state', rig.config.stateFolder, '--fleet', rig.sourceFolder];
  return rosctl(['drift', 'propose', 'r1', ...places, ...more]);
}

const plan = async () => await rig.controller.api.store.plans.listCurrent();

describe('rosctl drift propose', () => {
  it('--adopt prints files that give an empty plan when they are put in place, and writes none by itself', async () => {
    await drifted();
    const before = await readFile(path.join(rig.sourceFolder, CONFIG), 'utf8');
    // It is kept: another life of the controller tells the same.
    await rig.restart();
    await waitsFor(rig, 'r1', 'DriftNotCorrected', 60);
    const told = await propose('--adopt');
    expect(told.code).toBe(2);
    expect(told.stdout).toMatch(/configs\/r1\.yaml:\d+ {2}RouterConfig r1, spec\.identity\.name: "mine"/);
    expect(told.stdout).not.toContain('To bring r1 back');
    expect(await readFile(path.join(rig.sourceFolder, CONFIG), 'utf8')).toBe(before);

    const patched = path.join(path.dirname(rig.sourceFolder), 'patched');
    await cp(rig.sourceFolder, patched, { recursive: true });
    await writeFile(path.join(path.dirname(rig.sourceFolder), 'told.patch'), told.stdout);
    execFileSync('git', ['apply', '../told.patch'], { cwd: patched });

    const into = path.join(path.dirname(rig.sourceFolder), 'proposed');
    const ran = await propose('--adopt', '--into', into, '-o', 'json');
    const { adopt, revert } = JSON.parse(ran.stdout) as {
      adopt: { files: { file: string }[]; byHand: unknown[] };
      revert: null;
    };
    expect([adopt.files.map(({ file }) => file), adopt.byHand, revert]).toEqual([[CONFIG], [], null]);
    const text = await readFile(path.join(into, CONFIG), 'utf8');
    expect(await readFile(path.join(patched, CONFIG), 'utf8')).toBe(text);
    expect(text).toContain('# As on the label.');
    expect(text).toContain('comment: mine} # a scanner');
    await writeFile(path.join(rig.sourceFolder, CONFIG), text);
    rig.router.requests.clear();
    await rig.controller.api.reconcile([]);
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect([await plan(), await rig.controller.api.store.drift.listOpen()]).toEqual([[], []]);
  });

  it('--revert shows the plan that waits, and it gives the base', async () => {
    await drifted();
    const told = await propose('--revert', '-o', 'json');
    const { adopt, revert } = JSON.parse(told.stdout) as { adopt: null; revert: { planId: string; text: string } };
    expect([adopt, revert.planId]).toEqual([null, (await plan())[0]?.id]);
    expect(revert.text).toContain('comment: mine → ours');
    expect((await propose('--revert', '--into', 'x')).stderr).toContain('a revert changes no file');
    // What the plan does is what standing authority would do.
    await rig.declare({
      'policies.yaml': POLICIES.replace(
        '  confirmWithinSeconds',
        '  driftRules: [{drift: correct, deletions: allow}]\n  confirmWithinSeconds',
      ),
    });
    await outcomeOf(rig, 'r1', 'InSync');
    expect(rig.router.rows('/ip/firewall/address-list').map(({ address, comment }) => [address, comment])).toEqual([
      ['198.51.100.7', 'ours'],
    ]);
    expect(rig.router.rows('/system/identity')[0]?.['name']).toBe('r1');
  });

  it('says both without either, and what is wrong with how it is asked', async () => {
    await drifted();
    const { stdout } = await propose();
    expect(stdout).toContain('To keep what r1 holds: 3 changes in 1 file');
    expect(stdout).toContain('To bring r1 back, no file changes:');
    expect((await rosctl(['drift', 'propose'])).stderr).toContain('DEVICE is missing');
    expect((await rosctl(['drift', 'r1', 'r2'])).stderr).toContain('one device at most');
    await rig.declare({ [CONFIG]: configYaml('r1', 'identity: {name: mine}') });
    await outcomeOf(rig, 'r1', 'InSync');
    expect((await propose()).stdout).toContain('no drift');
  });
});
