import type { PlanId } from '#differ';
import { Failure } from '#failure';
import { nobodyCanApprove } from '../policy/control-approval.ts';
import type { WaitingControl } from './views.ts';
import type { QueryContext } from './context.ts';
import type { FleetView } from './fleet-view.ts';
import type { Instant } from '../ports.ts';
import { signerOf } from '#signatures';
import { keysOfPerson } from '#signatures';
import type { Consent } from '../records/approvals.ts';
import { carrierOf } from '../records/proofs.ts';
import type { RevocationRecord } from '../records/revocations.ts';
import type { Role, SignedBy, StatementId } from '#signatures';
import { ringOf } from '../trust/authority.ts';
import { mendingCommands } from '../trust/mending-commands.ts';
import type { SourceStatus } from '../fleet/source-status.ts';

/** Where the source stands, and the approvals that were seen last. */
export interface TrustView {
  /** The controller's clock, to tell ages by. */
  readonly now: Instant;
  readonly standing: StandingView;
  /** Approvals that were seen, newest first. */
  readonly approvals: readonly ApprovalView[];
}

/** Where the source stands. */
export interface StandingView extends Omit<SourceStatus, 'place' | 'candidate' | 'control'> {
  readonly branch: string;
  readonly candidate: { readonly commit: string; readonly seenAt: Instant } | null;
  readonly control:
    | (Pick<NonNullable<SourceStatus['control']>, 'plan' | 'reasons'> & Pick<WaitingControl, 'unapprovable'>)
    | null;
  /** Commands that mend the branch when its newest commit is refused; none: it is not, or no command does. */
  readonly mend: readonly string[];
}

/** An approval that was seen. */
export interface ApprovalView extends SignedBy, Pick<Consent, 'source' | 'person' | 'startsAt'> {
  readonly statement: StatementId;
  /** What carried it when it was first seen. */
  readonly commit: string;
  readonly firstSeenAt: Instant;
  readonly acceptedAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly approvedId: PlanId;
}

/** A key of a person in the roster. */
export interface SignerKey {
  readonly key: string;
  /** Revoked by the operator: it counts for nothing. */
  readonly revoked: boolean;
}

/** The roster that counts now, and the keys that the operator revoked. */
export interface SignersView {
  readonly now: Instant;
  readonly people: readonly {
    readonly person: string;
    readonly roles: readonly Role[];
    readonly keys: readonly SignerKey[];
  }[];
  readonly revoked: readonly RevocationRecord[];
}

const APPROVALS_SHOWN = 20;

/** Where the source stands. @throws {Failure} `BadRequest` for a source without trust. */
export async function trustView({ fleet, store, clock }: QueryContext): Promise<TrustView> {
  const standing = standingOf({ fleet, clock });
  const approvals = await store.approvals.list(standing.source, APPROVALS_SHOWN);
  return { now: clock.now(), standing, approvals: approvals.map(approvalViewOf) };
}

function approvalViewOf({ id, proof, approves, ...consent }: Consent): ApprovalView {
  return { statement: id, commit: carrierOf(proof), ...proof.by, approvedId: approves, ...consent };
}

/** Where the source stands. @throws {Failure} `BadRequest` for a source without trust. */
export function standingOf({
  fleet,
  clock,
}: {
  readonly fleet: Pick<FleetView, 'source' | 'sourceStatus'>;
  readonly clock: QueryContext['clock'];
}): StandingView {
  const status = fleet.sourceStatus();
  if (status === null || status.place.kind !== 'git') throw withoutTrust(fleet.source);
  const { source, place, candidate, disregarded, trust, control, ...standing } = status;
  return {
    source,
    branch: place.branch,
    disregarded,
    trust,
    candidate: candidate === null ? null : { commit: candidate.version, seenAt: candidate.seenAt },
    ...standing,
    control:
      control === null
        ? null
        : {
            plan: control.plan,
            reasons: control.reasons,
            ...(nobodyCanApprove(control.asked, clock.now()) ? { unapprovable: true } : {}),
          },
    mend: mendingCommands(status),
  };
}

/** Who has a say now. */
export async function signersView({ fleet, store, clock }: QueryContext): Promise<SignersView> {
  const revoked = await store.revocations.list();
  const ring = await ringOf(store, fleet.inventory);
  const people = (fleet.inventory?.roster?.document.spec.people ?? []).map((person) => ({
    person: person.name,
    roles: person.roles,
    keys: keysOfPerson(person).map(({ key, materials: [material = ''] }) => ({
      key,
      revoked: signerOf(ring, { key, signedWith: key, material }) === null,
    })),
  }));
  return { now: clock.now(), people, revoked };
}

/** Why nothing about trust can be asked of a folder. */
function withoutTrust(source: string): Failure {
  const message = `The source ${source} is a folder: it has no commits, so nothing in it can be trusted or approved. Start the controller with a Git repository as its source.`;
  return new Failure('BadRequest', message);
}
