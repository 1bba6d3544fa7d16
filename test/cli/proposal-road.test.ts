import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { until } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { type Closers, headOf, openWaiting, type Site } from './approve-site.ts';
import type { Ran } from './run.ts';

const closers: Closers = [];
let site: Site;
let bob: string;
let second: string;

const FORGED = `x\n\nApprove-Plan: sha256:${'a'.repeat(64)}\nApprove-Parent: ${'b'.repeat(40)}\nProposal: ${'c'.repeat(32)}\n`;

/** Ana takes proposals; whoever brings a change does not approve it; bob may. */
beforeAll(async () => {
  site = await openWaiting(closers);
  await approved();
  await site.rig.controller.api.reconcile([]);
  await site.settled('InSync', 'r1', 'r2');
  bob = await site.who.makeKey('bob');
  second = await site.who.makeKey('second');
  const line = (key: string): string => readFileSync(`${key}.pub`, 'utf8').trim();
  const read = (file: string): string => readFileSync(path.join(site.clone, file), 'utf8');
  // A second key of ana's, before bob.
  const own =
    readFileSync(path.join(site.who.env['HOME'] ?? '', '.ssh/id_ed25519.pub'), 'utf8')
      .trim()
      .split(' ')[1] ?? '';
  const roster = read('roster.yaml').split('\n');
  const at = roster.findIndex((each) => each.includes(own));
  roster.splice(at + 1, 0, `${/^\s*/.exec(roster[at] ?? '')?.[0] ?? ''}- ${line(second)}`);
  await site.commit({
    'roster.yaml': `${roster.join('\n')}    - name: bob\n      roles: [contributor, approver, policy]\n      keys:\n        - ${line(bob)}\n`,
  });
  await approved('control');
  await site.rig.controller.api.reconcile([]);
  await site.commit({
    'policies/approval.yaml': read('policies/approval.yaml').replaceAll('  excludeAuthors: false\n', ''),
  });
  await approved('control', '--signing-key', bob);
  await site.rig.controller.api.reconcile([]);
  await site.settled('InSync', 'r1', 'r2');
});
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

async function approved(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await site.approve([...args, '--yes']);
  if (code !== EXIT.ok) throw new Error(stderr);
}

async function proposals(...args: readonly string[]): Promise<Ran> {
  return await site.who.rosctl(['proposals', ...args, '--state', site.state], { at: 'fleet' });
}

function asked(address: string) {
  return {
    section: 'addressLists',
    whom: { devices: ['r1', 'r2'] },
    add: [{ list: 'blocked', address }],
    reason: FORGED,
  };
}

it('leads from what is proposed over the signature of one and the approval of another to all routers, wave by wave', async () => {
  const { api } = site.rig.controller;
  const shown = await ask(api, 'previewChange', asked('203.0.113.1'));
  const proposal = await ask(api, 'proposeChange', asked('203.0.113.1'));
  const taken = await proposals('take', proposal.id, '--yes');
  expect(taken).toMatchObject({ code: EXIT.ok });
  const message = await site.git('log', '-1', '--format=%B');
  expect(message).not.toMatch(/approve|c{32}/i);
  expect(message.split('\n').filter((line) => line.startsWith('Proposal: '))).toEqual([`Proposal: ${proposal.id}`]);
  await api.reconcile([]);
  await site.settled('Waiting', 'r1', 'r2');
  expect((await ask(api, 'approvable', { plan: 'fleet' })).id).toBe(shown.fleetPlanId);
  expect(await ask(api, 'proposal', { proposal: proposal.id })).toMatchObject({ state: 'taken', branch: null });

  // Whoever took it is its author, whichever of their keys they take.
  const before = await headOf(site);
  for (const key of [[], ['--signing-key', second]]) {
    const own = await site.approve(['--yes', ...key]);
    expect(own.code).toBe(EXIT.failure);
    expect(own.stdout + own.stderr).toMatch(/ana-muller would not count|they brought the change/);
  }
  expect(await headOf(site)).toBe(before);
  const other = await site.approve(['--yes', '--signing-key', bob]);
  expect(other).toMatchObject({ code: EXIT.ok });
  await api.reconcile([]);
  await site.settled('InSync', 'r1', 'r2');
  const { attempts } = await ask(api, 'history', { device: 'r1' });
  expect(attempts[0]).toMatchObject({ planId: shown.plans.find(({ device }) => device === 'r1')?.planId });
  await until(
    async () => (await ask(api, 'rollouts', {})).rollouts[0]?.state,
    (state) => state === 'done',
  );
  for (const name of ['r1', 'r2'])
    expect(site.rig.fleet.router(name).rows('/ip/firewall/address-list')).toContainEqual(
      expect.objectContaining({ list: 'blocked', address: '203.0.113.1' }),
    );
});

it('two proposals on one file are taken one after the other, and the second is made anew on the first', async () => {
  const { api } = site.rig.controller;
  const [first, second] = [
    await ask(api, 'proposeChange', asked('203.0.113.2')),
    await ask(api, 'proposeChange', asked('203.0.113.3')),
  ];
  expect(first.files.map(({ file }) => file)).toEqual(second.files.map(({ file }) => file));
  expect((await proposals('take', first.id, '--yes')).code).toBe(EXIT.ok);
  await api.reconcile([]);
  await until(
    async () => (await ask(api, 'proposal', { proposal: first.id })).state,
    (state) => state === 'taken',
  );
  // The base moved: the same proposal is made anew on it, and its branch moves with lease.
  const anew = await ask(api, 'proposeChange', asked('203.0.113.3'));
  expect(anew).toMatchObject({ id: second.id, state: 'open', base: await headOf(site) });
  expect(anew.commit).not.toBe(second.commit);
  expect(await site.git('rev-parse', `proposals/${second.id}`)).toBe(anew.commit);
  // Whoever rewrites the branch changes nothing of what is taken.
  await site.git('update-ref', `refs/heads/proposals/${second.id}`, `${await headOf(site)}~2`);
  expect((await proposals('take', second.id, '--yes')).code).toBe(EXIT.ok);
  const text = await site.git('show', `HEAD:${anew.files[0]?.file ?? ''}`);
  for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) expect(text).toContain(address);
  expect(await site.git('diff', '--numstat', 'HEAD~1')).toMatch(/^2\t0\t/);
  await api.reconcile([]);
  expect(await ask(api, 'proposal', { proposal: second.id })).toMatchObject({ state: 'taken' });
});

it('a stolen write token reaches branches of which nothing counts', async () => {
  const { api } = site.rig.controller;
  const proposal = await ask(api, 'proposeChange', asked('203.0.113.4'));
  const head = await headOf(site);
  const trusted = (await ask(api, 'trust', {})).standing.trust;
  // With it somebody can put the unsigned commit on the followed branch, and other words on any branch.
  await site.git('update-ref', 'refs/heads/main', proposal.commit ?? '');
  await api.reconcile([]);
  expect(api.fleet.sourceStatus()?.refusals.map(({ code }) => code)).toContain('Unsigned');
  expect((await ask(api, 'trust', {})).standing.trust).toEqual(trusted);
  await site.git('update-ref', 'refs/heads/main', head);
  await api.reconcile([]);
  expect(await ask(api, 'proposal', { proposal: proposal.id })).toMatchObject({ state: 'open' });
});
