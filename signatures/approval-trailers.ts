import type { PlanId } from '#differ';
import type { RawCommit } from './raw-commit.ts';

/** What a commit's message approves. `refused`: it looks like an approval and is none; the message says why. */
export type ApprovalReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'approval'; readonly planId: PlanId; readonly parent: string }
  | { readonly kind: 'refused'; readonly message: string };

const PLAN = /^Approve-Plan: (sha256:[0-9a-f]{64})$/;
const PARENT = /^Approve-Parent: ([0-9a-f]{40})$/;
const OTHER_TRAILER = /^[A-Za-z0-9][A-Za-z0-9-]*: \S.*$/;

// Whatever somebody could take for one of the two trailers, in any case, spacing and place.
const LOOKS_LIKE_PLAN = lookAlike('plan');
const LOOKS_LIKE_PARENT = lookAlike('parent');

/**
 * Reads the one form of approval (approval.md §4): a commit with one parent whose last paragraph, of trailers alone,
 * holds `Approve-Plan:` with a whole plan id once and `Approve-Parent:` with the id of that parent once. Anything that
 * looks alike is refused, not overlooked.
 */
export function approvalIn({ message, parents }: RawCommit): ApprovalReading {
  const lines = message.split('\n');
  const plans = lines.filter((line) => LOOKS_LIKE_PLAN.test(line));
  const named = lines.filter((line) => LOOKS_LIKE_PARENT.test(line));
  const [planLine] = plans;
  const [parentLine] = named;
  if (planLine === undefined && parentLine === undefined) return { kind: 'none' };
  if (planLine === undefined) return refused('Approve-Parent stands without Approve-Plan');
  if (parentLine === undefined) return refused('Approve-Plan stands without Approve-Parent');
  if (plans.length > 1) return refused('Approve-Plan stands in it more than once');
  if (named.length > 1) return refused('Approve-Parent stands in it more than once');

  const planId = PLAN.exec(planLine)?.[1];
  if (planId === undefined) {
    return refused('its Approve-Plan is not written exactly as "Approve-Plan: sha256:" and 64 lower-case hex digits');
  }
  const parent = PARENT.exec(parentLine)?.[1];
  if (parent === undefined) {
    return refused(
      'its Approve-Parent is not written exactly as "Approve-Parent: " and a whole commit id of 40 hex digits',
    );
  }
  const place = placeFault(lines, planLine, parentLine);
  if (place !== null) return refused(place);

  const [only, ...others] = parents;
  if (only === undefined || others.length > 0) {
    return refused(`an approval has exactly one parent, this commit has ${String(parents.length)}`);
  }
  if (parent !== only) {
    return refused('Approve-Parent is not its parent: a rebased or cherry-picked approval is void, approve again');
  }
  return { kind: 'approval', planId: planId as PlanId, parent };
}

function placeFault(lines: readonly string[], ...trailers: readonly string[]): string | null {
  const end = lines.findLastIndex((line) => !isBlank(line));
  const start = lines.slice(0, end).findLastIndex(isBlank) + 1;
  const last = lines.slice(start, end + 1);
  if (endsInsideFence(lines.slice(0, start))) return 'its trailers stand in a code block';
  if (trailers.some((trailer) => !last.includes(trailer)))
    return 'its trailers do not both stand in the last paragraph';
  const odd = last.find((line) => !OTHER_TRAILER.test(line));
  if (odd !== undefined) return 'its last paragraph holds something else than trailers ("Key: value" lines)';
  return start === 0 ? 'its trailers stand in the first paragraph, which is the subject' : null;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/**
 * Whether a Markdown code fence is still open at the end: it is closed by as many of the same marks or more, alone on
 * a line.
 */
function endsInsideFence(lines: readonly string[]): boolean {
  let open: string | null = null;
  for (const line of lines) {
    const [, indent = '', marks = '', rest = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (marks === '') continue;
    if (open === null) open = marks;
    else if (marks.startsWith(open) && /^ {0,3}$/.test(indent) && isBlank(rest)) open = null;
  }
  return open !== null;
}

function lookAlike(word: string): RegExp {
  return new RegExp(
    `approve[-_]${word}(\\s*[:=]|\\s+["'\`<]?(sha256|[0-9a-f]{7}))|approve\\s*${word}\\s*[:=]\\s*["'\`<]?(sha256|[0-9a-f]{7})`,
    'i',
  );
}

function refused(message: string): ApprovalReading {
  return { kind: 'refused', message };
}
