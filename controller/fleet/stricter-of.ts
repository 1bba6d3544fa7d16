import { isDeepStrictEqual } from 'node:util';
import { stricterDrift } from '../policy/drift-rules.ts';
import type { RolloutRules, Target } from './target.ts';

/**
 * A device as it is, under gates that ask what a waiting control plan will make of it too: approvals, windows,
 * budgets, correction of drift, menus and rows that it may change. All else is that of before, and the plan id holds the policy. `suspend` too: it would
 * end the visits that settle and roll back, on nobody's word.
 */
export function stricterOf(before: Target, after: Target): Target {
  const more = after.approvalRules.filter(
    (rule) => !before.approvalRules.some((known) => isDeepStrictEqual(known, rule)),
  );
  return {
    ...before,
    // What is to leave the lab gets no word of the lab any more.
    environment: before.environment === 'lab' ? after.environment : before.environment,
    // None that matches refuses, on either side.
    approvalRules: after.approvalRules.length === 0 ? [] : [...before.approvalRules, ...more],
    rollout: stricterRollout(before.rollout, after.rollout),
    allowedMenus: before.allowedMenus.filter((menu) => after.allowedMenus.includes(menu)),
    protectedRows: [
      ...before.protectedRows,
      ...after.protectedRows.filter((row) => !before.protectedRows.some((known) => isDeepStrictEqual(known, row))),
    ],
  };
}

function stricterRollout(before: RolloutRules, after: RolloutRules): RolloutRules {
  const known = isDeepStrictEqual(before.windows, after.windows);
  return {
    ...before,
    windows: known ? before.windows : [...before.windows, ...after.windows],
    maxChanges: Math.min(before.maxChanges, after.maxChanges),
    maxDeletions: Math.min(before.maxDeletions, after.maxDeletions),
    drift: stricterDrift(before.drift, after.drift),
  };
}
