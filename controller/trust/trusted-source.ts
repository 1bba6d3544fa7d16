import { Failure } from '#failure';
import type { SourcePlace } from '../fleet/source-status.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent, ChangeScope } from '../edits/intent.ts';
import type { InForce, ProposalBranches, Reading, Source, SourceChange } from '../fleet/source.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { Authors } from '../policy/consent.ts';
import type { Clock, DeviceName } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { TrustRecord } from '../records/trust.ts';
import { anchorTrust } from './actions.ts';
import { ringOf } from './authority.ts';
import { authorsSince } from './authors.ts';
import type { AsOf, CandidateReading, FirstSights, SourceReader } from './candidate.ts';
import { type Following, newMemory, rememberedChanges, stand } from './following.ts';
import { factsOf, judgeSource } from './judge-source.ts';
import { noteApprovals } from './keep-entries.ts';
import { isOfContent, refusalOf, refusedAs, withoutSecrets } from './refusals.ts';
import { versionsOf } from './revision-name.ts';
import { revokedInEveryForm } from './revoked-forms.ts';
import { settleRefused, settleSource } from './settle-source.ts';
import type { SourceStatus } from '../fleet/source-status.ts';

/** What a source with trust is followed with. */
export interface TrustedSourceParts {
  /** `git:…` */
  readonly source: string;
  readonly place: SourcePlace;
  /** Owned by the source. */
  readonly reader: SourceReader;
  readonly store: Store;
  readonly clock: Clock;
  /** Takes secrets of ours out of what the source says. */
  readonly cut: (text: string) => string;
  /** Ends what is being read. */
  readonly stopping: AbortSignal;
}

/**
 * Follows a source that says who brought what. What it holds counts once everything between the trusted head and now
 * has provenance by the roster of the trusted head (approval.md §1); what steers the controller counts once a control
 * plan is approved (§3). Owns the reader.
 */
