import { expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { approvalMessage, testKey } from '#test/git-writer.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import type { Store } from '#controller';
import type { PlanId } from '#differ';
import { revokeKey } from '../../controller/trust/actions.ts';
import { sqlite } from '../store/places.ts';
import { another, readBy } from '#test/followers.ts';

const KEYS = {
  alice: testKey('alice'),
  bob: testKey('bob'),
  carol: testKey('carol'),
  dora: testKey('dora'),
};
const MALLORY = testKey('mallory');
const PLAN: PlanId = `sha256:${'7'.repeat(64)}`;

const rosterYaml = (more = ''): string =>
  policyYaml(
    'Roster',
    'people',
    `people:
  - {name: alice, roles: [contributor, approver, policy], keys: ["${KEYS.alice.line}"]}
  - {name: bob, roles: [contributor, approver], keys: ["${KEYS.bob.line}"]}
  - {name: carol, roles: [contributor], keys: ["${KEYS.carol.line}"]}
  - {name: dora, roles: [contributor, approver, policy], keys: ["${KEYS.dora.line}"]}
${more}`,
  );
const FILES = {
  'roster.yaml': rosterYaml(),
  'r1.yaml': deviceYaml('r1'),
  'c1.yaml': configYaml('c1', 10, 'dns: {servers: [192.0.2.1]}'),
};
const WITH_R2 = { ...FILES, 'r2.yaml': deviceYaml('r2') };
const WITH_MALLORY = {
  ...FILES,
  'roster.yaml': rosterYaml(`  - {name: mallory, roles: [contributor, approver], keys: ["${MALLORY.line}"]}\n`),
};

const open = async (files: Readonly<Record<string, string>> = FILES): Promise<TrustRig> =>
  await openTrustRig(await sqlite.next(), KEYS.alice, files);

/** A control plan waits; bob's approval of a device plan waits with it. */
async function waiting(rig: TrustRig): Promise<{ trusted: string; parent: string; approval: string }> {
  const { git } = rig;
  const trusted = (await git.head()) ?? '';
  const parent = await git.push({
    key: KEYS.carol,
    message: 'Add a router\n',
    files: WITH_R2,
  });
  expect(await rig.read()).toBeNull();
  const approval = await git.push({
    key: KEYS.bob,
    message: approvalMessage(PLAN, parent),
  });
  expect(await rig.read()).toBeNull();
  return { trusted, parent, approval };
}

test('an approval that left the branch while the head was refused is gone for good', async () => {
  await using rig = await open();
  const { git } = rig;
  const { parent, approval } = await waiting(rig);
  // bob takes his approval back; what stands in its place is refused for something else.
  await git.push({ key: null, message: 'Unsigned\n', parents: [parent] });
  expect(await rig.read()).toContain('Unsigned');
  expect(await rig.use(PLAN, 'r1')).toBeNull();
  const twin = await git.carryAnew(approval);
  await git.setHead(twin);
  expect(await rig.read()).toBeNull();
  expect(await rig.use(PLAN, 'r1')).toBeNull();
});

test('an approval that left the branch by a rewind below the trusted head is gone for good', async () => {
  await using rig = await open();
  const { git } = rig;
  const anchor = (await git.head()) ?? '';
  await git.push({
    key: KEYS.carol,
    message: 'Words\n',
    files: { ...FILES, 'README.md': 'x' },
  });
  expect(await rig.read()).toBeNull();
  const { approval } = await waiting(rig);
  await git.setHead(anchor);
  expect(await rig.read()).toContain('NotDescendant');
  await git.setHead(approval);
  expect(await rig.read()).toBeNull();
  expect(await rig.use(PLAN, 'r1')).toBeNull();
});

test('an approval that waits is not withdrawn by a restart', async () => {
  await using rig = await open();
  await waiting(rig);
  const next = await another(rig);
  await next.restore();
  expect(await readBy(next)).toBeNull();
  expect(next.sourceStatus()?.disregarded).toEqual([]);
  await rig.read();
  // Nobody took it back.
  expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
});

test('a second controller that saw the branch a moment earlier withdraws nothing', async () => {
  await using rig = await open();
  const { git } = rig;
  const trusted = (await git.head()) ?? '';
  // Its fetch came before the push, its judging after it.
  const seen = async (): Promise<string> => {
    await waiting(rig);
    return trusted;
  };
  expect(await readBy(await another(rig, { seen }))).toBeNull();
  await rig.read();
  expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
});

/** Approves what waits. */
async function approveControl(rig: TrustRig, key = KEYS.alice): Promise<string> {
  const { git, fleet } = rig;
  const { control } = fleet.sourceStatus() ?? {};
  if (control === null || control === undefined) throw new Error('no control plan waits');
  await git.push({
    key,
    message: approvalMessage(control.plan.id, (await git.head()) ?? ''),
  });
  expect(await rig.read()).toBeNull();
  return control.plan.id;
}

test('a second approval of a control plan, seen after that came into force, does not bring it back later', async () => {
  await using rig = await open();
  const { git } = rig;
  await git.push({
    key: KEYS.carol,
    message: 'Mallory\n',
    files: WITH_MALLORY,
  });
  await rig.read();
  const plan = await approveControl(rig);
  expect(rig.fleet.sourceStatus()?.control).toBeNull();
  // dora approves too; she had not seen that alice did.
  await git.push({
    key: KEYS.dora,
    message: approvalMessage(plan, (await git.head()) ?? ''),
  });
  expect(await rig.read()).toBeNull();
  rig.pass(60_000);
  await git.push({ key: KEYS.carol, message: 'Expel\n', files: FILES });
  await rig.read();
  await approveControl(rig);
  expect(rig.fleet.sourceStatus()?.control).toBeNull();
  rig.pass(60_000);
  // A mere contributor declares again what was taken back.
  await git.push({
    key: KEYS.carol,
    message: 'Mallory again\n',
    files: WITH_MALLORY,
  });
  await rig.read();
  expect(rig.fleet.inventory?.roster?.document.spec.people.map(({ name }) => name)).not.toContain('mallory');
});

/** The store of the rig, with something that happens right before its n-th transaction from now. */
function beforeTransaction(store: Store, count: { left: number }, act: () => Promise<unknown>): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      if (name !== 'transaction') return Reflect.get(target, name, receiver) as unknown;
      return async (work: Parameters<Store['transaction']>[0]) => {
        count.left -= 1;
        if (count.left === 0) await act();
        return await target.transaction(work);
      };
    },
  });
}

