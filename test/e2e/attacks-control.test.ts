import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitsFor } from '#test/approval-facts.ts';
import { APPROVED, rosterYaml, startGitRig, type GitRig } from '#test/git-rig.ts';
import { testKey } from '#test/git-writer.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

let rig: GitRig;
let thief: Server;
let thiefAt = '';
let connections = 0;

beforeAll(async () => {
  thief = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
  const address = thief.address();
  thiefAt = `https://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`;
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
      'configs/core.yaml': configYaml('core', 'dns: {cacheSize: 4096}').replace(
        'selector: {names: [core]}',
        'selector: {matchLabels: {role: core}}',
      ),
    }),
    [seed('p1', { tls: true }), seed('x1', { tls: true })],
  );
});
afterAll(async () => {
  await rig.close();
  await new Promise((resolve) => thief.close(resolve));
});

/** Every test begins where trust stands. */
afterEach(async () => {
  await rig.backTo(standing()?.trust?.head ?? '');
});

const standing = () => rig.controller.api.fleet.sourceStatus();

/** The file of p1 with one line another. */
function p1With(from: string | RegExp, to: string): Record<string, string> {
  const before = rig.files()['devices/p1.yaml'] as string;
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return { 'devices/p1.yaml': after };
}

/** What waits to steer the controller, and why; everything was visited since it was seen. */
async function control(): Promise<{ readonly id: string; readonly reasons: string; readonly changed: string }> {
  await rig.visited();
  const waiting = standing()?.control;
  if (waiting === null || waiting === undefined) throw new Error('no control plan waits');
  expect(waiting.reasons.map(({ code }) => code)).toEqual(['ControlApprovalMissing']);
  const reasons = waiting.reasons.map(({ message }) => message).join(' ');
  expect((await rig.status()).replaceAll(/\s+/g, ' ')).toContain(reasons);
  const changed = waiting.plan.body.changes.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return { id: waiting.plan.id, reasons, changed };
}

describe('a device edited without an approved control plan', () => {
  const EDITS: Readonly<Record<string, () => Record<string, string>>> = {
    'its address': () => p1With(/address: https.*/, `address: ${thiefAt}`),
    'its credentials': () => p1With('credentialsRef: lab', 'credentialsRef: root'),
    'its tls': () =>
      p1With('  environment', `  tls: {mode: pinned, fingerprint: "${'AB:'.repeat(31)}AB"}\n  environment`),
    'its label': () => p1With('{name: p1}', '{name: p1, labels: {role: core}}'),
    'its environment': () => p1With('environment: prod', 'environment: staging'),
    'its serial': () => p1With('  environment', '  serial: OTHER\n  environment'),
    'its management path': () => p1With('interface: ether1', 'interface: ether2'),
  };
  test.each(Object.keys(EDITS))('%s', async (name) => {
    const { api } = rig.controller;
    const [plan, target, writes] = [await rig.planOf('p1'), api.fleet.targetOf('p1'), rig.writes()];
    const asked = rig.fleet.router('p1').requests.length;
    await rig.change({ ...rig.files(), ...EDITS[name]?.() });
    const waiting = await control();
    expect(waiting.changed).toBe('RouterDevice p1');
    expect(waiting.reasons).toContain('alice could give it');
    const { approvalRules, ...now } = api.fleet.targetOf('p1') ?? {};
    expect({ ...target, revision: api.fleet.revision }).toMatchObject(now);
    expect(approvalRules).toEqual(expect.arrayContaining([...(target?.approvalRules ?? [])]));
    expect(await rig.planOf('p1')).toBe(plan);
    expect(rig.fleet.router('p1').requests.length).toBeGreaterThan(asked);
    expect([rig.writes(), connections]).toEqual([writes, 0]);
  });

  test('or deleted stays until that is approved', async () => {
    const plan = await rig.planOf('p1');
    const elsewhere = configYaml('p1', 'dns: {servers: [192.0.2.53]}').replace(
      'names: [p1]',
      'matchLabels: {name: p1}',
    );
    await rig.change({ 'configs/p1.yaml': elsewhere, 'devices/p1.yaml': null });
    expect((await control()).changed).toBe('RouterDevice p1');
    expect(await rig.planOf('p1')).toBe(plan);
  });

  test('says nothing to a new device before somebody with the role policy approved it, and then does', async () => {
    const x1 = rig.fleet.router('x1');
    await rig.change({ 'devices/x1.yaml': deviceYaml(x1, 'x1', '', 'prod', 60) });
    const waiting = await control();
    await rig.approve('bob', waiting.id);
    const after = await control();
    expect(after.reasons).toContain("Not counted: bob's (the policy does not name them)");
    await rig.ask('POST', 'reconcile', { devices: [] });
    expect(rig.controller.api.fleet.devices()).toEqual(['p1']);
    expect(x1.requests).toHaveLength(0);
    await rig.approve('alice', waiting.id);
    await until(
      () => rig.controller.api.visitOf('x1')?.outcome.kind,
      (kind) => kind === 'InSync',
    );
    expect(x1.requests.length).toBeGreaterThan(0);
    expect((await rig.audited('control.approved'))[0]).toMatchObject({ planId: waiting.id, approvedBy: ['alice'] });
  });
});