export class TrustedSource implements Source {
  readonly source: string;
  readonly place: SourcePlace;
  readonly #parts: TrustedSourceParts;
  readonly #following: Following;
  #known: { readonly key: string; readonly reading: CandidateReading } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: TrustedSourceParts) {
    const { source, place, reader, store, clock } = parts;
    this.source = source;
    this.place = place;
    this.#parts = parts;
    this.#following = { source, reader, store, clock, memory: newMemory(source, place) };
  }

  get proposals(): ProposalBranches | null {
    return this.#parts.reader.proposals;
  }

  status(): SourceStatus {
    return this.#following.memory.status;
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    return this.#parts.reader.changes(signal);
  }

  close(): Promise<void> {
    return this.#parts.reader.close();
  }

  /** What was in force last, judged again from what lies here; where that fails, the content of the trusted head. */
  async restore(): Promise<InForce | null> {
    const { store } = this.#parts;
    const [last, trust] = [await store.revisions.latest(this.source), await store.trust.get(this.source)];
    if (last === null || trust === null) return null;
    const { configs, inventory } = versionsOf(last.id);
    const waited = configs !== inventory && inventory === trust.head ? [configs] : [];
    for (const version of [...waited, trust.head]) {
      const inForce = await this.#restored(version);
      if (inForce !== null) return inForce;
    }
    return null;
  }

  async #restored(version: string): Promise<InForce | null> {
    try {
      const reading = await this.#look(version, null);
      return reading.kind === 'inForce' ? reading.inForce : null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  /** Of the version that the RouterConfigs in force come from. */
  async change(intent: ChangeIntent, scope: ChangeScope): Promise<SourceChange> {
    return await this.#parts.reader.changeAt(this.#configsInForce(), intent, scope);
  }

  /** Of the same version. */
  async explain(asked: Explaining): Promise<Explained> {
    return await this.#parts.reader.explainAt(this.#configsInForce(), asked);
  }

  #configsInForce(): string {
    const revision = this.#following.memory.inForce?.state.revision;
    if (revision === undefined) throw new Failure('NoRevision', `Nothing of ${this.source} is in force yet.`);
    return versionsOf(revision).configs;
  }

  /**
   * The operator's word, outside the source, on where trust begins.
   * @throws {Failure} when there is no such version here, or its content has faults.
   */
  async anchor(version: string, actor: string): Promise<void> {
    const { reader, store, clock } = this.#parts;
    const content = await reader.contentAt(version);
    if ('kind' in content) throw new Failure(content.code, `Trust can not begin at ${version}: ${content.message}`);
    await anchorTrust(store, this.source, version, { actor, at: clock.now() });
  }

  /** One look after the other: two at once could put an older version in force after a newer one. */
  read(signal: AbortSignal): Promise<Reading> {
    const { reader, store } = this.#parts;
    const reading = this.#turn.then(async () => {
      const seen = await store.statements.newest(this.source);
      return await this.#look(await reader.head(signal), seen);
    });
    this.#turn = reading.catch(() => {});
    return reading;
  }

  async authorsOf(device: DeviceName, since: string | null, by: Inventory | null): Promise<Authors> {
    const { store, reader } = this.#parts;
    const { memory } = this.#following;
    const now = by ?? memory.inForce?.state.inventory;
    const trust = await store.trust.get(this.source);
    if (now === undefined || trust === null) return { people: [], lasting: [], unknown: true };
    const history = { ...store.history, changesAfter: rememberedChanges(this.#following) };
    const ring = await ringOf(store, now);
    const search = { history, source: this.source, reader, now, ring, anchor: trust.anchor };
    return await authorsSince(search, device, since === null ? null : versionsOf(since));
  }

  /** @param seen the newest statement when the source was read; null: it was not, so nothing has left it. */
  async #look(version: string, seen: number | null): Promise<Reading> {
    const { store, clock, cut, stopping } = this.#parts;
    const trust = await store.trust.get(this.source);
    const now = clock.now();
    if (trust === null) return untrusted(this.#following, version, now);
    try {
      return await this.#judgeAndSettle(trust, version, seen, now);
    } catch (error) {
      if (stopping.aborted || !isOfContent(error)) throw error;
      const { code, message } = refusalOf(error);
      const reading = { kind: 'refused', code, message: cut(message), faults: [] } as const;
      const reasons = [{ code, message: reading.message }];
      return await settleRefused(
        this.#following,
        { kind: 'refused', version, reading, reasons },
        { trust, now },
        { seen },
      );
    }
  }

  async #judgeAndSettle(trust: TrustRecord, version: string, seen: number | null, now: number): Promise<Reading> {
    const { reader, store, cut } = this.#parts;
    const trusted = await reader.contentAt(trust.head);
    if ('kind' in trusted) {
      const refused = withoutSecrets(refusedAs(version, trusted), cut);
      return await settleRefused(this.#following, { kind: 'refused', ...refused }, { trust, now }, { seen });
    }
    const revoked = await revokedInEveryForm(store, trusted);
    const asOf: AsOf = { trust, trusted, revoked, now };
    const { reading, fresh } = await this.#candidateAt(version, asOf);
    const facts = await factsOf(store, asOf, reading);
    return await settleSource(this.#following, judgeSource(reading, facts), facts, { seen, fresh });
  }

  /** What was read holds until trust, the source or the revoked keys change. */
  async #candidateAt(
    version: string,
    asOf: AsOf,
  ): Promise<{ readonly reading: CandidateReading; readonly fresh: boolean }> {
    const { reader, store, cut } = this.#parts;
    const { trust, revoked, now } = asOf;
    const key = JSON.stringify([trust.head, trust.anchoredAt, version, revoked.size]);
    if (this.#known?.key === key) return { reading: this.#known.reading, fresh: false };
    const note: FirstSights = async (statements) => await store.statements.note(this.source, statements, now);
    const read = await reader.candidateAt(version, asOf, note);
    const reading = read.ok ? read : withoutSecrets(read, cut);
    if (reading.ok) await noteApprovals(this.#following, reading.candidate);
    // What was too much for a machine that had others to serve may be none the next time.
    if (reading.ok || reading.reading.code !== 'SourceTooCostly') this.#known = { key, reading };
    return { reading, fresh: true };
  }
}

function untrusted(following: Following, version: string, now: number): Reading {
  stand(following, {
    trust: null,
    candidate: { version, seenAt: now },
    refusals: [],
    pending: [],
    control: null,
  });
  const message = `The operator has not said where trust in ${following.source} begins. Look at the commit ${version}, then say "rosctl trust init ${version}".`;
  return { kind: 'refused', code: 'NoTrustedHead', message, faults: [] };
}
