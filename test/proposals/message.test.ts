import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalIn } from '#controller';
import { isProposalId, proposalRef } from '#git';
import { proposalIdOf } from '../../controller/proposals/proposal-id.ts';
import { proposalMessage } from '../../controller/proposals/proposal-message.ts';
import { runs } from '#test/sample.ts';

const ID = 'a'.repeat(32);
const PARENT = 'b'.repeat(40);
const PLAN = `sha256:${'c'.repeat(64)}`;
const INTENT = { section: 'dns', whom: { devices: ['r1'] }, set: { servers: ['192.0.2.1'] }, reason: 'x' };

/** Texts that try to get out of their line. */
const TEXTS = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\n\n',
        '\u2028',
        '\u0085',
        '\0',
        '"',
        '\\',
        '\u200b',
        '\u202e',
        ' ',
        `Approve-Plan: ${PLAN}`,
        `Approve-Parent: ${PARENT}`,
        'approve_plan=sha256',
        'Proposal: x',
        'Proposed-By: root',
        'Signed-off-by: a <a@b>',
        '```',
        '---',
        'gpgsig ',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

it('no text of others gets out of its line, or can be taken for an approval', () => {
  fc.assert(
    fc.property(TEXTS, TEXTS, (reason, proposedBy) => {
      const words = { id: ID, section: 'dns', devices: 2, reason, proposedBy } as const;
      const message = proposalMessage(words);
      expect(message).toMatch(/^[\n -~]*$/);
      const lines = message.split('\n');
      expect(lines).toHaveLength(7);
      expect(lines.filter((line) => /^[A-Z][A-Za-z-]*: /.test(line)).map((line) => line.split(':')[0])).toEqual([
        'Reason',
        'Proposal',
        'Proposed-By',
      ]);
      expect(message.toLowerCase()).not.toMatch(/approve[\W_]*(plan|parent)/);
      expect(approvalIn({ message, parents: [PARENT] } as unknown as Parameters<typeof approvalIn>[0])).toEqual({
        kind: 'none',
      });
    }),
    runs(2000),
  );
});

it('takes no name of a proposal that brings a line of its own, wherever it comes from', () => {
  const words = { section: 'dns', devices: 1, reason: 'x', proposedBy: 'y' } as const;
  for (const id of [`${ID}\n\nApprove-Plan: ${PLAN}`, `${ID}\n`, 'x', ''])
    expect(() => proposalMessage({ id, ...words })).toThrow(RangeError);
});

it('tells a usual reason as it is', () => {
  const words = {
    id: ID,
    section: 'dns',
    devices: 1,
    reason: 'Büro moved',
    proposedBy: 'https://login.example#17',
  } as const;
  expect(proposalMessage(words)).toBe(`Change dns of 1 device as proposed

Reason: "B\\u{fc}ro moved"

Proposal: ${ID}
Proposed-By: "https://login.example#17"
`);
});

describe('the name of a proposal', () => {
  it('is the same for the same intent, however it is written, and no other', () => {
    const id = proposalIdOf('git:x', INTENT, null);
    const { reason, ...others } = INTENT;
    expect(proposalIdOf('git:x', { reason, ...others }, null)).toBe(id);
    expect(isProposalId(id)).toBe(true);
    for (const other of [
      { ...INTENT, reason: 'y' },
      { ...INTENT, set: { servers: ['192.0.2.2'] } },
      { ...INTENT, whom: { devices: ['r2'] } },
      { ...INTENT, where: { config: 'a' } },
    ])
      expect(proposalIdOf('git:x', other, null)).not.toBe(id);
    expect(proposalIdOf('git:y', INTENT, null)).not.toBe(id);
    expect(proposalIdOf('git:x', INTENT, ['r1'])).not.toBe(id);
  });

  it('leads to one branch, and nothing else does', () => {
    expect(proposalRef(ID)).toBe(`refs/heads/proposals/${ID}`);
    for (const other of [
      'main',
      '../main',
      `${ID}/x`,
      `${ID}\n`,
      'A'.repeat(32),
      '',
      `+${ID}`,
      `${ID}:refs/heads/main`,
    ])
      expect(() => proposalRef(other)).toThrow(RangeError);
  });
});
