import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publicKeyLineOf } from '#controller';
import { copyFleet, openStage, SPEED, type Stage } from './demo/stage.ts';
import { outcomeOf } from './demo/story.ts';
import { readSigningKey } from './git/signing-key.ts';
import { surroundingsOfProcess, type Surroundings } from './main.ts';
import { visibleLines } from '#visible';

const OFFLINE = 'edge-gra-lab-02';
const UNLUCKY = 'edge-vie-lab-02';
const CANARY = 'edge-vie-lab-01';
const LATER = 'edge-gra-02';
const NEW_RESOLVER = '203.0.113.53';
const DROPPED = '203.0.113.64/27';

/** Runs the whole story on simulated routers. @returns the exit code. */
async function demo(surroundings: Surroundings, keep: boolean): Promise<number> {
  const stage = await openStage(surroundings);
  const { story } = stage;
  try {
    await beginRepository(stage);
    const later = await takeFleetIn(stage);
    await changeTheFleet(stage);
    await refuseAStranger(stage);
    await rollOut(stage);
    await correctAndConverge(stage);
    await offlineCatchesUp(stage);
    await addADevice(stage, later);
    await someoneInterferes(stage);
    story.step('Summary');
    await story.rosctl('rollouts', 'list');
    await story.rosctl('devices');
    await story.rosctl('status');
    story.say(
      'Everything above ran on simulated routers; the README says what is proven there and not yet on hardware.',
    );
    if (keep) await stayOpen(stage, surroundings);
    return 0;
  } finally {
    await stage.close();
  }
}

async function beginRepository({ story, repository, state, keyFile }: Stage): Promise<void> {
  story.step('alice begins a repository: rosctl writes roster and policies, and trusts its first commit');
  await story.offline('init', repository, '--name', 'alice', '--signing-key', keyFile('alice'), '--state', state);
}

/** @returns what declares the device that comes later. */
async function takeFleetIn(stage: Stage): Promise<string> {
  const { story, repository, fleet } = stage;
  story.step(
    'A commit brings 11 routers, and bob as the one who approves: a control plan, and nothing of it counts yet',
  );
  const later = await copyFleet(stage, LATER);
  await edit(repository, 'roster.yaml', [['  people:\n', `  people:\n${await bob(stage)}`]]);
  await writeFile(path.join(repository, 'policies/approval.yaml'), APPROVAL);
  await writeFile(path.join(repository, 'policies/rollout.yaml'), ROLLOUT);
  await stage.commit('Add the routers of two sites, and bob', ...FLEET_FILES);
  const controller = await stage.startController();
  await story.brief('status');
  if (packets(stage) > 0) throw new Error('a router was contacted before anybody approved it');
  story.say(`${fleet.routers.size} simulated routers listen; none of them has got a single packet.`);
  await stage.rosctlAs('alice', 'approve', 'control');
  await controller.api.reconcile([]);
  const devices = controller.api.fleet.devices();
  await story.waitFor(
    `${devices.length} devices are contacted now, and all are in sync with what the fleet declares`,
    () => devices.length === 11 && devices.every((device) => outcomeOf(controller, device) === 'InSync'),
  );
  story.say(`Time runs ${SPEED} times as fast for routers and controller.`);
  return later;
}

async function changeTheFleet(stage: Stage): Promise<void> {
  const { story, fleet, repository } = stage;
  fleet.router(OFFLINE).faults.add({ kind: 'offline' });
  fleet.router(UNLUCKY).faults.add({
    kind: 'health',
    when: { menu: '/ip/dns', where: { servers: new RegExp(NEW_RESOLVER.replaceAll('.', '\\.')) } },
    effects: { resolveFails: true },
  });
  story.say(`Now ${OFFLINE} loses power, and a firewall near ${UNLUCKY} blocks a resolver that nobody uses yet.`);
  story.step('A commit changes DNS servers, an address list and a secondary IP that a role shares');
  await edit(repository, 'configs/role-edge.yaml', [
    ['servers: [192.0.2.53, 198.51.100.53]', `servers: [192.0.2.53, ${NEW_RESOLVER}]`],
    ['  addresses:\n', `${NEW_LIST_ENTRY}  addresses:\n${NEW_ADDRESS}`],
  ]);
  await edit(repository, 'configs/sites.yaml', [['[10.20.0.123, 192.0.2.123]', '[10.20.0.123, 198.51.100.123]']]);
  await stage.commit('Use the new resolver', 'configs/role-edge.yaml', 'configs/sites.yaml');
  await allPlanned(stage, 'every device is planned, the offline one from its last read');
  await story.rosctl('plans', 'list');
  await story.rosctl('plan', '--device', CANARY);
}

