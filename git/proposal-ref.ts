import type { Failure } from '#failure';
import { gitFailure } from './failures.ts';

/** Whether a text can be the name of a proposal. */
export function isProposalId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The one ref that a proposal may stand at: nothing else is ever written. @throws {RangeError} for any other name. */
export function proposalRef(id: string): `refs/heads/proposals/${string}` {
  if (!isProposalId(id)) throw new RangeError('no name of a proposal');
  return `refs/heads/proposals/${id}`;
}

/**
 * The same beside the branch that is followed, which is never one of a proposal's, whatever it is called. @throws {Failure}
 * `ProposalsRefused`
 */
export function refOf(id: string, followed: string): string {
  const ref = proposalRef(id);
  if (ref !== `refs/heads/${followed}`) return ref;
  throw gitFailure('ProposalsRefused', `${ref} is the branch that is followed`);
}

/** Somebody else was there. */
export function moved(ref: string): Failure {
  return gitFailure('ProposalMoved', `${ref} is not where it was left`);
}
