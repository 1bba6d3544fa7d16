import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectDisregarded, waitsFor } from '#test/approval-facts.ts';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { approvalMessage } from '#test/git-writer.ts';
import { configYaml, deviceYaml, seed } from '#test/rig.ts';

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

describe('the one form of approval', () => {
  const FORMS: Readonly<Record<string, readonly [(plan: string, parent: string) => string, string]>> = {
    'in a code block': [
      (plan, parent) => `Approve\n\n\`\`\`\n${trailers(plan, parent)}\`\`\`\n`,
      'something else than trailers',
    ],
    'in a code block with paragraphs': [
      (plan, parent) => `Approve\n\n\`\`\`\n\n${trailers(plan, parent)}\n\`\`\`\n`,
      'in a code block',
    ],
    'in a code block left open': [(plan, parent) => `Approve\n\n\`\`\`\nx\n\n${trailers(plan, parent)}`, 'code block'],
    indented: [
      (plan, parent) => `Approve\n\n${trailers(plan, parent).replaceAll(/^/gm, '    ').trimEnd()}\n`,
      'exactly',
    ],
    quoted: [(plan, parent) => `Approve\n\n${trailers(plan, parent).trimEnd().replaceAll(/^/gm, '> ')}\n`, 'exactly'],
    twice: [(plan, parent) => `Approve\n\nApprove-Plan: ${plan}\n${trailers(plan, parent)}`, 'more than once'],
    'twice, of two plans': [
      (plan, parent) => `Approve\n\nApprove-Plan: sha256:${'0'.repeat(64)}\n${trailers(plan, parent)}`,
      'more than once',
    ],
    shortened: [(plan, parent) => approvalMessage(plan.slice(0, 19), parent), '64 lower-case hex digits'],
    'with an id in capitals': [
      (plan, parent) => approvalMessage(`sha256:${plan.slice(7).toUpperCase()}`, parent),
      '64 lower-case hex digits',
    ],
    'with a key in capitals': [
      (plan, parent) => trailed(plan, parent).replace('Approve-Plan', 'APPROVE-PLAN'),
      'exactly',
    ],
    'with two spaces': [(plan, parent) => trailed(plan, parent).replace('Plan: ', 'Plan:  '), 'exactly'],
    'with a space at the end': [(plan, parent) => trailed(plan, parent).replace(plan, `${plan} `), 'exactly'],
    'in an earlier paragraph': [
      (plan, parent) => `${trailed(plan, parent)}\nSigned-off-by: Bob <bob@example.com>\n`,
      'do not both stand in the last paragraph',
    ],
    'among other words': [(plan, parent) => `${trailed(plan, parent)}not really\n`, 'something else than trailers'],
    'as the subject': [(plan, parent) => trailers(plan, parent), 'first paragraph'],
    'without its parent': [(plan) => `Approve\n\nApprove-Plan: ${plan}\n`, 'without Approve-Parent'],
    'with a parent in short': [(plan, parent) => trailed(plan, parent.slice(0, 12)), 'whole commit id'],
    'with the parent of another commit': [
      (plan) => trailed(plan, 'c'.repeat(40)),
      'rebased or cherry-picked approval is void',
    ],
  };
  test.each(Object.keys(FORMS))('%s is none', async (name) => {
    const [messageOf, why] = FORMS[name] ?? [approvalMessage, ''];
    const plan = await rig.planOf('p1');
    const message = messageOf(plan, (await rig.git.head()) ?? '');
    const commit = await rig.git.push({ key: rig.keys.bob, message });
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
    await expectDisregarded(rig, commit, 'bob', why);
  });

  function trailers(plan: string, parent: string): string {
    return `Approve-Plan: ${plan}\nApprove-Parent: ${parent}\n`;
  }
  const trailed = approvalMessage;

  test('with a carriage return makes the commit none that counts', async () => {
    const plan = await rig.planOf('p1');
    const refusal = await rig.refusal(async () => {
      const message = approvalMessage(plan, (await rig.git.head()) ?? '').replaceAll('\n', '\r\n');
      await rig.git.push({ key: rig.keys.bob, message });
    });
    expect(refusal.reasons).toEqual([{ code: 'CommitMalformed', message: expect.stringContaining('carriage return') }]);
  });

  test('in a merge is none', async () => {
    const { git, keys } = rig;
    const plan = await rig.planOf('p1');
    const base = (await git.head()) ?? '';
    const side = await git.commit({ key: keys.carol, message: 'Side\n', parents: [base] });
    const main = await git.commit({ key: keys.carol, message: 'Main\n', parents: [base] });
    const commit = await git.push({ key: keys.bob, message: approvalMessage(plan, main), parents: [main, side] });
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
    await expectDisregarded(rig, commit, 'bob', 'exactly one parent');
  });

  test('rebased is void, whoever signs it again', async () => {
    const { git, keys } = rig;
    const plan = await rig.planOf('p1');
    const base = (await git.head()) ?? '';
    const original = await git.commit({ key: keys.bob, message: approvalMessage(plan, base), parents: [base] });
    const other = await git.commit({ key: keys.carol, message: 'Other\n', parents: [base] });
    const commit = await git.push({ key: keys.bob, message: approvalMessage(plan, base), parents: [other] });
    expect(commit).not.toBe(original);
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
    await expectDisregarded(rig, commit, 'bob', 'rebased or cherry-picked');
  });

  test('a signed work-in-progress commit of an approver approves nothing', async () => {
    await rig.git.push({ key: rig.keys.bob, message: `WIP: looks fine, plan ${await rig.planOf('p1')}\n` });
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
  });
});
