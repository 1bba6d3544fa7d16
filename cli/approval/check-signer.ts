import {
  type ApprovableView,
  approvalIn,
  parseCommit,
  type RawCommit,
  readSshSignature,
  type SignersView,
} from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';

/**
 * Looks at the signed commit as the controller will, before any branch holds it: an approval that is refused would be
 * in the way of all that follows.
 * @returns what it will not do, in words.
 * @throws {CommandError} `failure` when it is no approval of this id, or nobody's who may approve.
 */
export function checkSigner(
  bytes: Uint8Array,
  id: string,
  view: ApprovableView,
  signers: SignersView,
): readonly string[] {
  const commit = parsed(bytes, id);
  const reading = approvalIn(commit);
  if (reading.kind !== 'approval' || reading.planId !== view.id || reading.parent !== view.head) {
    const why = reading.kind === 'refused' ? `: ${reading.message}` : '';
    throw new CommandError('failure', `the commit that was made is no approval of this plan${why}`);
  }
  if (commit.signature === null) throw new CommandError('failure', 'git did not sign the commit', SIGN);
  const key = sshKeyOf(commit.signature);
  // Whose an OpenPGP signature is, the controller finds out.
  if (key === null) return [];
  const person = signers.people.find(({ keys }) => keys.some((each) => each.key === key));
  if (person === undefined) {
    throw new CommandError('failure', `it was signed with ${key}, which nobody in the roster in force has`, SIGN);
  }
  if (signers.revoked.some((each) => each.key === key)) {
    throw new CommandError('failure', `it was signed with ${key} of ${person.person}, which is revoked`, SIGN);
  }
  return shortfalls(person, view);
}

const SIGN = 'sign with a key that counts: rosctl signers list; git config user.signingKey FILE.pub';

function shortfalls({ person, roles }: SignersView['people'][number], view: ApprovableView): readonly string[] {
  const steers = roles.includes('policy');
  if (view.kind === 'control' ? steers : steers || roles.includes('approver')) {
    return view.control === null || steers
      ? []
      : [`${person} has not the role policy, so the control plan still waits for somebody who has`];
  }
  const wanted = view.kind === 'control' ? 'policy' : 'approver';
  throw new CommandError(
    'failure',
    `${person} may not approve it: the roster gives ${roles.join(', ')}, and it takes ${wanted}`,
    'ask somebody who may: rosctl signers list',
  );
}

function parsed(bytes: Uint8Array, id: string): RawCommit {
  try {
    return parseCommit(bytes, id);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new CommandError('failure', `the controller would refuse the commit that was made: ${error.message}`);
  }
}

function sshKeyOf(signature: string): string | null {
  if (!signature.startsWith('-----BEGIN SSH SIGNATURE-----')) return null;
  const reading = readSshSignature(signature);
  if (reading.ok) return reading.signature.key.fingerprint;
  throw new CommandError('failure', `the signature that was made can not be read: ${reading.message}`, SIGN);
}
