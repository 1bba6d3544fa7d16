import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { rm } from 'node:fs/promises';
import type { Store } from '#controller';
import type { PlanId } from '#differ';
import type { Instant } from '../../controller/ports.ts';
import { openGitRepository } from '../../git/open.ts';
import { openStore, type StoreLocation } from '../../controller/store/index.ts';
import { spentOf } from '../../controller/records/approvals.ts';
import { Fleet } from '../../controller/fleet/fleet.ts';
import { judgeConsents, refusedForAuthorship, type Authors } from '../../controller/policy/consent.ts';
import { authorityOf } from '../../controller/trust/authority.ts';
import { openGitSource } from '../../controller/trust/git-source.ts';
import { GitWriter, type TestKey } from './git-writer.ts';
import { temporaryFolder } from './rig.ts';

/** A repository, a store and the follower between them: what decides whether an approval counts, without any router. */
export interface TrustRig extends AsyncDisposable {
  readonly git: GitWriter;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly source: string;
  /** Reads the branch. @returns why it was refused; null: it was not. */
  read(): Promise<string | null>;
  /** Lets time pass. */
  pass(milliseconds: number): void;
  now(): Instant;
  /**
   * Asks whether a device plan is approved by one approver who did not bring it, and uses the approval if it is.
   * @returns who approved; null: nobody.
   */
  use(planId: PlanId, device: string, since?: string): Promise<readonly string[] | null>;
  authorsOf(device: string, since: string | null): Promise<Omit<Authors, 'lasting'>>;
  close(): Promise<void>;
}

/** One person with the role approver who did not bring the change. */
const RULE = {
  policy: 'prod',
  people: [],
  roles: ['approver'] as const,
  required: 1,
  excludeAuthors: true,
  expiresAfterHours: 24,
  who: '1 of role approver',
};

/** Trust begins at a commit of these files. */
export async function openTrustRig(
  location: StoreLocation,
  key: TestKey,
  files: Readonly<Record<string, string>>,
): Promise<TrustRig> {
  const folder = await temporaryFolder();
  const git = await GitWriter.make(path.join(folder, 'fleet.git'));
  let now = Date.now();
  git.now = () => now;
  const anchor = await git.push({ key, message: 'Begin\n', files, parents: [] });
  const where = { kind: 'local', url: git.folder, branch: 'main', path: '.' } as const;
  const repository = await openGitRepository(where, {
    cacheFolder: folder,
    token: () => null,
    ca: [],
    timeoutMs: 60_000,
  });
  const store = await openStore(location);
  const signal = new AbortController().signal;
  const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
  const follower = openGitSource({
    location: where,
    repository,
    store,
    clock,
    pollSeconds: 60,
    cut: (text) => text,
    stopping: signal,
  });
  const fleet = new Fleet(follower, clock);
  const authority = authorityOf(fleet);
  await fleet.anchor(anchor, 'operator:test');
  const rig: TrustRig = {
    git,
    store,
    fleet,
    source: fleet.source,
    async read() {
      await fleet.refresh(signal);
      return fleet.fault === null ? null : `${fleet.fault.code}: ${fleet.fault.message}`;
    },
    pass(milliseconds) {
      now += milliseconds;
    },
    now: () => now,
    use: (planId, device, since) => useApproval({ fleet, store, now }, planId, device, since ?? null),
    async authorsOf(device, since) {
      const { people, unknown } = await authority.authorsOf(device, since);
      return { people, unknown };
    },
    async close() {
      await fleet.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: async () => await rig.close(),
  };
  return rig;
}

/**
 * Asks whether a device plan is approved by one approver who did not bring it, and uses the approval if it is.
 * @returns who approved; null: nobody.
 */
export async function useApproval(
  { fleet, store, now }: { readonly fleet: Fleet; readonly store: Store; readonly now: Instant },
  planId: PlanId,
  device: string,
  since: string | null,
): Promise<readonly string[] | null> {
  const authority = authorityOf(fleet);
  const consents = await authority.consentsFor(store, planId, device);
  const authors = await authority.authorsOf(device, since);
  const refused = refusedForAuthorship(consents, [RULE], authors);
  if (refused.length > 0) await store.approvals.refuse(fleet.source, planId, device, refused, now);
  const roster = await authority.people(store);
  const facts = { roster, authors, outdated: [], validFrom: null, ownOnly: false };
  const gate = judgeConsents(consents, RULE, facts, now);
  if (!gate.open) return null;
  const used = gate.value.map(spentOf);
  await store.approvals.spend(planId, device, `attempt-${randomUUID()}`, used);
  return used.map(({ by }) => by);
}
