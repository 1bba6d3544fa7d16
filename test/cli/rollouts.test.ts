import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RolloutView } from '#controller';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { type Ran, rosctl, startRosctl } from './run.ts';

const NAMES = ['r1', 'r2', 'r3'] as const;
const WAVES = POLICIES.replace(
  '  selector: {}\n',
  '  selector: {}\n  waves: [{name: canary, selector: {names: [r2]}}]\n  betweenWaves: wait\n',
);

let rig: Rig;

async function run(...args: readonly string[]): Promise<Ran> {
  return await rosctl(['rollouts', ...args, '--state', rig.config.stateFolder]);
}

/** Declares DNS servers for all devices. */
async function declare(servers: string): Promise<void> {
  await rig.declare(
    Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, `dns: {servers: [${servers}]}`)])),
  );
}

async function stateOf(): Promise<string | undefined> {
  const { store, fleet } = rig.controller.api;
  return (await store.rollouts.list(fleet.source, 1))[0]?.state;
}

beforeAll(async () => {
  rig = await startRig(
    (_router, fleet) => ({
      ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      ...Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, 'addressLists: []')])),
      'policies.yaml': WAVES,
    }),
    NAMES.map((name) => seed(name)),
  );
  for (const name of NAMES) await outcomeOf(rig, name, 'InSync');
}, 60_000);

afterAll(async () => await rig.close());

describe('rosctl rollouts', () => {
  test('before there is one', async () => {
    expect((await run('list')).stdout).toContain('no rollout was ever opened');
    expect(await run('pause')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('no rollout is open'),
    });
    expect(await run('show', 'ro-1')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('There is no rollout'),
    });
    expect(await run('dance')).toMatchObject({ code: EXIT.usage });
  });

  test('watch waits for one, follows it over a pause, and ends well with it', async () => {
    const state = ['--state', rig.config.stateFolder];
    const watching = startRosctl(['rollouts', 'watch', ...state]);
    const screen = startRosctl(['rollouts', 'watch', ...state], { tty: true });
    await until(
      () => watching.stderr(),
      (text) => text.includes('no rollout is open'),
    );
    await declare('9.9.9.9');
    await until(stateOf, (each) => each === 'paused', 60);
    expect((await run('show')).stdout).toMatch(/r2\s+canary\s+confirmed/);
    const status = await until(
      async () => (await rosctl(['status', ...state])).stdout,
      (text) => /RolloutPaused\s+r1, r3/.test(text),
    );
    expect(status).toMatch(/Rollout ro-[0-9a-f]{12} \(usual\) paused, wave 1 of 2 \(canary\): .*1 confirmed/);
    expect(await run('resume', '--device', 'r1')).toMatchObject({ code: EXIT.usage });
    expect(await run('resume')).toMatchObject({ code: EXIT.ok, stdout: expect.stringContaining('is running') });
    expect(await watching.code).toBe(EXIT.ok);
    const lines = watching.stdout().trim().split('\n');
    expect(lines.filter((line) => line.includes('confirmed, healthy') || / confirmed {2}/.test(line))).toHaveLength(3);
    expect(lines.at(-3)).toMatch(/ro-[0-9a-f]{12} {2}done {2}3 confirmed$/);
    expect(lines.at(-2)).toMatch(/^ro-[0-9a-f]{12} \(usual\) done, .*: 3 confirmed; 3 confirmed$/);
    expect(lines.at(-1)).toMatch(/^ {2}next: rosctl .*rollouts show ro-[0-9a-f]{12}$/);
    expect(await screen.code).toBe(EXIT.ok);
    expect(screen.stdout()).toContain('\u001B[H\u001B[2J');
    expect(screen.stdout()).toMatch(/\[#+-*\] \d\/1 canary/);
  });

  test('skip, roll back and abort, with what each means', async () => {
    await declare('9.9.9.10');
    await until(stateOf, (each) => each === 'paused', 60);
    expect(await run('skip')).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('say what to skip') });
    expect(await run('skip', '--device', 'r9', '--yes')).toMatchObject({
      code: EXIT.failure,
      stderr: expect.stringContaining('r9 is not part of it. [RolloutRefused]'),
    });
    expect(await run('skip', '--device', 'r1')).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringMatching(/leave out 1 device and void their approvals\?\n {2}read it, then add --yes/),
    });
    const asked = ['rollouts', 'abort', '--state', rig.config.stateFolder];
    expect(await rosctl(asked, { tty: true, input: 'no\n' })).toMatchObject({
      code: EXIT.failure,
      stderr: expect.stringMatching(/leave out \d devices and void[^]*nothing was changed/),
    });
    expect(await stateOf()).toBe('paused');
    expect((await run('skip', '--device', 'r1', '--yes')).stdout).toContain('needs a new approval');
    const watching = startRosctl(['rollouts', 'watch', '--state', rig.config.stateFolder, '-o', 'json']);
    await until(
      () => watching.stderr(),
      (text) => text.includes('paused'),
    );
    expect((await run('rollback', '--reason', 'wrong resolver', '--yes')).stdout).toContain('is undoing');
    expect(await watching.code).toBe(EXIT.failure);
    const ended = JSON.parse(watching.stdout()) as RolloutView;
    expect(ended).toMatchObject({ state: 'undone', counts: { undone: 1, skipped: 2 } });
    expect(ended.reason).toContain('wrong resolver');
    expect(rig.fleet.router('r2').rows('/ip/dns')[0]?.['servers']).toBe('9.9.9.9');

    await declare('9.9.9.11');
    await until(stateOf, (each) => each === 'paused', 60);
    expect((await run('abort', '--reason', 'not today', '--yes')).stdout).toContain('is aborted');
    expect(await run('resume', ended.id)).toMatchObject({
      code: EXIT.failure,
      stderr: expect.stringContaining('it has ended'),
    });
    const list = await run('list');
    expect(list.stdout).toMatch(/^ROLLOUT\s+POLICY\s+STATE/);
    expect(
      list.stdout
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(/\s+/)[2]),
    ).toEqual(['aborted', 'undone', 'done']);
    const shown = await run('show', ended.id.slice(3, 9));
    expect(shown.stdout).toMatch(/r2\s+canary\s+undone/);
    const audit = await rosctl(['audit', '--state', rig.config.stateFolder]);
    expect(audit.stdout).toMatch(/rollout\.abort/);
  });
});
