import { ignoreLine } from '#controller';
import { type Kind, KINDS, schemaOf } from '#schemas';
import { nextCommands, type StarterOptions } from './next-commands.ts';

/** What a new repository is made for. */
export interface Starter {
  /** Name of the one person in the roster. */
  readonly person: string;
  /** That person's SSH public key, a whole line. */
  readonly keyLine: string;
  readonly branch: string;
  /** The release that its checks run. */
  readonly version: string;
  /** The routers of the example fleet come instead of the example device. */
  readonly example: boolean;
  readonly options: StarterOptions;
  /** The state folder, from the repository; null: it lies elsewhere. */
  readonly state: string | null;
}

const API = 'apiVersion: routeros-gitops.dev/v1alpha1';

/**
 * Path → text of every file of a new repository. It is valid as it is, and nothing in it makes the controller contact
 * anybody.
 */
export function starterFiles(starter: Starter): Readonly<Record<string, string>> {
  return {
    'README.md': readme(starter),
    'roster.yaml': roster(starter),
    'policies/approval.yaml': APPROVAL,
    'policies/rollout.yaml': ROLLOUT,
    ...(starter.example ? {} : { 'devices/example.yaml': DEVICE, 'configs/fleet.yaml': CONFIG }),
    '.github/workflows/validate.yaml': workflow(starter),
    '.gitignore': gitignore(starter),
    ...Object.fromEntries(KINDS.map((kind) => [schemaFile(kind), `${JSON.stringify(schemaOf(kind), null, 2)}\n`])),
  };
}

/** `RolloutPolicy` → `.schemas/rollout-policy.json` */
function schemaFile(kind: Kind): string {
  return `.schemas/${kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.json`;
}

function modeline(kind: Kind, depth: 0 | 1): string {
  return `# yaml-language-server: $schema=${depth === 0 ? './' : '../'}${schemaFile(kind)}`;
}

function roster({ person, keyLine }: Starter): string {
  return `${modeline('Roster', 0)}
# Everybody with a say, and the keys they sign with.
#   contributor  brings changes: signs commits on the branch
#   approver     approves plans: rosctl approve
#   policy       approves changes to devices, rosters and policies: rosctl approve control
${API}
kind: Roster
metadata:
  name: people
spec:
  people:
    - name: ${person}
      roles: [contributor, approver, policy]
      keys:
        - ${keyLine}
`;
}

const APPROVAL = `${modeline('ApprovalPolicy', 1)}
# Who must agree before a plan reaches a router. Every policy that matches a device must be satisfied; where none matches, nothing is applied.
${API}
kind: ApprovalPolicy
metadata:
  name: lab
spec:
  selector:
    matchLabels:
      environment: lab
  # Routers in the lab take their plans without asking.
  auto: true
---
${API}
kind: ApprovalPolicy
metadata:
  name: staging
spec:
  selector:
    matchLabels:
      environment: staging
  approvers:
    roles: [approver]
  # Lets you approve what you brought yourself. Take this line out when there are two of you: first let a second person
  # have the roles approver and policy in roster.yaml, and approve that; then one of you commits this, the other approves.
  excludeAuthors: false
---
${API}
kind: ApprovalPolicy
metadata:
  name: prod
spec:
  selector:
    matchLabels:
      environment: prod
  approvers:
    roles: [approver]
  # Lets you approve what you brought yourself. Take this line out when there are two of you: first let a second person
  # have the roles approver and policy in roster.yaml, and approve that; then one of you commits this, the other approves.
  excludeAuthors: false
`;

