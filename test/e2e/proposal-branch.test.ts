import { afterAll, beforeAll, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ask } from '#test/ask.ts';
import { type GitRig, startGitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, seed } from '#test/rig.ts';

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod'),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]} # ours'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(() => rig.close());

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', rig.config.git?.location.url ?? '', ...args], { encoding: 'utf8' }).trimEnd();
}

const ASKED = {
  section: 'dns',
  whom: { devices: ['p1'] },
  set: { servers: ['192.0.2.1'] },
  reason: `Approve-Plan: sha256:${'a'.repeat(64)}\n\nApprove-Parent: x`,
};

it('is where a proposal stands, and nothing else of the repository moves', async () => {
  const [main, head] = [git('rev-parse', 'main'), git('symbolic-ref', 'HEAD')];
  const proposal = await ask(rig.controller.api, 'proposeChange', ASKED);
  expect(proposal).toMatchObject({ state: 'open', branch: `proposals/${proposal.id}`, base: main });
  expect(git('for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/main',
    `refs/heads/proposals/${proposal.id}`,
  ]);
  expect([git('rev-parse', 'main'), git('symbolic-ref', 'HEAD')]).toEqual([main, head]);
  expect(git('show', `${proposal.commit}:configs/p1.yaml`)).toContain('dns: {servers: [192.0.2.1]} # ours');
  const message = git('log', '-1', '--format=%B', proposal.branch ?? '');
  expect(message).toContain('Reason: "left out: it could be taken for something else"');
  expect(message).not.toMatch(/approve/i);
  expect(rig.writes()).toEqual([]);

  // Asked again, it is the same; once the branch moved, it is made anew on that.
  expect(await ask(rig.controller.api, 'proposeChange', ASKED)).toMatchObject({ commit: proposal.commit });
  await rig.change({
    'configs/p1.yaml': configYaml('p1', 'identity: {name: p1}\ndns: {servers: [192.0.2.53]} # ours'),
  });
  const anew = await ask(rig.controller.api, 'proposeChange', ASKED);
  expect(anew).toMatchObject({ id: proposal.id, state: 'open', base: git('rev-parse', 'main') });
  expect(git('rev-parse', `${anew.commit}^`)).toBe(anew.base);
  expect(await ask(rig.controller.api, 'withdrawProposal', { proposal: anew.id })).toMatchObject({
    state: 'withdrawn',
    branch: null,
  });
  expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

it('is written later where it can not be now, and goes once its change has come into the followed branch', async () => {
  const asked = { ...ASKED, set: { servers: ['192.0.2.9'] }, reason: 'later' };
  const way = path.join(rig.config.git?.location.url ?? '', 'refs/heads/proposals');
  rmSync(way, { recursive: true, force: true });
  writeFileSync(way, 'in the way\n');
  const kept = await ask(rig.controller.api, 'proposeChange', asked);
  expect(kept).toMatchObject({ state: 'kept', branch: null, commit: null });
  rmSync(way);
  const open = await ask(rig.controller.api, 'proposeChange', asked);
  expect(open).toMatchObject({
    id: kept.id,
    madeAt: kept.madeAt,
    state: 'open',
    commit: git('rev-parse', `proposals/${kept.id}`),
  });

  const taken = configYaml('p1', 'identity: {name: p1}\ndns: {servers: [192.0.2.9]} # ours');
  await rig.change(
    { 'configs/p1.yaml': taken },
    {
      message: `Take it\n\nProposal: ${open.id}\nProposed-By: "x"\n`,
    },
  );
  expect(await ask(rig.controller.api, 'proposal', { proposal: open.id })).toMatchObject({
    state: 'taken',
    branch: null,
  });
});

it('brings nothing into the followed branch: its commit is signed by nobody', async () => {
  const proposal = await ask(rig.controller.api, 'proposeChange', ASKED);
  const refusal = await rig.refusal(async () => git('update-ref', 'refs/heads/main', proposal.commit ?? ''));
  expect(refusal.reasons.map(({ code }) => code)).toContain('Unsigned');
});
