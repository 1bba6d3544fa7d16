import { takeTurns } from '#turns';
import { fitTogether } from '../desired/check-layers.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { InForce } from '../fleet/source.ts';
import type { TrustRecord } from '../records/trust.ts';
import type { AsOf, Candidate, Content } from './candidate.ts';
import type { Following } from './following.ts';
import { jsonDigestOf } from '../source/json-digest.ts';
import { versionsOf, waitingRevision } from './revision-name.ts';

/** What comes into force. */
export interface Coming {
  readonly revision: string;
  readonly content: Content;
  /** What a control plan that waits would make of it; null: none waits. */
  readonly incoming: Inventory | null;
}

/**
 * Says what is in force from now on. What says nothing new brings no new revision: plans and targets stay as they are.
 */
export async function bringIntoForce(
  { source, store, clock, memory }: Following,
  trust: TrustRecord,
  { revision, content, incoming }: Coming,
): Promise<InForce> {
  const planSource = planSourceOf(trust);
  const digest = jsonDigestOf([content.digest, planSource, incoming === null ? '' : 'pending']);
  const isOnRecord = async (id: string): Promise<boolean> =>
    (await store.history.positionOf(source, versionsOf(id).configs)) !== null;
  const { inForce } = memory;
  if (inForce?.digest === digest && (await isOnRecord(inForce.state.revision))) return inForce.state;
  const last = await store.revisions.latest(source);
  const known = last !== null && last.files[DIGEST] === digest && (await isOnRecord(last.id));
  // Over a restart too: what counts from then on must not look newer than it is.
  const before = known || (inForce === null && last?.id === revision);
  const at = before && last !== null ? last.firstSeenAt : clock.now();
  const id = known ? last.id : revision;
  if (!known) await store.revisions.accept({ id, source, firstSeenAt: at, files: { [DIGEST]: digest } });
  const state = { revision: id, at, inventory: content.inventory, incoming, planSource };
  memory.inForce = { digest, state };
  return state;
}

/**
 * What counts while a control plan waits: inventory and policies of the trusted head with the RouterConfigs that came
 * in, where the two fit together; of those that an ignore file newly hides or shows, what counted before.
 */
export async function whileWaiting(
  { memory }: Following,
  { trust, trusted }: AsOf,
  { version, content, switched = new Set() }: Candidate,
): Promise<Coming> {
  const [before, after] = [trusted.inventory, content.inventory];
  const held = [...switched].filter((key) => key.startsWith(CONFIG)).toSorted();
  const configs = held.length === 0 ? after.configs : heldBack(before.configs, after.configs, new Set(held));
  const mark = held.join('\n');
  if (memory.mixed?.before !== before || memory.mixed.after !== after || memory.mixed.held !== mark) {
    const both = { ...before, configs };
    memory.mixed = { before, after, held: mark, mixed: (await fitTogether(both, takeTurns())) ? both : null };
  }
  const { mixed } = memory.mixed;
  const digest = jsonDigestOf([trusted.digest, content.digest, ...held]);
  return mixed === null
    ? { revision: trust.head, content: { ...trusted, digest }, incoming: after }
    : { revision: waitingRevision(version, trust.head), content: { digest, inventory: mixed }, incoming: after };
}

const CONFIG = 'RouterConfig ';

/** What an ignore file newly hides or shows is as it was; the order is that of names. */
function heldBack(
  before: Inventory['configs'],
  after: Inventory['configs'],
  held: ReadonlySet<string>,
): Inventory['configs'] {
  const isHeld = ({ name }: { readonly name: string }): boolean => held.has(`${CONFIG}${name}`);
  const kept = [...before.filter(isHeld), ...after.filter((config) => !isHeld(config))];
  return kept.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A candidate that waits for its control plan brought RouterConfigs into force; they go with the key that signed for
 * them.
 * @returns what is in force without them; null: no such key was revoked.
 */
export async function withoutRevoked(following: Following, { trust, trusted, revoked }: AsOf): Promise<InForce | null> {
  const { inForce, signedBy } = following.memory;
  if (inForce === null || inForce.state.incoming === null) return null;
  if (signedBy.isDisjointFrom(revoked)) return null;
  const coming = { revision: trust.head, content: trusted, incoming: null };
  return await bringIntoForce(following, trust, coming);
}

/** Two installations that follow one source have different plan ids, so that neither takes the other's approvals. */
export function planSourceOf({ source, anchor, anchoredAt, anchoredBy }: TrustRecord): string {
  return `${source}@${jsonDigestOf([anchor, anchoredAt, anchoredBy]).slice(0, 16)}`;
}

/** A source with trust keeps its content itself; the store holds what tells one content from another. */
const DIGEST = 'digest';
