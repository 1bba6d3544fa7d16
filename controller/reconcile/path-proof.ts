import type { Plan, PlanId, PlanInput } from '#differ';
import { CATALOGUE } from '#routeros';
import { readListUsers, readManagementPath } from '../device/path-facts.ts';
import { reasonsOf } from '../policy/gate.ts';
import { ADDRESSES } from '../policy/address-changes.ts';
import { isAnyListUsed, listChangesIn } from '../policy/list-membership.ts';
import type { ManagementPath, PathProof } from '../policy/management-facts.ts';
import { mayCutPath, proveManagementPath, readsOf } from '../policy/management-path.ts';
import { pathEffectsOf } from '../policy/path-effects.ts';
import { pathRisks } from '../policy/path-risks.ts';
import type { SpentApproval } from '../records/approvals.ts';
import { remember } from '../observed/memory.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Between the visits that see an approval, a rollout's word and its turn; a plan that waits longer is proven anew, and
 * right before the first write it is in any case.
 */
const KNOWN_FOR_MS = 60_000;

type ReadUsers = Awaited<ReturnType<typeof readListUsers>>;

/** Nothing of a plan matters to the path, or nobody can tell yet. */
export const HARMLESS: PathProof = { reasons: [], risks: [] };

/**
 * The proof for people to see, and to approve by: read of the router, unless the same plan was found harmless a moment
 * ago. Nothing is read where the plan cannot matter to the path.
 */
export async function pathProof(pass: PassContext, id: PlanId, plan: Plan, input: PlanInput): Promise<PathProof> {
  const { ports, target } = pass;
  const now = ports.clock.now();
  const last = ports.memory.get(target.name)?.path;
  if (last?.planId === id && last.target === target && now - last.at < KNOWN_FOR_MS) return last.proof;
  if (!mayCutPath(plan)) return HARMLESS;
  const proof = await pathProofNow(pass, plan, input);
  if (proof.reasons.length === 0) remember(ports.memory, target.name, { path: { planId: id, target, at: now, proof } });
  return proof;
}

/** The proof, read of the router now, for a plan that can matter to the path. */
export async function pathProofNow(pass: PassContext, plan: Plan, input: PlanInput): Promise<PathProof> {
  if (!mayCutPath(plan)) return HARMLESS;
  return await provePath(pass, plan, input, await readListUsers(pass.session, pass.signal));
}

async function provePath(pass: PassContext, plan: Plan, input: PlanInput, users: ReadUsers): Promise<PathProof> {
  const { session, user, signal } = pass;
  const path = await readManagementPath(session, user, managementAddress(pass), users, readsOf(plan), signal);
  return { reasons: reasonsOf(proveManagementPath(plan, input.live, path)), risks: pathRisks(plan, path) };
}

/**
 * The proof for the first write, of what the router tells now, as far as it can have changed the answer: people have
 * weighed what names can do, and who is on a list that nothing uses matters to nobody. By the standing word of a policy
 * nothing is left out, since risks keep it from counting.
 * @returns null when nothing can have changed it.
 */
export async function provePathAgain(
  pass: PassContext,
  plan: Plan,
  input: PlanInput,
  used: readonly SpentApproval[],
): Promise<PathProof | null> {
  if (!mayCutPath(plan)) return null;
  const found = pathEffectsOf(plan.changes, CATALOGUE);
  const effects = new Set([...found.values()].flatMap((some) => [...some]));
  const isStanding = used.some(({ kind }) => kind === 'auto');
  const isPartial = !isStanding && !found.has(ADDRESSES);
  if (isPartial) {
    effects.delete('none');
    effects.delete('names');
    if (effects.size === 0) return null;
  }
  const users = await readListUsers(pass.session, pass.signal);
  const onlyLists = isPartial && [...effects].every((effect) => effect === 'lists');
  if (onlyLists && users.unread.length === 0 && !isAnyListUsed(listChangesIn(plan, CATALOGUE), users)) return null;
  const proof = await provePath(pass, plan, input, users);
  // The next visit is to say so before anybody's approval is used up.
  if (proof.reasons.length > 0) remember(pass.ports.memory, pass.target.name, { path: null });
  return proof;
}

/**
 * How we reach the router: the address and interface in spec.management, and the address we connect to when it is a
 * literal.
 */
export function managementAddress({
  target,
}: Pick<PassContext, 'target'>): Pick<ManagementPath, 'declared' | 'dialled'> {
  const { address, interface: arrival } = target.management;
  const { hostname } = target.address;
  return {
    declared: address === null ? null : { address, interface: arrival },
    dialled: /^\d+(\.\d+){3}$/.test(hostname) ? hostname : null,
  };
}
