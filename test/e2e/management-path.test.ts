import { afterEach, describe, expect, it } from 'vitest';
import { labFleet, MANAGEMENT, outcomeOf, seed, startRig, until, type Rig } from '#test/rig.ts';
import type { SimulatedRouter } from '#simulator';

let rig: Rig;
afterEach(async () => await rig.close());

const ADD = (address: string): string => `addresses:\n  - {address: ${address}, interface: bridge}`;
const COMMENT = 'addresses:\n  - {address: 192.168.88.1/24, interface: bridge, comment: guests}';
/** Sleeps until its gateway is connected, and then takes the answers to the controller (10.255.0.2) elsewhere. */
const SLEEPING = { 'dst-address': '10.255.0.0/28', gateway: '198.51.100.1' };

/** Starts a rig with these seeds of menus and this declaration. */
async function startWith(
  spec: string,
  menus: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {},
  change: (files: Record<string, string>) => Record<string, string> = (files) => files,
): Promise<SimulatedRouter> {
  rig = await startRig((router) => change(labFleet(router, spec)), [seed('r1', { menus })]);
  return rig.router;
}

/** The codes of the reasons for which nothing was written, each once. */
async function refused(): Promise<readonly string[]> {
  const outcome = await outcomeOf(rig, 'r1', 'Waiting');
  expect(rig.router.requests.filter((request) => request.method !== 'GET')).toEqual([]);
  return outcome.kind === 'Waiting' ? [...new Set(outcome.reasons.map((reason) => reason.code))] : [];
}

describe('the management path of a router', () => {
  it('is not cut by an address that wakes a more specific route', async () => {
    const router = await startWith(ADD('198.51.100.2/24'), { '/ip/route': [SLEEPING] });
    expect(await refused()).toEqual(['PathCut']);
    router.human.change({
      user: 'anna',
      menu: '/ip/address',
      verb: 'add',
      args: { address: '198.51.100.2/24', interface: 'bridge' },
    });
    const failed = await outcomeOf(rig, 'r1', 'Deferred', 60);
    expect(failed).toMatchObject({ kind: 'Deferred' });
  });

  it.each([
    ['a route wakes', ADD('198.51.100.2/24'), { menu: '/ip/route', args: SLEEPING }, 'the way back to the controller'],
    [
      'a rule begins to use a list',
      'addressLists:\n  - {list: blocked, address: 10.255.0.0/24}',
      { menu: '/ip/firewall/filter', args: { chain: 'input', action: 'drop', 'src-address-list': 'blocked' } },
      'the list "blocked"',
    ],
    [
      'a rule begins to depend on the time of day, for which no standing word counts',
      'ntpClient: {enabled: true, servers: [192.0.2.123]}',
      { menu: '/ip/firewall/filter', args: { chain: 'input', action: 'drop', time: '8h-17h,mon' } },
      'firewall rules depend on the time of day',
    ],
  ] as const)('is proven again right before the first write: %s', async (_, spec, change, says) => {
    let changed = false;
    rig = await startRig(
      (router) => {
        router.intercept(async ({ method, path, phase }) => {
          if (changed || method !== 'PUT' || path !== '/system/script' || phase !== 'before-effect') return;
          changed = true;
          router.human.change({ user: 'anna', verb: 'add', ...change });
        });
        return labFleet(router, spec);
      },
      [seed('r1')],
    );
    const { router } = rig;
    const [attempt] = await until(
      () => rig.controller.api.store.attempts.list('r1', 1),
      ([newest]) => newest?.end === 'closed',
    );
    expect(attempt?.endReason).toContain(says);
    expect(attempt?.steps.map(({ step }) => step)).toEqual(['arming', 'armed']);
    expect(router.rows('/ip/address').map((row) => row['address'])).not.toContain('198.51.100.2/24');
    expect(router.rows('/ip/firewall/address-list')).toEqual([]);
    expect(router.rows('/system/script')).toEqual([]);
  });

  it('takes the same address where no route sleeps', async () => {
    const router = await startWith(ADD('198.51.100.2/24'));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(router.rows('/ip/address').map((row) => row['address'])).toContain('198.51.100.2/24');
  });

  it('is not cut by leaving the list behind a jump', async () => {
    const filter = [
      { chain: 'input', action: 'jump', 'jump-target': 'allow', 'src-address-list': 'operators' },
      { chain: 'allow', action: 'accept' },
      { chain: 'input', action: 'drop' },
    ];
    const list = [{ list: 'operators', address: '10.255.0.0/24' }];
    await startWith('addressLists:\n  - {list: operators, address: 10.255.0.0/24, disabled: true}', {
      '/ip/firewall/filter': filter,
      '/ip/firewall/address-list': list,
    });
    expect(await refused()).toEqual(['PathCut']);
  });

  it('lets rows of /ip/address be changed once it is known which one is ours', async () => {
    const device = 'devices/r1.yaml';
    const unnamed = (files: Record<string, string>): Record<string, string> => ({
      ...files,
      [device]: (files[device] ?? '').replace(MANAGEMENT, 'suspend: false'),
    });
    const router = await startWith(COMMENT, {}, unnamed);
    expect(await refused()).toEqual(['PathUnknown']);
    await rig.declare(labFleet(router, COMMENT));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(router.rows('/ip/address')[0]?.['comment']).toBe('guests');
  });

  it('counts every session of our user, for nobody tells which is ours', async () => {
    const router = await startWith('addresses: []');
    await outcomeOf(rig, 'r1', 'InSync');
    // Another program with our user.
    router.state.sessions.push({
      id: '*99',
      user: 'gitops',
      group: 'full',
      address: '192.168.88.10',
      via: 'rest-api',
      since: 0,
    });
    router.requests.clear();
    await rig.declare(labFleet(router, 'addresses:\n  - {address: 192.168.88.9/28, interface: ether2}'));
    expect(await refused()).toEqual(['PathCut']);
    await rig.declare(labFleet(router, ADD('172.16.5.1/24')));
    await outcomeOf(rig, 'r1', 'InSync');
  });

  it('is not proven where answers may take another routing table', async () => {
    await startWith(ADD('172.16.5.1/24'), {
      '/ip/firewall/mangle': [{ chain: 'output', action: 'mark-routing', 'new-routing-mark': 'blue' }],
    });
    expect(await refused()).toEqual(['PathNotModelled']);
  });
});
