import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApprovableView } from '#controller';
import { ask } from '#test/ask.ts';
import { configYaml, deviceYaml, writeFiles } from '#test/rig.ts';
import { controlSocketIn } from '../../cli/control/round-trip.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { headOf, openSite, openWaiting, type Site } from './approve-site.ts';

const closers: (() => Promise<void> | void)[] = [];
const startSite = (remote = false): Promise<Site> => openSite(closers, remote);
const startWaiting = (remote = false): Promise<Site> => openWaiting(closers, remote);
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function connections({ rig }: Site): number {
  return [...rig.fleet.routers.values()].reduce((sum, router) => sum + router.requests.length, 0);
}

describe('rosctl approve', () => {
  it('brings a new device in, then its change onto the router, by nothing but signed commits', async () => {
    const site = await startSite();
    expect(connections(site)).toBe(0);
    const control = await site.approve(['--yes']);
    expect(control.code).toBe(EXIT.ok);
    expect(control.stdout).toContain('+ RouterDevice r1');
    expect(control.stdout).toContain('- RouterDevice example');
    await site.rig.controller.api.reconcile([]);
    await site.settled('Waiting', 'r1', 'r2');

    const fleet = await site.approve(['--yes']);
    expect(fleet.stderr).toBe('');
    expect(fleet.stdout).toContain('Fleet plan');
    expect(fleet.stdout).toContain('+ /ip/firewall/address-list list=gitops-trial address=203.0.113.7');
    expect(fleet.stdout.match(/\+ \/ip\/firewall/g)).toHaveLength(1);
    await site.rig.controller.api.reconcile([]);
    await site.settled('InSync', 'r1', 'r2');
  });

  it('writes a commit that git itself verifies, and that says what it approves', async () => {
    const site = await startWaiting();
    const parent = await headOf(site);
    const { stdout } = await site.approve(['--yes', '-o', 'json']);
    const { id, commit } = JSON.parse(stdout) as { id: string; commit: string };
    expect(await headOf(site)).toBe(commit);
    const signers = site.who.write(
      'signers',
      (await site.who.rosctl(['roster', 'export', 'allowed-signers'], { at: 'fleet' })).stdout,
    );
    const verified = await site.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', 'HEAD');
    expect(verified).toContain('Good "git" signature for ana-muller');
    expect(await site.git('log', '-1', '--format=%P %T')).toBe(
      `${parent} ${await site.git('rev-parse', `${parent}^{tree}`)}`,
    );
    expect(await site.git('log', '-1', '--format=%B')).toBe(
      [
        `Approve ${id.slice(7, 19)}`,
        '',
        'Fleet plan for 2 devices: r1, r2.',
        '',
        '2 to add, 0 to change, 0 to move, 0 to remove.',
        '',
        `Approve-Plan: ${id}`,
        `Approve-Parent: ${parent}`,
      ].join('\n'),
    );
  });

  it('takes one device, a plan by the beginning of its id, and says what it does not know', async () => {
    const site = await startWaiting();
    const one = JSON.parse((await site.approve(['r2', '--yes', '-o', 'json'])).stdout) as { kind: string; id: string };
    expect(one.kind).toBe('device');
    await site.rig.controller.api.reconcile([]);
    await site.settled('InSync', 'r2');
    const [waiting] = (await site.rig.controller.api.store.plans.listCurrent()).filter(({ device }) => device === 'r1');
    const byId = await site.approve([waiting?.id.slice(7, 15) ?? '', '--yes']);
    expect(byId.stdout).toContain(' of r1\n');
    expect(byId.code).toBe(EXIT.ok);
    const unknown = await site.approve(['r3', '--yes']);
    expect(unknown.code).toBe(EXIT.usage);
    expect(unknown.stderr).toContain('Did you mean');
    const inSync = await site.approve(['r2', '--yes']);
    expect(inSync.stderr).toContain('it has nothing to change');
  });

  it('leaves a plan over its budget out of the fleet plan, and takes it by itself', async () => {
    const site = await startSite();
    const rollout = readFileSync(path.join(site.clone, 'policies/rollout.yaml'), 'utf8');
    await site.commit({
      'policies/rollout.yaml': rollout.replace('maxChanges: 200', 'maxChanges: 1'),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}').replace('10', '200'),
    });
    expect((await site.approve(['control', '--yes'])).code).toBe(EXIT.ok);
    await site.settled('Waiting', 'r1', 'r2');
    const fleet = await site.approve(['--yes']);
    expect(fleet.code).toBe(EXIT.ok);
    expect(fleet.stdout).toContain('Plan ');
    expect(fleet.stdout).toContain('r1: must be approved by itself: rosctl approve r1.');
    await site.settled('InSync', 'r2');
    expect((await site.approve(['r1', '--yes'])).code).toBe(EXIT.ok);
    await site.settled('InSync', 'r1');
  });

  it('takes a fleet plan that was shown before, and says which of its plans are no longer current', async () => {
    const site = await startWaiting();
    const shown = await ask(site.rig.controller.api, 'approvable', { plan: 'fleet' });
    await site.commit({ 'configs/r1.yaml': configYaml('r1', 'identity: {name: changed}').replace('10', '200') });
    await site.settled('Waiting', 'r1', 'r2');
    const { code, stdout } = await site.approve([shown.id ?? '', '--yes']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('r1 (no longer current)');
    expect(stdout).not.toContain('r2 (no longer current)');
    await site.settled('InSync', 'r2');
    await site.settled('Waiting', 'r1');
  });

  it('asks at a terminal and takes nothing but yes', async () => {
    const site = await startSite();
    const before = await headOf(site);
    const no = await site.approve([], { tty: true, input: 'y\n' });
    expect(no.code).toBe(EXIT.failure);
    expect(no.stderr).toContain('Approve');
    const nobody = await site.approve([]);
    expect(nobody.code).toBe(EXIT.usage);
    expect(nobody.stderr).toContain('add --yes');
    expect(await headOf(site)).toBe(before);
    expect((await site.approve([], { tty: true, input: 'yes\n' })).code).toBe(EXIT.ok);
    expect(await headOf(site)).not.toBe(before);
  });

  it('takes no part of what is staged, and runs no hook', async () => {
    const site = await startSite();
    await writeFiles(site.clone, { 'notes.txt': 'mine' });
    await site.git('add', 'notes.txt');
    const hook = site.who.write(
      'fleet/.git/hooks/prepare-commit-msg',
      '#!/bin/sh\necho "Signed-off-by: hook" >> "$1"\n',
    );
    await site.who.run('chmod', ['+x', hook]);
    expect((await site.approve(['--yes'])).code).toBe(EXIT.ok);
    expect(await site.git('show', '--stat', '--format=%B', 'HEAD')).not.toMatch(/notes|hook/);
    expect(await site.git('status', '--porcelain')).toBe('A  notes.txt');
  });

  it('approves nothing on top of a commit that the controller has not seen', async () => {
    const site = await startSite(true);
    await site.git('commit', '-q', '--allow-empty', '-m', 'Unseen');
    const ahead = await site.approve(['--yes']);
    expect(ahead.code).toBe(EXIT.failure);
    expect(ahead.stderr).toMatch(/rosctl .*reconcile/);
    await site.git('reset', '-q', '--hard', 'HEAD~2');
    expect((await site.approve(['--yes'])).stderr).toContain('git pull');
    await site.git('commit', '-q', '--allow-empty', '-m', 'Elsewhere');
    expect((await site.approve(['--yes'])).stderr).toContain('have gone apart');
    await site.git('switch', '-q', '-c', 'other');
    expect((await site.approve(['--yes'])).stderr).toContain('git switch main');
    const elsewhere = await site.approve(['--yes', '--repo', site.who.folder]);
    expect(elsewhere.stderr).toContain('is no Git repository');
    await site.who.run('git', ['init', '-q', '-b', 'main', 'wrong']);
    expect((await site.approve(['--yes', '--repo', '../wrong'])).stderr).toContain('does not have');
  });

  it('approves nothing on top of a commit that is refused', async () => {
    const site = await startSite();
    await site.git('commit', '-q', '--no-gpg-sign', '--allow-empty', '-m', 'Unsigned');
    await site.rig.controller.api.reconcile([]);
    const { code, stderr } = await site.approve(['--yes']);
    expect(code).toBe(EXIT.failure);
    expect(stderr).toContain('Unsigned');
    expect(await site.git('log', '-1', '--format=%s')).toBe('Unsigned');
  });

  it('moves no branch for a signature that will not count', async () => {
    const site = await startWaiting();
    const before = await headOf(site);
    const eve = await site.who.makeKey('eve');
    const unknown = await site.approve(['--yes', '--signing-key', eve]);
    expect(unknown.code).toBe(EXIT.failure);
    expect(unknown.stderr).toContain('which nobody in the roster in force has');
    await site.git('config', 'gpg.format', 'openpgp');
    const gnupg = path.join(site.who.folder, 'g');
    await site.who.run('mkdir', ['-m', '700', 'g']);
    const env = { GNUPGHOME: gnupg };
    closers.push(async () => void (await site.who.run('gpgconf', ['--kill', 'all'], { env })));
    const made = ['--batch', '--passphrase', '', '--quick-generate-key', 'eve@example.org', 'ed25519'];
    await site.who.run('gpg', made, { env });
    await site.git('config', 'user.signingKey', 'eve@example.org');
    const refused = await site.approve(['--yes'], { env });
    expect(refused.code).toBe(EXIT.failure);
    expect(refused.stderr).toContain('so none is made');
    expect(refused.stderr).toContain('UnknownKey');
    expect(await headOf(site)).toBe(before);
    await site.rig.controller.api.reconcile([]);
    expect(site.rig.controller.api.fleet.sourceStatus()?.refusals).toEqual([]);
    const key = path.join(site.who.env['HOME'] ?? '', '.ssh/id_ed25519');
    await site.who.rosctl(['signers', 'revoke', `${key}.pub`, '--reason', 'x', '--yes', '--state', site.state]);
    expect((await site.approve(['--yes', '--signing-key', key])).stderr).toContain('which is revoked');
    expect(await headOf(site)).toBe(before);
  });

  it('says which role an approval takes', async () => {
    const site = await startSite();
    const bob = await site.who.makeKey('bob');
    const line = readFileSync(`${bob}.pub`, 'utf8').trim();
    const roster = readFileSync(path.join(site.clone, 'roster.yaml'), 'utf8');
    await site.commit({
      'roster.yaml': `${roster}    - name: bob\n      roles: [approver]\n      keys:\n        - ${line}\n`,
    });
    expect((await site.approve(['--yes'])).code).toBe(EXIT.ok);
    const more = deviceYaml(site.rig.router, 'r3', '  suspend: true\n', 'prod');
    await site.settled('Waiting', 'r1', 'r2');
    await site.commit({ 'devices/more.yaml': more.replace(site.rig.router.url, 'https://127.0.0.1:9') });
    // What was not read since is no part of a fleet plan.
    await site.settled('Waiting', 'r1', 'r2');
    const control = await site.approve(['control', '--yes', '--signing-key', bob]);
    expect(control.code).toBe(EXIT.failure);
    expect(control.stderr).toContain('(the control plan asks for the role policy)');
    const both = await site.approve(['--yes', '--signing-key', bob]);
    expect(both.code).toBe(EXIT.ok);
    expect(both.stdout).toContain('the control plan: An approval by bob would not count');
    await site.settled('InSync', 'r1', 'r2');
    expect(site.rig.controller.api.fleet.sourceStatus()?.control).not.toBeNull();
  });

  it('pushes, and takes the approval out of the clone when somebody else was faster', async () => {
    const site = await startWaiting(true);
    const origin = async (): Promise<string> => await site.who.git('origin.git', 'rev-parse', 'main');
    const parent = await headOf(site);
    await site.who.run('git', ['clone', '-q', 'origin.git', 'other']);
    await site.who.git('other', 'commit', '-q', '--allow-empty', '-m', 'Faster');
    await site.who.git('other', 'push', '-q', 'origin', 'main');
    const late = await site.approve(['--yes', '--push']);
    expect(late.code).toBe(EXIT.failure);
    expect(late.stderr).toContain('taken out of the clone again');
    expect(await headOf(site)).toBe(parent);
    await site.git('push', '-q', '--force', 'origin', 'main');
    const pushed = await site.approve(['--yes', '--push']);
    expect(pushed.code).toBe(EXIT.ok);
    expect(await origin()).toBe(await headOf(site));
  });

  it('says that an approval which is not pushed does not count yet', async () => {
    const site = await startSite(true);
    const { stdout, stderr } = await site.approve(['--yes']);
    expect(stderr).toBe('');
    expect(stdout).toContain('approved');
    expect(stdout).toContain('git push');
  });

  it('signs without git, with a private key from a file', async () => {
    const site = await startWaiting();
    const key = path.join(site.who.env['HOME'] ?? '', '.ssh/id_ed25519');
    const { code } = await site.approve(['--yes', '--signing-key', key], { env: { PATH: '/nonexistent' } });
    expect(code).toBe(EXIT.ok);
    expect(await site.git('fsck', '--strict')).not.toContain('error');
    await site.rig.controller.api.reconcile([]);
    await site.settled('InSync', 'r1', 'r2');
  });

  it('says that nothing waits, and what it does not know', async () => {
    const site = await startWaiting();
    await site.approve(['--yes']);
    await site.rig.controller.api.reconcile([]);
    await site.settled('InSync', 'r1', 'r2');
    const nothing = await site.approve();
    expect(nothing).toEqual({ code: EXIT.ok, stdout: 'nothing waits for an approval\n', stderr: '' });
  });

  it('leaves a router that was never read out, and says so', async () => {
    const site = await startSite();
    site.rig.fleet.router('r2').faults.add({ kind: 'offline' });
    await site.approve(['--yes']);
    await site.rig.controller.api.reconcile([]);
    await site.settled('Waiting', 'r1');
    await site.settled('Deferred', 'r2');
    const { stdout } = await site.approve(['--yes']);
    expect(stdout).toMatch(/No part of it:\n {2}r2: was not read/);
    expect(stdout).toContain(' of r1\n');
    await site.rig.controller.api.reconcile([]);
    await site.settled('InSync', 'r1');
    const nothing = await site.approve();
    expect(nothing.code).toBe(EXIT.notKnown);
    expect(nothing.stdout).toContain('nothing waits for an approval');
  });

  it('takes a router that is offline as it was last read', async () => {
    const site = await startWaiting();
    site.rig.fleet.router('r2').faults.add({ kind: 'offline' });
    await site.settled('Deferred', 'r2');
    const { stdout } = await site.approve(['--yes']);
    expect(stdout).toContain('r2 (offline)');
    expect(stdout).toContain('Fleet plan');
  });
});

