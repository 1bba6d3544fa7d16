import { HALTED, UNDOING } from '../policy/told-alone.ts';
import type { RolloutRecord, RolloutRecords, RolloutState } from '../records/rollouts.ts';
import type { Sight } from '../access/sight.ts';

/** Rollouts as they are read. */
export type ScopedRollouts = Pick<RolloutRecords, 'get' | 'list' | 'listOpen' | 'listSince' | 'lastWith'>;

/**
 * Rollouts with those of their members that are seen; one without any is not there. Where some are not seen the reason
 * of a rollout tells nothing of who failed, or how many.
 */
export function scopedRollouts(rollouts: RolloutRecords, sight: Sight): ScopedRollouts {
  const seen = (rollout: RolloutRecord | null): RolloutRecord | null =>
    rollout === null ? null : rolloutAsSeen(rollout, sight);
  const seenAmong = (listed: readonly RolloutRecord[]): readonly RolloutRecord[] =>
    listed.flatMap((rollout) => seen(rollout) ?? []);
  return {
    get: async (id) => seen(await rollouts.get(id)),
    listOpen: async (source) => seenAmong(await rollouts.listOpen(source)),
    listSince: async (source, at) => seenAmong(await rollouts.listSince(source, at)),
    lastWith: async (source, device, planId) =>
      sight.sees(device) ? seen(await rollouts.lastWith(source, device, planId)) : null,
    async list(source, limit) {
      for (let asked = limit; ; asked *= 4) {
        const listed = await rollouts.list(source, asked);
        const found = seenAmong(listed);
        if (found.length >= limit || listed.length < asked) return found.slice(0, limit);
      }
    },
  };
}

/** A rollout with those of its members that are seen; null: none is. */
export function rolloutAsSeen(rollout: RolloutRecord, sight: Sight): RolloutRecord | null {
  if (sight.all) return rollout;
  const members = rollout.members.filter(({ device }) => sight.sees(device));
  if (members.length === rollout.members.length && members.length > 0) return rollout;
  return members.length === 0 ? null : { ...rollout, members, reason: REASONS[rollout.state] ?? rollout.reason };
}

/** In these states the reason counts the members, or names who failed. */
const REASONS: Readonly<Partial<Record<RolloutState, string>>> = {
  halted: HALTED,
  undoing: UNDOING,
  undone: `rolled back: ${UNDOING}`,
  done: 'it has ended',
  superseded: 'other plans took its place',
};
