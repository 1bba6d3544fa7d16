import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '#controller';
import { GitWriter, testKey, type TestKey } from '#test/git-writer.ts';
import { COMMON, configIn, deviceFiles } from './fleet.ts';
import type { Size } from './result.ts';

/** A production fleet in a Git repository, with a contributor who changes it and another person who approves. */
export interface RolloutFleet {
  readonly config: Config;
  /** Where trust begins: it declares what the routers hold. */
  readonly first: string;
  /** Pushes a change of what all devices hold: two settings and four rows. */
  change(): Promise<void>;
  /** Pushes the approval of a fleet plan. */
  approve(planId: string): Promise<void>;
  remove(): Promise<void>;
}

const POLL_SECONDS = 300;

/**
 * A canary, then a site, then all others; at most a tenth at one time. Health, its settling and what is undone are as
 * by default, and the router must resolve a name.
 */
const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: prod}
spec:
  selector: {matchLabels: {environment: prod}}
  approvers: {roles: [approver]}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: prod}
spec:
  selector: {}
  waves:
    - {name: canary, selector: {names: [edge-00000]}}
    - {name: site, selector: {matchLabels: {site: site-0}}}
  maxUnavailable: 10%
  failureBudget: 1%
  soakSeconds: 15
  health: {resolve: [status.example.net]}
`;

/** To see that the benchmark runs. */
const HURRIED = POLICIES.replace('soakSeconds: 15', 'soakSeconds: 0').replace(
  'health: {',
  'health: {settleSeconds: 0, ',
);

/** Declares what `seedsInSync` holds, for routers at these addresses. */
export async function openRolloutFleet(urls: readonly string[], caPem: string, size: Size): Promise<RolloutFleet> {
  const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
  const repository = path.join(folder, 'fleet.git');
  const git = await GitWriter.make(repository);
  const [ana, ben] = [testKey('ana'), testKey('ben')];
  const files = {
    ...deviceFiles(urls, { environment: 'prod', pollSeconds: POLL_SECONDS }),
    'policies.yaml': size === 'tiny' ? HURRIED : POLICIES,
    'roster.yaml': rosterYaml(ana, ben),
  };
  const first = await git.push({
    key: ana,
    message: 'Begin\n',
    files: { ...files, 'fleet.yaml': COMMON },
    parents: [],
  });
  return {
    config: {
      ...configIn(folder, repository, caPem),
      git: { location: { kind: 'local', url: repository, branch: 'main', path: '.' }, pollSeconds: 60, token: null },
    },
    first,
    async change() {
      const changed = COMMON.replace('[192.0.2.53, 198.51.100.53]', '[192.0.2.54, 198.51.100.53]')
        .replace('cacheSize: 4096', 'cacheSize: 8192')
        .replace('ttl: 1h', 'ttl: 2h')
        .replace('reported by abuse desk', 'reported again')
        .replace('203.0.113.0/28', '203.0.113.32/28');
      await git.push({ key: ana, message: 'Change\n', files: { ...files, 'fleet.yaml': changed } });
    },
    async approve(planId) {
      await git.approve(ben, planId);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function rosterYaml(ana: TestKey, ben: TestKey): string {
  return `apiVersion: routeros-gitops.dev/v1alpha1
kind: Roster
metadata: {name: people}
spec:
  people:
    - {name: ana, roles: [contributor, policy], keys: ["${ana.line}"]}
    - {name: ben, roles: [approver], keys: ["${ben.line}"]}
`;
}
