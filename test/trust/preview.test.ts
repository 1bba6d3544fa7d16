import { expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey } from '#test/git-writer.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { openGitRepository } from '../../git/open.ts';
import { createGitReader } from '../../controller/trust/git-source.ts';
import { factsOf, judgeSource, sightsWithoutNoting, type SourceVerdict } from '../../controller/trust/judge-source.ts';
import { temporaryFolder } from '#test/rig.ts';
import { sqlite } from '../store/places.ts';

const KEYS = { alice: testKey('alice'), carol: testKey('carol') };
const ROSTER = policyYaml(
  'Roster',
  'people',
  `people:
  - {name: alice, roles: [contributor, approver, policy], keys: ["${KEYS.alice.line}"]}
  - {name: carol, roles: [contributor], keys: ["${KEYS.carol.line}"]}`,
);
const config = (address: string): string => configYaml('c1', 10, `dns: {servers: [${address}]}`);
const FILES = { 'roster.yaml': ROSTER, 'r1.yaml': deviceYaml('r1'), 'c1.yaml': config('192.0.2.1') };

test('a head that nobody follows is judged, and nothing moves or is written', async () => {
  const location = await sqlite.next();
  await using rig = await openTrustRig(location, KEYS.alice, FILES);
  const { git, store } = rig;
  const main = (await git.head()) ?? '';
  expect(await rig.read()).toBeNull();
  const files = { ...FILES, 'c1.yaml': config('192.0.2.2') };
  const change = await git.push({ key: KEYS.carol, message: 'Change\n', files });
  const control = await git.push({
    key: KEYS.carol,
    message: 'Add\n',
    files: { ...files, 'r2.yaml': deviceYaml('r2') },
  });
  const unsigned = await git.push({ key: null, message: 'Unsigned\n' });
  await git.setHead(main);

  const mark = await sqlite.writeMark(location);
  expect(await judge(rig, change)).toMatchObject({ kind: 'accepted', control: null, candidate: { version: change } });
  expect(await judge(rig, control)).toMatchObject({
    kind: 'waiting',
    control: { plan: { devices: ['r2'] }, reasons: [{ code: 'ControlApprovalMissing' }] },
    candidate: { entries: [{ id: change, provenance: { authors: [{ person: 'carol' }] } }, { id: control }] },
  });
  expect(await judge(rig, unsigned)).toMatchObject({ kind: 'refused', reasons: [{ code: 'Unsigned' }] });
  expect(await sqlite.writeMark(location)).toBe(mark);
  expect(await store.statements.newest(rig.source)).toBe(0);

  // Once it was seen where it counts, its first sight is what it was there.
  await git.setHead(change);
  expect(await rig.read()).toBeNull();
  expect((await store.trust.get(rig.source))?.head).toBe(change);
});

async function judge(rig: TrustRig, head: string): Promise<SourceVerdict> {
  const { git, store, source } = rig;
  const now = (): number => rig.now();
  const location = { kind: 'local', url: git.folder, branch: 'main', path: '.' } as const;
  const options = { cacheFolder: await temporaryFolder(), token: () => null, ca: [], timeoutMs: 60_000 };
  const repository = await openGitRepository(location, options);
  const clock = { now, monotonic: now, sleep: () => Promise.resolve() };
  const stopping = new AbortController().signal;
  const reader = createGitReader({ location, repository, store, clock, pollSeconds: 60, stopping });
  try {
    const trust = await store.trust.get(source);
    const trusted = trust === null ? null : await reader.contentAt(trust.head);
    if (trust === null || trusted === null || 'kind' in trusted) throw new Error('no trust');
    const asOf = { trust, trusted, revoked: new Set<string>(), now: now() };
    const reading = await reader.candidateAt(head, asOf, sightsWithoutNoting(store, source, now()));
    return judgeSource(reading, await factsOf(store, asOf, reading));
  } finally {
    await reader.close();
  }
}
