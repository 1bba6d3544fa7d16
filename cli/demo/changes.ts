import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publicKeyLineOf } from '#controller';
import { readSigningKey } from '../git/signing-key.ts';
import type { Stage } from './stage.ts';

/** Has no power for a while. */
export const OFFLINE = 'edge-gra-lab-02';
/** Fails its health check with the new resolver. */
export const UNLUCKY = 'edge-vie-lab-02';
/** Goes first. */
export const CANARY = 'edge-vie-lab-01';
/** Comes into the fleet at the end. */
export const LATER = 'edge-gra-02';
/** What the first change brings. */
export const NEW_RESOLVER = '203.0.113.53';
/** What the second change takes away. */
export const DROPPED = '203.0.113.64/27';

/** For the address lists of a role. */
export const NEW_LIST_ENTRY = `    - list: blocklist
      address: 198.51.100.128/26
      comment: botnet of this week
`;
/** For its addresses. */
export const NEW_ADDRESS = `    - address: 172.20.8.1/24
      interface: bridge
      comment: camera network
`;

/** What the commit changes that takes the example's routers in. */
export const FLEET_FILES = [
  'roster.yaml',
  'policies/approval.yaml',
  'policies/rollout.yaml',
  'devices/example.yaml',
  'devices/lab.yaml',
  'devices/prod.yaml',
  'devices/staging.yaml',
  'configs/devices.yaml',
  'configs/fleet.yaml',
  'configs/role-edge.yaml',
  'configs/sites.yaml',
];

/** The fleet's only ApprovalPolicy. */
export const APPROVAL = `# yaml-language-server: $schema=../.schemas/approval-policy.json
apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: everything
spec:
  selector: {}
  approvers:
    roles: [approver]
  excludeAuthors: false
`;

/** Its only RolloutPolicy. */
export const ROLLOUT = `# yaml-language-server: $schema=../.schemas/rollout-policy.json
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata:
  name: everything
spec:
  selector: {}
  waves:
    - name: canary
      selector: {names: [${CANARY}]}
    - name: lab
      selector: {matchLabels: {environment: lab}}
  maxUnavailable: 25%
  soakSeconds: 10
  health:
    pings:
      - address: 192.0.2.1
    resolve: [status.example.net]
`;

/** Replaces texts in one file of the fleet. @throws {Error} when one is not there. */
export async function edit(
  repository: string,
  file: string,
  changes: readonly (readonly [string, string])[],
): Promise<void> {
  const where = path.join(repository, file);
  let text = await readFile(where, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)} any more`);
    text = text.replace(from, to);
  }
  await writeFile(where, text);
}

/** bob as a roster has him. */
export async function bob({ keyFile }: Stage): Promise<string> {
  const line = publicKeyLineOf(await readSigningKey(keyFile('bob')), 'bob@example.net');
  return `    - name: bob\n      roles: [approver, policy]\n      keys:\n        - ${line}\n`;
}
