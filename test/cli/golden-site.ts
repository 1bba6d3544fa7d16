import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSecretKey } from 'node:crypto';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import {
  configYaml,
  deviceYaml,
  outcomeOf,
  PASSWORD,
  READABLE_LAB,
  readableSeed,
  READER,
  until,
  waitsFor,
} from '#test/rig.ts';

/** A controller of three routers with something to tell of everything that rosctl asks for. */
export interface GoldenSite {
  readonly rig: GitRig;
  readonly state: string;
  /** What an operator has: alice.pem, bob.pem, eve.pub, credentials.yaml and, in `clone`, a clone of the source. */
  readonly folder: string;
  readonly clone: string;
  readonly env: Readonly<Record<string, string>>;
}

const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: by-itself}
spec: {selector: {matchLabels: {environment: lab}}, auto: true}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: asks}
spec: {selector: {matchLabels: {environment: staging}}, approvers: {roles: [approver]}}
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: usual}
spec:
  selector: {}
  waves: [{name: canary, selector: {names: [r1]}}]
  betweenWaves: wait
  confirmWithinSeconds: 240
  health: {settleSeconds: 0, interfaces: running}
`;

/** Rarely enough that nothing happens but what a test asks for. */
const POLL_SECONDS = 86_400;

const LISTS = `dns: {servers: [192.0.2.53]}
addressLists:
  - {list: blocklist, address: 203.0.113.7, comment: abuse desk}
`;

const LATER = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: {name: r4}
spec: {address: "https://127.0.0.1:9", credentialsRef: lab, environment: staging, suspend: true}
`;

/**
 * r1 took its change as the canary of a rollout that waits before its next wave, and was changed by hand since; r2
 * waits for an approval, r3 for the rollout; a commit that brings r4 waits as a control plan.
 */
export async function openGoldenSite(): Promise<GoldenSite> {
  const rig = await startGitRig(
    (fleet) => ({
      ...Object.fromEntries(
        ['r1', 'r2', 'r3'].map((name) => [
          `devices/${name}.yaml`,
          deviceYaml(
            fleet.router(name),
            name,
            name === 'r2' ? '  critical: true\n' : '',
            name === 'r2' ? 'staging' : 'lab',
            POLL_SECONDS,
          ),
        ]),
      ),
      'configs/r1.yaml': configYaml('r1', 'dns: {servers: [192.0.2.53]}'),
      'configs/r2.yaml': configYaml('r2', LISTS),
      'configs/r3.yaml': configYaml('r3', 'dns: {servers: [192.0.2.53]}\nidentity: {name: three}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2', 'r3'].map((name) => readableSeed(name, { tls: name === 'r2' })),
    () => ({ credentials: READABLE_LAB, key: createSecretKey(Buffer.alloc(32, 7)) }),
  );
  const { api } = rig.controller;
  await outcomeOf(rig, 'r1', 'Confirmed');
  await waitsFor(rig, 'r2', 'ApprovalMissing');
  await until(
    () => api.store.rollouts.list(api.fleet.source, 1),
    ([rollout]) => rollout?.state === 'paused',
  );
  await api.reconcile(['r3']);
  await waitsFor(rig, 'r3', 'RolloutPaused');
  rig.router.human.change({ user: 'admin', menu: '/ip/dns', verb: 'set', args: { servers: '203.0.113.99' } });
  await api.reconcile(['r1']);
  await until(
    () => api.store.drift.open('r1'),
    (drift) => drift !== null,
  );
  await rig.change({ 'devices/r4.yaml': LATER });
  await rig.visited();
  const folder = path.join(path.dirname(rig.config.stateFolder), 'operator');
  mkdirSync(folder);
  for (const person of ['alice', 'bob'] as const) {
    const key = rig.keys[person].privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(path.join(folder, `${person}.pem`), key, { mode: 0o600 });
  }
  writeFileSync(path.join(folder, 'eve.pub'), rig.keys.eve.line);
  const bindings =
    '{name: lab, username: gitops, from: {env: PW}, hosts: [127.0.0.0/8], tls: plaintext, read: {username: gitops-read, from: {env: READ_PW}}}';
  writeFileSync(path.join(folder, 'credentials.yaml'), `credentials: [${bindings}]\n`);
  const clone = path.join(folder, 'clone');
  execFileSync('git', ['clone', '-q', rig.git.folder, clone], { stdio: 'pipe' });
  const env = { PW: PASSWORD, READ_PW: READER.user.password, PATH: process.env['PATH'] ?? '', HOME: folder };
  return { rig, state: rig.config.stateFolder, folder, clone, env };
}
