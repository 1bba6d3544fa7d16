import { isDeepStrictEqual } from 'node:util';
import type { RolloutRules, Target } from './target.ts';

/**
 * A device as it is, under gates that ask what a waiting control plan will make of it too. Shares of a rollout and health rules have no order: those of
 * before count, and the plan id holds them.
 */
export function stricterOf(before: Target, after: Target): Target {
  const more = after.approvalRules.filter(
    (rule) => !before.approvalRules.some((known) => isDeepStrictEqual(known, rule)),
  );
  return {
    ...before,
    // What is to leave the lab gets no word of the lab any more.
    environment: before.environment === 'lab' ? after.environment : before.environment,
    suspended: before.suspended || after.suspended,
    approvalRules: [...before.approvalRules, ...more],
    rollout: stricterRollout(before.rollout, after.rollout),
  };
}

function stricterRollout(before: RolloutRules, after: RolloutRules): RolloutRules {
  const known = isDeepStrictEqual(before.windows, after.windows);
  return {
    ...before,
    windows: known ? before.windows : [...before.windows, ...after.windows],
    maxChanges: Math.min(before.maxChanges, after.maxChanges),
    maxDeletions: Math.min(before.maxDeletions, after.maxDeletions),
    // Only `correct` lets anything be written.
    drift: before.drift === 'correct' ? after.drift : before.drift,
  };
}