const NEW_LIST_ENTRY = `    - list: blocklist
      address: 198.51.100.128/26
      comment: botnet of this week
`;
const NEW_ADDRESS = `    - address: 172.20.8.1/24
      interface: bridge
      comment: camera network
`;

async function refuseAStranger(stage: Stage): Promise<void> {
  const { story, controller } = stage;
  story.step('mallory, whose key nobody knows, approves');
  await stage.rosctlAs('mallory', 'approve');
  story.say('So mallory writes the commit without rosctl and pushes it:');
  const fleetPlan = await controller().api.store.fleetPlans.latest();
  await stage.forge('mallory', (parent) => approvalOf(fleetPlan?.id ?? '', parent));
  await story.brief('status');
  if (controller().api.fleet.fault?.code !== 'RangeRefused') throw new Error('a commit of a stranger was taken');
  story.say('Nothing of it counts. alice takes the commit back.');
  await stage.takeBackLast();
}

function approvalOf(plan: string, parent: string): string {
  return `Approve\n\nApprove-Plan: ${plan}\nApprove-Parent: ${parent}\n`;
}

async function rollOut(stage: Stage): Promise<void> {
  const { story, fleet } = stage;
  story.step('bob approves; the canary goes first, then the rest, each router armed to undo');
  await stage.rosctlAs('bob', 'approve');
  await stage.controller().api.reconcile([]);
  await story.waitFor(
    `${CANARY}, the canary, took the change and confirmed it`,
    () => hasNewResolver(stage, CANARY) && hasConverged(stage, CANARY),
  );
  await story.waitFor(`${UNLUCKY} failed its health check and was rolled back, and the rollout halted`, async () => {
    const [rollout] = await stage.controller().api.store.rollouts.list(stage.controller().api.fleet.source, 1);
    return rollout?.state === 'halted';
  });
  if (hasNewResolver(stage, UNLUCKY)) throw new Error(`${UNLUCKY} still has the new DNS servers`);
  await story.rosctl('history', UNLUCKY);
  await story.rosctl('rollouts', 'list');
  const took = [...fleet.routers.keys()].filter((name) => hasNewResolver(stage, name)).length;
  story.say(`${took} of 11 routers have the change; nobody else gets it before somebody decides.`);
}

async function correctAndConverge(stage: Stage): Promise<void> {
  const { story, repository, controller } = stage;
  story.step(`A second commit gives ${UNLUCKY} servers of its own and drops a list entry; bob approves`);
  await edit(repository, 'configs/devices.yaml', [
    [
      `  identity:\n    name: ${UNLUCKY}\n`,
      `  identity:\n    name: ${UNLUCKY}\n  dns:\n    servers: [192.0.2.53, 198.51.100.53]\n`,
    ],
  ]);
  await edit(repository, 'configs/role-edge.yaml', [
    [`    - list: blocklist\n      address: ${DROPPED}\n      comment: reported by abuse desk\n`, ''],
  ]);
  await stage.commit(`Keep ${UNLUCKY} on the old resolver`, 'configs/devices.yaml', 'configs/role-edge.yaml');
  await allPlanned(stage, 'every device is planned anew');
  await stage.rosctlAs('bob', 'approve');
  await controller().api.reconcile([]);
  const reachable = controller()
    .api.fleet.devices()
    .filter((device) => device !== OFFLINE);
  await story.waitFor('all devices that can be reached have converged', () =>
    reachable.every((device) => hasConverged(stage, device)),
  );
  if (reachable.some((device) => holds(stage, device, DROPPED))) throw new Error(`${DROPPED} is still there`);
  story.say(`${DROPPED} is gone from the routers that had it from us.`);
  await story.rosctl('rollouts', 'list');
  await story.offline('explain', UNLUCKY, '--section', 'dns', '--fleet', repository);
}

async function offlineCatchesUp(stage: Stage): Promise<void> {
  const { story, fleet, controller } = stage;
  story.step(`${OFFLINE} comes back`);
  fleet.router(OFFLINE).faults.clear();
  await controller().api.reconcile([OFFLINE]);
  await story.waitFor(
    `${OFFLINE} caught up, by the approval that covers it`,
    () => hasConverged(stage, OFFLINE) && hasNewResolver(stage, OFFLINE),
  );
}

