import type { PlanBody, PlanId } from '#differ';
import type { Inventory } from '../desired/inventory.ts';
import {
  APPROVAL_HOURS,
  type Authors,
  type HeldConsent,
  type OutdatedApproval,
  WITH_CONTROL,
} from '../policy/consent.ts';
import { movedSince } from '../policy/moved-since.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { Records } from '../records/store.ts';
import type { StatementId } from '#signatures';
import type { PairConsent } from '../records/approvals.ts';
import { keyRingOf, peopleIn, signerOf, type KeyRing } from '#signatures';
import type { Signer } from '#signatures';
import type { Fleet } from '../fleet/fleet.ts';

/** Who may approve and who brought what, as of now: the roster in force less the keys that the operator revoked. */
export interface Authority {
  /** Everybody in the roster with a key that stands; null: the source is a folder, where nobody can approve. */
  people(records: Pick<Records, 'revocations'>): Promise<readonly Pick<Signer, 'person' | 'roles'>[] | null>;
  /** The approvals of a pair, each with whom its key belongs to now. */
  consentsFor(
    records: Pick<Records, 'approvals' | 'revocations'>,
    planId: PlanId,
    device: DeviceName,
  ): Promise<readonly HeldConsent[]>;
  /**
   * Approvals that still hold, of other plans of the device than this one, by themselves or in a fleet's. `next`: the
   * id that the plan has once the control plan that waits counts; null: none waits.
   */
  outdatedFor(
    records: Pick<Records, 'approvals' | 'plans' | 'fleetPlans'>,
    plan: { readonly id: PlanId; readonly body: PlanBody; readonly next: PlanId | null },
    device: DeviceName,
    now: Instant,
  ): Promise<readonly OutdatedApproval[]>;
  /** Who changed what is desired of a device after the revision `since`. */
  authorsOf(device: DeviceName, since: string | null): Promise<Authors>;
}

/**
 * Consents in accepted history or among the statements that wait for their control plan; one that left the source
 * before it was accepted is withdrawn.
 */
export function standingConsents(
  consents: readonly PairConsent[],
  waiting: readonly StatementId[],
): readonly PairConsent[] {
  return consents.filter(
    ({ id, acceptedAt, withdrawnAt }) => withdrawnAt === null && (acceptedAt !== null || waiting.includes(id)),
  );
}

/** Consents with whom their proofs belong to now. */
export function heldBy(ring: KeyRing, consents: readonly PairConsent[]): readonly HeldConsent[] {
  return consents.map((consent) => ({ ...consent, holder: signerOf(ring, consent.proof.by) }));
}

/** The keys of an inventory's roster less those that the operator revoked. */
export async function ringOf(
  { revocations }: { readonly revocations: Pick<Records['revocations'], 'list'> },
  inventory: Pick<Inventory, 'roster'> | null,
): Promise<KeyRing> {
  const revoked = new Set((await revocations.list()).map(({ key }) => key));
  return keyRingOf(inventory?.roster?.document ?? null, revoked);
}

const LOOKED_AT = 20;
const HOUR_MS = 3_600_000;

/** The authority that a fleet's source gives. */
export function authorityOf(fleet: Fleet): Authority {
  return {
    people: async (records) =>
      fleet.sourceStatus() === null ? null : peopleIn(await ringOf(records, fleet.inventory)),
    async consentsFor(records, planId, device) {
      const consents = await records.approvals.consentsFor(fleet.source, planId, device);
      if (consents.length === 0) return [];
      const ring = await ringOf(records, fleet.inventory);
      return heldBy(ring, standingConsents(consents, fleet.sourceStatus()?.pending ?? []));
    },
    async outdatedFor(records, { id, body, next }, device, now) {
      const { approvals, plans, fleetPlans } = records;
      const found: OutdatedApproval[] = [];
      for (const { approves, person, startsAt } of await approvals.list(fleet.source, LOOKED_AT)) {
        if (approves === id || startsAt + APPROVAL_HOURS * HOUR_MS <= now) continue;
        const member = (await fleetPlans.get(approves))?.plans.find((each) => each.device === device)?.planId;
        const planId = member ?? approves;
        if (member === undefined && planId !== next && (await plans.deviceOf(planId)) !== device) continue;
        const given = await approvals.consentsFor(fleet.source, planId, device);
        const consents = standingConsents(given, fleet.sourceStatus()?.pending ?? []);
        const open = consents.some((consent) => consent.person === person && consent.spentBy === null);
        if (!open || found.some((each) => each.person === person && each.planId === planId)) continue;
        const before = planId === next ? null : ((await plans.get(planId))?.body ?? null);
        found.push({ person, planId, because: planId === next ? WITH_CONTROL : movedSince(before, body) });
      }
      return found;
    },
    authorsOf: (device, since) => fleet.authorsOf(device, since),
  };
}