test('a key that is revoked after a control plan was judged lets nothing come into force', async () => {
  await using rig = await open();
  const { git, store } = rig;
  const act = { actor: 'operator:test' as const, at: rig.now() };
  const count = { left: 0 };
  const through = beforeTransaction(store, count, () => revokeKey(store, KEYS.alice.line, 'stolen', act));
  const fleet = await another(rig, { through });
  await git.push({
    key: KEYS.carol,
    message: 'Mallory\n',
    files: WITH_MALLORY,
  });
  await readBy(fleet);
  const { control } = fleet.sourceStatus() ?? {};
  await git.push({
    key: KEYS.alice,
    message: approvalMessage(control?.plan.id ?? '', (await git.head()) ?? ''),
  });
  // The first notes the approval, the second lets the plan come into force.
  count.left = 2;
  await readBy(fleet);
  expect((await store.revocations.list()).length).toBeGreaterThan(0);
  await readBy(fleet);
  expect(fleet.inventory?.roster?.document.spec.people.map(({ name }) => name)).not.toContain('mallory');
});

test('a key that is revoked after its commits were judged moves the trusted head no more', async () => {
  await using rig = await open();
  const { git, store } = rig;
  const trusted = (await git.head()) ?? '';
  const act = { actor: 'operator:test' as const, at: rig.now() };
  const count = { left: 1 };
  const through = beforeTransaction(store, count, () => revokeKey(store, KEYS.carol.line, 'stolen', act));
  const fleet = await another(rig, { through });
  await git.push({
    key: KEYS.carol,
    message: 'Evil\n',
    files: {
      ...FILES,
      'c1.yaml': configYaml('c1', 10, 'dns: {servers: [203.0.113.66]}'),
    },
  });
  await readBy(fleet);
  expect((await store.revocations.list()).length).toBeGreaterThan(0);
  await readBy(fleet);
  expect(fleet.sourceStatus()?.trust?.head).toBe(trusted);
});
