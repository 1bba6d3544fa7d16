import { afterEach, expect, it } from 'vitest';
import { labFleet, outcomeOf, POLICIES, startRig, until, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

/* Ports of bridges are the ordered menu that there is: in which order they stand, and how they come to stand in it. */
const PORTS = '/interface/bridge/port';

let rig: Rig;
afterEach(() => rig.close());

function filesOf(router: Rig['router'], names: readonly string[], ...policy: readonly string[]) {
  const items = names.map((name) => `\n  - {interface: ${name}, bridge: bridge}`);
  const lines = policy.map((line) => `  ${line}\n`).join('');
  return { ...labFleet(router, `bridgePorts:${items.join('')}`), 'policies.yaml': `${POLICIES}${lines}` };
}

function order(): string {
  return rig.router
    .rows(PORTS)
    .map((row) => row['interface'])
    .join(' ');
}

/** What was asked of the menu, in order: reads, and writes by their method and command. */
function asked(): readonly string[] {
  return rig.router.requests
    .filter(({ path }) => path.startsWith(PORTS))
    .map(({ method, path }) => (method === 'GET' ? 'read' : path.endsWith('/move') ? 'move' : method));
}

function moveByHand(name: string, before: string): void {
  const destination = rig.router.rows(PORTS).find((row) => row['interface'] === before)?.['.id'] ?? '';
  const change = { user: 'anna', menu: PORTS, verb: 'move', where: { interface: name }, args: { destination } };
  rig.router.human.change(change);
}

it('a port that somebody moved is told as Reordered with who did it, and stands right again by one move', async () => {
  const names = ['ether2', 'ether3', 'ether4', 'ether5'];
  rig = await startRig((router) => filesOf(router, names, 'drift: alert'));
  await outcomeOf(rig, 'r1', 'InSync', 60);
  moveByHand('ether5', 'ether2');
  await waitsFor(rig, 'r1', 'DriftNotCorrected', 60);
  expect(order()).toBe('ether5 ether2 ether3 ether4');
  const drift = await rig.controller.api.store.drift.open('r1');
  expect(drift?.entries).toMatchObject([{ class: 'Reordered', match: { interface: 'ether5' }, before: null }]);
  expect(drift?.suspicions).toMatchObject([{ menu: PORTS, people: [{ name: 'anna' }] }]);
  const places = ['--state', rig.config.stateFolder];
  const told = await rosctl(['drift', 'r1', ...places]);
  expect(told.stdout).toMatch(/Reordered\s+\/interface\/bridge\/port interface=ether5/);
  const kept = await rosctl(['drift', 'propose', 'r1', '--adopt', '--fleet', rig.sourceFolder, ...places]);
  expect(kept.stdout).toContain('its place follows from the order of the rows in the files: move it there');

  rig.router.requests.clear();
  await rig.declare(filesOf(rig.router, names, 'drift: correct'));
  await until(order, (now) => now === 'ether2 ether3 ether4 ether5');
  await outcomeOf(rig, 'r1', 'InSync', 60);
  expect(asked().filter((what) => what !== 'read')).toEqual(['move']);
  expect(await rig.controller.api.store.drift.open('r1')).toBeNull();
});

it('another order comes by the fewest moves, after what is added and before what goes, and goes back when health fails', async () => {
  rig = await startRig((router) => {
    router.human.change({ user: 'anna', menu: PORTS, verb: 'remove', where: { interface: 'ether5' } });
    return filesOf(router, ['ether2', 'ether3', 'ether4']);
  });
  await outcomeOf(rig, 'r1', 'InSync', 60);
  const ill = {
    kind: 'health',
    when: { menu: PORTS, where: { interface: 'ether5' } },
    effects: { cpuLoad: 100 },
  } as const;
  rig.router.faults.add(ill);
  rig.router.requests.clear();
  // Of three that stand the other way round two move.
  await rig.declare(filesOf(rig.router, ['ether5', 'ether4', 'ether3']));
  await waitsFor(rig, 'r1', 'RolledBack', 60);
  expect(order()).toBe('ether2 ether3 ether4');
  const writes = asked().filter((what) => what !== 'read');
  expect(writes).toEqual(['PUT', 'move', 'move', 'DELETE']);
  // After each move the rows are read again.
  const all = asked();
  for (const [at, what] of all.entries()) if (what === 'move') expect(all[at + 1]).toBe('read');
  expect(rig.router.rows('/system/script')).toEqual([]);

  rig.router.faults.clear();
  const retried = await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder]);
  expect(retried).toMatchObject({ code: 0, stderr: '' });
  await outcomeOf(rig, 'r1', 'InSync', 60);
  expect(order()).toBe('ether5 ether4 ether3');
});
