import { readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startController, type Controller } from '#controller';
import type { Fault, SimulatedRouter } from '#simulator';
import { at } from '#test/crash-points.ts';
import { rehearse } from '#test/crash-rehearsal.ts';
import { contentsOf, MENUS, NEW, settleHere, siteFactory } from '#test/crash-site.ts';
import { configYaml, deviceYaml, labFleet, outcomeOf, POLICIES, seed, startRig, until, writeFiles } from '#test/rig.ts';
import { sampleOf } from '#test/sample.ts';

/** What to do when the test is over, last first. */
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

function writesTo(router: SimulatedRouter): readonly string[] {
  return router.requests
    .filter(({ method, path: to }) => method !== 'GET' && !to.endsWith('/print'))
    .map(({ method, path: to }) => `${method} ${to}`);
}

async function sites() {
  const factory = await siteFactory();
  endings.push(() => factory.close());
  return factory;
}

async function started(config: Parameters<typeof startController>[0]): Promise<Controller> {
  const controller = await startController(config);
  endings.push(async () => void (await controller.stop()));
  return controller;
}

async function rigOf(...input: Parameters<typeof startRig>) {
  const rig = await startRig(...input);
  endings.push(() => rig.close());
  return rig;
}

const FAILED_READS: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 400, detail: 'no such command' },
  { kind: 'reset' },
  { kind: 'answer-lost' },
  { kind: 'session-closed' },
  { kind: 'unauthorized' },
  { kind: 'forbidden-html' },
  { kind: 'wrong-body' },
];

describe('a failed read', () => {
  it.each(sampleOf('failed reads', FAILED_READS, 3))('of any menu decides nothing: $kind $status', async (fault) => {
    const factory = await sites();
    await Promise.all(
      MENUS.map(async (menu) => {
        const site = await factory.open();
        const before = contentsOf(site.router);
        site.router.faults.add({ ...fault, match: { method: 'GET', path: menu } });
        const controller = await started(site.config);
        const visit = await until(
          () => controller.api.visitOf('r1'),
          (seen) => seen !== null,
        );
        expect([menu, visit?.outcome.kind]).toEqual([menu, 'Deferred']);
        expect(site.router.requests.some((request) => request.path.split('?')[0] === menu)).toBe(true);
        expect(writesTo(site.router)).toEqual([]);
        expect(contentsOf(site.router)).toBe(before);
        expect(await controller.api.store.attempts.list('r1', 1)).toEqual([]);
      }),
    );
  });
});

const LISTS = `
dns: {servers: [9.9.9.9]}
addressLists:
  - {list: blocked, address: 198.51.100.7}
  - {list: blocked, address: 198.51.100.8}
addresses:
  - {address: 172.16.5.1/24, interface: bridge}
  - {address: 172.16.6.1/24, interface: bridge}
`;

