import path from 'node:path';
import type { Config, StatusView } from '#controller';
import type { PlanId } from '#differ';
import type { Fleet, RouterSeed } from '#simulator';
import { statusText } from '../../cli/text/fleet-text.ts';
import type { VisitReport } from '../../controller/observed/report.ts';
import type { ToldReason } from '../../controller/reasons.ts';
import { request } from './ask.ts';
import { GitWriter, testKey, type CommitOptions, type Entry, type TestKey } from './git-writer.ts';
import { POLICIES, startRig, until, type Rig } from './rig.ts';

/** A rig whose source is a bare Git repository that the test writes. */
export interface GitRig extends Rig {
  readonly git: GitWriter;
  readonly keys: Readonly<Record<Person, TestKey>>;
  /** The files of the newest `change`. */
  files(): Readonly<Record<string, Entry>>;
  /** Pushes a commit with these files changed (null: deleted) and has the source read. */
  change(files: Readonly<Record<string, Entry | null>>, more?: Partial<CommitOptions>): Promise<string>;
  /** Puts the branch back to a commit, and `files` with it. */
  backTo(commit: string): Promise<void>;
  /** Pushes an approval and has the source read. */
  approve(person: Person, plan: string, more?: Partial<CommitOptions>): Promise<string>;
  /** Has the source read and all devices visited. */
  look(): Promise<void>;
  /** The id of the plan that a device waits with. */
  planOf(device: string): Promise<PlanId>;
  /** Requests that wrote to a router's configuration, on any router. */
  writes(): readonly string[];
  /** As `look`, and waits until every device in force was visited after it. */
  visited(): Promise<void>;
  /** As rosctl asks the controller. */
  ask(method: string, resource: string, body?: unknown): Promise<unknown>;
  /** What `rosctl status` prints. */
  status(): Promise<string>;
  /** Details of this action in the audit, the newest first. */
  audited(action: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /**
   * Lets somebody attack the branch, which must then be refused as a whole: the revision in force stays, no router is
   * written to, the audit has the reasons, and once the branch is back the source counts again. @returns what people
   * read of it. @throws when one of these does not hold.
   */
  refusal(attack: () => Promise<unknown>): Promise<Refusal>;
}

/** What people read of a refused branch. */
export interface Refusal {
  readonly code: string;
  readonly reasons: readonly ToldReason[];
  readonly status: string;
}

/** alice may do everything, bob and dora approve, carol only contributes, eve is not in the roster. */
export type Person = 'alice' | 'bob' | 'carol' | 'dora' | 'eve';

const ROLES: Readonly<Record<Exclude<Person, 'eve'>, string>> = {
  alice: 'contributor, approver, policy',
  bob: 'contributor, approver',
  carol: 'contributor',
  dora: 'approver',
};

/** The roster of a rig; `more` are people in YAML, `second` gives people another key. */
export function rosterYaml(
  keys: Readonly<Record<Person, TestKey>>,
  more = '',
  second: Readonly<Partial<Record<Person, TestKey>>> = {},
): string {
  const people = Object.entries(ROLES).map(([name, roles]) => {
    const own = [keys[name as Person], second[name as Person]].flatMap((key) => (key === undefined ? [] : [key.line]));
    return `    - name: ${name}\n      roles: [${roles}]\n      keys: ${JSON.stringify(own)}\n`;
  });
  return `apiVersion: routeros-gitops.dev/v1alpha1\nkind: Roster\nmetadata: {name: people}\nspec:\n  people:\n${people.join('')}${more}`;
}

/** Everything but the lab asks for one approver who did not bring the change. */
export const APPROVED = `${POLICIES}---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: staging}
spec:
  selector: {matchLabels: {environment: staging}}
  approvers: {roles: [approver]}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: prod}
spec:
  selector: {matchLabels: {environment: prod}}
  approvers: {roles: [approver]}
`;

/**
 * Simulated routers, a repository (`fleet.git` in the folder) whose first commit the operator trusts, and a controller
 * that follows it.
 */
export async function startGitRig(
  files: (fleet: Fleet, keys: GitRig['keys']) => Record<string, string>,
  seeds: readonly RouterSeed[],
  more: (folder: string) => Partial<Config> | Promise<Partial<Config>> = () => ({}),
): Promise<GitRig> {
  const keys = Object.fromEntries(
    ['alice', 'bob', 'carol', 'dora', 'eve'].map((name) => [name, testKey(name)]),
  ) as Record<Person, TestKey>;
  let git: GitWriter | null = null;
  let current: Record<string, Entry> = {};
  const rig = await startRig(
    () => ({}),
    seeds,
    async (folder, fleet) => {
      const repository = path.join(folder, 'fleet.git');
      git = await GitWriter.make(repository);
      current = { 'roster.yaml': rosterYaml(keys), 'policies.yaml': APPROVED, ...files(fleet, keys) };
      await git.push({ key: keys.alice, message: 'Begin\n', files: current, parents: [] });
      return {
        git: {
          location: { kind: 'local', url: repository, branch: 'main', path: '.' },
          pollSeconds: 3600,
          token: null,
        },
        ...(await more(folder)),
      };
    },
  );
  const repository = git as unknown as GitWriter;
  const filesOf = new Map<string, Record<string, Entry>>();
  filesOf.set(await repository.treeOf((await repository.head()) ?? ''), current);
  repository.now = () => rig.controller.api.clock.now();
  await rig.controller.api.trustInit((await repository.head()) ?? '', 'operator:test');
  const look = async (): Promise<void> => await rig.controller.api.reconcile([]);
  const writes = (): readonly string[] =>
    [...rig.fleet.routers.values()].flatMap((router) =>
      router.requests
        .filter(({ method, path: where }) => method !== 'GET' && !/^\/(tool|ping|resolve)|\/print/.test(where))
        .map(({ method, path: where }) => `${router.name} ${method} ${where}`),
    );
  async function visited(): Promise<void> {
    const { api } = rig.controller;
    const since = api.clock.now();
    await look();
    await until(
      () => api.fleet.devices().filter((device) => begunAt(api.visitOf(device)) <= since),
      (unvisited) => unvisited.length === 0,
    );
  }
  async function ask(method: string, resource: string, body: unknown = null): Promise<unknown> {
    return await request(rig.controller.api, method, resource, body);
  }
  async function status(): Promise<string> {
    return statusText((await ask('GET', 'status')) as StatusView, PLAIN);
  }
  async function audited(action: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const records = await rig.controller.api.store.audit.list({ limit: 10_000 });
    return records.filter((record) => record.action === action).map(({ detail }) => detail);
  }
  async function refusal(attack: () => Promise<unknown>): Promise<Refusal> {
    const { api } = rig.controller;
    const before = { head: await repository.head(), files: current, revision: api.fleet.revision, writes: writes() };
    const audits = (await audited('source.refused')).length;
    await attack();
    await visited();
    const { fault } = api.fleet;
    if (fault === null) throw new Error('the branch is not refused');
    const reasons = api.fleet.sourceStatus()?.refusals ?? [];
    const told = await status();
    const [newest, ...older] = await audited('source.refused');
    if (older.length !== audits || JSON.stringify(newest?.['reasons']) !== JSON.stringify(reasons))
      throw new Error(`the audit says ${JSON.stringify(newest)}`);
    if (api.fleet.revision !== before.revision) throw new Error(`${api.fleet.revision} came into force`);
    await repository.setHead(before.head);
    current = before.files;
    await visited();
    if (api.fleet.fault !== null) throw new Error(`still refused: ${api.fleet.fault.message}`);
    if (writes().length > before.writes.length)
      throw new Error(`written: ${writes().slice(before.writes.length).join(', ')}`);
    return { code: fault.code, reasons, status: told };
  }
  return Object.assign(rig, {
    git: repository,
    keys,
    look,
    files: () => current,
    async change(changed: Readonly<Record<string, Entry | null>>, more: Partial<CommitOptions> = {}) {
      const next = { ...current, ...changed };
      current = Object.fromEntries(Object.entries(next).filter((entry): entry is [string, Entry] => entry[1] !== null));
      const commit = await repository.push({ key: keys.carol, message: 'Change\n', files: current, ...more });
      filesOf.set(await repository.treeOf(commit), current);
      await look();
      return commit;
    },
    async backTo(commit: string) {
      await repository.setHead(commit);
      current = filesOf.get(await repository.treeOf(commit)) ?? current;
      await visited();
    },
    async approve(person: Person, plan: string, more: Partial<CommitOptions> = {}) {
      const commit = await repository.approve(keys[person], plan, more);
      await look();
      return commit;
    },
    async planOf(device: string) {
      const visit = await until(
        () => rig.controller.api.visitOf(device),
        (report) => report?.outcome.kind === 'Waiting' && report.revision === rig.controller.api.fleet.revision,
      );
      if (visit?.outcome.kind !== 'Waiting') throw new Error(`${device} does not wait`);
      return visit.outcome.planId;
    },
    writes,
    visited,
    ask,
    status,
    audited,
    refusal,
  });
}

/** A visit that began earlier may not know what was read since. */
export function begunAt(visit: VisitReport | null): number {
  return visit === null ? 0 : visit.at - visit.durationMs;
}

const PLAIN = { width: Number.POSITIVE_INFINITY, strong: String, dim: String, good: String, warn: String, bad: String };
