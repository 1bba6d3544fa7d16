import { afterEach, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, type Rig, seed, startRig, until } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(async () => await rig?.close());

it('what a known version lacks is told of a new revision without a visit, after a restart too', async () => {
  rig = await startRig(
    (router) => labFleet(router, 'dns: {servers: [192.0.2.1]}'),
    [seed('r1', { version: '7.12.2' })],
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  const ask = async (...args: readonly string[]) => await rosctl([...args, '--state', rig.config.stateFolder]);
  rig.router.faults.add({ kind: 'offline', how: 'silent' });
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'dns: {servers: [192.0.2.1], vrf: mgmt}') });

  const lacks =
    /RouterOS 7\.12\.2 .*of r1 does not have \/ip\/dns vrf \(RouterConfig r1\)\. Take it out for this device, or upgrade the router/;
  const told = await until(
    async () => (await ask('status', 'r1')).stdout,
    (text) => /does not have/.test(text),
  );
  expect(told.replaceAll(/\s+/g, ' ')).toMatch(lacks);
  const plan = await ask('plan', 'r1');
  expect(`${plan.stdout}${plan.stderr}`.replaceAll(/\s+/g, ' ')).toMatch(lacks);

  await rig.restart();
  const again = await until(
    async () => (await ask('status', 'r1')).stdout,
    (text) => /does not have/.test(text),
  );
  expect(again.replaceAll(/\s+/g, ' ')).toMatch(lacks);

  await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'dns: {servers: [192.0.2.1]}') });
  await until(
    async () => (await ask('status', 'r1')).stdout,
    (text) => !/does not have/.test(text),
  );
});