describe('a source that is not whole', () => {
  it.each(['emptied', 'removed'])('deletes nothing when its folder is %s, also after a restart', async (how) => {
    const rig = await rigOf((router) => labFleet(router, LISTS));
    await outcomeOf(rig, 'r1', 'InSync');
    const { revision } = rig.controller.api.fleet;
    const rows = JSON.stringify(rig.router.rows('/ip/address'));
    rig.router.requests.clear();
    await rm(rig.sourceFolder, { recursive: true });
    if (how === 'emptied') await writeFiles(rig.sourceFolder, { 'README.txt': 'nothing' });

    for (const life of ['first', 'second']) {
      await rig.controller.api.reconcile([]);
      expect(rig.controller.api.fleet.fault).not.toBeNull();
      expect(rig.controller.api.fleet.revision).toBe(revision);
      expect(rig.controller.api.fleet.devices()).toEqual(['r1']);
      await outcomeOf(rig, 'r1', 'InSync');
      if (life === 'first') await rig.restart();
    }
    expect(writesTo(rig.router)).toEqual([]);
    expect(JSON.stringify(rig.router.rows('/ip/address'))).toBe(rows);
  });

  it('is refused wherever a file is cut, and the last good revision counts', { timeout: 300_000 }, async () => {
    const rig = await rigOf((router) => labFleet(router, LISTS));
    await outcomeOf(rig, 'r1', 'InSync');
    const { revision } = rig.controller.api.fleet;
    rig.router.requests.clear();
    for (const file of ['configs/r1.yaml', 'devices/r1.yaml', 'policies.yaml']) {
      const whole = await readFile(path.join(rig.sourceFolder, file), 'utf8');
      // Every end of a line, where what is left may be good YAML, and every 23rd byte.
      const lengths = Array.from({ length: whole.length }, (_, at) => at);
      const cuts = lengths.filter((length) => length % 23 === 0 || whole[length - 1] === '\n');
      for (const length of sampleOf(`cut ${file}`, cuts, 8)) {
        await rig.declare({ [file]: whole.slice(0, length) });
        expect([file, length, rig.controller.api.fleet.revision]).toEqual([file, length, revision]);
        expect(rig.controller.api.fleet.fault?.message).toContain(file);
      }
      await rig.declare({ [file]: whole });
      expect(rig.controller.api.fleet.fault).toBeNull();
    }
    expect(writesTo(rig.router)).toEqual([]);
  });

  it('whose end was deleted on purpose says so with "..."', async () => {
    const rig = await rigOf((router) => labFleet(router, LISTS));
    await outcomeOf(rig, 'r1', 'InSync');
    const shorter = configYaml('r1', LISTS).replace(/ {4}- \{address: 172\.16\.6.*\n$/, '');
    await rig.declare({ 'configs/r1.yaml': shorter });
    expect(rig.controller.api.fleet.fault?.message).toContain('may be cut off');
    await rig.declare({ 'configs/r1.yaml': `${shorter}...\n` });
    expect(rig.controller.api.fleet.fault).toBeNull();
    await until(
      () => rig.router.rows('/ip/address').map((row) => row['address']),
      (addresses) => !addresses.includes('172.16.6.1/24'),
    );
    expect(rig.router.rows('/ip/address').map((row) => row['address'])).toContain('172.16.5.1/24');
  });
});

describe("a plan made for yesterday's live state", () => {
  it('is not applied when the router changed between plan and arming, or between arming and the first write', async () => {
    const factory = await sites();
    const { requests } = await rehearse(await factory.open());
    const planned = requests.indexOf('GET /system/history');
    const armed = requests.indexOf('PUT /system/scheduler');
    const firstWrite = requests.indexOf('PUT /ip/address');
    expect(planned).toBeGreaterThan(0);
    for (const index of [planned, armed - 1, armed, firstWrite - 1]) {
      const site = await factory.open();
      const seen: string[] = [];
      void at(site, { index, phase: 'before-effect' }, () => {
        site.router.human.change({ user: 'anna', menu: '/system/identity', verb: 'set', args: { name: 'by-hand' } });
        site.hook = ({ path: to }) => {
          if (!to.startsWith('/system/resource')) return;
          seen.push([site.router.rows('/system/identity')[0]?.['name'], ...site.effects].join('; '));
        };
      });
      const controller = await started(site.config);
      // When the next pass after it began, the router held what was done by hand, and nothing of the plan.
      await until(
        () => seen.at(0),
        (state) => state !== undefined,
      );
      expect([index, seen.at(0)]).toEqual([index, 'by-hand']);
      // An attempt that had begun by then ended before its first write; whatever came later belongs to another plan.
      const attempts = (await controller.api.store.attempts.list('r1', 10)).toReversed();
      const [first] = attempts;
      if (index >= armed) expect([index, first?.end]).toEqual([index, 'closed']);
      const closed = first?.end === 'closed' ? first.planId : null;
      expect(attempts.filter(({ planId, end }) => planId === closed && end === 'confirmed')).toEqual([]);
    }
  });
});

describe('a router that is not the one that is meant', () => {
  it('gets no write when it answers with another serial than the pinned or the declared one', async () => {
    const factory = await sites();
    const swapped = await factory.open({ serial: 'SOMEBODY-ELSE' });
    const controller = await started(swapped.config);
    const declared = await rigOf((router) => labFleet(router, NEW, '  serial: "OF-ANOTHER"\n'));
    const outcomes = [
      await until(
        () => controller.api.visitOf('r1')?.outcome,
        (outcome) => outcome !== undefined,
      ),
      await outcomeOf(declared, 'r1', 'Deferred'),
    ];
    for (const outcome of outcomes) expect(outcome).toMatchObject({ failure: { code: 'SerialMismatch' } });
    expect(writesTo(swapped.router)).toEqual([]);
    expect(writesTo(declared.router)).toEqual([]);
  });

  it('stalls both devices when two of them lead to one serial', async () => {
    const names = ['r1', 'r2'] as const;
    const rig = await rigOf(
      (_, fleet) => ({
        ...Object.fromEntries(names.map((name) => [`${name}.yaml`, deviceYaml(fleet.router(name), name)])),
        ...Object.fromEntries(names.map((name) => [`config-${name}.yaml`, configYaml(name, 'addressLists: []')])),
        'policies.yaml': POLICIES,
      }),
      names.map((name) => seed(name, { serial: 'TWICE' })),
    );
    for (const name of names) {
      const outcome = await outcomeOf(rig, name, 'Deferred');
      expect(outcome).toMatchObject({ failure: { code: 'SerialTaken' } });
    }
    await rig.declare(Object.fromEntries(names.map((name) => [`config-${name}.yaml`, configYaml(name, LISTS)])));
    const since = rig.controller.api.clock.now();
    for (const name of names) {
      const visit = await until(
        () => rig.controller.api.visitOf(name),
        (report) => (report?.at ?? 0) > since + 20_000,
      );
      expect(visit?.outcome).toMatchObject({ kind: 'Deferred', failure: { code: 'SerialTaken' } });
      expect(writesTo(rig.fleet.router(name))).toEqual([]);
    }
  });

  it('is not even connected to when the credential is bound to other hosts', async () => {
    let connections = 0;
    const elsewhere = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, '127.0.0.2', resolve);
    });
    endings.push(
      () =>
        new Promise((resolve) => {
          elsewhere.close(() => resolve());
        }),
    );
    const { port } = elsewhere.address() as AddressInfo;
    const rig = await rigOf((router) => labFleet(router, LISTS));
    const bound = rig.config.credentials.map((binding) => ({ ...binding, hosts: ['127.0.0.1/32'] }));
    await rig.controller.stop();
    rig.controller = await startController({ ...rig.config, credentials: bound });
    const moved = deviceYaml({ url: `http://127.0.0.2:${port}` } as SimulatedRouter, 'r1');
    await rig.declare({ 'devices/r1.yaml': moved });
    const outcome = await outcomeOf(rig, 'r1', 'Deferred');
    expect(outcome).toMatchObject({ failure: { code: expect.stringMatching(/^Credential/) } });
    expect(connections).toBe(0);
  });
});

it('a site that nothing disturbs takes the change', async () => {
  const factory = await sites();
  const site = await factory.open();
  const controller = await settleHere(site);
  endings.push(async () => void (await controller.stop()));
  expect(site.router.rows('/system/identity')[0]?.['name']).toBe('after');
});
