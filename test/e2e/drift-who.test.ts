import { afterEach, describe, expect, it } from 'vitest';
import { labFleet, outcomeOf, startRig, until, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const SPEC = `
identity: {name: r1}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: ours}
`;

async function start(before: (rig: Rig['router']) => void = () => undefined): Promise<void> {
  rig = await startRig((router) => {
    router.human.change({ user: 'setup', menu: '/ip/dns', verb: 'set', args: { servers: '192.0.2.1' } });
    router.human.logout('setup');
    before(router);
    return labFleet(router, SPEC);
  });
  await outcomeOf(rig, 'r1', 'InSync');
  // History and log begin well before the device is last seen as confirmed.
  await seenAgain(5_000);
}

/** Waits until the router was read again, so much later by its clock. */
async function seenAgain(milliseconds: number): Promise<void> {
  const at = rig.controller.api.visitOf('r1')?.at ?? 0;
  await until(
    () => rig.controller.api.visitOf('r1')?.at ?? 0,
    (now) => now > at + milliseconds,
  );
}

function changedBy(user: string, comment: string): void {
  const where = { list: 'blocked' };
  rig.router.human.change({ user, menu: '/ip/firewall/address-list', verb: 'set', where, args: { comment } });
}

async function noted(holds: (entries: number, attribution: string) => boolean = () => true) {
  const record = await until(
    () => rig.controller.api.store.drift.open('r1'),
    (open) => open !== null && holds(open.entries.length, open.attribution),
  );
  if (record === null) throw new Error('no drift');
  return record;
}

describe('who drifted a router', () => {
  it('is certain of one person, in whatever time zone and however wrong the clock of the router is', async () => {
    await start((router) => {
      const args = { 'time-zone-name': 'Pacific/Auckland', date: '2031-02-03', time: '04:05:06' };
      router.human.change({ user: 'setup', menu: '/system/clock', verb: 'set', args });
      router.human.logout('setup');
    });
    const earliest = rig.controller.api.visitOf('r1')?.at ?? 0;
    changedBy('anna', 'mine');
    const { suspicions, attribution } = await noted();
    expect(attribution).toBe('anna (winbox from 192.168.88.10)');
    expect(suspicions).toMatchObject([{ sure: 'certain', people: [{ name: 'anna', via: 'winbox' }], because: [] }]);
    const at = suspicions?.[0]?.people[0]?.at ?? 0;
    expect(Math.abs(at - earliest)).toBeLessThan(120_000);
    const [event] = (await rig.controller.api.store.audit.list({ device: 'r1', limit: 20 })).filter(
      ({ action }) => action === 'drift.found',
    );
    expect(event?.detail).toEqual({ entries: 1, attribution, sure: 'certain' });
  });

  it('is likely while others are logged in, and each further change is told of whoever made it', async () => {
    await start();
    rig.router.human.change({ user: 'bert', menu: '/ip/dns', verb: 'set', args: { servers: '192.0.2.2' } });
    changedBy('anna', 'mine');
    const first = await noted();
    expect(first.suspicions).toMatchObject([
      { sure: 'likely', people: [{ name: 'anna' }], because: ['logged in as well: bert'] },
    ]);
    await seenAgain(5_000);
    rig.router.human.change({ user: 'bert', menu: '/system/identity', verb: 'set', args: { name: 'mine' } });
    const { suspicions } = await noted((entries) => entries === 2);
    expect(suspicions?.map(({ menu, people }) => [menu, people.map(({ name }) => name)])).toEqual([
      ['/ip/firewall/address-list', ['anna']],
      ['/system/identity', ['bert']],
    ]);
  });

  it('is nobody where the change came as the controller’s own user', async () => {
    await start();
    changedBy('gitops', 'mine');
    const { attribution, suspicions } = await noted();
    expect(attribution).toBe('unknown');
    expect(suspicions?.[0]?.because[0]).toBe('there are only changes by gitops, as whom the controller logs in');
  });
});
