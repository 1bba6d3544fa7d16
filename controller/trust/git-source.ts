import { Failure } from '#failure';
import { record, type SourceDetails, type SourceEvent } from '../events.ts';
import { anchorTrust } from './actions.ts';
import { fitTogether } from '../desired/check-layers.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { ToldReason } from '../reasons.ts';
import { toldReasons } from '../reports/reason-text.ts';
import type { Authors } from '../policy/consent.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { Source, InForce, Reading } from '../fleet/source.ts';
import { spentOf } from '../records/approvals.ts';
import { carrierOf } from '../records/proofs.ts';
import type { Records, Store } from '../records/store.ts';
import { nameOf, type GitLocation } from '#git';
import { gitChanges } from '../source/git-poll.ts';
import { STORE_FAILURES } from '../store/failures.ts';
import { takeTurns } from '#turns';
import { createAncestry } from '#git';
import type { GitRepository } from '#git';
import { CONTROL, type TrustRecord } from '../records/trust.ts';
import type { PlacedChange } from '../records/history.ts';
import type { RevocationRecord } from '../records/revocations.ts';
import { keyRingOf } from '#signatures';
import type { StatementId } from '#signatures';
import { commitIdsBetween } from '#git';
import { askControl } from './ask-control.ts';
import { ringOf } from './authority.ts';
import { authorsSince } from './authors.ts';
import { type ControlPlan, controlPlanOf } from './control-plan.ts';
import { Contents, digestOf, type Content } from './contents.ts';
import { judgeCandidate, type Branch, type Candidate, type JudgedCandidate } from './judge-candidate.ts';
import { type JudgedCommit, nameOf as nameOfCommit } from './judge-range.ts';
import type { SourceStatus } from './source-status.ts';
import { createObjectReader } from './object-reader.ts';

/** A branch as it is followed. */
export interface GitFollowing {
  readonly location: GitLocation;
  readonly repository: GitRepository;
  readonly store: Store;
  readonly clock: Clock;
  readonly pollSeconds: number;
  /** Takes secrets of ours out of what the repository says. */
  readonly cut: (text: string) => string;
  /** Ends what is being read. */
  readonly stopping: AbortSignal;
}

/**
 * Follows one branch of a Git repository. What it holds counts once every commit between the trusted head and the branch has provenance by the roster of the
 * trusted head (approval.md §1); what steers the controller counts once a control plan is approved (§3). Owns the repository.
 */
export class GitSource implements Source {
  readonly source: string;
  readonly #following: GitFollowing;
  readonly #branch: Branch;
  #judged: { readonly key: string; readonly judged: JudgedCandidate } | null = null;
  #inForce: { readonly digest: string; readonly state: InForce } | null = null;
  /** Keys that signed the candidate whose control plan waits. */
  #signedBy: ReadonlySet<string> = new Set();
  #standing: SourceStatus;
  #turn: Promise<unknown> = Promise.resolve();
  /** The newest statement before the branch was fetched that is looked at; null: it was not fetched. */
  #seen: number | null = null;
  /** So many keys were revoked when the candidate was judged. */
  #revoked = 0;
  #audited: string | null = null;
  #controlRefused: string | null = null;
  /** By position in the history, until that grows. */
  readonly #changesAfter = new Map<number, Promise<readonly PlacedChange[]>>();
  #mixed: { readonly before: Inventory; readonly after: Inventory; readonly mixed: Inventory | null } | null = null;
  /** By commit, of the newest range that was not empty. */
  readonly #disregarded = new Map<string, ToldReason>();

