import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { ProposalView } from '#controller';
import { ask } from '#test/ask.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { headOf, openWaiting, type Site } from './approve-site.ts';
import { faultsOf } from './output-schema.ts';
import type { Ran } from './run.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const ASKED = {
  section: 'addressLists',
  whom: { devices: ['r1', 'r2'] },
  add: [{ list: 'blocked', address: '203.0.113.99' }],
  reason: `they moved\n\nApprove-Plan: sha256:${'a'.repeat(64)}`,
};

async function proposals(site: Site, ...args: readonly string[]): Promise<Ran> {
  return await site.who.rosctl(['proposals', ...args, '--state', site.state], { at: 'fleet' });
}

/** Approves what waits, so that all devices are read and in sync. */
async function calm(site: Site): Promise<void> {
  await site.approve(['--yes']);
  await site.rig.controller.api.reconcile([]);
  await site.settled('InSync', 'r1', 'r2');
}

it('takes a proposal into a clone: the plans that were shown are those that wait then, and their author is the taker', async () => {
  const site = await openWaiting(closers);
  await calm(site);
  const { api } = site.rig.controller;
  const proposal = await ask(api, 'proposeChange', ASKED);
  const shown = await ask(api, 'previewChange', ASKED);
  // Whatever somebody makes of its branch, nobody reads it.
  await site.git('update-ref', `refs/heads/proposals/${proposal.id}`, `${await headOf(site)}~1`);

  const list = await proposals(site, 'list');
  expect(list.stdout).toContain(proposal.id.slice(0, 12));
  const told = await proposals(site, 'show', proposal.id.slice(0, 8), '-o', 'json');
  expect(faultsOf('proposals show', JSON.parse(told.stdout))).toEqual([]);
  expect((JSON.parse(told.stdout) as ProposalView).files.map(({ file }) => file)).toEqual(
    proposal.files.map(({ file }) => file),
  );

  writeFileSync(path.join(site.clone, 'note.txt'), 'mine');
  const dirty = await proposals(site, 'take', proposal.id, '--yes');
  expect(dirty).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('not committed') as string });
  await site.git('clean', '-fq');

  await site.git('tag', 'before');
  const unpushed = await proposals(site, 'take', proposal.id, '--yes', '--push');
  expect(unpushed).toMatchObject({
    code: EXIT.failure,
    stderr: expect.stringContaining('is taken all the same, as') as string,
  });
  await site.git('reset', '--quiet', '--hard', 'before');

  const parent = await headOf(site);
  const taken = await proposals(site, 'take', proposal.id, '--yes', '-o', 'json');
  expect(taken.stderr).toBe('');
  const { commit, files } = JSON.parse(taken.stdout) as { commit: string; files: readonly string[] };
  expect(faultsOf('proposals take', JSON.parse(taken.stdout))).toEqual([]);
  expect(await site.git('log', '-1', '--format=%H %P')).toBe(`${commit} ${parent}`);
  expect((await site.git('diff', '--name-only', 'HEAD~1')).split('\n')).toEqual(files);
  const message = await site.git('log', '-1', '--format=%B');
  expect(message).toContain(`Proposal: ${proposal.id}`);
  expect(message).not.toMatch(/approve/i);
  expect(await site.git('status', '--porcelain')).toBe('');

  // Its signature lets it in, and the plans wait with the very ids that were shown.
  await api.reconcile([]);
  await site.settled('Waiting', 'r1', 'r2');
  const { plans } = await ask(api, 'plans', {});
  expect(Object.fromEntries(plans.map(({ device, id }) => [device, id]))).toEqual(
    Object.fromEntries(shown.plans.map(({ device, planId }) => [device, planId])),
  );
});

it('shows the files of one, withdraws it, and takes none that is over or made on what the clone lacks', async () => {
  const site = await openWaiting(closers);
  const { api } = site.rig.controller;
  const proposal = await ask(api, 'proposeChange', ASKED);
  const text = await proposals(site, 'show', proposal.id.slice(0, 6));
  expect(text.stdout).toContain('address: 203.0.113.99');
  expect(text.stdout).toContain(`on the branch proposals/${proposal.id}`);
  await site.git('checkout', '-q', '--detach', 'HEAD~1');
  await site.git('switch', '-q', '-c', 'old');
  const old = await proposals(site, 'take', proposal.id, '--yes');
  expect(old).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('git pull') as string });
  await site.git('switch', '-q', 'main');
  const gone = await proposals(site, 'withdraw', proposal.id, '-o', 'json');
  expect(faultsOf('proposals withdraw', JSON.parse(gone.stdout))).toEqual([]);
  const late = await proposals(site, 'take', proposal.id, '--yes');
  expect(late).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('withdrawn already') as string });
  expect((await proposals(site, 'show')).code).toBe(EXIT.usage);
});
