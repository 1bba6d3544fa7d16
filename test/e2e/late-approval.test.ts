import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitsFor } from '#test/approval-facts.ts';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(() => rig.close());

const dns = (server: string): Record<string, string> => ({
  'configs/p1.yaml': configYaml('p1', `dns: {servers: [${server}]}`),
});
const servers = (): string | undefined => rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers'];

/** Declares a server, lets bob approve its plan, and waits until the router has it. @returns the plan's id */
async function take(server: string): Promise<string> {
  await rig.change(dns(server), { key: rig.keys.carol });
  const plan = await rig.planOf('p1');
  await rig.approve('bob', plan);
  await until(servers, (now) => now === server);
  await outcomeOf(rig, 'p1', 'InSync');
  return plan;
}

test('an approval that is given after its plan was done does not do it again after it was taken back', async () => {
  await take('192.0.2.61');
  const plan = await take('192.0.2.62');
  // dora approves it too; she had not seen that bob did and that it is done.
  await rig.approve('dora', plan);
  await take('192.0.2.61');
  await rig.change(dns('192.0.2.62'), { key: rig.keys.carol });
  expect(await waitsFor(rig, 'p1')).toContain('bob');
  expect(servers()).toBe('192.0.2.61');
});