const ROLLOUT = `${modeline('RolloutPolicy', 1)}
# How an approved plan goes out: with an undo armed on every router, kept only when the router is healthy afterwards.
${API}
kind: RolloutPolicy
metadata:
  name: usual
spec:
  # Every device. At most one RolloutPolicy may match a device.
  selector: {}
  # Which devices go first. The others follow in a last wave; in every rollout one device goes alone until it is confirmed.
  waves:
    - name: canary
      selector:
        matchLabels:
          rollout: canary
  maxUnavailable: 10%
  # The first device that fails halts the rollout.
  failureBudget: 0
  # Undone by the router itself after so many seconds, unless the controller has confirmed the change.
  confirmWithinSeconds: 300
  budgets:
    maxChanges: 200
    maxDeletions: 20
  health:
    maxCpuPercent: 95
    minFreeMemoryPercent: 5
    # A change that cuts the router off what it must reach is undone:
    # pings:
    #   - address: 192.0.2.53
  drift: alert
`;

const DEVICE = `${modeline('RouterDevice', 1)}
# An example. It is suspended, so nothing is ever sent to it.
# Put your router's name and address here and take "suspend" out. Then: rosctl doctor
${API}
kind: RouterDevice
metadata:
  name: example
  labels:
    rollout: canary
spec:
  suspend: true
  address: https://192.0.2.1
  # A name from credentials.yaml in the controller's state folder. The password itself never stands in this repository.
  credentialsRef: fleet
  # lab, staging or prod: policies/approval.yaml says who must agree in each.
  environment: prod
  # The router's address and interface through which the controller comes: nothing there is ever touched.
  management:
    address: 192.0.2.1
    interface: ether1
`;

const CONFIG = `${modeline('RouterConfig', 1)}
# What every router is to have. Further RouterConfigs lay their own values over this one; a higher priority wins.
# Rows that are on a router and not in these files are left alone.
${API}
kind: RouterConfig
metadata:
  name: fleet
spec:
  selector: {}
  priority: 100
  # A first change that does no harm: no firewall rule uses this list.
  addressLists:
    - list: gitops-trial
      address: 203.0.113.7
      comment: first change by routeros-gitops
`;

function gitignore({ state }: Starter): string {
  const lines = new Set(['/state/', ...(state === null ? [] : [ignoreLine(state)]), '/saved/']);
  return `# The controller's own: its store, its socket, where the passwords are.\n${[...lines].join('\n')}\n`;
}

function workflow({ branch, version }: Starter): string {
  return `# Would check these files on every push. routeros-gitops is on no registry yet: make the package in a checkout of it
# (npm pack), put it where your runners find it, name it below, and take the comment signs away.
name: validate
on: workflow_dispatch
# on:
#   push:
#     branches: [${branch}]
#   pull_request:
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      # - run: npm install --global ./routeros-gitops-${version}.tgz
      # - run: rosctl validate
`;
}

function readme({ branch, example, options, state }: Starter): string {
  const where = example
    ? 'The routers are simulated ones.'
    : 'Put your router into `devices/example.yaml`, and its address into `credentials.yaml` in the state folder.';
  const steps = nextCommands(options, example ? 'state/simulator/ca.pem' : null).map(
    ({ heading, commands }) => `${heading}:\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
  );
  return `# Fleet

The state of our routers. What stands in these files on the branch \`${branch}\` is compared with every router; the difference is a plan; a plan that
is approved is applied, with an undo armed on the router.

## Next

${where}

${steps.join('\n\n')}

Every commit is signed. \`rosctl approve\` shows what it is about, and asks; the new device comes first (\`control\`), its first plan follows. Why
something happens, or nothing: \`rosctl status${options.state}\`.

## What is where

| File | Holds |
| --- | --- |
| \`devices/\` | the routers: address, credentials by name, environment |
| \`configs/\` | what they are to have |
| \`policies/approval.yaml\` | who must agree |
| \`policies/rollout.yaml\` | in which order changes go out, and what undoes them |
| \`roster.yaml\` | the people and the keys they sign with |
| \`.schemas/\` | what editors complete and check with |
| ${state === null ? 'the state folder' : `\`${state}/\``} | the controller's own, never committed |

Every commit on \`${branch}\` must be signed by somebody in \`roster.yaml\`. Changes to devices, roster and policies are approved by somebody with the role
\`policy\`; changes to what routers hold by somebody with the role \`approver\`.
`;
}
