import { describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey, type Entry } from '#test/git-writer.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { sqlite } from '../store/places.ts';
import { another, readBy } from '#test/followers.ts';

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
const NOBODY = '{matchLabels: {role: nobody}}';
const dns = (server: string): string => `dns: {servers: [${server}]}`;
const FILES: Readonly<Record<string, string>> = {
  'roster.yaml': ROSTER,
  'r1.yaml': deviceYaml('r1'),
  'c0.yaml': configYaml('c0', 10, dns('192.0.2.1')),
};
const open = async (files: Readonly<Record<string, string>> = FILES): Promise<TrustRig> =>
  await openTrustRig(await sqlite.next(), KEYS.alice, files);

/** One commit on the branch. */
async function push(
  { git }: TrustRig,
  key: keyof typeof KEYS,
  files: Readonly<Record<string, Entry>>,
): Promise<string> {
  return await git.push({ key: KEYS[key], message: 'Change\n', files });
}

async function approveControl(rig: TrustRig): Promise<void> {
  const { git, fleet } = rig;
  await rig.read();
  await git.approve(KEYS.alice, fleet.sourceStatus()?.control?.plan.id ?? '');
  expect(await rig.read()).toBeNull();
  expect(fleet.sourceStatus()?.control).toBeNull();
}

describe('the author is known of', () => {
  const TWO = {
    ...FILES,
    'guard.yaml': configYaml('guard', 90, dns('192.0.2.9')),
  };

  test('an object that fed the router at the anchor and was taken away, where it was never confirmed', async () => {
    await using rig = await open(TWO);
    await push(rig, 'bob', FILES);
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', null)).people).toContain('bob');
  });

  test('an object that fed the router at the anchor and was turned away, where it was never confirmed', async () => {
    await using rig = await open(TWO);
    await push(rig, 'bob', {
      ...TWO,
      'guard.yaml': configYaml('guard', 90, dns('192.0.2.9'), NOBODY),
    });
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', null)).people).toContain('bob');
  });

  test('a file that nobody could read and a merge dropped, when a later range makes sense of it', async () => {
    await using rig = await open();
    const { git } = rig;
    const extra = configYaml('extra', 90, dns('203.0.113.66'));
    const main = (await git.head()) ?? '';
    const side = await git.commit({
      key: KEYS.bob,
      message: 'Draft\n',
      files: { ...FILES, 'extra.yaml': `${extra}\n? [` },
      parents: [main],
    });
    const base = await git.push({
      key: KEYS.bob,
      message: 'Drop\n',
      parents: [main, side],
      files: FILES,
    });
    expect(await rig.read()).toBeNull();
    const mended = await git.commit({
      key: KEYS.carol,
      message: 'Mend\n',
      files: { ...FILES, 'extra.yaml': extra },
      parents: [side],
    });
    await git.push({
      key: KEYS.carol,
      message: 'Merge\n',
      parents: [base, mended],
      files: { ...FILES, 'extra.yaml': extra },
    });
    expect(await rig.read()).toBeNull();
    const authors = await rig.authorsOf('r1', base);
    expect(authors.people.includes('bob') || authors.unknown).toBe(true);
  });

  test('an object that gets the name of one that is there already', async () => {
    const taken = configYaml('taken', 20, 'identity: {name: x}', NOBODY);
    await using rig = await open({ ...FILES, 'taken.yaml': taken });
    const draft = configYaml('draft', 90, dns('203.0.113.66'), '{matchLabels: {role: later}}');
    await push(rig, 'bob', {
      ...FILES,
      'taken.yaml': taken,
      'draft.yaml': draft,
    });
    expect(await rig.read()).toBeNull();
    // As "git mv -f draft.yaml taken.yaml" does, and the name in it.
    const moved = {
      ...FILES,
      'taken.yaml': draft.replace('name: draft', 'name: taken'),
    };
    await push(rig, 'carol', moved);
    expect(await rig.read()).toBeNull();
    const base = (await rig.git.head()) ?? '';
    await push(rig, 'dora', {
      ...moved,
      'r1.yaml': deviceYaml('r1', '', 'role: later'),
    });
    await approveControl(rig);
    expect((await rig.authorsOf('r1', base)).people).toContain('bob');
  });

  test('an object that stood twice in one commit, the other one last', async () => {
    await using rig = await open();
    const base = (await rig.git.head()) ?? '';
    const evil = configYaml('draft', 90, dns('203.0.113.66'), '{matchLabels: {role: later}}');
    const harmless = configYaml('draft', 91, dns('192.0.2.7'), '{matchLabels: {role: never}}');
    await push(rig, 'bob', { ...FILES, 'a.yaml': evil, 'b.yaml': harmless });
    // Only another name, and the other one goes.
    await push(rig, 'carol', {
      ...FILES,
      'a.yaml': evil.replace('name: draft', 'name: final'),
    });
    expect(await rig.read()).toBeNull();
    await push(rig, 'dora', {
      ...FILES,
      'a.yaml': evil.replace('name: draft', 'name: final'),
      'r1.yaml': deviceYaml('r1', '', 'role: later'),
    });
    await approveControl(rig);
    const authors = await rig.authorsOf('r1', base);
    expect(authors.people.includes('bob') || authors.unknown).toBe(true);
  });

  test('an object that is taken away while another gets its content as a second version', async () => {
    const other = configYaml('other', 20, 'identity: {name: x}', NOBODY);
    const guard = configYaml('guard', 90, dns('192.0.2.9'));
    const files = { ...FILES, 'other.yaml': other, 'guard.yaml': guard };
    await using rig = await open(files);
    const base = (await rig.git.head()) ?? '';
    const gone = { ...FILES, 'other.yaml': other };
    await push(rig, 'bob', {
      ...gone,
      'twice.yaml': guard.replace('name: guard', 'name: other'),
    });
    await push(rig, 'carol', gone);
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', base)).people).toContain('bob');
  });

  test('a file that was a link to nowhere before', async () => {
    await using rig = await open();
    const base = (await rig.git.head()) ?? '';
    const extra = configYaml('extra', 90, dns('203.0.113.66'));
    await push(rig, 'bob', {
      ...FILES,
      'extra.yaml': { mode: '120000', content: extra },
    });
    await push(rig, 'carol', { ...FILES, 'extra.yaml': extra });
    expect(await rig.read()).toBeNull();
    const authors = await rig.authorsOf('r1', base);
    expect(authors.people.includes('bob') || authors.unknown).toBe(true);
  });

  test('what a merge dropped, when the commit that had it is built on later', async () => {
    await using rig = await open();
    const { git } = rig;
    const evil = {
      ...FILES,
      'c0.yaml': configYaml('c0', 10, dns('203.0.113.66')),
    };
    const main = (await git.head()) ?? '';
    const side = await git.commit({
      key: KEYS.bob,
      message: 'Evil\n',
      files: evil,
      parents: [main],
    });
    const base = await git.push({
      key: KEYS.dora,
      message: 'Drop\n',
      parents: [main, side],
      files: FILES,
    });
    expect(await rig.read()).toBeNull();
    await git.push({
      key: KEYS.carol,
      message: 'Back\n',
      parents: [base, side],
      files: evil,
    });
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', base)).people).toContain('bob');
  });
});

