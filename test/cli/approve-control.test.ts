import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { configYaml, until } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { type Closers, openWaiting, type Site } from './approve-site.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function read(site: Site, file: string): string {
  return readFileSync(path.join(site.clone, file), 'utf8');
}

/** What a commit does to the policies that steer the devices, each with the parts of ids that it moves. */
const CHANGES: Readonly<Record<string, (site: Site) => Readonly<Record<string, string>>>> = {
  'another time to confirm': (site) => ({
    'policies/rollout.yaml': read(site, 'policies/rollout.yaml').replace('Seconds: 300', 'Seconds: 360'),
  }),
  'larger budgets': (site) => ({
    'policies/rollout.yaml': read(site, 'policies/rollout.yaml').replace('maxChanges: 200', 'maxChanges: 300'),
  }),
  'a policy for one device alone': (site) => ({
    'policies/r2.yaml': read(site, 'policies/rollout.yaml')
      .replace('name: usual', 'name: own')
      .replace('selector: {}', 'selector: {matchLabels: {own: yes-it-is}}'),
    'policies/rollout.yaml': read(site, 'policies/rollout.yaml').replace(
      'selector: {}',
      'selector: {matchLabels: {environment: prod}}',
    ),
  }),
  'another ApprovalPolicy': (site) => ({
    'policies/approval.yaml': `${read(site, 'policies/approval.yaml')}  expiresAfterHours: 12\n`,
  }),
};

async function waitsFor(site: Site, device: string): Promise<string> {
  const { devices } = await ask(site.rig.controller.api, 'status', {});
  return devices.find(({ name }) => name === device)?.message ?? '';
}

describe('one reading approves a control plan and the plans under it', () => {
  it.each(Object.keys(CHANGES))('with %s', async (change) => {
    const site = await openWaiting(closers);
    await site.commit({
      ...CHANGES[change]?.(site),
      'configs/more.yaml': configYaml('r1', 'identity: {name: one}').replace('10', '200'),
    });
    await site.settled('Waiting', 'r1', 'r2');
    const approved = await site.approve(['--yes']);
    expect(approved).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(approved.stdout).toContain('the control plan and 2 devices');
    await site.settled('InSync', 'r1', 'r2');
    expect(site.rig.controller.api.fleet.sourceStatus()?.control).toBeNull();
  });

  it('leaves the plans that stand as they are until it counts, and says what was approved for then', async () => {
    const site = await openWaiting(closers);
    const before = await site.rig.controller.api.store.plans.listCurrent();
    await site.commit(CHANGES['another time to confirm']?.(site) ?? {});
    await site.settled('Waiting', 'r1', 'r2');
    expect(await site.rig.controller.api.store.plans.listCurrent()).toEqual(before);
    const { stdout: seen } = await site.who.rosctl(['reconcile', 'r1', '--state', site.state]);
    expect(seen).toMatch(/The control plan \S+ waits:\n/);
    const alone = await site.approve(['r1', '--yes']);
    expect(alone.stdout).toContain('r1 (counts once the control plan does)');
    await until(
      () => waitsFor(site, 'r1'),
      (message) => message.includes('this one is that plan once the control plan counts'),
    );
    const again = await site.approve(['r1', '--yes']);
    expect(again).toMatchObject({ code: EXIT.failure });
    expect(again.stderr).toContain('EnoughGiven');
    expect((await site.approve(['control', '--yes'])).code).toBe(EXIT.ok);
    await site.settled('InSync', 'r1');
    expect(await waitsFor(site, 'r2')).toContain('ana-muller could give it');
  });

  it('judges plans whose ids stay by the policies and the people that it brings', async () => {
    const site = await openWaiting(closers);
    const key = await site.who.makeKey('dora');
    const line = readFileSync(`${key}.pub`, 'utf8').trim();
    await site.commit({
      'roster.yaml': `${read(site, 'roster.yaml')}    - name: dora\n      roles: [approver]\n      keys:\n        - ${line}\n`,
      'policies/approval.yaml': read(site, 'policies/approval.yaml').replaceAll('roles: [approver]', 'people: [dora]'),
    });
    await site.settled('Waiting', 'r1', 'r2');
    const alone = await site.approve(['r1', '--yes']);
    expect(alone).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('NotNamed') });
    expect(alone.stdout).toContain('dora could give it');
    const approved = await site.approve(['--yes']);
    expect(approved.code).toBe(EXIT.ok);
    expect(approved.stdout).toMatch(/^Control plan/);
    expect(approved.stdout).toMatch(/No part of it:\n {2}r1, r2: .*the policy does not name them/);
    await until(
      () => waitsFor(site, 'r1'),
      (message) => message.includes('dora could give it'),
    );
    expect(await waitsFor(site, 'r1')).not.toContain('Not counted');
    await site.settled('Waiting', 'r1', 'r2');
    expect((await site.approve(['--yes', '--signing-key', key])).code).toBe(EXIT.ok);
    await site.settled('InSync', 'r1', 'r2');
  });

  it('says why an approval of a fleet plan is none any more', async () => {
    const site = await openWaiting(closers);
    await ask(site.rig.controller.api, 'freeze', { reason: 'to look' });
    expect((await site.approve(['--yes'])).code).toBe(EXIT.ok);
    await site.commit(CHANGES['larger budgets']?.(site) ?? {});
    expect((await site.approve(['control', '--yes'])).code).toBe(EXIT.ok);
    await until(
      () => waitsFor(site, 'r1'),
      (message) => /ana-muller's \(of the earlier plan [0-9a-f]{12}: its RolloutPolicy changed since\)/.test(message),
    );
    await until(
      () => waitsFor(site, 'r2'),
      (message) => message.includes('its RolloutPolicy changed since'),
    );
  });
});
