import { afterEach, expect, it } from 'vitest';
import { startController, type DeviceView } from '#controller';
import { startMortal } from '#test/mortal.ts';
import { configYaml, deviceYaml, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { statusAt } from '#test/status-at.ts';

let rig: Rig;
let mayAnswer = Promise.withResolvers<void>();

afterEach(async () => {
  mayAnswer.resolve();
  await rig.close();
});

const NAMES = ['r1', 'r2', 'r3'];
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

/** In sync, waiting for somebody who may approve, and out of reach. */
const STATES = ['InSync', 'NoApprovalPolicy', 'Unknown'];

it('a controller that was killed shows, before any router answers it again, what was observed before', async () => {
  rig = await startRig(
    (_, fleet) => ({
      'r1.yaml': deviceYaml(fleet.router('r1'), 'r1'),
      'r2.yaml': deviceYaml(fleet.router('r2'), 'r2'),
      'r3.yaml': deviceYaml(fleet.router('r3'), 'r3').replace(fleet.router('r3').url, NOWHERE),
      ...Object.fromEntries(NAMES.map((name) => [`c-${name}.yaml`, configYaml(name, 'dns: {servers: [9.9.9.9]}')])),
      'policies.yaml': POLICIES.replace('{matchLabels: {environment: lab}}', '{names: [r1, r3]}'),
    }),
    NAMES.map((name) => seed(name)),
  );
  const { config } = rig;
  const devices = async (): Promise<ReadonlyMap<string, DeviceView>> =>
    new Map((await statusAt(config.stateFolder)).devices.map((device) => [device.name, device]));
  const states = async (): Promise<readonly (string | undefined)[]> => {
    const seen = await devices();
    return [seen.get('r1')?.reason, seen.get('r2')?.reason, seen.get('r3')?.ready];
  };
  const hasVisitedAll = async (): Promise<boolean> =>
    [...(await devices()).values()].every(({ lastVisitAt }) => lastVisitAt);
  await rig.controller.stop();
  const mortal = await startMortal([config]);
  await until(states, (seen) => JSON.stringify(seen) === JSON.stringify(STATES));
  await until(hasVisitedAll, (all) => all);
  // Changes reach the store a second later, by the fleet's clock.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = await devices();
  await mortal.kill();

  mayAnswer = Promise.withResolvers<void>();
  for (const router of rig.fleet.routers.values()) router.intercept(() => mayAnswer.promise);
  rig.controller = await startController(config);
  const after = await devices();
  for (const name of ['r1', 'r2']) {
    const { ready, reason, message, planId } = before.get(name) ?? {};
    expect(after.get(name)).toMatchObject({ ready, reason, message, planId });
    expect(after.get(name)?.readAt).toEqual(expect.any(Number));
  }
  expect(await states()).toEqual(STATES);
  expect(after.get('r3')?.reason).not.toBe('NotVisitedYet');
  expect(NAMES.map((name) => rig.controller.api.visitOf(name))).toEqual([
    null,
    null,
    expect.toBeOneOf([null, expect.anything()]),
  ]);

  mayAnswer.resolve();
  await until(
    () => rig.controller.api.visitOf('r1')?.outcome.kind,
    (kind) => kind === 'InSync',
  );
  expect(await states()).toEqual(STATES);
});
