import { type ApprovableView, approvalIn, parseCommit, type RawCommit } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import type { ControlClient } from '../control/control-client.ts';
import { refusalsText } from './check-head.ts';
import { wouldNotCount } from './would-not-count.ts';

/**
 * Has the signed commit judged as the controller will, before any branch holds it: an approval that is refused would be
 * in the way of all that follows. Whose it is was told before it was signed, where git's configuration tells.
 * @throws {CommandError} `failure` when it is no approval of this id, or nobody's who may approve.
 */
export async function checkSigner(
  bytes: Uint8Array,
  commit: string,
  view: ApprovableView,
  told: string | null,
  client: ControlClient,
): Promise<void> {
  const { signature, ...raw } = parsed(bytes, commit);
  const reading = approvalIn({ signature, ...raw });
  if (reading.kind !== 'approval' || reading.planId !== view.id || reading.parent !== view.head) {
    const why = reading.kind === 'refused' ? `: ${reading.message}` : '';
    throw new CommandError('failure', `the commit that was made is no approval of this plan${why}`);
  }
  if (signature === null) throw new CommandError('failure', 'git did not sign the commit', SIGN);
  const { key, reasons } = await client.ask('judgeCommit', {
    id: commit,
    commit: Buffer.from(bytes).toString('base64'),
  });
  if (reasons.length > 0)
    throw new CommandError('failure', `the controller would refuse the approval:\n${refusalsText(reasons)}`, SIGN);
  if (key === null || key === told) return;
  const { obstacles } = await client.ask('approvable', { plan: reading.planId, key });
  if (obstacles.length > 0) throw wouldNotCount(obstacles);
}

const SIGN = 'sign with a key that counts: rosctl signers list; git config user.signingKey FILE.pub';

function parsed(bytes: Uint8Array, id: string): RawCommit {
  try {
    return parseCommit(bytes, id);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new CommandError('failure', `the controller would refuse the commit that was made: ${error.message}`);
  }
}