describe('who approves a control plan', () => {
  test('an incoming signer does not', async () => {
    const mallory = testKey('mallory');
    const people = `    - name: mallory\n      roles: [contributor, approver, policy]\n      keys: ["${mallory.line}"]\n`;
    await rig.change({ 'roster.yaml': rosterYaml(rig.keys, people) });
    const waiting = await control();
    expect(waiting).toMatchObject({
      changed: 'Roster people',
      reasons: expect.stringContaining('alice could give it'),
    });
    const refusal = await rig.refusal(() => rig.git.approve(mallory, waiting.id));
    expect(refusal.reasons).toEqual([{ code: 'UnknownKey', message: expect.stringContaining('"Approve"') }]);
    expect((await control()).id).toBe(waiting.id);
  });

  test('a contributor who gives themselves the role does not', async () => {
    const roster = rig.files()['roster.yaml'] as string;
    const more = roster.replace(
      'name: carol\n      roles: [contributor]',
      'name: carol\n      roles: [contributor, policy]',
    );
    await rig.change({ 'roster.yaml': more });
    const waiting = await control();
    await rig.approve('carol', waiting.id);
    expect(await control()).toMatchObject({ id: waiting.id, reasons: expect.stringContaining('alice could give it') });
    expect(standing()?.disregarded).toEqual([
      {
        code: 'ApprovalRefused',
        message: expect.stringContaining('carol has neither the role approver nor the role policy'),
      },
    ]);
  });

  test('its author does not', async () => {
    await rig.change(p1With('environment: prod', 'environment: staging'), { key: rig.keys.alice });
    const waiting = await control();
    const commit = await rig.approve('alice', waiting.id);
    const { reasons } = await control();
    expect(reasons).toContain("Not counted: alice's (they brought the change)");
    expect(reasons).toContain('Everybody who could give it brought the change, so nobody can.');
    expect(reasons).toContain('off the branch again, and have somebody else commit the change');
    expect(await rig.status()).toContain('next: nobody can approve it as things stand');
    expect(await rig.status()).not.toContain('next: rosctl approve control');
    expect((await rig.audited('control.refused')).filter(({ planId }) => planId === waiting.id)).toEqual([
      expect.objectContaining({
        approvals: [commit],
        reasons: [{ code: 'ControlApprovalMissing', message: reasons }],
      }),
    ]);
  });

  test('somebody else can bring the change, once the commit of its author is off the branch', async () => {
    const trusted = standing()?.trust?.head ?? '';
    const change = p1With('environment: prod', 'environment: prod\n  critical: true');
    await rig.change(change, { key: rig.keys.alice });
    expect((await control()).reasons).toContain('so nobody can. Take their commits');
    await rig.backTo(trusted);
    await rig.change(change, { key: rig.keys.carol });
    expect((await control()).reasons).toContain('alice could give it');
    expect(await rig.status()).toContain('next: rosctl approve control');
  });
});

