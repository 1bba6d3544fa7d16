import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFolder, revisionOf, loadConfig, openLog, startController, type Controller } from '#controller';
import { createClock, startFleet, type Fleet } from '#simulator';
import { outcomeOf, tellStory, type Story } from './demo/story.ts';
import { simulatedFleet } from './simulated-fleet.ts';
import { surroundingsOfProcess, type Surroundings } from './main.ts';

/** How much faster than real time the demo's routers and controller run. */
const SPEED = 20;

const LAB = ['edge-vie-lab-01', 'edge-vie-lab-02', 'edge-gra-lab-01', 'edge-gra-lab-02'] as const;
const OFFLINE = 'edge-gra-lab-02';
const UNLUCKY = 'edge-vie-lab-02';
const NEW_RESOLVER = '203.0.113.53';

interface Scene {
  readonly story: Story;
  readonly fleet: Fleet;
  readonly controller: Controller;
  /** The copy of devices.example that the demo edits. */
  readonly source: string;
}

/** Runs the whole story on simulated routers. @returns the exit code. */
async function demo(surroundings: Surroundings, keep: boolean): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-demo-'));
  const state = path.join(folder, 'state');
  const source = path.join(folder, 'fleet');
  const story = tellStory(surroundings, state);
  const scene = await open(story, folder, source, state);
  try {
    await tell(scene);
    story.step('Summary');
    await story.rosctl('devices');
    await story.rosctl('status');
    story.say(
      'Everything above ran on simulated routers; the README says what is proven there and not yet on hardware.',
    );
    if (keep) await stayOpen(story, surroundings, state, source);
    return 0;
  } finally {
    await scene.controller.stop();
    await scene.fleet.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function open(story: Story, folder: string, source: string, state: string): Promise<Scene> {
  story.step('A simulated fleet and a controller start');
  await cp(path.resolve(import.meta.dirname, '../devices.example'), source, { recursive: true });
  const revision = revisionOf((await readFolder(source)).files);
  if (!revision.ok) throw new Error('devices.example has faults: run "rosctl validate devices.example"');
  const password = randomBytes(12).toString('hex');
  const names = [
    ...new Set([...revision.inventory.devices.values()].map(({ document }) => document.spec.credentialsRef)),
  ];
  const fleet = await startFleet(
    simulatedFleet(revision.inventory, () => ({ user: 'gitops', password })),
    { clock: createClock(SPEED) },
  );
  const ca = path.join(folder, 'ca.pem');
  const credentials = path.join(folder, 'credentials.yaml');
  await writeFile(ca, fleet.caPem);
  await writeFile(credentials, credentialsYaml(names));
  await mkdir(state, { mode: 0o700 });
  const environment = { DEMO_PASSWORD: password, ROUTEROS_GITOPS_CLOCK_SPEED: String(SPEED) };
  const config = await loadConfig({ source, state, credentials, ca, listen: 'off' }, environment);
  const log = await openLog(
    'info',
    (await import('pino')).destination({ dest: path.join(folder, 'controller.log'), sync: true }),
  );
  const controller = await startController(config, log);
  story.say(
    `${fleet.routers.size} routers answer over HTTPS on 127.0.0.1; the controller keeps its store in ${state}.`,
  );
  story.say(`Time runs ${SPEED} times as fast for both.`);
  return { story, fleet, controller, source };
}

function credentialsYaml(names: readonly string[]): string {
  const entries = names.map(
    (name) => `  - {name: ${name}, username: gitops, from: {env: DEMO_PASSWORD}, hosts: [127.0.0.1], tls: insecure}`,
  );
  return `credentials:\n${entries.join('\n')}\n`;
}

async function tell(scene: Scene): Promise<void> {
  await startInSync(scene);
  await changeTheRole(scene);
  await labApplies(scene);
  await fixTheUnlucky(scene);
  await offlineCatchesUp(scene);
  await someoneInterferes(scene);
  await deleteARow(scene);
}

async function startInSync({ story, controller, fleet }: Scene): Promise<void> {
  const devices = controller.api.fleet.devices();
  await story.waitFor(`all ${devices.length} devices are in sync with what the fleet declares`, () =>
    devices.every((device) => outcomeOf(controller, device) === 'InSync'),
  );
  fleet.router(OFFLINE).faults.add({ kind: 'offline' });
  fleet.router(UNLUCKY).faults.add({
    kind: 'health',
    when: { menu: '/ip/dns', where: { servers: new RegExp(NEW_RESOLVER.replaceAll('.', '\\.')) } },
    effects: { resolveFails: true },
  });
  story.say(`Now ${OFFLINE} loses power, and a firewall near ${UNLUCKY} blocks a resolver that nobody uses yet.`);
}

async function changeTheRole({ story, controller, source }: Scene): Promise<void> {
  story.step('DNS servers, an address list and a secondary IP that a role shares are changed');
  await story.rosctl('freeze', '--reason', 'look at the plans first');
  await edit(source, 'configs/role-edge.yaml', [
    ['servers: [192.0.2.53, 198.51.100.53]', `servers: [192.0.2.53, ${NEW_RESOLVER}]`],
    ['  addresses:\n', `${NEW_LIST_ENTRY}  addresses:\n${NEW_ADDRESS}`],
  ]);
  await edit(source, 'configs/sites.yaml', [['[10.20.0.123, 192.0.2.123]', '[10.20.0.123, 198.51.100.123]']]);
  await controller.api.reconcile([]);
  const devices = controller.api.fleet.devices();
  await story.waitFor('every device is planned, the offline one from its last read', () =>
    devices.every((device) => ['Waiting', 'Deferred'].includes(outcomeOf(controller, device))),
  );
  await story.rosctl('plan');
  await story.rosctl('plans', 'list');
}

const NEW_LIST_ENTRY = `    - list: blocklist
      address: 198.51.100.128/26
      comment: botnet of this week
`;
const NEW_ADDRESS = `    - address: 172.20.8.1/24
      interface: bridge
      comment: camera network
`;

async function labApplies({ story, controller, fleet }: Scene): Promise<void> {
  story.step('The freeze ends: lab devices apply by themselves, each armed to undo');
  await story.rosctl('freeze', '--off');
  await story.waitFor(`${UNLUCKY} failed its health check and was rolled back`, async () => {
    const [attempt] = await controller.api.store.attempts.list(UNLUCKY, 1);
    return attempt?.end === 'undone' && ['RolledBack', 'Waiting'].includes(outcomeOf(controller, UNLUCKY));
  });
  if (servers(fleet, UNLUCKY).includes(NEW_RESOLVER)) throw new Error(`${UNLUCKY} still has the new DNS servers`);
  const healthy = LAB.filter((device) => device !== UNLUCKY && device !== OFFLINE);
  await story.waitFor(`${healthy.join(' and ')} took the change and confirmed it`, () =>
    healthy.every((device) => hasConverged(controller, device)),
  );
  await story.rosctl('history', UNLUCKY);
  story.say('Staging and prod wait, and say for what:');
  await story.rosctl('status');
}

async function fixTheUnlucky({ story, controller, source }: Scene): Promise<void> {
  story.step(`${UNLUCKY} gets DNS servers of its own until its firewall is fixed`);
  await edit(source, 'configs/devices.yaml', [
    [
      `  identity:\n    name: ${UNLUCKY}\n`,
      `  identity:\n    name: ${UNLUCKY}\n  dns:\n    servers: [192.0.2.53, 198.51.100.53]\n`,
    ],
  ]);
  await controller.api.reconcile([]);
  await story.waitFor('every lab device that can be reached has converged', () =>
    LAB.every((device) => device === OFFLINE || hasConverged(controller, device)),
  );
  await story.offline('explain', UNLUCKY, '--section', 'dns', '--fleet', source);
}

async function offlineCatchesUp({ story, controller, fleet }: Scene): Promise<void> {
  story.step(`${OFFLINE} comes back`);
  fleet.router(OFFLINE).faults.clear();
  await controller.api.reconcile([OFFLINE]);
  await story.waitFor(`${OFFLINE} caught up`, () => hasConverged(controller, OFFLINE));
}

async function someoneInterferes({ story, controller, fleet }: Scene): Promise<void> {
  story.step('Somebody changes two routers by hand');
  fleet
    .router('edge-vie-01')
    .human.change({ user: 'anna', menu: '/system/ntp/client', verb: 'set', args: { servers: '203.0.113.99' } });
  const byHand = { list: 'blocklist', address: BY_HAND, comment: 'by hand' };
  fleet
    .router('edge-vie-lab-01')
    .human.change({ user: 'bert', menu: '/ip/firewall/address-list', verb: 'add', args: byHand });
  await controller.api.reconcile(['edge-vie-01', 'edge-vie-lab-01']);
  await story.waitFor(
    'the drift of edge-vie-01 is found',
    async () => (await controller.api.store.drift.open('edge-vie-01')) !== null,
  );
  await story.rosctl('drift');
  story.say("The row that bert added is nobody's drift: the section tolerates rows that it does not list.");
}

const BY_HAND = '203.0.113.200';
const DROPPED = '203.0.113.64/27';

async function deleteARow({ story, controller, fleet, source }: Scene): Promise<void> {
  story.step('A row is deleted in the YAML');
  await edit(source, 'configs/role-edge.yaml', [
    [`    - list: blocklist\n      address: ${DROPPED}\n      comment: reported by abuse desk\n`, ''],
  ]);
  const holders = (): readonly string[] =>
    [...fleet.routers.values()].filter((router) => holds(fleet, router.name, DROPPED)).map((router) => router.name);
  const before = holders().length;
  await controller.api.reconcile([]);
  await story.waitFor(`${DROPPED} is gone from the lab, which had it from us`, () =>
    LAB.every((device) => hasConverged(controller, device) && !holds(fleet, device, DROPPED)),
  );
  if (!holds(fleet, 'edge-vie-lab-01', BY_HAND)) throw new Error(`the row ${BY_HAND} that a person added is gone`);
  story.say(
    `${BY_HAND}, added by hand on edge-vie-lab-01, is still there. Of ${before} routers that held ${DROPPED}, ${holders().length} keep it until somebody approves.`,
  );
}

function servers(fleet: Fleet, device: string): string {
  return fleet.router(device).rows('/ip/dns')[0]?.['servers'] ?? '';
}

function holds(fleet: Fleet, device: string, address: string): boolean {
  return fleet
    .router(device)
    .rows('/ip/firewall/address-list')
    .some((row) => row['address'] === address);
}

function hasConverged(controller: Controller, device: string): boolean {
  return ['Confirmed', 'InSync'].includes(outcomeOf(controller, device));
}

/** Replaces texts in one file of the fleet. @throws {Error} when one is not there. */
async function edit(source: string, file: string, changes: readonly (readonly [string, string])[]): Promise<void> {
  const where = path.join(source, file);
  let text = await readFile(where, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)} any more`);
    text = text.replace(from, to);
  }
  await writeFile(where, text);
}

async function stayOpen(story: Story, surroundings: Surroundings, state: string, source: string): Promise<void> {
  story.step('The demo stays open: explore it from another terminal, Ctrl-C ends it');
  story.say(`npx rosctl status --state ${state}`);
  story.say(`npx rosctl plans list --state ${state}`);
  story.say(`npx rosctl audit --state ${state}`);
  story.say(`Edit the files in ${source}: the controller follows them.`);
  await new Promise<void>((resolve) => surroundings.signal.addEventListener('abort', () => resolve(), { once: true }));
}

const surroundings = surroundingsOfProcess();
try {
  process.exitCode = await demo(surroundings, process.argv.includes('--keep'));
} catch (error) {
  surroundings.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
