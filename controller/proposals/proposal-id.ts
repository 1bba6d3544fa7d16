import { createHash } from 'node:crypto';
import { rfc8785Json } from '#canonical-json';
import type { ChangeIntent } from '../edits/intent.ts';

/** A proposal's name: equal for one intent in one source, so that whoever asks again gets the same proposal. */
export type ProposalId = string;

const PREFIX = 'routeros-gitops proposal v1\n';
const DIGITS = 32;

/**
 * The first 128 bits of SHA-256 over the source and the intent, and over the devices that it means for somebody who
 * may not see all; null: for those who may.
 */
export function proposalIdOf(source: string, intent: ChangeIntent, targets: readonly string[] | null): ProposalId {
  return createHash('sha256')
    .update(PREFIX)
    .update(rfc8785Json([source, intent, targets]))
    .digest('hex')
    .slice(0, DIGITS);
}
