import { afterAll, describe, expect, test } from 'vitest';
import type { PlanId } from '#differ';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey } from '#test/git-writer.ts';
import { MemorySource } from '#test/memory-source.ts';
import { startPostgres } from '#test/postgres.ts';
import { useApproval } from '#test/trust-rig.ts';
import { readDocuments } from '../../controller/desired/read-documents.ts';
import { Fleet } from '../../controller/fleet/fleet.ts';
import { openStore } from '../../controller/store/index.ts';
import { anchorTrust } from '../../controller/trust/actions.ts';
import { TrustedSource } from '../../controller/trust/trusted-source.ts';
import { type Place, postgres, sqlite } from '../store/places.ts';

const server = await startPostgres();
afterAll(async () => {
  if (typeof server !== 'string') await server.stop();
});
const places = [sqlite, ...(typeof server === 'string' ? [] : [postgres(server)])];
if (typeof server === 'string') console.warn(`\n!!! PostgreSQL was NOT tested: it does not start here.\n${server}\n`);

const KEYS = { alice: testKey('alice'), bob: testKey('bob'), carol: testKey('carol') };
const STRANGER = testKey('stranger');
const PLAN: PlanId = `sha256:${'7'.repeat(64)}`;
const ROSTER = policyYaml(
  'Roster',
  'people',
  `people:
  - {name: alice, roles: [contributor, approver, policy], keys: ["${KEYS.alice.line}"]}
  - {name: bob, roles: [contributor, approver], keys: ["${KEYS.bob.line}"]}
  - {name: carol, roles: [contributor], keys: ["${KEYS.carol.line}"]}`,
);

function fleetWith(...more: readonly string[]): readonly unknown[] {
  return [ROSTER, deviceYaml('r1'), ...more].flatMap((text) =>
    readDocuments('', text).documents.map(({ value }) => value),
  );
}

const config = (address: string): string => configYaml('c1', 10, `dns: {servers: [${address}]}`);

describe.each(places)('a source of documents in memory, in $name', (place) => {
  test('brings a change that is approved, and used once', async () => {
    await using rig = await open(place);
    const { memory, fleet, store } = rig;
    const changed = memory.publish(KEYS.carol, fleetWith(config('192.0.2.2')));
    expect(await rig.read()).toBeNull();
    expect(fleet.revision).toBe(changed);
    expect(fleet.sourceStatus()).toMatchObject({ trust: { head: changed }, refusals: [], control: null });
    expect(await fleet.authorsOf('r1', null)).toEqual({ people: ['carol'], lasting: ['carol'], unknown: false });
    expect(await rig.use(PLAN, 'r1')).toBeNull();

    const approval = memory.publish(KEYS.bob, null, PLAN);
    expect(await rig.read()).toBeNull();
    expect(await store.approvals.consentsFor(fleet.source, PLAN, 'r1')).toMatchObject([
      { approves: PLAN, person: 'bob', proof: { kind: 'statement', carrier: approval }, spentBy: null },
    ]);
    expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
    expect(await rig.use(PLAN, 'r1')).toBeNull();
    expect(fleet.revision).toBe(approval);
  });

  test('waits with what steers the controller until somebody who may has approved it', async () => {
    await using rig = await open(place);
    const { memory, fleet, store, begun } = rig;
    const incoming = memory.publish(KEYS.carol, fleetWith(deviceYaml('r2'), config('192.0.2.3')));
    expect(await rig.read()).toBeNull();
    const plan = fleet.sourceStatus()?.control?.plan.id;
    if (plan === undefined) throw new Error('no control plan');
    expect(fleet.revision).toBe(`${incoming} over ${begun}`);
    expect([...(fleet.inventory?.devices.keys() ?? [])]).toEqual(['r1']);

    memory.publish(KEYS.bob, null, plan);
    expect(await rig.read()).toBeNull();
    expect(fleet.sourceStatus()?.trust?.head).toBe(begun);

    const approval = memory.publish(KEYS.alice, null, plan);
    expect(await rig.read()).toBeNull();
    expect(fleet.sourceStatus()).toMatchObject({ trust: { head: approval }, control: null });
    expect([...(fleet.inventory?.devices.keys() ?? [])]).toEqual(['r1', 'r2']);
    const audited = await store.audit.list({ limit: 50 });
    expect(audited.find(({ action }) => action === 'control.approved')?.detail).toMatchObject({
      planId: plan,
      approvedBy: ['alice'],
      approvals: [approval],
    });
  });

  test('what nobody vouches for moves nothing, and what leaves before it came in is withdrawn', async () => {
    await using rig = await open(place);
    const { memory, fleet, begun } = rig;
    memory.publish(STRANGER, fleetWith(config('192.0.2.4')));
    expect(await rig.read()).toContain('RangeRefused');
    expect(fleet.sourceStatus()).toMatchObject({ trust: { head: begun }, refusals: [{ code: 'UnknownKey' }] });
    expect(fleet.revision).toBe(begun);
    memory.takeBack();

    memory.publish(KEYS.carol, fleetWith(deviceYaml('r2'), config('192.0.2.3')));
    memory.publish(KEYS.bob, null, PLAN);
    expect(await rig.read()).toBeNull();
    expect(await rig.consents()).toMatchObject([{ acceptedAt: null, withdrawnAt: null }]);
    memory.takeBack();
    expect(await rig.read()).toBeNull();
    expect(await rig.consents()).toMatchObject([{ acceptedAt: null, withdrawnAt: rig.now }]);
    expect(await rig.use(PLAN, 'r1')).toBeNull();
  });

  test('begins where the operator says, at a version of its own', async () => {
    await using rig = await open(place);
    const act = { actor: 'operator:test', at: rig.now };
    await expect(anchorTrust(rig.store, rig.fleet.source, '0'.repeat(40), act)).rejects.toMatchObject({
      code: 'BadRequest',
    });
    await expect(anchorTrust(rig.store, 'git:x', rig.begun, act)).rejects.toMatchObject({ code: 'BadRequest' });
    expect(rig.fleet.sourceStatus()?.place).toEqual({ kind: 'folder', folder: 'memory' });
    expect(await rig.store.trust.get(rig.fleet.source)).toMatchObject({ anchor: rig.begun });
  });
});

/** A controller's trust in documents that begin with one device and one RouterConfig. */
async function open(place: Place) {
  const memory = new MemorySource();
  const begun = memory.publish(KEYS.alice, fleetWith(config('192.0.2.1')));
  const store = await openStore(await place.next());
  const now = Date.UTC(2026, 5, 1);
  const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
  const source = new TrustedSource({
    source: 'memory:test',
    place: { kind: 'folder', folder: 'memory' },
    reader: memory,
    store,
    clock,
    cut: (text) => text,
    stopping: new AbortController().signal,
  });
  const fleet = new Fleet(source, clock);
  await fleet.anchor(begun, 'operator:test');
  const read = async (): Promise<string | null> => {
    await fleet.refresh(new AbortController().signal);
    return fleet.fault === null ? null : `${fleet.fault.code}: ${fleet.fault.message}`;
  };
  expect(await read()).toBeNull();
  return {
    memory,
    begun,
    store,
    now,
    fleet,
    read,
    use: (planId: PlanId, device: string) => useApproval({ fleet, store, now }, planId, device, null),
    consents: () => store.approvals.consentsFor(fleet.source, PLAN, 'r1'),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
