import { ConsoleFailure } from '../../simulator/model/console.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, seed, startRig, waitsFor, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

function writes(): readonly string[] {
  return rig.router.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
}

const SEVEN = `
identity: {name: after}
addressLists:
  - {list: office, address: 198.51.100.7}
  - {list: office, address: 198.51.100.8}
addresses:
  - {address: 172.16.5.1/24, interface: bridge}
  - {address: 172.16.30.1/24, interface: vlan30}
`;

describe('what a row refers to', () => {
  it('is looked up before anything is armed: the row that names what is missing is held back, and the rest goes on', async () => {
    rig = await startRig((router) => labFleet(router, SEVEN));
    expect(await outcomeOf(rig, 'r1', 'Confirmed')).toMatchObject({
      heldBack: {
        code: 'RowsHeldBack',
        rows: [
          expect.stringMatching(
            /^\/ip\/address address=172\.16\.30\.1\/24 interface=vlan30: interface names vlan30, but \/interface has no such row/,
          ),
        ],
      },
    });
    expect(rig.router.rows('/ip/address').map((row) => row['address'])).toContain('172.16.5.1/24');
    const attempts = await rig.controller.api.store.attempts.list('r1', 5);
    expect(attempts.map(({ end }) => end)).toEqual(['confirmed']);
    const written = rig.router.requests.filter(({ method }) => method !== 'GET');
    expect(JSON.stringify(written)).not.toContain('vlan30');

    await rig.declare({ 'configs/r1.yaml': configYaml('r1', SEVEN.replace('vlan30', 'ether2')) });
    await outcomeOf(rig, 'r1', 'InSync');
  });

  it('of settings is looked up too', async () => {
    rig = await startRig((router) => labFleet(router, 'dns: {mdnsRepeatIfaces: [bridge, vlan9]}'), [seed('r1')]);
    expect(await outcomeOf(rig, 'r1', 'InSync')).toMatchObject({
      heldBack: { rows: [expect.stringContaining('mdns-repeat-ifaces names vlan9')] },
    });
    expect(writes()).toEqual([]);
  });
});

describe('a write that the router refuses', () => {
  const REFUSED = 'failure: the router does not want it';
  const text = `identity: {name: after}\naddresses:\n  - {address: 172.16.5.1/24, interface: bridge}\n  - {address: 172.16.6.1/24, interface: bridge}`;

  it.each([
    [
      'by REST',
      { method: 'PUT', path: '/ip/address' },
      text,
      '/ip/address address=172.16.5.1/24 interface=bridge (create, change 1 of 3)',
    ],
    [
      'by a script',
      { method: 'POST', path: '/execute' },
      'identity: {name: Büro}',
      '/system/identity (set, change 1 of 1)',
    ],
  ] as const)('%s is named with menu, row and the words of the router, and taken back', async (_, match, spec, row) => {
    rig = await startRig((router) => labFleet(router, 'dns: {servers: [9.9.9.9]}'));
    await outcomeOf(rig, 'r1', 'InSync');
    if (match.path === '/execute') refuseIdentities();
    else rig.router.faults.add({ kind: 'status', status: 400, detail: REFUSED, match });
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', spec) });
    const [reason] = await waitsFor(rig, 'r1', 'RolledBack');
    expect(JSON.stringify(reason)).toContain(row);
    const [attempt] = await rig.controller.api.store.attempts.list('r1', 1);
    expect(attempt).toMatchObject({ end: 'undone' });
    expect(JSON.stringify(attempt)).toContain(REFUSED);
    const told = await rig.controller.api.store.audit.list({ device: 'r1', limit: 20 });
    expect(JSON.stringify(told)).toContain(`${row}: `);
  });

  /** As an interface or a list that went away in the last moment would: the script's own command fails. */
  function refuseIdentities(): void {
    const { console: router } = rig.router;
    const set = router.set.bind(router);
    router.set = (path, id, args, caller) => {
      if (args['name'] === 'Büro') throw new ConsoleFailure(REFUSED);
      set(path, id, args, caller);
    };
  }
});