  constructor(following: GitFollowing) {
    const { location, repository, store, clock, stopping } = following;
    const contents = new Contents(repository, location.path, clock, stopping);
    this.#following = following;
    const reader = createObjectReader(repository, clock, stopping);
    this.#branch = { location, repository, contents, ancestry: createAncestry(), reader, records: store };
    this.source = nameOf(location);
    const { branch } = location;
    this.#standing = {
      source: this.source,
      branch,
      pending: [],
      trust: null,
      candidate: null,
      refusals: [],
      disregarded: [],
      control: null,
    };
  }

  status(): SourceStatus {
    return this.#standing;
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    const { clock, pollSeconds } = this.#following;
    return gitChanges(clock, pollSeconds, Math.random, signal);
  }

  close(): Promise<void> {
    return this.#following.repository.close();
  }

  /** What was in force last, judged again from the objects that lie here; where that fails, the content of the trusted head. */
  async restore(): Promise<InForce | null> {
    const { store } = this.#following;
    const [last, trust] = [await store.revisions.latest(this.source), await store.trust.get(this.source)];
    if (last === null || trust === null) return null;
    const pending = last.id.endsWith(`${OVER}${trust.head}`) ? [commitIn(last.id)] : [];
    for (const commit of [...pending, trust.head]) {
      const inForce = await this.#restored(commit);
      if (inForce !== null) return inForce;
    }
    return null;
  }

  async #restored(commit: string): Promise<InForce | null> {
    try {
      const reading = await this.#evaluate(commit, null);
      return reading.kind === 'inForce' ? reading.inForce : null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  /**
   * The operator's word, outside Git, on where trust begins.
   * @throws {Failure} when there is no such commit here, or its content has faults.
   */
  async anchor(commit: string, actor: string): Promise<void> {
    const content = await this.#branch.contents.at(commit);
    if ('kind' in content) throw new Failure(content.code, `Trust can not begin at ${commit}: ${content.message}`);
    const { store, clock } = this.#following;
    await anchorTrust(store, this.source, commit, { actor, at: clock.now() });
  }

  /** One look after the other: two at once could put an older head in force after a newer one. */
  read(signal: AbortSignal): Promise<Reading> {
    const { repository, store } = this.#following;
    const reading = this.#turn.then(async () => {
      const seen = await store.statements.newest(this.source);
      return await this.#evaluate(await repository.fetchHead(signal), seen);
    });
    this.#turn = reading.catch(() => {});
    return reading;
  }

  /** @param seen the newest statement when the branch was fetched; null: it was not, so nothing has left it. */
  async #evaluate(head: string, seen: number | null): Promise<Reading> {
    const { store, clock } = this.#following;
    this.#seen = seen;
    const trust = await store.trust.get(this.source);
    const now = clock.now();
    try {
      return await this.#judgeAndSettle(trust, head, now);
    } catch (error) {
      if (this.#following.stopping.aborted || !isOfContent(error)) throw error;
      const refusal = refusalOf(error);
      const { code } = refusal;
      const message = this.#following.cut(refusal.message);
      const reasons = [{ code, message }];
      this.#stand({ trust, candidate: { commit: head, seenAt: now }, refusals: reasons, pending: [], control: null });
      if (trust !== null) {
        await this.#auditRefusal(trust, head, reasons);
        await this.#withdrawUnreached(trust, head);
      }
      return { kind: 'refused', code, message, faults: [] };
    }
  }

  /** Commits that nobody vouches for may hold what their server was sent. */
  #withoutSecrets(judged: JudgedCandidate): JudgedCandidate {
    if (judged.ok) return judged;
    const { cut } = this.#following;
    const reasons = judged.reasons.map(({ code, message }) => ({ code, message: cut(message) }));
    const faults = judged.reading.faults.map(({ path, message, ...fault }) => ({
      ...fault,
      path: cut(path),
      message: cut(message),
    }));
    return { ...judged, reasons, reading: { ...judged.reading, message: cut(judged.reading.message), faults } };
  }

  async #judgeAndSettle(trust: TrustRecord | null, head: string, now: Instant): Promise<Reading> {
    if (trust === null) {
      this.#stand({ trust, candidate: { commit: head, seenAt: now }, refusals: [], pending: [], control: null });
      const message = `The operator has not said where trust in ${this.source} begins. Look at the commit ${head}, then say "rosctl trust init ${head}".`;
      return { kind: 'refused', code: 'NoTrustedHead', message, faults: [] };
    }
    const { judged, fresh } = await this.#judge(trust, head, now);
    if (!judged.ok) {
      const { reading, reasons } = judged;
      this.#stand({ trust, candidate: { commit: head, seenAt: now }, refusals: reasons, pending: [], control: null });
      await this.#withdrawUnreached(trust, head);
      const instead = await this.#withoutRevoked(trust);
      return instead === null ? reading : { ...reading, instead };
    }
    const news = fresh && judged.candidate.commits.some(({ approval }) => approval.kind === 'approval');
    return await this.#settle(trust, judged.candidate, news);
  }

  /** A candidate that waits for its control plan brought RouterConfigs into force; they go with the key that signed for them. Null: none was revoked. */
  async #withoutRevoked(trust: TrustRecord): Promise<InForce | null> {
    if (this.#inForce === null || this.#inForce.state.incoming === null) return null;
    const revoked = await this.#following.store.revocations.list();
    if (!revoked.some(({ key }) => this.#signedBy.has(key))) return null;
    const trusted = await this.#branch.contents.at(trust.head);
    if ('kind' in trusted) return null;
    const reading = await this.#inForceAs(trust.head, trusted, planSourceOf(trust), null, false);
    return reading.kind === 'inForce' ? reading.inForce : null;
  }

  /** The verdict on a range holds until trust, branch or the revoked keys change. */
  async #judge(
    trust: TrustRecord,
    head: string,
    now: Instant,
  ): Promise<{ readonly judged: JudgedCandidate; readonly fresh: boolean }> {
    const revoked = await this.#following.store.revocations.list();
    const key = JSON.stringify([trust.head, trust.anchoredAt, head, revoked.length]);
    if (this.#judged?.key === key) return { judged: this.#judged.judged, fresh: false };
    const keys = new Set(revoked.map((each) => each.key));
    await this.#revokeInEveryForm(trust, revoked);
    const judged = this.#withoutSecrets(await judgeCandidate(this.#branch, trust, head, keys, now));
    if (judged.ok) await this.#noteCandidate(judged.candidate);
    else await this.#auditRefusal(trust, head, judged.reasons);
    // What was too much for a machine that had others to serve may be none the next time.
    if (judged.ok || judged.reading.code !== 'SourceTooCostly') this.#judged = { key, judged };
    this.#revoked = revoked.length;
    return { judged, fresh: true };
  }

  async #noteCandidate(candidate: Candidate): Promise<void> {
    await this.#noteApprovals(candidate.commits);
    // The branch went back to the trusted head: what waited has left it.
    if (candidate.commits.length === 0)
      await this.#following.store.transaction(async (records) => await this.#keepHistory(candidate, records));
  }

  /** Once for as long as the same candidate is refused for the same reasons. */
  async #auditRefusal(trust: TrustRecord, commit: string, reasons: readonly ToldReason[]): Promise<void> {
    const refusal = JSON.stringify([trust.head, commit, reasons]);
    if (this.#audited === refusal) return;
    this.#audited = refusal;
    await this.#audit(this.#following.store, 'source.refused', { commit, trustedHead: trust.head, reasons });
  }

  /** Remembers what was approved, so that it counts when its plan comes up; each decision is audited once, when the commit is first seen. */
  async #noteApprovals(commits: readonly JudgedCommit[]): Promise<void> {
    const { store } = this.#following;
    const told = new Set(this.#disregarded.keys());
    if (commits.length > 0) this.#disregarded.clear();
    for (const { commit, signer, statement, startsAt, approval } of commits) {
      if (approval.kind === 'none') continue;
      const about = { commit: commit.id, person: signer.person, key: signer.key };
      if (approval.kind === 'refused') {
        const message = `${nameOfCommit(commit)} by ${signer.person} approves nothing: ${approval.message}.`;
        this.#disregarded.set(commit.id, { code: 'ApprovalRefused', message });
        if (!told.has(commit.id)) await this.#audit(store, 'approval.refused', { ...about, reason: approval.message });
        continue;
      }
      await store.transaction(async (records) => {
        const approvedId = approval.planId;
        if (await records.approvals.note(this.source, { id: statement, approves: approvedId, startsAt }))
          await this.#audit(records, 'approval.seen', { ...about, approved: approvedId });
      });
    }
  }

  /** Moves the trusted head on if nothing that steers the controller changed or its control plan is approved; says what is in force. */
  async #settle(trust: TrustRecord, candidate: Candidate, news: boolean): Promise<Reading> {
    const trusted = await this.#branch.contents.at(trust.head);
    if ('kind' in trusted) return trusted;
    const planSource = planSourceOf(trust);
    const { inventory } = candidate.content;
    const seen = { commit: candidate.commit, seenAt: candidate.seenAt };
    const plan = controlPlanOf(planSource, trusted.inventory, inventory);
    if (plan === null) {
      const moved = await this.#advance(trust, candidate, null);
      this.#stand({ trust: moved, candidate: seen, refusals: [], pending: [], control: null });
      return await this.#inForceAs(candidate.commit, candidate.content, planSource, null, news);
    }
    const now = this.#following.clock.now();
    const gate = await askControl(this.#following.store, trust, plan, trusted.inventory, candidate, now);
    if (gate.open) {
      const used = gate.value.map(({ person, proof }) => ({ by: person, commit: carrierOf(proof) }));
      const moved = await this.#advance(trust, candidate, async (records) => {
        const again = await askControl(records, trust, plan, trusted.inventory, candidate, now);
        if (!again.open) throw movedMeanwhile(this.source);
        const given = await records.approvals.consentsFor(this.source, plan.id, CONTROL);
        const unspent = given.filter(({ spentBy }) => spentBy === null);
        // Those that were not needed too: none may be left for the day when this plan comes back.
        const spent = unspent.map(spentOf);
        await records.approvals.spend(plan.id, CONTROL, `control-${candidate.commit}`, spent);
        await this.#audit(records, 'control.approved', {
          planId: plan.id,
          approvedBy: used.map(({ by }) => by),
          approvals: used.map(({ commit }) => commit),
        });
      });
      this.#stand({ trust: moved, candidate: seen, refusals: [], pending: [], control: null });
      return await this.#inForceAs(candidate.commit, candidate.content, planSource, null, news);
    }
    const reasons = toldReasons(gate.reasons);
    const pending = candidate.commits
      .filter(({ approval }) => approval.kind === 'approval')
      .map(({ statement }) => statement);
    this.#stand({ trust, candidate: seen, refusals: [], pending, control: { plan, reasons } });
    await this.#auditControlRefusal(plan, reasons);
    await this.#following.store.transaction(async (records) => await this.#keepHistory(candidate, records));
    this.#signedBy = new Set(
      candidate.commits.flatMap(({ signer, signedWith, material }) => [signer.key, signedWith, material]),
    );
    const mixed = await this.#mixedOf(trusted.inventory, inventory);
    const digest = digestOf([trusted.digest, candidate.content.digest]);
    if (mixed === null) return await this.#inForceAs(trust.head, { ...trusted, digest }, planSource, inventory, news);
    const content = { digest, inventory: mixed };
    return await this.#inForceAs(`${candidate.commit}${OVER}${trust.head}`, content, planSource, inventory, news);
  }

  /** The outgoing inventory and policies with the incoming RouterConfigs; null when the two do not fit together. */
  async #mixedOf(before: Inventory, after: Inventory): Promise<Inventory | null> {
    if (this.#mixed?.before === before && this.#mixed.after === after) return this.#mixed.mixed;
    const both = { ...before, configs: after.configs };
    const mixed = (await fitTogether(both, takeTurns())) ? both : null;
    this.#mixed = { before, after, mixed };
    return mixed;
  }

  /** Approvals that were given and do not suffice, as #auditRefusal. */
  async #auditControlRefusal({ id: planId }: ControlPlan, reasons: readonly ToldReason[]): Promise<void> {
    const { store } = this.#following;
    const given = await store.approvals.consentsFor(this.source, planId, CONTROL);
    const detail = { planId, approvals: given.map(({ proof }) => carrierOf(proof)), reasons };
    const refusal = JSON.stringify(detail);
    if (given.length === 0 || this.#controlRefused === refusal) return;
    this.#controlRefused = refusal;
    await this.#audit(store, 'control.refused', detail);
  }

  /** In one transaction with whatever allowed it (null: nothing that steers the controller changes). @returns where trust stands then. */
  async #advance(
    trust: TrustRecord,
    candidate: Candidate,
    allow: ((records: Records) => Promise<void>) | null,
  ): Promise<TrustRecord> {
    const { store, clock } = this.#following;
    const { commit, commits } = candidate;
    if (commit === trust.head) return trust;
    const at = clock.now();
    await store.transaction(async (records) => {
      if ((await records.revocations.list()).length !== this.#revoked) throw movedMeanwhile(this.source);
      await allow?.(records);
      await records.trust.advance(this.source, trust.head, commit, at, allow === null ? undefined : 'control');
      await this.#keepHistory(candidate, records);
      const statements = commits.map(({ statement }) => statement);
      await records.statements.accept(this.source, statements, at);
      await records.history.accept(
        this.source,
        commits.map((each) => each.commit.id),
      );
      await this.#audit(records, 'trust.advanced', { from: trust.head, to: commit, commits: commits.length });
    });
    return { ...trust, head: commit, advancedAt: at, ...(allow === null ? {} : { controlAt: at }) };
  }

  /** What the candidate says and changed; what left the branch before it came in is withdrawn. */
  async #keepHistory({ commits, changes }: Candidate, records: Records): Promise<void> {
    const entries = commits.map(({ commit, statement }) => ({
      commit: commit.id,
      statement,
      changes: (changes.get(commit.id) ?? []).filter(({ kind }) => FEEDING.includes(kind)),
    }));
    const statements = commits.map(({ statement }) => statement);
    const ids = entries.map(({ commit }) => commit);
    if (this.#seen !== null) await this.#withdraw(records, statements, ids, this.#seen);
    await records.history.append(this.source, entries);
    this.#changesAfter.clear();
  }

  async #withdraw(
    records: Records,
    kept: readonly StatementId[],
    commits: readonly string[],
    seen: number,
  ): Promise<void> {
    await records.statements.withdraw(this.source, kept, this.#following.clock.now(), seen);
    await records.history.withdraw(this.source, commits);
    this.#changesAfter.clear();
  }

  /** What waits and can not be reached from a head that does not count has left the branch all the same. */
  async #withdrawUnreached(trust: TrustRecord, head: string): Promise<void> {
    const { store } = this.#following;
    const seen = this.#seen;
    const waiting = seen === null ? [] : await store.statements.waiting(this.source);
    if (seen === null || waiting.length === 0) return;
    const reached = await this.#reached(trust, head);
    const kept = waiting
      .filter(({ proof }) => reached?.has(carrierOf(proof)) ?? true)
      .map(({ statement }) => statement);
    if (reached === null || kept.length === waiting.length) return;
    await store.transaction(async (records) => await this.#withdraw(records, kept, [...reached], seen));
  }

  /** Commits after the trusted head; null: the history is not all there. */
  async #reached(trust: TrustRecord, head: string): Promise<ReadonlySet<string> | null> {
    const { repository, ancestry } = this.#branch;
    try {
      return await commitIdsBetween(repository, trust.head, head, ancestry);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return ['NotDescendant', 'RangeTooLong'].includes(error.code) ? new Set() : null;
    }
  }

  /** A key that was revoked by one of its names is revoked by its others too, once a roster shows them: the next one may know it in another form alone. */
  async #revokeInEveryForm(trust: TrustRecord, revoked: readonly RevocationRecord[]): Promise<void> {
    const content = revoked.length === 0 ? null : await this.#branch.contents.at(trust.head);
    if (content === null || 'kind' in content) return;
    const { keys } = keyRingOf(content.inventory.roster?.document ?? null, new Set());
    const known = new Set(revoked.map(({ key }) => key));
    for (const { key: id, ...act } of revoked)
      for (const key of keys.materialsOf(id))
        if (!known.has(key)) await this.#following.store.revocations.revoke({ ...act, key });
  }

  /** A commit that changes none of the files brings no new revision: plans and targets stay as they are. */
  async #inForceAs(
    revision: string,
    content: Pick<Content, 'digest' | 'inventory'>,
    planSource: string,
    incoming: Inventory | null,
    news: boolean,
  ): Promise<Reading> {
    const { store, clock } = this.#following;
    const digest = digestOf([content.digest, planSource, incoming === null ? '' : 'pending']);
    if (this.#inForce?.digest === digest && (await this.#isOnRecord(this.#inForce.state.revision)))
      return { kind: 'inForce', inForce: this.#inForce.state, news };
    const last = await store.revisions.latest(this.source);
    const known = last !== null && last.files[DIGEST] === digest && (await this.#isOnRecord(last.id));
    // Over a restart too: what counts from then on must not look newer than it is.
    const before = known || (this.#inForce === null && last?.id === revision);
    const at = before && last !== null ? last.firstSeenAt : clock.now();
    const id = known ? last.id : revision;
    if (!known) await store.revisions.accept({ id, source: this.source, firstSeenAt: at, files: { [DIGEST]: digest } });
    const state = { revision: id, at, inventory: content.inventory, incoming, planSource };
    this.#inForce = { digest, state };
    return { kind: 'inForce', inForce: state, news };
  }

  /** Whether the commit of a revision has not left the branch: devices are confirmed at it, and authors counted from it. */
  async #isOnRecord(revision: string): Promise<boolean> {
    return (await this.#following.store.history.positionOf(this.source, commitIn(revision))) !== null;
  }

  async authorsOf(device: DeviceName, since: string | null): Promise<Authors> {
    const now = this.#inForce?.state.inventory;
    const { store } = this.#following;
    const trust = await store.trust.get(this.source);
    if (now === undefined || trust === null) return { people: [], lasting: [], unknown: true };
    const [configs = '', inventory = configs] = since?.split(OVER) ?? [];
    const history = { ...store.history, changesAfter: (_: string, position: number) => this.#changes(position) };
    const { contents } = this.#branch;
    const search = {
      history,
      source: this.source,
      contents,
      now,
      ring: await ringOf(store, now),
      anchor: trust.anchor,
    };
    return await authorsSince(search, device, since === null ? null : { configs, inventory });
  }

  /** Many devices were confirmed at one commit. */
  #changes(position: number): Promise<readonly PlacedChange[]> {
    const known = this.#changesAfter.get(position);
    if (known !== undefined) return known;
    const changes = this.#following.store.history.changesAfter(this.source, position);
    this.#changesAfter.set(position, changes);
    changes.catch(() => this.#changesAfter.delete(position));
    return changes;
  }

  #stand(now: Omit<SourceStatus, 'source' | 'branch' | 'disregarded'>): void {
    const { source, branch, candidate } = this.#standing;
    const disregarded = [...this.#disregarded.values()];
    const same = candidate !== null && candidate.commit === now.candidate?.commit;
    this.#standing = { source, branch, disregarded, ...now, candidate: same ? candidate : now.candidate };
  }

  async #audit<Action extends keyof SourceDetails>(
    records: Pick<Records, 'audit'>,
    action: Action,
    detail: Omit<SourceDetails[Action], 'source'>,
  ): Promise<void> {
    const event: unknown = { action, device: null, detail: { source: this.source, ...detail } };
    await record(records, event as SourceEvent, { actor: 'controller', at: this.#following.clock.now() });
  }
}

/** Between the commit that the RouterConfigs come from and the trusted head that inventory and policies come from. */
const OVER = ' over ';
/** Kinds of objects that decide what is desired of a device. */
const FEEDING: readonly string[] = ['RouterDevice', 'RouterConfig'];
/** The next look judges it by what is known then. */
function movedMeanwhile(source: string): Failure {
  return new Failure('TrustMoved', `A key was revoked while ${source} was judged: it is judged again.`);
}

/** A Git source keeps its files in the repository; the store holds what tells one content from another. */
const DIGEST = 'digest';

function commitIn(revision: string): string {
  return revision.split(OVER, 1)[0] ?? revision;
}

/** Two installations that follow one branch have different plan ids, so that neither takes the other's approvals. */
function planSourceOf({ source, anchor, anchoredAt, anchoredBy }: TrustRecord): string {
  return `${source}@${digestOf([anchor, anchoredAt, anchoredBy]).slice(0, 16)}`;
}

/** Failures of the store, the disk and the network say nothing of the candidate: nothing is refused for them, and it is read again. */
const OF_THE_WORLD: readonly string[] = [...Object.keys(STORE_FAILURES), 'SourceUnreadable'];

function isOfContent(error: unknown): boolean {
  return !(error instanceof Failure) || !OF_THE_WORLD.includes(error.code);
}

/** Whatever breaks off while a candidate is judged, the candidate does not count. */
function refusalOf(error: unknown): ToldReason {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'SourceUnusable', message: `Judging the branch broke off: ${said.slice(0, 500).toWellFormed()}` };
}
