import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { carriersOf } from '#test/carriers.ts';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { approvalMessage, testKey } from '#test/git-writer.ts';
import { startPostgres } from '#test/postgres.ts';
import { makeGpgKey, makeSshKeyFile, openSigningHome } from '#test/signing.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { sampleOf } from '#test/sample.ts';
import type { PlanId } from '#differ';
import { postgres, sqlite } from '../store/places.ts';

const HOME = openSigningHome();
const server = await startPostgres();
afterAll(async () => {
  HOME[Symbol.dispose]();
  if (typeof server !== 'string') await server.stop();
});

const ALICE = testKey('alice');
const CAROL = testKey('carol');
const BOB = makeSshKeyFile(HOME, 'ed25519');
const DORA = makeSshKeyFile(HOME, 'ecdsa', 256);
const ERIK = makeGpgKey(HOME, 'erik', { algorithm: 'nistp256' });

/** Approvers, with what their signatures can be turned into. */
const APPROVERS = {
  bob: { sign: (payload: Uint8Array) => BOB.sign(payload), curve: undefined },
  dora: { sign: (payload: Uint8Array) => DORA.sign(payload), curve: 'nistp256' },
  erik: { sign: (payload: Uint8Array) => ERIK.sign(payload), curve: 'nistp256' },
} as const;
type Approver = keyof typeof APPROVERS;

const PLAN: PlanId = `sha256:${'7'.repeat(64)}`;
const HOUR = 3_600_000;

const FILES = {
  'roster.yaml': policyYaml(
    'Roster',
    'people',
    `people:
  - {name: alice, roles: [contributor, approver, policy], keys: ["${ALICE.line}"]}
  - {name: bob, roles: [contributor, approver], keys: ["${BOB.line}"]}
  - {name: carol, roles: [contributor], keys: ["${CAROL.line}"]}
  - {name: dora, roles: [contributor, approver], keys: ["${DORA.line}"]}
  - name: erik
    roles: [contributor, approver]
    openpgp:
      - ${JSON.stringify(ERIK.certificate())}
`,
  ),
  'r1.yaml': deviceYaml('r1'),
  'c1.yaml': configYaml('c1', 10, 'dns: {servers: [192.0.2.1]}'),
};
const WITH_R2 = { ...FILES, 'r2.yaml': deviceYaml('r2') };

/** What became of the approval before it is carried anew. */
const FATES = ['used', 'used below a new anchor', 'expired', 'retracted'] as const;
/** How it is brought in. */
const WAYS = [
  'merge',
  'merge the other way round',
  'merge with a third',
  'build on it and merge that',
  'cherry-pick and merge',
] as const;

interface Approval {
  readonly commit: string;
  readonly parent: string;
  readonly armoured: string;
  readonly at: number;
}

/** An approval of PLAN on top of a commit, without moving the branch. */
async function approve(rig: TrustRig, by: Approver, parent: string): Promise<Approval> {
  let armoured = '';
  const at = rig.now();
  const sign = (payload: Uint8Array): string => (armoured = APPROVERS[by].sign(payload));
  const message = approvalMessage(PLAN, parent);
  const commit = await rig.git.commit({ key: null, sign, message, parents: [parent], at });
  return { commit, parent, armoured, at };
}

/** The same statement in another object. */
async function carry({ git }: TrustRig, { parent, at }: Approval, armoured: string): Promise<string> {
  const message = approvalMessage(PLAN, parent);
  return await git.commit({ key: null, sign: () => armoured, message, parents: [parent], at });
}

/** Ends with the branch where the replay begins. @returns the approval and that commit. */
async function meet(rig: TrustRig, by: Approver, fate: (typeof FATES)[number]): Promise<Approval & { head: string }> {
  const { git } = rig;
  const first = (await git.head()) ?? '';
  const parent =
    fate === 'retracted'
      ? await git.push({ key: CAROL, message: 'Add a router\n', files: WITH_R2 })
      : await git.push({ key: CAROL, message: 'Words\n', files: { ...FILES, 'README.md': 'Words.\n' } });
  const approval = await approve(rig, by, parent);
  await git.setHead(approval.commit);
  expect(await rig.read()).toBeNull();
  if (fate === 'used' || fate === 'used below a new anchor') expect(await rig.use(PLAN, 'r1')).toEqual([by]);
  if (fate === 'retracted') {
    await git.setHead(first);
    expect(await rig.read()).toBeNull();
    expect(await rig.use(PLAN, 'r1')).toBeNull();
    return { ...approval, head: parent };
  }
  rig.pass(fate === 'expired' ? 25 * HOUR : HOUR);
  const head = await git.push({ key: CAROL, message: 'Go on\n', parents: [approval.commit] });
  if (fate === 'used below a new anchor') await rig.fleet.anchor(head, 'operator:test');
  expect(await rig.read()).toBeNull();
  return { ...approval, head };
}

