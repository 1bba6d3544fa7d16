import { describe, expect, it } from 'vitest';
import { commitObject, unsignedCommit } from '#test/signing.ts';
import { approvalIn, type ApprovalReading } from '../../signatures/approval-trailers.ts';
import { parseCommit } from '../../signatures/raw-commit.ts';

const PARENT = 'a'.repeat(40);
const PLAN_ID = `sha256:${'0123456789abcdef'.repeat(4)}` as const;
const PLAN = `Approve-Plan: ${PLAN_ID}`;
const FOR = `Approve-Parent: ${PARENT}`;

function approvalOf(message: string, parents: readonly string[] = [PARENT]): ApprovalReading {
  const { id, bytes } = commitObject(unsignedCommit({ parents, message }), null);
  return approvalIn(parseCommit(bytes, id));
}

function reasonOf(message: string, parents?: readonly string[]): string {
  const reading = approvalOf(message, parents);
  return reading.kind === 'refused' ? reading.message : reading.kind;
}

describe('an approval', () => {
  it.each([
    ['the two trailers alone', `Approve edge\n\n${PLAN}\n${FOR}\n`],
    ['the other order', `Approve edge\n\n${FOR}\n${PLAN}\n`],
    [
      'other trailers around them',
      `Approve edge\n\nReviewed-by: Bob\n${PLAN}\n${FOR}\nSigned-off-by: Alice <a@example.com>\n`,
    ],
    ['text before them', `Change DNS\n\nApprove plan of edge: fine.\n\n${PLAN}\n${FOR}\n`],
    ['no line break at the end', `Approve edge\n\n${PLAN}\n${FOR}`],
    ['empty lines at the end', `Approve edge\n\n${PLAN}\n${FOR}\n\n\n`],
    ['a closed code block before them', `Approve edge\n\n\`\`\`\ncode\n\`\`\`\n\n${PLAN}\n${FOR}\n`],
  ])('is the last paragraph with %s', (_, message) => {
    expect(approvalOf(message)).toEqual({ kind: 'approval', planId: PLAN_ID, parent: PARENT });
  });

  it.each([
    'Change DNS\n',
    '',
    'Approve plan of edge-1\n',
    'Explain how to approve\n\nThe trailers Approve-Plan and Approve-Parent are explained.\n',
    'Approve everything\n\nSigned-off-by: Alice <a@example.com>\n',
  ])('is not meant by %j', (message) => {
    expect(approvalOf(message)).toEqual({ kind: 'none' });
  });
});