describe('policies', () => {
  const lenient = APPROVED.replace(
    'approvers: {roles: [approver]}\n',
    'approvers: {roles: [approver]}\n  excludeAuthors: false\n',
  ).replace(/(name: prod}[\s\S]*approvers: \{roles: \[approver]})/, '$1\n  excludeAuthors: false');
  const hasty = APPROVED.replace('interfaces: running', 'interfaces: ignore');

  test('an ApprovalPolicy loosened in the same push lets nothing through', async () => {
    expect(lenient).toMatch(/name: prod}[\s\S]*excludeAuthors: false/);
    const files = { 'policies.yaml': lenient, 'configs/p1.yaml': configYaml('p1', 'dns: {servers: [203.0.113.66]}') };
    await rig.change(files, { key: rig.keys.alice });
    const waiting = await control();
    await rig.git.approve(rig.keys.alice, await rig.planOf('p1'));
    await rig.approve('alice', waiting.id);
    expect((await control()).reasons).toContain("Not counted: alice's (they brought the change)");
    expect(await waitsFor(rig, 'p1')).toContain("Not counted: alice's (they brought the change)");
  });

  test('one that is tightened counts beside the old one before it is approved', async () => {
    const strict = APPROVED.replace(/(name: prod}[\s\S]*)$/, '$1  required: 2\n');
    await rig.change({ 'policies.yaml': strict });
    await control();
    await rig.approve('bob', await rig.planOf('p1'));
    expect(await waitsFor(rig, 'p1')).toContain('asks for approval by 2 of role approver. Given by bob.');
    // The approval leaves the branch with it, so it was taken back.
    await rig.backTo(standing()?.trust?.head ?? '');
    expect(await waitsFor(rig, 'p1')).toContain('alice or bob or dora could give it');
  });

  test('a RolloutPolicy loosened after an approval makes another plan', async () => {
    const plan = await rig.planOf('p1');
    await rig.ask('PUT', 'freeze', { reason: 'the attacker is fast' });
    await rig.git.approve(rig.keys.bob, plan);
    await rig.change({ 'policies.yaml': hasty });
    const waiting = await control();
    expect(waiting.changed).toBe('RolloutPolicy usual');
    expect(await rig.planOf('p1')).toBe(plan);
    await rig.approve('alice', waiting.id);
    await rig.ask('DELETE', 'freeze');
    expect(await waitsFor(rig, 'p1')).toContain(`Not counted: bob's (of the earlier plan ${plan.slice(7, 19)}`);
    expect(await rig.planOf('p1')).not.toBe(plan);
  });

  test('a control plan that comes back needs another approval, and none that was left over counts', async () => {
    const { git, keys } = rig;
    const swap = async (policies: string): Promise<string> => {
      await rig.change({ 'policies.yaml': policies });
      const { id } = await control();
      await git.approve(keys.alice, id);
      await rig.approve('alice', id);
      expect(standing()?.control?.reasons ?? null).toBeNull();
      return id;
    };
    const back = await swap(APPROVED);
    await swap(hasty);
    await rig.change({ 'policies.yaml': APPROVED });
    const waiting = await control();
    expect(waiting.id).toBe(back);
    expect(waiting.reasons.match(/used already/g)).toHaveLength(1);
    await rig.approve('alice', back);
    expect(standing()?.control?.reasons ?? null).toBeNull();
    // Under the policy of before it is the very plan again that bob approved in the test above.
    await outcomeOf(rig, 'p1', 'InSync');
  });

  test('what waits to steer the controller keeps no device from being changed', async () => {
    const config = { 'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.54]}') };
    await rig.change({ ...p1With('{name: p1}', '{name: p1, labels: {role: core}}'), ...config });
    const waiting = await control();
    await rig.approve('bob', await rig.planOf('p1'));
    await until(
      () => rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers'],
      (servers) => servers === '192.0.2.54',
    );
    await outcomeOf(rig, 'p1', 'InSync');
    await rig.approve('alice', waiting.id);
    await rig.planOf('p1');
    // carol chose another RouterConfig for the device by its label: she brought what comes of it.
    const authors = await rig.controller.api.fleet.authorsOf('p1', await baseOf('p1'));
    expect(authors).toMatchObject({ people: ['carol'], unknown: false });
  });
});

async function baseOf(device: string): Promise<string | null> {
  return (await rig.controller.api.store.devices.get(device))?.baseRevision ?? null;
}

describe('keys', () => {
  test('a rotated key signs from then on, the old one no more, and old history stays', async () => {
    const fresh = testKey('bob');
    const roster = rosterYaml({ ...rig.keys, bob: fresh });
    await rig.change({ 'roster.yaml': roster }, { key: rig.keys.bob });
    await rig.approve('alice', (await control()).id);
    const refusal = await rig.refusal(() => rig.git.push({ key: rig.keys.bob, message: 'With the old key\n' }));
    expect(refusal.reasons).toEqual([{ code: 'UnknownKey', message: expect.stringContaining('"With the old key"') }]);
    await rig.git.approve(fresh, await rig.planOf('p1'));
    await rig.look();
    await outcomeOf(rig, 'p1', 'InSync');
    await rig.restart();
    expect(rig.controller.api.fleet).toMatchObject({ fault: null });
  });

  const FAULTS: Readonly<Record<string, (line: string) => string>> = {
    'a key of two people': (line) => `    - name: twin\n      roles: [approver]\n      keys: ["${line}"]\n`,
    'a certificate authority': (line) =>
      `    - name: ca\n      roles: [approver]\n      keys: ["cert-authority ${line}"]\n`,
    'a wildcard principal': (line) => `    - name: all\n      roles: [approver]\n      keys: ["* ${line}"]\n`,
  };
  test.each(Object.keys(FAULTS))('a roster with %s is refused', async (name) => {
    const line = name === 'a key of two people' ? rig.keys.carol.line : testKey('x').line;
    const roster = (rig.files()['roster.yaml'] as string) + (FAULTS[name]?.(line) ?? '');
    const refusal = await rig.refusal(() => rig.change({ 'roster.yaml': roster }));
    expect(refusal).toMatchObject({ code: 'SourceFaulty', status: expect.stringContaining('roster.yaml') });
  });
});

describe('names of credentials', () => {
  test.each(['RIG_PASSWORD', '$HOME', '/etc/passwd', '../secret', 'env:RIG_PASSWORD', 'lab/../../x'])(
    '%s is none',
    async (name) => {
      const refusal = await rig.refusal(() => rig.change(p1With('credentialsRef: lab', `credentialsRef: "${name}"`)));
      expect(refusal).toMatchObject({ code: 'SourceFaulty', status: expect.stringContaining('a bare name') });
      expect(connections).toBe(0);
    },
  );
});
