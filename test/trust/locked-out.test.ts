import { afterAll, describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey } from '#test/git-writer.ts';
import { startPostgres } from '#test/postgres.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { postgres, sqlite } from '../store/places.ts';
import { another, readBy } from '#test/followers.ts';

const server = await startPostgres();
afterAll(async () => {
  if (typeof server !== 'string') await server.stop();
});
const shared = typeof server === 'string' ? [] : [postgres(server)];

const KEYS = {
  alice: testKey('alice'),
  bob: testKey('bob'),
  carol: testKey('carol'),
  dora: testKey('dora'),
};
const ROSTER = policyYaml(
  'Roster',
  'people',
  `people:\n${Object.entries(KEYS)
    .map(([name, { line }]) => `  - {name: ${name}, roles: [contributor, approver, policy], keys: ["${line}"]}\n`)
    .join('')}`,
);
const dns = (server_: string): string => `dns: {servers: [${server_}]}`;
const FILES: Readonly<Record<string, string>> = {
  'roster.yaml': ROSTER,
  'r1.yaml': deviceYaml('r1'),
  'c0.yaml': configYaml('c0', 10, dns('192.0.2.1')),
};

describe.each([sqlite, ...shared])('what a commit in the middle says, in $name', (place) => {
  const open = async (): Promise<TrustRig> => await openTrustRig(await place.next(), KEYS.alice, FILES);

  test.each(['{names: 5}', '{names: null}', '{matchLabels: null}', '{names: {a: b}}'])(
    'as the selector %s, keeps no device from being planned',
    async (selector) => {
      await using rig = await open();
      const base = (await rig.git.head()) ?? '';
      const extra = configYaml('extra', 90, dns('192.0.2.9'), selector);
      await rig.git.push({
        key: KEYS.carol,
        message: 'Odd\n',
        files: { ...FILES, 'extra.yaml': extra },
      });
      await rig.git.push({
        key: KEYS.carol,
        message: 'Mend\n',
        files: FILES,
      });
      expect(await rig.read()).toBeNull();
      expect(await rig.authorsOf('r1', base)).toMatchObject({
        unknown: expect.any(Boolean),
      });
    },
  );

  test.each([
    ['with NUL', String.raw`"a\0b"`],
    ['of half a character', String.raw`"a\ud800b"`],
    [
      'that is long',
      JSON.stringify(Array.from({ length: 9000 }, (_, i) => ((i * i * 7919) % 1_000_003).toString(36)).join('')),
    ],
  ])('as a name %s, is refused or taken, and does not stop the source', async (_, name) => {
    await using rig = await open();
    const extra = configYaml(name, 90, dns('192.0.2.9'));
    await rig.git.push({
      key: KEYS.carol,
      message: 'Odd\n',
      files: { ...FILES, 'extra.yaml': extra },
    });
    const head = await rig.git.push({
      key: KEYS.carol,
      message: 'Mend\n',
      files: FILES,
    });
    const refused = await rig.read();
    if (refused === null) expect(rig.fleet.sourceStatus()?.trust?.head).toBe(head);
    // A failure of the store is no verdict: it would be tried again for ever.
    else expect(refused).not.toMatch(/^(Store|Internal)/);
  });
});

test('an approval is open to people where a merge carries anew what they had brought, and changes nothing', async () => {
  await using rig = await openTrustRig(await sqlite.next(), KEYS.alice, FILES);
  const { git } = rig;
  const old: string[] = [];
  // Honest changes, long ago.
  for (const [at, person] of (['alice', 'bob', 'dora'] as const).entries()) {
    const files = {
      ...FILES,
      'c0.yaml': configYaml('c0', 10, dns(`192.0.2.${String(at + 20)}`)),
    };
    old.push(await git.push({ key: KEYS[person], message: 'Change\n', files }));
  }
  expect(await rig.read()).toBeNull();
  const base = (await git.head()) ?? '';
  const twins = await Promise.all(old.map((commit) => git.carryAnew(commit)));
  const now = { ...FILES, 'c0.yaml': configYaml('c0', 10, dns('192.0.2.22')) };
  await git.push({
    key: KEYS.carol,
    message: 'Merge\n',
    parents: [base, ...twins],
    files: now,
  });
  expect(await rig.read()).toBeNull();
  const { people } = await rig.authorsOf('r1', base);
  expect(['alice', 'bob', 'dora'].filter((person) => !people.includes(person))).not.toEqual([]);
});