describe('a controller that lies', () => {
  /** A control socket that answers with a plan of the real controller, changed on the way. */
  async function liar(site: Site, change: (view: ApprovableView) => unknown): Promise<string> {
    const view = await shown(site);
    const folder = path.join(site.who.folder, 'liar');
    await writeFiles(folder, { here: '' });
    const server = createServer((request, response) => {
      const { api } = site.rig.controller;
      const truth: Readonly<Record<string, () => unknown>> = {
        '/v1/signers': () => ask(api, 'signers', {}),
        '/v1/trust': () => ask(api, 'trust', {}),
        '/v1/reconcile': () => ({}),
        '/v1/judge-commit': () => ({ reasons: [], key: null }),
      };
      const answer = (truth[request.url ?? ''] ?? (() => change(view)))();
      void Promise.resolve(answer).then((body) => response.end(JSON.stringify(body)));
    });
    server.listen(controlSocketIn(folder));
    await once(server, 'listening');
    chmodSync(controlSocketIn(folder), 0o600);
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    });
    return folder;
  }

  async function shown(site: Site): Promise<ApprovableView> {
    return await ask(site.rig.controller.api, 'approvable', { plan: 'fleet' });
  }

  function firstPlan(view: ApprovableView, change: (plan: ApprovableView['plans'][number]) => unknown): unknown {
    return { ...view, plans: view.plans.map((plan, index) => (index === 0 ? change(plan) : plan)) };
  }

  const LIES: Readonly<Record<string, (view: ApprovableView) => unknown>> = {
    'an operation fewer than the id has': (view) =>
      firstPlan(view, (plan) => ({ ...plan, body: { ...plan.body, operations: [] } })),
    'another login': (view) =>
      firstPlan(view, (plan) => ({
        ...plan,
        body: { ...plan.body, device: { ...plan.body.device, credential: 'other' } },
      })),
    "another device's name": (view) => firstPlan(view, (plan) => ({ ...plan, device: 'r9' })),
    'another id': (view) => ({ ...view, id: `sha256:${'0'.repeat(64)}` }),
    'fewer plans than the id has': (view) => ({ ...view, plans: view.plans.slice(1) }),
    'two plans under the id of one': (view) => ({ ...view, kind: 'device', id: view.plans[0]?.planId }),
    'a control plan that the id does not hold': (view) => ({
      ...view,
      control: { id: view.id, body: { source: view.source, changes: [] } },
    }),
  };

  it('gets no approval for what is not the plan of the id that it names', async () => {
    const site = await startWaiting();
    const before = await headOf(site);
    let lie: (view: ApprovableView) => unknown = (view) => view;
    const state = await liar(site, (view) => lie(view));
    for (const [what, told] of Object.entries(LIES)) {
      lie = told;
      const { code, stdout, stderr } = await site.who.rosctl(['approve', '--yes', '--state', state], { at: 'fleet' });
      const refused = stderr.includes('is not the id of the plan');
      expect({ what, code, stdout, refused }).toEqual({ what, code: EXIT.failure, stdout: '', refused: true });
    }
    expect(await headOf(site)).toBe(before);
    lie = (view) => view;
    const honest = await site.who.rosctl(['approve', '--yes', '--state', state], { at: 'fleet' });
    expect(honest.stderr).toBe('');
    expect(await headOf(site)).not.toBe(before);
  });

  it('gets none for more than anybody can read', async () => {
    const site = await startWaiting();
    const { planIdOf } = await import('#differ');
    const state = await liar(site, (view) => {
      const [plan] = view.plans;
      const [operation] = plan?.body.operations ?? [];
      if (plan === undefined || operation === undefined) throw new Error('no plan');
      const body = { ...plan.body, operations: Array.from({ length: 25_000 }, () => operation) };
      const id = planIdOf(body);
      return { ...view, kind: 'device', id, plans: [{ ...plan, body, planId: id }] };
    });
    const { code, stderr } = await site.who.rosctl(['approve', '--yes', '--state', state], { at: 'fleet' });
    expect(code).toBe(EXIT.failure);
    expect(stderr).toContain('too long to be shown whole');
  });
});
