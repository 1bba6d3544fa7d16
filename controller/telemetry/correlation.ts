import { randomUUID } from 'node:crypto';

/** Ties the log lines, audit events and steps of one attempt, or of one act of an operator, together. */
export function newCorrelationId(): string {
  return randomUUID();
}
