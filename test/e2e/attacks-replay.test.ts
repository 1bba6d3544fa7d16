import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitsFor } from '#test/approval-facts.ts';
import { rosterYaml, startGitRig, type GitRig } from '#test/git-rig.ts';
import { testKey } from '#test/git-writer.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

/** What an approver signed once is written anew around the same signature, and a mere contributor merges it in. */

let rig: GitRig;

beforeAll(async () => {
  const names = ['p1', 'p2', 'p3', 'p4'];
  rig = await startGitRig(
    (fleet) =>
      Object.fromEntries(
        names.flatMap((name) => [
          [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name, '', 'prod', 60)],
          [`configs/${name}.yaml`, configYaml(name, 'dns: {servers: [192.0.2.53]}')],
        ]),
      ),
    names.map((name) => seed(name, { tls: true })),
  );
});
afterAll(() => rig.close());

const dns = (device: string, server: string): Record<string, string> => ({
  [`configs/${device}.yaml`]: configYaml(device, `dns: {servers: [${server}]}`),
});
const serversOf = (device: string): string | undefined => rig.fleet.router(device).rows('/ip/dns')[0]?.['servers'];

/** Declares a server, approves its plan, and waits until the router has it. @returns the approval's commit */
async function take(device: string, server: string): Promise<string> {
  await rig.change(dns(device, server), { key: rig.keys.carol });
  const commit = await rig.approve('bob', await rig.planOf(device));
  await until(
    () => serversOf(device),
    (servers) => servers === server,
  );
  await outcomeOf(rig, device, 'InSync');
  return commit;
}

/** carol merges another object around what bob signed. */
async function replay(commit: string): Promise<string> {
  const { git, keys } = rig;
  const twin = await git.carryAnew(commit);
  expect(twin).not.toBe(commit);
  await git.push({ key: keys.carol, message: 'Merge\n', parents: [(await git.head()) ?? '', twin] });
  await rig.look();
  return twin;
}

describe('an approval that was used once', () => {
  test('does not let its plan through again', async () => {
    await take('p1', '192.0.2.61');
    const approval = await take('p1', '192.0.2.62');
    await take('p1', '192.0.2.61');
    await rig.change(dns('p1', '192.0.2.62'), { key: rig.keys.carol });
    expect(await waitsFor(rig, 'p1')).toContain('used already');
    const twin = await replay(approval);
    expect(await waitsFor(rig, 'p1')).toContain("Not counted: bob's (used already)");
    expect(serversOf('p1')).toBe('192.0.2.61');
    const [told] = (await rig.audited('approval.refused')).filter(({ commit }) => commit === twin);
    expect(told).toMatchObject({ person: 'bob', reason: expect.stringContaining(`as commit ${approval}`) });
  });

  test('does not try a plan again that was rolled back', async () => {
    const router = rig.fleet.router('p2');
    await take('p2', '192.0.2.61');
    let broken = true;
    router.intercept(({ phase, method, path }) => {
      if (!broken || phase !== 'after-effect' || method !== 'POST' || path !== '/ip/dns/set') return;
      broken = false;
      router.human.change({ user: 'firmware', menu: '/ip/dns', verb: 'set', args: { servers: '203.0.113.9' } });
    });
    await rig.change(dns('p2', '192.0.2.62'), { key: rig.keys.carol });
    const approval = await rig.approve('bob', await rig.planOf('p2'));
    await until(
      async () => (await rig.controller.api.store.attempts.list('p2', 5))[0]?.end,
      (end) => end === 'undone',
    );
    await replay(approval);
    expect(await waitsFor(rig, 'p2')).toContain('This plan was rolled back');
    expect(serversOf('p2')).toBe('192.0.2.61');
  });

  test('does not give a role back that was taken from somebody', async () => {
    const { git, keys } = rig;
    const control = () => rig.controller.api.fleet.sourceStatus()?.control;
    const mallory = testKey('mallory');
    const with_ = rosterYaml(
      keys,
      `    - {name: mallory, roles: [contributor, approver], keys: ["${mallory.line}"]}\n`,
    );
    const roster = { without: rosterYaml(keys), with: with_ };
    const settle = async (text: string): Promise<string> => {
      await rig.change({ 'roster.yaml': text }, { key: keys.carol });
      const commit = await rig.approve('alice', control()?.plan.id ?? '');
      expect(control()).toBeNull();
      return commit;
    };
    const approval = await settle(roster.with);
    await settle(roster.without);
    await rig.change({ 'roster.yaml': roster.with }, { key: keys.carol });
    const waiting = control()?.plan.id;
    await replay(approval);
    expect(control()?.plan.id).toBe(waiting);
    expect(
      control()
        ?.reasons.map(({ message }) => message)
        .join(),
    ).toContain("Not counted: alice's (used already)");
    const people = rig.controller.api.fleet.inventory?.roster?.document.spec.people.map(({ name }) => name);
    expect(people).not.toContain('mallory');
    await rig.backTo(rig.controller.api.fleet.sourceStatus()?.trust?.head ?? (await git.head()) ?? '');
  });

  test('that was retracted does not come back', async () => {
    const { git, keys } = rig;
    const trusted = rig.controller.api.fleet.sourceStatus()?.trust?.head ?? '';
    await rig.change({ ...dns('p3', '192.0.2.66') }, { key: keys.carol });
    const held = rig.controller.api.fleet.sourceStatus()?.trust?.head ?? '';
    expect(held).not.toBe(trusted);
    const plan = await rig.planOf('p3');
    const roster = rosterYaml(keys, `    - {name: frank, roles: [contributor], keys: ["${testKey('frank').line}"]}\n`);
    await rig.ask('PUT', 'freeze', { reason: 'so that nothing is used' });
    await rig.change({ 'roster.yaml': roster }, { key: keys.carol });
    const approval = await rig.approve('bob', plan);
    await rig.visited();
    expect(rig.controller.api.visitOf('p3')?.outcome).toMatchObject({ ready: expect.anything() });
    await rig.backTo(held);
    await rig.visited();
    await rig.ask('DELETE', 'freeze');
    await replay(approval);
    expect(await waitsFor(rig, 'p3')).toContain('bob');
    expect(rig.controller.api.fleet.sourceStatus()?.pending).toEqual([]);
    await git.setHead(approval);
    expect(await waitsFor(rig, 'p3')).toContain('bob');
    expect(serversOf('p3')).toBe('');
    await rig.backTo(rig.controller.api.fleet.sourceStatus()?.trust?.head ?? '');
  });
});

describe('whoever brought a change', () => {
  test('does not approve it alone after somebody else moved its file', async () => {
    const { keys } = rig;
    await rig.change(
      { 'configs/extra.yaml': configYaml('p4', 'identity: {name: other}').replace('{name: p4}', '{name: extra}') },
      { key: keys.bob },
    );
    await rig.approve('bob', await rig.planOf('p4'));
    expect(await waitsFor(rig, 'p4')).toContain("bob's (they brought the change)");
    const text = rig.files()['configs/extra.yaml'] ?? '';
    await rig.change({ 'configs/extra.yaml': null, 'configs/moved.yaml': text }, { key: keys.carol });
    expect(await waitsFor(rig, 'p4')).toContain("bob's (they brought the change)");
    await rig.approve('bob', await rig.planOf('p4'));
    expect(await waitsFor(rig, 'p4')).toMatch(/Not counted: bob's \(they brought the change\)\./);
    await rig.approve('dora', await rig.planOf('p4'));
    await outcomeOf(rig, 'p4', 'Confirmed');
  });
});
