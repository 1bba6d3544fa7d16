import type { Selectable } from 'kysely';
import type { PlanId } from '#differ';
import { ATTEMPT_PAYLOAD } from '../formats/attempt.ts';
import { TEXT } from '../formats/texts.ts';
import type { AttemptEnd, AttemptRecord, StepRecord } from '../records/attempts.ts';
import type { Tables } from './tables.ts';

/** The header of an attempt as selected; its steps have a table of their own. */
export type AttemptRow = Selectable<Tables['attempts']>;

/** The record of a header row and its steps in order. */
export function attemptOf(row: AttemptRow, steps: readonly StepRecord[]): AttemptRecord {
  const place = { table: 'attempts', row: row.id };
  return {
    id: row.id,
    device: row.device,
    planId: row.plan_id as PlanId,
    number: row.number,
    correlationId: row.correlation_id,
    openedAt: row.opened_at,
    steps,
    payload: ATTEMPT_PAYLOAD.decode(row.payload, place),
    end: row.ended_as as AttemptEnd | null,
    endedAt: row.ended_at,
    endReason: row.end_reason === null ? null : TEXT.decode(row.end_reason, place),
    holder: row.holder,
    leaseUntil: row.lease_until,
    ...(row.retried_at === null ? {} : { retriedAt: row.retried_at }),
  };
}