test('who first signed what is brought back is known, also where it waited before and left the branch', async () => {
  await using rig = await open();
  const { git } = rig;
  const evil = {
    ...FILES,
    'c0.yaml': configYaml('c0', 10, dns('203.0.113.66')),
  };
  const change = await push(rig, 'bob', evil);
  const back = await push(rig, 'dora', FILES);
  expect(await rig.read()).toBeNull();
  const twin = await git.carryAnew(change);
  const merge = { key: KEYS.carol, message: 'Merge\n' };
  await git.push({
    ...merge,
    parents: [back, twin],
    files: { ...evil, 'r2.yaml': deviceYaml('r2') },
  });
  expect(await rig.read()).toBeNull();
  await git.setHead(back);
  expect(await rig.read()).toBeNull();
  const base = await push(rig, 'dora', {
    ...FILES,
    'c0.yaml': configYaml('c0', 10, dns('192.0.2.5')),
  });
  expect(await rig.read()).toBeNull();
  // The same twin, once the router was confirmed with something else.
  await git.push({ ...merge, parents: [base, twin], files: evil });
  expect(await rig.read()).toBeNull();
  expect((await rig.authorsOf('r1', base)).people).toEqual(['bob', 'carol']);
});

test('who writes half a character into an annotation is refused', async () => {
  await using rig = await open();
  const extra = configYaml('extra', 90, dns('203.0.113.66')).replace(
    '  name: extra\n',
    '  name: extra\n  annotations: {note: "\\ud800"}\n',
  );
  await push(rig, 'bob', { ...FILES, 'extra.yaml': extra });
  expect(await rig.read()).toContain('SourceFaulty');
});

test('a file that is moved into the folder of the source has an author who is not known', async () => {
  const below = (files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`fleet/${name}`, text]));
  await using rig = await open(below(FILES));
  const { git } = rig;
  const anchor = (await git.head()) ?? '';
  const fleet = await another(rig, { below: 'fleet' });
  await fleet.anchor(anchor, 'operator:test');
  expect(await readBy(fleet)).toBeNull();
  const extra = configYaml('extra', 90, dns('203.0.113.66'));
  await push(rig, 'bob', { ...below(FILES), 'drafts/extra.yaml': extra });
  expect(await readBy(fleet)).toBeNull();
  await push(rig, 'carol', { ...below(FILES), 'fleet/extra.yaml': extra });
  expect(await readBy(fleet)).toBeNull();
  const authors = await fleet.authorsOf('r1', anchor);
  expect(authors.people.includes('bob') || authors.unknown).toBe(true);
});
