import { rfc8785Json } from '#canonical-json';
import { Failure } from '#failure';
import type { SectionName } from '#schemas';
import type { Principal } from '../access/principal.ts';
import { filePatch } from '../edits/file-patch.ts';
import type { ChangeIntent, ChangeRefusal } from '../edits/intent.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Clock } from '../ports.ts';
import type { ProposalRecord } from '../records/proposals.ts';
import type { Store } from '../records/store.ts';
import { type ProposalId, proposalIdOf } from './proposal-id.ts';
import { proposalMessage } from './proposal-message.ts';
import { scopeOf } from './scope-of.ts';

/** What proposals are made with. */
export interface ProposalWorld {
  readonly fleet: Pick<Fleet, 'source' | 'change' | 'devices' | 'proposals'>;
  readonly store: Pick<Store, 'proposals'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** A proposal, or every reason why there is none. */
export type Proposed =
  | { readonly ok: true; readonly proposal: ProposalRecord }
  | { readonly ok: false; readonly refusals: readonly ChangeRefusal[] };

/** So many of one principal may be open at once. */
const MOST_OPEN = 50;

/**
 * Proposes a change: it is kept in the store and, where that can be, put on a branch of its own. Asked again, it is the
 * same proposal; once the files moved, it is made anew on them. @throws {Failure} as previewChange
 */
export async function proposeChange(
  world: ProposalWorld,
  intent: ChangeIntent,
  principal: Principal,
): Promise<Proposed> {
  const { fleet, store, clock } = world;
  const scope = scopeOf(principal, fleet.devices());
  const made = await fleet.change(intent, scope);
  if (!made.ok) return made;
  // A selector means fewer devices for whoever may see fewer: that is another proposal.
  const id = proposalIdOf(fleet.source, intent, scope.visible === null ? null : made.change.targets);
  const known = await store.proposals.get(fleet.source, id);
  const standing = known?.endedAt === null ? known : null;
  if (standing?.base === made.base && standing.state === 'open') return { ok: true, proposal: standing };
  if (standing?.base === made.base)
    return { ok: true, proposal: await onBranch(world, standing).catch(asItIs(standing)) };
  const now = clock.now();
  const { files, changes } = made.change;
  const kept: ProposalRecord = {
    id,
    source: fleet.source,
    proposedBy: standing?.proposedBy ?? principal.actor,
    section: intent.section,
    reason: intent.reason,
    intent: rfc8785Json(intent),
    base: made.base,
    files: files.map(({ file, before, after, splices }) => ({
      file,
      made: before === null,
      splices: before === null ? [{ from: 0, to: 0, text: after }] : splices,
      patch: filePatch(file, before, after),
      bare: filePatch(file, before, after, 0),
    })),
    devices: changes,
    state: 'kept',
    commit: known?.commit ?? null,
    proposedAt: standing?.proposedAt ?? now,
    madeAt: now,
    endedAt: null,
  };
  const why = await store.proposals.keep(kept, known, MOST_OPEN);
  if (why !== null) return why === 'tooMany' ? tooMany() : await asKept(world, id);
  return { ok: true, proposal: await onBranch(world, kept).catch(asItIs(kept)) };
}

/**
 * Puts what is kept on its branch: the same commit whenever it is tried. @returns as it is then. @throws {Failure} where
 * that can't be done now.
 */
async function onBranch({ fleet, store }: ProposalWorld, kept: ProposalRecord): Promise<ProposalRecord> {
  const { id, base, files, section, devices, madeAt } = kept;
  const message = proposalMessage({ ...kept, section: section as SectionName, devices: devices.length });
  const commit = await fleet.proposals?.put({ id, base, files, message, at: madeAt, before: kept.commit });
  if (commit === undefined) return kept;
  const open: ProposalRecord = { ...kept, state: 'open', commit };
  const why = await store.proposals.keep(open, kept, MOST_OPEN);
  return why === null ? open : ((await store.proposals.get(fleet.source, id)) ?? kept);
}

/** Of one that has ended. @throws {Failure} as onBranch */
async function offBranch({ fleet, store }: ProposalWorld, ended: ProposalRecord): Promise<void> {
  if (ended.commit === null || fleet.proposals === null) return;
  await fleet.proposals.remove(ended.id, ended.commit);
  await store.proposals.keep({ ...ended, commit: null }, ended, MOST_OPEN);
}

/** It stays as it is where the repository does not let us write, or can't be reached; later it is tried again. */
function asItIs(record: ProposalRecord): (error: unknown) => ProposalRecord {
  return (error) => {
    if (error instanceof Failure) return record;
    throw error;
  };
}

/**
 * Puts what could not be put on its branch there, and takes branches away whose proposal has ended. @throws {Failure}
 * where the repository does not let us, or can't be reached: it is tried again later.
 */
export async function settleProposals(world: ProposalWorld): Promise<void> {
  const { fleet, store } = world;
  if (fleet.proposals === null) return;
  for (const record of await store.proposals.listUnsettled(fleet.source, MOST_AT_ONCE)) {
    try {
      await (record.endedAt === null ? onBranch(world, record) : offBranch(world, record));
    } catch (error) {
      // What it is made on is gone, or its branch is somebody else's: others are put on theirs all the same.
      if (!(error instanceof Failure) || !OF_ITSELF.includes(error.code)) throw error;
    }
  }
}

const OF_ITSELF: readonly string[] = ['GitObjectMissing', 'GitObjectBad', 'ProposalMoved'];

const MOST_AT_ONCE = 200;

function tooMany(): Proposed {
  const message = `${String(MOST_OPEN)} proposals are open already`;
  const hint = 'have some of them taken or withdrawn';
  return { ok: false, refusals: [{ code: 'TooManyProposals', field: '', message, hint }] };
}

/** Somebody else was quicker with the same. */
async function asKept({ store, fleet }: ProposalWorld, id: ProposalId): Promise<Proposed> {
  const proposal = await store.proposals.get(fleet.source, id);
  if (proposal !== null) return { ok: true, proposal };
  const message = 'the proposal is made or withdrawn by somebody else just now';
  return { ok: false, refusals: [{ code: 'NothingChanges', field: '', message, hint: 'ask again' }] };
}

/** Ends a proposal that nobody took, and its branch. @returns as it is then; null: it has ended already. */
export async function withdrawProposal(world: ProposalWorld, proposal: ProposalRecord): Promise<ProposalRecord | null> {
  const { store, clock } = world;
  if (proposal.endedAt !== null) return null;
  const ended: ProposalRecord = { ...proposal, state: 'withdrawn', endedAt: clock.now() };
  if ((await store.proposals.keep(ended, proposal, MOST_OPEN)) !== null) return null;
  await offBranch(world, ended).catch(asItIs(ended));
  return ended;
}