async function bring(
  { git }: TrustRig,
  way: (typeof WAYS)[number],
  head: string,
  carrier: string,
  { parent }: Approval,
): Promise<void> {
  const merge = async (...parents: readonly string[]): Promise<string> =>
    await git.push({ key: CAROL, message: 'Merge\n', parents });
  if (way === 'merge') await merge(head, carrier);
  if (way === 'merge the other way round') await merge(carrier, head);
  if (way === 'merge with a third') {
    const third = await git.commit({ key: CAROL, message: 'Third\n', parents: [head] });
    await merge(head, carrier, third);
  }
  if (way === 'cherry-pick and merge') {
    // The same message on another commit, signed by whoever picks it.
    const picked = await git.commit({ key: CAROL, message: approvalMessage(PLAN, parent), parents: [head] });
    await merge(picked, carrier);
  }
  if (way === 'build on it and merge that') {
    const top = await git.commit({ key: CAROL, message: 'On top\n', parents: [carrier] });
    await merge(head, top);
  }
}

const shared = typeof server === 'string' ? [] : [postgres(server)];
if (typeof server === 'string') console.warn(`\n!!! PostgreSQL was NOT tested: it does not start here.\n${server}\n`);

describe.each([sqlite, ...shared])('an approval that was given once, in $name', (place) => {
  const open = async (): Promise<TrustRig> => await openTrustRig(await place.next(), ALICE, FILES);

  test.each(sampleOf('fates', FATES, 2))(
    'and was %s never counts again, whatever carries it and however it comes in',
    async (fate) => {
      let replayed = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<Approver>('bob', 'dora', 'erik'),
          fc.constantFrom(...WAYS),
          fc.integer(),
          async (by, way, seed) => {
            await using rig = await open();
            const { head, ...approval } = await meet(rig, by, fate);
            const [armoured = ''] = fc.sample(carriersOf(approval.armoured, APPROVERS[by].curve), { numRuns: 1, seed });
            const carrier = await carry(rig, approval, armoured);
            await bring(rig, way, head, carrier, approval);
            const refused = await rig.read();
            // A carrier that no reader takes refuses the range, as any bad signature does.
            if (refused === null) replayed += 1;
            else expect(refused).toMatch(/BadSignature|CommitMalformed|RangeRefused/);
            expect(await rig.use(PLAN, 'r1')).toBeNull();
            rig.pass(HOUR);
            await rig.git.push({ key: CAROL, message: 'Later\n' });
            await rig.read();
            expect(await rig.use(PLAN, 'r1')).toBeNull();
          },
        ),
        { numRuns: 6 },
      );
      expect(replayed).toBeGreaterThan(0);
    },
  );

  test('is told apart from one that is given anew, by the same person for the same plan', async () => {
    await using rig = await open();
    const { head } = await meet(rig, 'bob', 'used');
    rig.pass(60_000);
    const anew = await approve(rig, 'bob', head);
    await rig.git.setHead(anew.commit);
    expect(await rig.read()).toBeNull();
    expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
    expect(await rig.use(PLAN, 'r1')).toBeNull();
  });

  test('says why it is none, once, and in the audit', async () => {
    await using rig = await open();
    const { head, ...approval } = await meet(rig, 'bob', 'used');
    const carrier = await carry(rig, approval, wrapped(approval.armoured, 60));
    await bring(rig, 'merge', head, carrier, approval);
    expect(await rig.read()).toBeNull();
    const [reason] = rig.fleet.sourceStatus()?.disregarded ?? [];
    expect(reason?.message).toContain(`it came in before, as commit ${approval.commit}`);
    const audit = await rig.store.audit.list({ limit: 100 });
    const refused = audit.filter(({ action }) => action === 'approval.refused').map(({ detail }) => detail);
    expect(refused).toEqual([expect.objectContaining({ commit: carrier, person: 'bob' })]);
  });

  test('counts while it waits on the branch, in another object too, and is gone for good when it leaves it', async () => {
    await using rig = await open();
    const { git } = rig;
    const trusted = (await git.head()) ?? '';
    const parent = await git.push({ key: CAROL, message: 'Add a router\n', files: WITH_R2 });
    const approval = await approve(rig, 'bob', parent);
    await git.setHead(approval.commit);
    await rig.read();
    const twin = await carry(rig, approval, wrapped(approval.armoured, 60));
    await git.setHead(twin);
    expect(await rig.read()).toBeNull();
    expect(rig.fleet.sourceStatus()?.pending).toHaveLength(1);
    for (const head of [trusted, approval.commit, twin]) {
      await git.setHead(head);
      expect(await rig.read()).toBeNull();
      expect(rig.fleet.sourceStatus()?.pending).toEqual([]);
      expect(await rig.use(PLAN, 'r1')).toBeNull();
    }
  });

  test('refuses a range that holds it twice, with both ids and the command that mends it', async () => {
    await using rig = await open();
    const { git, store, source } = rig;
    const trusted = (await git.head()) ?? '';
    const approval = await approve(rig, 'bob', trusted);
    const twin = await carry(rig, approval, wrapped(approval.armoured, 60));
    await git.push({ key: CAROL, message: 'Merge\n', parents: [approval.commit, twin] });
    const refused = await rig.read();
    expect(refused).toMatch(/^RangeRefused: The commits/);
    for (const id of [approval.commit, twin, `git reset --hard ${approval.commit}`]) expect(refused).toContain(id);
    expect(await store.approvals.list(source, 9)).toEqual([]);
    expect(await rig.use(PLAN, 'r1')).toBeNull();
    // As the message says.
    await git.setHead(approval.commit);
    expect(await rig.read()).toBeNull();
    expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
  });

  test('is one commit, reached twice, and not two', async () => {
    await using rig = await open();
    const { git } = rig;
    const approval = await approve(rig, 'bob', (await git.head()) ?? '');
    const left = await git.commit({ key: CAROL, message: 'Left\n', parents: [approval.commit] });
    const right = await git.commit({ key: CAROL, message: 'Right\n', parents: [approval.commit] });
    await git.push({ key: CAROL, message: 'Merge\n', parents: [left, right] });
    expect(await rig.read()).toBeNull();
    expect(await rig.use(PLAN, 'r1')).toEqual(['bob']);
  });

  test('and brought back is the merge signer’s change, and still its first holder’s', async () => {
    await using rig = await open();
    const { git } = rig;
    const evil = { ...FILES, 'c1.yaml': configYaml('c1', 10, 'dns: {servers: [203.0.113.66]}') };
    const first = (await git.head()) ?? '';
    let armoured = '';
    const at = rig.now();
    const sign = (payload: Uint8Array): string => (armoured = BOB.sign(payload));
    const change = { key: null, message: 'Change\n', files: evil, parents: [first], at };
    await git.push({ ...change, sign });
    await git.push({ key: ALICE, message: 'Take it back\n', files: FILES });
    expect(await rig.read()).toBeNull();
    const base = (await git.head()) ?? '';
    expect(await rig.authorsOf('r1', base)).toEqual({ people: [], unknown: false });
    const twin = await git.commit({ ...change, sign: () => wrapped(armoured, 60) });
    await git.push({ key: CAROL, message: 'Merge\n', parents: [base, twin], files: evil });
    expect(await rig.read()).toBeNull();
    expect(await rig.authorsOf('r1', base)).toEqual({ people: ['bob', 'carol'], unknown: false });
  });
});

/** An SSH signature with lines of another length. */
function wrapped(armoured: string, width: number): string {
  const lines = armoured.trimEnd().split('\n');
  const text = lines.slice(1, -1).join('');
  return [lines[0], ...(text.match(new RegExp(`.{1,${String(width)}}`, 'g')) ?? []), lines.at(-1), ''].join('\n');
}
