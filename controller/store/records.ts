import { codeOf, Failure } from '#failure';
import type { Records } from '../records/store.ts';
import { accessRecords } from './accesses.ts';
import { approvalRecords } from './approvals.ts';
import { attemptRecords } from './attempts.ts';
import { auditRecords } from './audit.ts';
import { captureRecords } from './captures.ts';
import { deviceRecords } from './devices.ts';
import { diagnosticRecords } from './diagnostics.ts';
import { driftRecords } from './drift.ts';
import { storeGone } from './opened-files.ts';
import { fleetPlanRecords } from './fleet-plans.ts';
import { freezeRecords } from './freeze.ts';
import { healthRecords } from './health.ts';
import { historyRecords } from './history.ts';
import { leaderRecords } from './leader.ts';
import { observedRecords } from './observed.ts';
import { orderRecords } from './orders.ts';
import { planRecords } from './plans.ts';
import { proposalRecords } from './proposals.ts';
import { revisionRecords } from './revisions.ts';
import { revocationRecords } from './revocations.ts';
import { rolloutRecords } from './rollouts.ts';
import type { Scope } from './scope.ts';
import { sampleRecords } from './samples.ts';
import { secretRecords } from './secrets.ts';
import { snapshotRecords } from './snapshots.ts';
import { statementRecords } from './statements.ts';
import { trustRecords } from './trust.ts';

/** Makes a failure of what a record threw. */
export type Failed = (error: unknown) => Failure;

/** All records in one scope. What the database throws comes out as `failed` makes it. */
export function recordsIn(scope: Scope, failed: Failed): Records {
  const failing = <T extends Methods<T>>(records: T): T => failingAs(records, failed);
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
    accesses: failing(accessRecords(scope)),
    secrets: failing(secretRecords(scope)),
    freeze: failing(freezeRecords(scope)),
    observed: failing(observedRecords(scope)),
    leader: failing(leaderRecords(scope)),
    orders: failing(orderRecords(scope)),
    proposals: failing(proposalRecords(scope)),
    samples: failing(sampleRecords(scope)),
    captures: failing(captureRecords(scope)),
    diagnostics: failing(diagnosticRecords(scope)),
  };
}

/** PostgreSQL's words for a table, a schema and a database that are not there. */
const DROPPED = ['42P01', '3F000', '3D000'];

/** A failure stays what it is; anything else is the database's. */
export function storeFailureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (DROPPED.includes(codeOf(error))) return storeGone(`the database said: ${wordsOf(error)}`, error);
  return unavailableFailureOf(error);
}

/** Before its tables were ever seen, none of them is gone. */
export function unavailableFailureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('StoreUnavailable', `The database said: ${wordsOf(error)}`, { cause: error });
}

/** A connection tried on several addresses fails with several errors and no message of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

type Methods<T> = { readonly [K in keyof T]: (...args: never) => Promise<unknown> };

function failingAs<T extends Methods<T>>(records: T, failed: Failed): T {
  const wrapped = Object.entries<(...args: never) => Promise<unknown>>(records).map(([name, method]) => [
    name,
    async (...args: never) => {
      try {
        return await method.apply(records, args);
      } catch (error) {
        throw failed(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
