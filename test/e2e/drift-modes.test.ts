import { afterEach, describe, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, POLICIES, startRig, until, waitsFor, type Rig } from '#test/rig.ts';

let rig: Rig;
afterEach(async () => await rig.close());

const SPEC = `
identity: {name: r1}
dns: {servers: [192.0.2.53]}
addressLists:
  - {list: blocked, address: 198.51.100.7, comment: ours}
unlisted: {addressLists: prune}
`;

/** A lab device as confirmed, under a policy with these lines more. */
async function startAs(...lines: readonly string[]): Promise<void> {
  const more = lines.map((line) => `\n  ${line}`).join('');
  const policies = POLICIES.replace('  confirmWithinSeconds: 240', `  confirmWithinSeconds: 240${more}`);
  rig = await startRig((router) => ({ ...labFleet(router, SPEC), 'policies.yaml': policies }));
  await outcomeOf(rig, 'r1', 'InSync');
}

const ENTRY = { menu: '/ip/firewall/address-list', where: { list: 'blocked' } } as const;

function commentBy(user: string, comment: string): void {
  rig.router.human.change({ user, verb: 'set', ...ENTRY, args: { comment } });
}

function dnsBy(user: string, servers: string): void {
  rig.router.human.change({ user, menu: '/ip/dns', verb: 'set', args: { servers } });
}

const comments = (): readonly (string | undefined)[] => rig.router.rows(ENTRY.menu).map((row) => row['comment']);
const servers = (): string | undefined => rig.router.rows('/ip/dns')[0]?.['servers'];
const drift = async () => await rig.controller.api.store.drift.open('r1');
const found = async (): Promise<number> =>
  (await rig.controller.api.store.audit.list({ device: 'r1', limit: 100 })).filter(
    ({ action }) => action === 'drift.found',
  ).length;
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

describe('drift by section', () => {
  it('is corrected in one and only told in another, which stays found as it was', async () => {
    await startAs('drift: alert', 'driftRules: [{sections: [dns], drift: correct}]');
    commentBy('anna', 'mine');
    await waitsFor(rig, 'r1', 'DriftNotCorrected');
    const before = await drift();
    expect(before?.entries).toMatchObject([{ class: 'Changed', mode: 'alert' }]);
    dnsBy('anna', '203.0.113.1');
    await until(servers, (now) => now === '192.0.2.53');
    await waitsFor(rig, 'r1', 'DriftNotCorrected');
    await visited();
    expect(comments()).toEqual(['mine']);
    expect(await drift()).toMatchObject({ entries: before?.entries });
    // Both drifts, and nothing once more when one of them was corrected.
    expect(await found()).toBe(2);
  });

  it('is ignored in one: no entry, no event, no plan; and a plan for what is desired still brings it back', async () => {
    await startAs('driftRules: [{sections: [addressLists], drift: ignore}]');
    commentBy('anna', 'mine');
    await visited();
    expect((await outcomeOf(rig, 'r1', 'InSync')).kind).toBe('InSync');
    expect([await drift(), await found()]).toEqual([null, 0]);
    dnsBy('anna', '203.0.113.1');
    await waitsFor(rig, 'r1', 'DriftNotCorrected');
    const outcome = await outcomeOf(rig, 'r1', 'Waiting');
    const id = outcome.kind === 'Waiting' ? outcome.planId : 'sha256:';
    const waiting = await rig.controller.api.store.plans.get(id);
    expect(waiting?.plan).toMatchObject({ changes: [{ menu: '/ip/dns' }], left: [ENTRY.menu] });
    expect((await drift())?.entries.map(({ menu }) => menu)).toEqual(['/ip/dns']);
    await rig.declare({ 'configs/r1.yaml': configYaml('r1', SPEC.replace('name: r1', 'name: r1b')) });
    await outcomeOf(rig, 'r1', 'InSync');
    expect([comments(), servers()]).toEqual([['ours'], '192.0.2.53']);
  });

  it('is corrected by deleting where a rule says so', async () => {
    await startAs('driftRules: [{sections: [addressLists], drift: correct, deletions: allow}]');
    rig.router.human.change({
      user: 'anna',
      menu: ENTRY.menu,
      verb: 'add',
      args: { list: 'blocked', address: '203.0.113.9' },
    });
    await until(comments, (now) => now.length === 2);
    await until(comments, (now) => now.length === 1);
    expect(comments()).toEqual(['ours']);
  });

  it('that failed health once is not corrected again before somebody approves, whatever else drifts', async () => {
    await startAs('drift: alert', 'driftRules: [{sections: [dns], drift: correct}]');
    const when = { menu: '/ip/dns', where: { servers: /192\.0\.2\.53/ } } as const;
    rig.router.faults.add({ kind: 'health', when, effects: { cpuLoad: 100 } });
    dnsBy('anna', '203.0.113.1');
    await waitsFor(rig, 'r1', 'RolledBack');
    rig.router.faults.clear();
    const tried = await attempts();
    expect(tried[0]).toBe('undone');
    await visited();
    commentBy('anna', 'mine');
    await waitsFor(rig, 'r1', 'DriftNotCorrected');
    await visited();
    expect(await attempts()).toEqual(tried);
    expect([comments(), servers()]).toEqual([['mine'], '203.0.113.1']);
  });
});
