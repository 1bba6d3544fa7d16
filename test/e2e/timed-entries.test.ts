import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, POLICIES, startRig, until, waitsFor, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const LIST = '/ip/firewall/address-list';
const SPEC = `
addressLists:
  - {list: blocked, address: 198.51.100.7, timeout: 1d, comment: reported}
  - {list: blocked, address: 198.51.100.8}
`;

const entries = (): readonly string[] =>
  rig.router.rows(LIST).map((row) => `${row['address'] ?? ''}${row['dynamic'] === 'true' ? ' timed' : ''}`);
const attempts = async (): Promise<readonly (string | null)[]> =>
  (await rig.controller.api.store.attempts.list('r1', 20)).map(({ end }) => end);

/** Lets the device be visited, twice, since the first may have begun before. */
async function visited(): Promise<void> {
  for (let times = 0; times < 2; times++) {
    const at = rig.controller.api.visitOf('r1')?.at;
    await rig.controller.api.reconcile([]);
    await until(
      () => rig.controller.api.visitOf('r1')?.at,
      (now) => now !== at,
    );
  }
}

/** What is left of its time is cut by hand, so that nobody has to wait for it. */
async function expire(): Promise<void> {
  const where = { address: '198.51.100.7' };
  rig.router.human.change({ user: 'anna', menu: LIST, verb: 'set', where, args: { timeout: '1s' } });
  await until(entries, (rows) => !rows.includes('198.51.100.7 timed'));
}

function corrected(router: Rig['router']): Record<string, string> {
  const policies = POLICIES.replace('  confirmWithinSeconds: 240', '  confirmWithinSeconds: 240\n  drift: correct');
  return { ...labFleet(router, SPEC), 'policies.yaml': policies };
}

describe('an entry that is declared with a timeout', () => {
  it('is added, kept while it counts down, and written again once it is gone', async () => {
    rig = await startRig((router) => corrected(router));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(entries().toSorted()).toEqual(['198.51.100.7 timed', '198.51.100.8']);
    const left = (): string => rig.router.rows(LIST).find((row) => row['dynamic'] === 'true')?.['timeout'] ?? '';
    const before = left();
    await until(left, (now) => now !== before);
    await visited();
    expect(rig.controller.api.visitOf('r1')?.outcome.kind).toBe('InSync');
    expect(await attempts()).toEqual(['confirmed']);

    await expire();
    await until(entries, (rows) => rows.includes('198.51.100.7 timed'));
    await outcomeOf(rig, 'r1', 'InSync');
    expect(await attempts()).toEqual(['confirmed', 'confirmed']);
    expect(left()).toMatch(/^(1d|23h59m)/);
  });

  it('is drift once it is gone where drift is only told, and left to go once nobody declares it', async () => {
    rig = await startRig((router) => labFleet(router, SPEC));
    await outcomeOf(rig, 'r1', 'InSync');
    await expire();
    await waitsFor(rig, 'r1', 'DriftNotCorrected');
    expect(await rig.controller.api.store.drift.open('r1')).toMatchObject({
      entries: [{ class: 'Missing', match: { address: '198.51.100.7' } }],
    });

    const add = { list: 'blocked', address: '198.51.100.7', timeout: '1d' };
    rig.router.human.change({ user: 'anna', menu: LIST, verb: 'add', args: { ...add, comment: 'reported' } });
    await outcomeOf(rig, 'r1', 'InSync');
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', 'addressLists: []') });
    await until(entries, (rows) => rows.length === 1);
    await outcomeOf(rig, 'r1', 'InSync');
    expect(entries()).toEqual(['198.51.100.7 timed']);
    expect(await attempts()).toEqual(['confirmed', 'confirmed']);
  });

  it('goes again when the health goes bad', async () => {
    rig = await startRig((router) => labFleet(router, SPEC));
    rig.router.faults.add({
      kind: 'health',
      when: { menu: LIST, where: { address: /198\.51\.100\.7/ } },
      effects: { cpuLoad: 100 },
    });
    await outcomeOf(rig, 'r1', 'RolledBack');
    expect(entries()).toEqual([]);
    expect(await attempts()).toEqual(['undone']);
    const left = ['/system/script', '/system/scheduler', '/system/script/job'].flatMap((menu) => rig.router.rows(menu));
    expect(left.filter((row) => JSON.stringify(row).includes('rg-'))).toEqual([]);
  });
});