describe('an approval is refused', () => {
  const shortened = 'is not written exactly as "Approve-Plan: sha256:" and 64 lower-case hex digits';
  const parentShortened = 'is not written exactly as "Approve-Parent: " and a whole commit id';
  it.each([
    ['Approve-Plan twice', `A\n\n${PLAN}\n${PLAN}\n${FOR}\n`, 'Approve-Plan stands in it more than once'],
    ['Approve-Parent twice', `A\n\n${PLAN}\n${FOR}\n${FOR}\n`, 'Approve-Parent stands in it more than once'],
    ['a second one in the body', `A\n\n${PLAN}\n\n${PLAN}\n${FOR}\n`, 'Approve-Plan stands in it more than once'],
    ['a second one in other spelling', `A\n\napprove_plan = x\n\n${PLAN}\n${FOR}\n`, 'more than once'],
    ['two on one line', `A\n\n${PLAN} ${PLAN}\n${FOR}\n`, shortened],
    ['no Approve-Parent', `A\n\n${PLAN}\n`, 'Approve-Plan stands without Approve-Parent'],
    ['no Approve-Plan', `A\n\n${FOR}\n`, 'Approve-Parent stands without Approve-Plan'],
    ['trailers in a fence', `A\n\n\`\`\`\n${PLAN}\n${FOR}\n\`\`\`\n`, 'something else than trailers'],
    [
      'trailers in a fence of a paragraph of its own',
      `A\n\n\`\`\`\n\n${PLAN}\n${FOR}\n\n\`\`\`\n`,
      'code block|last paragraph',
    ],
    ['trailers below a fence that stays open', `A\n\n~~~sh\ncode\n\n${PLAN}\n${FOR}\n`, 'stand in a code block'],
    [
      'a fence that a shorter one does not close',
      `A\n\n\`\`\`\`\n\`\`\`\n\n${PLAN}\n${FOR}\n`,
      'stand in a code block',
    ],
    ['a fence that other marks do not close', `A\n\n\`\`\`\n~~~\n\n${PLAN}\n${FOR}\n`, 'stand in a code block'],
    ['an indented fence end that is none', `A\n\n\`\`\`\n    \`\`\`\n\n${PLAN}\n${FOR}\n`, 'stand in a code block'],
    ['indented trailers', `A\n\n    ${PLAN}\n    ${FOR}\n`, shortened],
    ['quoted trailers', `A\n\n> ${PLAN}\n> ${FOR}\n`, shortened],
    ['a shortened plan id', `A\n\n${PLAN.slice(0, -1)}\n${FOR}\n`, shortened],
    ['a plan id that is too long', `A\n\n${PLAN}0\n${FOR}\n`, shortened],
    ['a plan id in capitals', `A\n\nApprove-Plan: sha256:${'ABCDEF01'.repeat(8)}\n${FOR}\n`, shortened],
    ['a plan id without its hash', `A\n\nApprove-Plan: ${'0'.repeat(64)}\n${FOR}\n`, shortened],
    ['another hash', `A\n\nApprove-Plan: sha512:${'0'.repeat(64)}\n${FOR}\n`, shortened],
    ['no plan id', `A\n\nApprove-Plan:\n${FOR}\n`, shortened],
    ['two spaces', `A\n\n${PLAN.replace(' ', '  ')}\n${FOR}\n`, shortened],
    ['no space', `A\n\n${PLAN.replace(' ', '')}\n${FOR}\n`, shortened],
    ['a space before the colon', `A\n\n${PLAN.replace(':', ' :')}\n${FOR}\n`, shortened],
    ['a space at the end', `A\n\n${PLAN} \n${FOR}\n`, shortened],
    ['a no-break space at the end', `A\n\n${PLAN}\u00A0\n${FOR}\n`, shortened],
    ['no colon', `A\n\n${PLAN.replace(':', '')}\n${FOR}\n`, shortened],
    ['a key in lower case', `A\n\n${PLAN.toLowerCase()}\n${FOR}\n`, shortened],
    ['a key with an underscore', `A\n\n${PLAN.replace('-', '_')}\n${FOR}\n`, shortened],
    ['a shortened parent', `A\n\n${PLAN}\n${FOR.slice(0, -1)}\n`, parentShortened],
    ['a parent key in other case', `A\n\n${PLAN}\n${FOR.replace('Parent', 'parent')}\n`, parentShortened],
    ['a paragraph after them', `A\n\n${PLAN}\n${FOR}\n\nMore to say.\n`, 'do not both stand in the last paragraph'],
    ['a paragraph between them', `A\n\n${PLAN}\n\n${FOR}\n`, 'do not both stand in the last paragraph'],
    ['a line of blanks between them', `A\n\n${PLAN}\n \t\n${FOR}\n`, 'do not both stand in the last paragraph'],
    ['text in the same paragraph', `A\n\nFine with me.\n${PLAN}\n${FOR}\n`, 'something else than trailers'],
    ['the mark of a cherry-pick', `A\n\n${PLAN}\n${FOR}\n(cherry picked from commit ${PARENT})\n`, 'something else'],
    ['a continued trailer', `A\n\n${PLAN}\n${FOR}\nNote: a\n b\n`, 'something else than trailers'],
    ['no subject', `${PLAN}\n${FOR}\n`, 'stand in the first paragraph, which is the subject'],
  ])('with %s', (_, message, reason) => {
    expect(reasonOf(message)).toMatch(new RegExp(reason));
  });

  it('when its parent is another: it was rebased or cherry-picked', () => {
    expect(reasonOf(`A\n\n${PLAN}\n${FOR}\n`, ['b'.repeat(40)])).toContain(
      'a rebased or cherry-picked approval is void',
    );
  });

  it('when it has no parent or is a merge', () => {
    expect(reasonOf(`A\n\n${PLAN}\n${FOR}\n`, [])).toContain('exactly one parent, this commit has 0');
    expect(reasonOf(`A\n\n${PLAN}\n${FOR}\n`, [PARENT, 'b'.repeat(40)])).toContain('this commit has 2');
  });

  it('with a carriage return, before it is even read', () => {
    expect(() => approvalOf(`A\n\n${PLAN}\r\n${FOR}\n`)).toThrow('it holds a carriage return');
  });
});
