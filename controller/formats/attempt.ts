import type { HealthRules } from '../records/health.ts';
import type { AttemptPayload } from '../records/attempts.ts';
import { desiredState } from './desired-state.ts';
import { plan, planBody, planId } from './plan.ts';
import { flag, list, nullable, number, object, oneOf, optional, text } from './shape.ts';
import { format } from './stored.ts';

type Undone = NonNullable<AttemptPayload['undoes']>;

const health = object<HealthRules>({
  maxCpuPercent: number,
  minFreeMemoryPercent: number,
  pings: list(object<HealthRules['pings'][number]>({ address: text, count: number, maxLossPercent: number })),
  resolve: list(text),
  interfaces: flag,
});

/** What an attempt needs to be settled by another process. */
export const ATTEMPT_PAYLOAD = format(
  'payload',
  object<AttemptPayload>({
    purpose: oneOf('apply', 'rollback'),
    plan,
    body: planBody,
    desired: desiredState,
    before: object<AttemptPayload['before']>({ base: nullable(desiredState), revision: nullable(text) }),
    rollout: optional(text),
    undoes: optional(object<Undone>({ attemptId: text, planId, rollout: text })),
    revision: text,
    tier: oneOf('full', 'job-only'),
    confirmWithinSeconds: number,
    health,
    settleSeconds: number,
    runningInterfaces: list(text),
  }),
);