async function addADevice(stage: Stage, later: string): Promise<void> {
  const { story, repository, controller, fleet } = stage;
  story.step(`A new device, ${LATER}, arrives by a control plan`);
  await writeFile(path.join(repository, 'devices', `${LATER}.yaml`), later);
  await stage.commit(`Add ${LATER}`, `devices/${LATER}.yaml`);
  await story.rosctl('trust', 'show');
  const { requests } = fleet.router(LATER);
  if (requests.length > 0) throw new Error(`${LATER} was contacted before its control plan was approved`);
  story.say(`No packet went to its address.`);
  await stage.rosctlAs('bob', 'approve', 'control');
  await controller().api.reconcile([]);
  await story.waitFor(`${LATER} is contacted and planned`, () => requests.length > 0 && isPlanned(stage, LATER));
  await stage.rosctlAs('bob', 'approve', LATER);
  await controller().api.reconcile([]);
  await story.waitFor(`${LATER} has converged`, () => hasConverged(stage, LATER));
}

async function someoneInterferes({ story, controller, fleet }: Stage): Promise<void> {
  story.step('Somebody changes a router by hand');
  fleet
    .router('edge-vie-01')
    .human.change({ user: 'anna', menu: '/system/ntp/client', verb: 'set', args: { servers: '203.0.113.99' } });
  await controller().api.reconcile(['edge-vie-01']);
  await story.waitFor(
    'the drift of edge-vie-01 is found',
    async () => (await controller().api.store.drift.open('edge-vie-01')) !== null,
  );
  await story.rosctl('drift');
}

async function bob({ keyFile }: Stage): Promise<string> {
  const line = publicKeyLineOf(await readSigningKey(keyFile('bob')), 'bob@example.net');
  return `    - name: bob\n      roles: [approver, policy]\n      keys:\n        - ${line}\n`;
}

async function allPlanned({ story, controller }: Stage, what: string): Promise<void> {
  const api = controller();
  await story.waitFor(what, () =>
    api.api.fleet.devices().every((device) => ['Waiting', 'Deferred', 'InSync'].includes(outcomeOf(api, device))),
  );
}

function isPlanned({ controller }: Stage, device: string): boolean {
  return outcomeOf(controller(), device) === 'Waiting';
}

function hasConverged({ controller }: Stage, device: string): boolean {
  return ['Confirmed', 'InSync'].includes(outcomeOf(controller(), device));
}

function hasNewResolver({ fleet }: Stage, device: string): boolean {
  return (fleet.router(device).rows('/ip/dns')[0]?.['servers'] ?? '').includes(NEW_RESOLVER);
}

function holds({ fleet }: Stage, device: string, address: string): boolean {
  return fleet
    .router(device)
    .rows('/ip/firewall/address-list')
    .some((row) => row['address'] === address);
}

function packets({ fleet }: Stage): number {
  return [...fleet.routers.values()].reduce((sum, { requests }) => sum + requests.length, 0);
}

const FLEET_FILES = [
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

const APPROVAL = `# yaml-language-server: $schema=../.schemas/approval-policy.json
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

const ROLLOUT = `# yaml-language-server: $schema=../.schemas/rollout-policy.json
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
async function edit(repository: string, file: string, changes: readonly (readonly [string, string])[]): Promise<void> {
  const where = path.join(repository, file);
  let text = await readFile(where, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)} any more`);
    text = text.replace(from, to);
  }
  await writeFile(where, text);
}

async function stayOpen({ story, state, repository, keyFile }: Stage, surroundings: Surroundings): Promise<void> {
  story.step('The demo stays open: explore it from another terminal, Ctrl-C ends it');
  story.say(`npx rosctl status --state ${state}`);
  story.say(`npx rosctl plans list --state ${state}`);
  story.say(`npx rosctl audit --state ${state}`);
  story.say(`${repository} is the clone: commit there, and approve as bob with --signing-key ${keyFile('bob')}.`);
  await new Promise<void>((resolve) => surroundings.signal.addEventListener('abort', () => resolve(), { once: true }));
}

const surroundings = surroundingsOfProcess();
try {
  process.exitCode = await demo(surroundings, process.argv.includes('--keep'));
} catch (error) {
  surroundings.stderr.write(visibleLines(`demo: ${error instanceof Error ? error.message : String(error)}\n`));
  process.exitCode = 1;
}
