import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  APPROVAL,
  bob,
  CANARY,
  DROPPED,
  edit,
  FLEET_FILES,
  LATER,
  NEW_ADDRESS,
  NEW_LIST_ENTRY,
  NEW_RESOLVER,
  OFFLINE,
  ROLLOUT,
  UNLUCKY,
} from './changes.ts';
import { allPlanned, hasConverged, hasNewResolver, holds, isPlanned, packets } from './look.ts';
import { copyFleet, SPEED, type Stage } from './stage.ts';
import { outcomeOf } from './story.ts';

/** alice makes the repository. */
export async function beginRepository({ story, repository, state, keyFile }: Stage): Promise<void> {
  story.step('alice begins a repository: rosctl writes roster and policies, and trusts its first commit');
  await story.offline('init', repository, '--name', 'alice', '--signing-key', keyFile('alice'), '--state', state);
}

/** The example's routers come into the fleet. @returns what declares the device that comes later. */
export async function takeFleetIn(stage: Stage): Promise<string> {
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

/** A change for all devices; one has no power then, another loses what its health check needs. */
export async function changeTheFleet(stage: Stage): Promise<void> {
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
  await story.rosctl('plan', CANARY);
}

/** An approval that nobody in the roster has signed is refused. */
export async function refuseAStranger(stage: Stage): Promise<void> {
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

/** The change is approved, and halts at the device that it harms. */
export async function rollOut(stage: Stage): Promise<void> {
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

/** A second change lets that device be, and all that can be reached converge. */
export async function correctAndConverge(stage: Stage): Promise<void> {
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

/** The device without power comes back and needs no approval of its own. */
export async function offlineCatchesUp(stage: Stage): Promise<void> {
  const { story, fleet, controller } = stage;
  story.step(`${OFFLINE} comes back`);
  fleet.router(OFFLINE).faults.clear();
  await controller().api.reconcile([OFFLINE]);
  await story.waitFor(
    `${OFFLINE} caught up, by the approval that covers it`,
    () => hasConverged(stage, OFFLINE) && hasNewResolver(stage, OFFLINE),
  );
}

/** A device that is added is not contacted before its control plan is approved. */
export async function addADevice(stage: Stage, later: string): Promise<void> {
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

/** A change by hand is found as drift. */
export async function someoneInterferes({ story, controller, fleet }: Stage): Promise<void> {
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