test('a device that was confirmed while a control plan waited has known authors after the same content was signed anew', async () => {
  await using rig = await openTrustRig(await sqlite.next(), KEYS.alice, FILES);
  const { git } = rig;
  const trusted = (await git.head()) ?? '';
  const files = {
    ...FILES,
    'r2.yaml': deviceYaml('r2'),
    'c0.yaml': configYaml('c0', 10, dns('192.0.2.40'), '{names: [r1]}'),
  };
  await git.push({ key: KEYS.bob, message: 'Change\n', files });
  expect(await rig.read()).toBeNull();
  expect(rig.fleet.revision).toContain(' over ');
  // Rebased: another commit of the same content. Devices are confirmed after that.
  await git.push({
    key: KEYS.bob,
    message: 'Change, better told\n',
    files,
    parents: [trusted],
  });
  expect(await rig.read()).toBeNull();
  const base = rig.fleet.revision;
  await git.push({
    key: KEYS.carol,
    message: 'More\n',
    files: {
      ...files,
      'c0.yaml': configYaml('c0', 10, dns('192.0.2.41'), '{names: [r1]}'),
    },
  });
  expect(await rig.read()).toBeNull();
  expect(await rig.authorsOf('r1', base)).toEqual({
    people: ['carol'],
    unknown: false,
  });
});

test('a restart while a control plan waits that can not be mixed in withdraws nothing', async () => {
  await using rig = await openTrustRig(await sqlite.next(), KEYS.alice, FILES);
  const { git } = rig;
  // Two RouterConfigs of one strength for what r1 is no more afterwards.
  const files = {
    ...FILES,
    'r1.yaml': deviceYaml('r1', '', 'role: core'),
    'c0.yaml': configYaml('c0', 10, dns('192.0.2.1'), '{matchLabels: {role: edge}}'),
    'c2.yaml': configYaml('c2', 10, dns('192.0.2.2'), '{matchLabels: {role: edge}}'),
  };
  const parent = await git.push({
    key: KEYS.carol,
    message: 'Change\n',
    files,
  });
  expect(await rig.read()).toBeNull();
  expect(rig.fleet.revision).toBe(git.parentOf(parent));
  await git.approve(KEYS.bob, `sha256:${'7'.repeat(64)}`);
  expect(await rig.read()).toBeNull();
  const next = await another(rig);
  await next.restore();
  await readBy(next);
  expect(next.sourceStatus()?.disregarded).toEqual([]);
});

test('what left the branch with its control plan makes nobody an author', async () => {
  await using rig = await openTrustRig(await sqlite.next(), KEYS.alice, FILES);
  const { git } = rig;
  const evil = {
    ...FILES,
    'c0.yaml': configYaml('c0', 10, dns('203.0.113.66')),
  };
  const change = await git.push({
    key: KEYS.bob,
    message: 'Change\n',
    files: evil,
  });
  const base = await git.push({
    key: KEYS.dora,
    message: 'Take it back\n',
    files: FILES,
  });
  expect(await rig.read()).toBeNull();
  const twin = await git.carryAnew(change);
  await git.push({
    key: KEYS.carol,
    message: 'Merge\n',
    parents: [base, twin],
    files: { ...evil, 'r2.yaml': deviceYaml('r2') },
  });
  expect(await rig.read()).toBeNull();
  await git.setHead(base);
  expect(await rig.read()).toBeNull();
  expect(await rig.authorsOf('r1', base)).toEqual({
    people: [],
    unknown: false,
  });
});
