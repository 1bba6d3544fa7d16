import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDevice, createClock, type Inventory, readFolder, readLive, revisionOf, targetOf } from '#controller';
import { makePlan } from '#differ';
import { makeOwnSecrets, type MenuPath } from '#routeros';
import { type Fleet, startFleet } from '#simulator';
import { freePorts } from '#test/free-port.ts';
import { configYaml, deviceYaml, inventoryOf } from '#test/documents.ts';
import { until, writeFiles } from '#test/rig.ts';
import { openTerminal } from '#test/terminal.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { simulatedFleet } from '../../cli/fleet/simulated-fleet.ts';
import { routesTo } from '../../controller/policy/return-path.ts';
import { rosctl, startRosctl, type Running } from './run.ts';

describe('the simulated fleet of devices.example', () => {
  let inventory: Inventory;
  let fleet: Fleet;

  beforeAll(async () => {
    const revision = revisionOf((await readFolder('devices.example')).files);
    if (!revision.ok) throw new Error('devices.example has faults');
    inventory = revision.inventory;
    const seeds = simulatedFleet(inventory, () => ({ user: 'gitops', password: 'pw' }));
    fleet = await startFleet(seeds.map((seed) => ({ ...seed, port: 0, tls: false })));
  });
  afterAll(() => fleet.close());

  test('every router is in sync with what is declared, and holds rows that nobody declared', async () => {
    expect(inventory.devices.size).toBe(12);
    for (const device of inventory.devices.keys()) {
      const target = targetOf(inventory, device, 'folder:x', 'r');
      if (target === null) throw new Error(`no target ${device}`);
      const address = new URL(fleet.router(device).url);
      const { session } = await connectDevice(
        { address, credential: 'any', tls: { mode: 'insecure', fingerprint: null } },
        accessWith('pw'),
      );
      const live = await readLive(session, Object.keys(target.desired.menus) as MenuPath[]);
      await session.close();
      const plan = makePlan({ desired: target.desired, base: null, live });
      expect({ device, changes: plan.changes }).toEqual({ device, changes: [] });
      expect(plan.heldBack).toBeUndefined();
      expect(plan.extras.map((extra) => extra.live['comment'])).toContain('made by hand');
    }
  });

  test('every router knows one way back to the controller, through its management interface', () => {
    for (const [device, { document }] of inventory.devices) {
      const router = fleet.router(device);
      const ways = routesTo('10.0.0.2', router.rows('/ip/address'), {
        routes: router.rows('/ip/route'),
        interfaces: router.rows('/interface'),
      });
      expect({ device, through: ways?.map((way) => way.interface) }).toEqual({
        device,
        through: [document.spec.management?.interface],
      });
      expect(router.serial).toBe(document.spec.serial);
    }
  });
});

function accessWith(password: string) {
  return {
    bindings: [
      { name: 'any', username: 'gitops', from: { env: 'PW' }, hosts: ['127.0.0.0/8'], tls: 'plaintext' as const },
    ],
    secrets: { environment: { PW: password }, key: null, records: { get: async () => null } },
    ownSecrets: makeOwnSecrets(),
    ca: [],
    clock: createClock(),
    timeScale: 1,
    onRequest: () => {},
  };
}

describe('seeds', () => {
  const login = () => ({ user: 'gitops', password: 'pw' });

  test('interfaces that the fleet names exist', () => {
    const inventory = inventoryOf({
      'd.yaml': deviceYaml('r1'),
      'c.yaml': configYaml('c', 1, 'addresses: [{address: 10.1.0.1/24, interface: vlan-guest}]'),
    });
    expect(simulatedFleet(inventory, login)[0]?.menus?.['/interface/bridge']).toEqual([{ name: 'vlan-guest' }]);
  });

  test('a section that prunes gets no row that nobody declared', () => {
    const inventory = inventoryOf({
      'd.yaml': deviceYaml('r1'),
      'c.yaml': configYaml('c', 1, 'unlisted: {addressLists: prune}\naddressLists: [{list: a, address: 192.0.2.1}]'),
    });
    const menus = simulatedFleet(inventory, login)[0]?.menus;
    expect(menus?.['/ip/firewall/address-list']).toHaveLength(1);
    expect(menus?.['/ip/dns/static']).toHaveLength(1);
  });

  test('there are as many clients around a router as its annotation says, and nobody around others', () => {
    const saying = (clients: string): Inventory => {
      const annotated = `  annotations: {simulator.routeros-gitops.dev/clients: "${clients}"}\nspec:`;
      return inventoryOf({ 'd.yaml': deviceYaml('r1').replace('spec:', annotated) });
    };
    expect(simulatedFleet(saying('12'), login)[0]?.surroundings).toEqual({ clients: 12 });
    expect(simulatedFleet(inventoryOf({ 'd.yaml': deviceYaml('r1') }), login)[0]?.surroundings).toBeUndefined();
    for (const clients of ['many', '-1', '100001', '']) {
      expect(() => simulatedFleet(saying(clients), login)).toThrow(
        `r1 cannot have ${JSON.stringify(clients)} simulated clients`,
      );
    }
  });

  test('a device elsewhere is refused', () => {
    const inventory = inventoryOf({ 'd.yaml': deviceYaml('r1', 'address: https://192.0.2.1') });
    expect(() => simulatedFleet(inventory, login)).toThrow('r1 is at 192.0.2.1, which is not this machine');
  });
});

