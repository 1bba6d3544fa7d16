import { Failure } from '#failure';
import type { Records } from '../records/store.ts';
import { approvalRecords } from './approvals.ts';
import { attemptRecords } from './attempts.ts';
import { auditRecords } from './audit.ts';
import { deviceRecords } from './devices.ts';
import { driftRecords } from './drift.ts';
import { fleetPlanRecords } from './fleet-plans.ts';
import { freezeRecords } from './freeze.ts';
import { healthRecords } from './health.ts';
import { historyRecords } from './history.ts';
import { leaderRecords } from './leader.ts';
import { observedRecords } from './observed.ts';
import { planRecords } from './plans.ts';
import { revisionRecords } from './revisions.ts';
import { revocationRecords } from './revocations.ts';
import { rolloutRecords } from './rollouts.ts';
import type { Scope } from './scope.ts';
import { secretRecords } from './secrets.ts';
import { snapshotRecords } from './snapshots.ts';
import { statementRecords } from './statements.ts';
import { trustRecords } from './trust.ts';

/** All records in one scope. What the database throws comes out as a Failure `StoreUnavailable`. */
export function recordsIn(scope: Scope): Records {
  return {
    devices: failing(deviceRecords(scope)),
    revisions: failing(revisionRecords(scope)),
    plans: failing(planRecords(scope)),
    trust: failing(trustRecords(scope)),
    statements: failing(statementRecords(scope)),
    approvals: failing(approvalRecords(scope)),
    history: failing(historyRecords(scope)),
    revocations: failing(revocationRecords(scope)),
    fleetPlans: failing(fleetPlanRecords(scope)),
    attempts: failing(attemptRecords(scope)),
    rollouts: failing(rolloutRecords(scope)),
    snapshots: failing(snapshotRecords(scope)),
    health: failing(healthRecords(scope)),
    drift: failing(driftRecords(scope)),
    audit: failing(auditRecords(scope)),
    secrets: failing(secretRecords(scope)),
    freeze: failing(freezeRecords(scope)),
    observed: failing(observedRecords(scope)),
    leader: failing(leaderRecords(scope)),
  };
}

/** A failure stays what it is; anything else is the database's. */
export function storeFailureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('StoreUnavailable', `The database said: ${wordsOf(error)}`, { cause: error });
}

/** A connection tried on several addresses fails with several errors and no message of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

type Methods<T> = { readonly [K in keyof T]: (...args: never) => Promise<unknown> };

function failing<T extends Methods<T>>(records: T): T {
  const wrapped = Object.entries<(...args: never) => Promise<unknown>>(records).map(([name, method]) => [
    name,
    async (...args: never) => {
      try {
        return await method.apply(records, args);
      } catch (error) {
        throw storeFailureOf(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
