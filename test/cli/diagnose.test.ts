import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { startController } from '#controller';
import { BOTH_TOOLS, diagnosable, FAR, READER_PASSWORD, SILENT, startDiagnoseRig, tried } from '#test/diagnose-rig.ts';
import { type Rig, until } from '#test/rig.ts';
import { faultsOf } from './output-schema.ts';
import { rosctl, startRosctl } from './run.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startDiagnoseRig([diagnosable('r1'), diagnosable('r2')], { r1: BOTH_TOOLS, r2: BOTH_TOOLS });
});
afterAll(() => rig.close());

const state = (): readonly string[] => ['--state', rig.config.stateFolder];

describe('rosctl diagnose', () => {
  test('ping tells each probe, and what it came to', async () => {
    const { code, stdout, stderr } = await rosctl(['diagnose', 'ping', 'r1', FAR, '--count', '2', ...state()]);
    expect(stdout).toMatch(
      /^ {2}1 {2}203\.0\.113\.7 {2}\d+\.\d+ ms\n {2}2 {2}203\.0\.113\.7 {2}\d+\.\d+ ms\ndone: 2 of 2 probes answered, 0 % lost, .* on average .* ms\n$/,
    );
    expect([code, stderr]).toEqual([EXIT.ok, '']);
  });

  test('of what nobody answers ends with exit code 1', async () => {
    const { code, stdout } = await rosctl(['diagnose', 'ping', 'r1', SILENT, '--count', '1', ...state()]);
    expect(stdout).toBe('  1  timeout\ndone: 0 of 1 probes answered, 100 % lost\n');
    expect(code).toBe(EXIT.failure);
  });

  test('traceroute, resolve and bandwidth tell theirs', async () => {
    const trace = await rosctl(['diagnose', 'traceroute', 'r1', FAR, ...state()]);
    expect(trace.stdout).toMatch(
      /^ {2}1 {2}10\.255\.0\.254 {2}.*\n {2}2 .*\n {2}3 {2}\*\n[^]*done: 203\.0\.113\.7 is 6 hops away\n$/,
    );
    const name = await rosctl(['diagnose', 'resolve', 'r1', 'www.example.com', ...state()]);
    expect(name.stdout).toMatch(/^address (203[\d.]+)\ndone: www\.example\.com is \1\n$/);
    const speed = await rosctl(['diagnose', 'bandwidth', 'r1', 'r2', '--seconds', '6', ...state()]);
    expect(speed.stdout).toMatch(
      /^ {2}5 s {2}received [\d.]+ Mbit\/s, transmitted .*\n {2}1 s .*\ndone: received .* over 6 s\n$/,
    );
    expect([trace.code, name.code, speed.code]).toEqual([EXIT.ok, EXIT.ok, EXIT.ok]);
    expect(speed.stdout + speed.stderr).not.toContain(READER_PASSWORD);
  });

  test('-o json prints the whole of it, its steps beside it, as the schema says', async () => {
    const { code, stdout, stderr } = await rosctl([
      'diagnose',
      'ping',
      'r1',
      FAR,
      '--count',
      '1',
      '-o',
      'json',
      ...state(),
    ]);
    expect(code).toBe(EXIT.ok);
    expect(faultsOf('diagnose', JSON.parse(stdout))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', steps: [{ kind: 'probe', from: FAR }] });
    expect(JSON.parse(stderr)).toEqual({ note: expect.stringContaining(FAR) });
  });

  test('refuses what the tool does not take', async () => {
    const { code, stderr } = await rosctl(['diagnose', 'resolve', 'r1', 'www.example.com', '--count', '3', ...state()]);
    expect([code, stderr]).toEqual([EXIT.usage, expect.stringContaining('count has no meaning for resolve')]);
    expect((await rosctl(['diagnose', 'ping', 'r1', FAR, '--count', '0', ...state()])).code).toBe(EXIT.usage);
  });

  test('Ctrl-C ends it on the controller too, and says so', async () => {
    const running = startRosctl(['diagnose', 'ping', 'r1', SILENT, '--count', '100', ...state()]);
    await until(
      () => running.stdout(),
      (text) => text.includes('  2  timeout'),
    );
    expect(await running.stop()).toBe(EXIT.interrupted);
    expect(running.stderr()).toMatch(
      /^dg-[0-9a-f]{12} is cancelled: the router is asked nothing more, and soon idle\n/,
    );
    expect(running.stdout()).toMatch(/\n0 of \d+ probes answered, 100 % lost; 100 were asked for\n$/);
    const [id = ''] = /dg-\w+/.exec(running.stderr()) ?? [];
    const cancelled = await until(
      async () => await rig.controller.api.store.diagnostics.get(id),
      (found) => found?.endedAt !== null,
    );
    expect(cancelled).toMatchObject({ state: 'cancelled', cancelledBy: expect.stringMatching(/^operator:/) });
    const sent = tried(rig.router).length;
    await rig.controller.api.clock.sleep(5_000);
    expect(tried(rig.router)).toHaveLength(sent);
    expect(rig.router.running).toEqual([]);
  });

  test('waits for a controller that is away, and tells what became of it', async () => {
    const running = startRosctl(['diagnose', 'ping', 'r2', SILENT, '--count', '100', ...state()]);
    await until(
      () => running.stdout(),
      (text) => text.includes('  1  timeout'),
    );
    await rig.controller.stop();
    await until(
      () => running.stderr(),
      (text) => text.includes('waiting for it'),
    );
    rig.controller = await startController(rig.config);
    expect(await running.code).toBe(EXIT.failure);
    expect(running.stdout()).toMatch(/lost: The controller was stopped\. \[DiagnosticLost\]\n$/);
  });
});