describe('rosctl simulator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rosctl-simulator-'));
  const ca = join(folder, 'ca.pem');
  let port = 0;
  let running: Running;

  beforeAll(async () => {
    port = (await freePorts(1))[0] ?? 0;
    await writeFiles(join(folder, 'fleet'), {
      'd.yaml': deviceYaml('r1', `address: https://127.0.0.1:${String(port)}\nserial: ABC123`),
      'c.yaml': configYaml('c', 1, 'identity: {name: r1}'),
    });
    running = startRosctl(['simulator', '--fleet', 'fleet', '--ca-out', ca], { cwd: folder });
    await until(
      () => running.stderr(),
      (text) => text.includes('Ctrl-C'),
    );
  });
  afterAll(async () => {
    await running.stop();
    rmSync(folder, { recursive: true });
  });

  test('prints where the routers are and how to try one', () => {
    expect(running.stdout()).toMatch(
      new RegExp(`r1 +https://127\\.0\\.0\\.1:${String(port)} +7\\.20\\.8 +ABC123 +gitops`),
    );
    expect(running.stderr()).toContain(
      `curl -k -u gitops:simulator https://127.0.0.1:${String(port)}/rest/system/resource`,
    );
    expect(running.stderr()).toContain('ROUTER_PASSWORD=simulator rosctl controller');
  });

  test('any REST client that trusts the written CA gets in', async () => {
    const body = await new Promise<string>((done, fail) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/rest/system/identity',
        auth: 'gitops:simulator',
        ca: readFileSync(ca),
      };
      request(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => done(text));
      })
        .on('error', fail)
        .end();
    });
    expect(JSON.parse(body)).toEqual({ name: 'r1' });
  });

  test('as a process it ends well on a signal', async () => {
    const [free = 0] = await freePorts(1);
    await writeFiles(folder, { 'process/d.yaml': deviceYaml('r3', `address: http://127.0.0.1:${String(free)}`) });
    const child = spawn(process.execPath, ['bin/rosctl.mjs', 'simulator', '--fleet', join(folder, 'process')]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(
      () => said,
      (text) => text.includes('Ctrl-C'),
    );
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([EXIT.ok, null]);
  });

  test('a version that it does not know runs as the nearest, and it says so', async () => {
    const [free = 0] = await freePorts(1);
    const annotated = '  annotations: {simulator.routeros-gitops.dev/version: "7.18.2"}\nspec:';
    const device = deviceYaml('r4', `address: http://127.0.0.1:${String(free)}`).replace('spec:', annotated);
    await writeFiles(folder, { 'nearest/d.yaml': device });
    const nearest = startRosctl(['simulator', '--fleet', join(folder, 'nearest')]);
    await until(
      () => nearest.stderr(),
      (text) => text.includes('Ctrl-C'),
    );
    await nearest.stop();
    expect(nearest.stdout()).toMatch(/r4 .* 7\.16\.2 /);
    expect(nearest.stderr()).toContain('r4: the simulator has no RouterOS 7.18.2 and runs 7.16.2, the nearest.');
    expect(running.stderr()).not.toContain('the nearest');
  });

  test('a second one on the same addresses says what is in the way', async () => {
    const { code, stderr } = await rosctl(['simulator', '--fleet', 'fleet'], { cwd: folder });
    expect(code).toBe(EXIT.unavailable);
    expect(stderr).toContain('is another simulator running?');
  });

  test('users and passwords come from the credentials file, and the password is not shown', async () => {
    const [other = 0] = await freePorts(1);
    await writeFiles(folder, {
      'other/d.yaml': deviceYaml('r2', `address: https://127.0.0.1:${String(other)}\ntls: {mode: insecure}`),
      'credentials.yaml':
        'credentials: [{name: fleet, username: robot, from: {env: PW}, hosts: [127.0.0.1], tls: insecure}]',
    });
    const args = ['simulator', '--fleet', join(folder, 'other'), '--credentials', join(folder, 'credentials.yaml')];
    expect((await rosctl(args)).stderr).toContain('[CredentialMissing]');
    const second = startRosctl(args, { env: { PW: 'of-the-robot' }, cwd: folder });
    await until(
      () => second.stderr(),
      (text) => text.includes('Ctrl-C'),
    );
    expect(second.stdout()).toMatch(/r2 .* robot/);
    expect(second.stdout() + second.stderr()).not.toContain('of-the-robot');
    expect(await second.stop()).toBe(EXIT.ok);
  });

  test('a fingerprint that somebody has pinned outlives it, and its keys are private', async () => {
    const [one = 0, other = 0] = await freePorts(2);
    const device = (name: string, at: number): string => deviceYaml(name, `address: https://127.0.0.1:${String(at)}`);
    const lives: Record<string, string>[] = [];
    for (const files of [
      { 'pinned/a.yaml': device('a', one) },
      { 'pinned/0.yaml': device('0-new', other), 'pinned/a.yaml': device('a', one) },
    ]) {
      await writeFiles(folder, files);
      const life = startRosctl(['simulator', '--fleet', 'pinned', '--state', 'kept', '-o', 'json'], { cwd: folder });
      await until(
        () => life.stderr(),
        (text) => text.includes('Ctrl-C'),
      );
      const told = JSON.parse(life.stdout()) as
        | { items: { device: string; fingerprint: string }[] }
        | { device: string; fingerprint: string }[];
      const routers = Array.isArray(told) ? told : told.items;
      lives.push(Object.fromEntries(routers.map((router) => [router.device, router.fingerprint])));
      await life.stop();
    }
    expect(lives[1]).toMatchObject(lives[0] ?? {});
    expect(new Set(Object.values(lives[1] ?? {})).size).toBe(2);
    expect(statSync(join(folder, 'kept/simulator/authority.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kept/simulator')).mode & 0o777).toBe(0o700);
    await writeFiles(folder, { 'kept/simulator/authority.json': '{}' });
    const { code, stderr } = await rosctl(['simulator', '--fleet', 'pinned', '--state', 'kept'], { cwd: folder });
    expect(code).toBe(EXIT.faultyInput);
    expect(stderr).toContain('delete it');
  });

  test('the commands that it prints start a controller that gets in everywhere, over http as well', async () => {
    const [plain = 0, loose = 0, safe = 0] = await freePorts(3);
    await writeFiles(folder, {
      'hint/d.yaml': [
        deviceYaml('plain', `address: http://127.0.0.1:${String(plain)}\nenvironment: lab`),
        deviceYaml('loose', `address: https://127.0.0.1:${String(loose)}\nenvironment: lab\ntls: {mode: insecure}`),
        deviceYaml('safe', `address: https://127.0.0.1:${String(safe)}`),
      ].join('---\n'),
    });
    const routers = startRosctl(['simulator', '--fleet', 'hint', '--state', 'hint state'], { cwd: folder });
    await until(
      () => routers.stderr(),
      (text) => text.includes('Ctrl-C'),
    );
    const printed = routers.stderr().split('which password goes where:\n')[1]?.split('\nCtrl-C')[0] ?? '';
    const at = printed.lastIndexOf('\n') + 1;
    writeFileSync(
      join(folder, 'rosctl'),
      `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/rosctl.mjs')}' "$@"\n`,
      {
        mode: 0o755,
      },
    );
    await using terminal = openTerminal(folder, { PATH: `${folder}:/usr/bin:/bin`, HOME: folder });
    expect(await terminal.run(printed.slice(0, at))).toMatchObject({ code: 0 });
    // Somebody else may serve probes at the usual port.
    await terminal.start(`${printed.slice(at)} --listen off`, /controller started/);
    const { output } = await terminal.run("rosctl --state 'hint state' devices");
    expect(output.match(/InSync/g)).toHaveLength(3);
    await terminal.interrupt();
    await routers.stop();
  });
});
