import { isProvenWith } from '../records/proofs.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { Records } from '../records/store.ts';

/**
 * Why the approvals that an attempt has used carry it no more: a key that signed one of them was revoked since. Null:
 * they do, or it rests on the word of a policy or a rollout, which no key has signed. An approval that is not on
 * record any more carries nothing either.
 */
export async function revokedWord(
  { approvals, revocations }: Pick<Records, 'approvals' | 'revocations'>,
  source: string,
  { id, device, planId }: Pick<AttemptRecord, 'id' | 'device' | 'planId'>,
): Promise<string | null> {
  const signed = (await approvals.spentFor(id)).filter(({ kind }) => kind === 'consent').length;
  if (signed === 0) return null;
  const used = (await approvals.consentsFor(source, planId, device)).filter(({ spentBy }) => spentBy === id);
  if (used.length < signed) return 'an approval that it used is no longer on record';
  const revoked = new Set((await revocations.list()).map(({ key }) => key));
  const lost = used.find((consent) => isProvenWith(consent.proof, revoked));
  return lost === undefined ? null : `the key with which ${lost.person} approved it was revoked`;
}
