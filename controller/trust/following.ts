import { record, type SourceDetails, type SourceEvent } from '../events.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { SourcePlace } from '../fleet/source-status.ts';
import type { InForce } from '../fleet/source.ts';
import type { Clock } from '../ports.ts';
import type { ToldReason } from '../reasons.ts';
import type { PlacedChange } from '../records/history.ts';
import type { Records, Store } from '../records/store.ts';
import type { SourceReader } from './candidate.ts';
import type { SourceStatus } from '../fleet/source-status.ts';

/** A source while it is followed: where what it says is kept, and what is remembered from look to look. */
export interface Following {
  readonly source: string;
  readonly reader: SourceReader;
  readonly store: Store;
  readonly clock: Clock;
  readonly memory: FollowingMemory;
}

/** What spares doing things again. All of it but the status can be forgotten at any time. */
export interface FollowingMemory {
  status: SourceStatus;
  inForce: { readonly digest: string; readonly state: InForce } | null;
  /** Keys that signed the candidate whose control plan waits. */
  signedBy: ReadonlySet<string>;
  /** Refusals that were audited, so that each is once for as long as it stays. */
  audited: string | null;
  controlRefused: string | null;
  /** By entry, of the newest candidate that was not empty. */
  readonly disregarded: Map<string, ToldReason>;
  /** By position in the history, until that grows. */
  readonly changesAfter: Map<number, Promise<readonly PlacedChange[]>>;
  /** Two inventories put together; `mixed` is null where they do not fit. */
  mixed: {
    readonly before: Inventory;
    readonly after: Inventory;
    /** What of it is as before. */
    readonly held: string;
    readonly mixed: Inventory | null;
  } | null;
}

/** Nothing was looked at yet. */
export function newMemory(source: string, place: SourcePlace): FollowingMemory {
  return {
    status: {
      source,
      place,
      trust: null,
      candidate: null,
      refusals: [],
      pending: [],
      disregarded: [],
      control: null,
    },
    inForce: null,
    signedBy: new Set(),
    audited: null,
    controlRefused: null,
    disregarded: new Map(),
    changesAfter: new Map(),
    mixed: null,
  };
}

/** Says where the source stands from now on. A candidate that stays was seen when it was seen first. */
export function stand({ memory }: Following, now: Omit<SourceStatus, 'source' | 'place' | 'disregarded'>): void {
  const { source, place, candidate } = memory.status;
  const same = candidate !== null && candidate.version === now.candidate?.version;
  const disregarded = [...memory.disregarded.values()];
  memory.status = { source, place, disregarded, ...now, candidate: same ? candidate : now.candidate };
}

/** Records what was decided about the source. */
export async function recordOf<Action extends keyof SourceDetails>(
  { source, clock }: Pick<Following, 'source' | 'clock'>,
  records: Pick<Records, 'audit'>,
  action: Action,
  detail: Omit<SourceDetails[Action], 'source'>,
): Promise<void> {
  const event: unknown = { action, device: null, detail: { source, ...detail } };
  await record(records, event as SourceEvent, { actor: 'controller', at: clock.now() });
}

/** Many devices were confirmed at one version. */
export function rememberedChanges({ source, store, memory }: Following): Records['history']['changesAfter'] {
  return (_source, position) => {
    const known = memory.changesAfter.get(position);
    if (known !== undefined) return known;
    const changes = store.history.changesAfter(source, position);
    memory.changesAfter.set(position, changes);
    changes.catch(() => memory.changesAfter.delete(position));
    return changes;
  };
}
