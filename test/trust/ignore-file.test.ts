import { describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey, type Entry } from '#test/git-writer.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { sqlite } from '../store/places.ts';

const KEYS = { alice: testKey('alice'), bob: testKey('bob'), carol: testKey('carol') };
const ROSTER = policyYaml(
  'Roster',
  'people',
  `people:\n${Object.entries(KEYS)
    .map(([name, { line }]) => `  - {name: ${name}, roles: [contributor, approver, policy], keys: ["${line}"]}\n`)
    .join('')}`,
);
const dns = (server: string): string => `dns: {servers: [${server}]}`;
const FILES: Readonly<Record<string, string>> = {
  'roster.yaml': ROSTER,
  'r1.yaml': deviceYaml('r1'),
  'more/r2.yaml': deviceYaml('r2'),
  'more/c0.yaml': configYaml('c0', 10, dns('192.0.2.1')),
  'more/rollout.yaml': policyYaml('RolloutPolicy', 'usual', 'selector: {}'),
  'more/approval.yaml': policyYaml('ApprovalPolicy', 'asks', 'selector: {}\napprovers: {roles: [approver]}'),
  'c1.yaml': configYaml('c1', 20, 'identity: {name: one}'),
};
const HIDDEN = configYaml('late', 90, 'ntpClient: {enabled: true, servers: [192.0.2.99]}');

async function push(
  { git }: TrustRig,
  key: keyof typeof KEYS,
  files: Readonly<Record<string, Entry>>,
): Promise<string> {
  return await git.push({ key: KEYS[key], message: 'Change\n', files });
}

async function opened(files: Readonly<Record<string, string>> = FILES): Promise<TrustRig> {
  const rig = await openTrustRig(await sqlite.next(), KEYS.alice, files);
  expect(await rig.read()).toBeNull();
  return rig;
}

async function approve(rig: TrustRig, key: keyof typeof KEYS): Promise<void> {
  await rig.git.approve(KEYS[key], rig.fleet.sourceStatus()?.control?.plan.id ?? '');
  expect(await rig.read()).toBeNull();
}

/** What waits in the control plan: `- RouterConfig c0`. */
function waiting({ fleet }: TrustRig): readonly string[] {
  const changes = fleet.sourceStatus()?.control?.plan.body.changes ?? [];
  return changes.map(
    ({ kind, name, before, after }) => `${before === null ? '+' : after === null ? '-' : '~'} ${kind} ${name}`,
  );
}

/** What is in force. */
function counts({ fleet }: TrustRig): readonly string[] {
  const { inventory } = fleet;
  if (inventory === null) return [];
  const { devices, configs, approvalPolicies, rolloutPolicies } = inventory;
  return [...devices.values(), ...configs, ...approvalPolicies, ...rolloutPolicies].map(
    ({ document, name }) => `${document.kind} ${name}`,
  );
}

const FOREIGN: Readonly<Record<string, Entry>> = {
  'mkdocs.yml': 'site_name: Net\n',
  'plays/site.yaml': '- hosts: all\n  tasks: []\n',
  'docs/latest.yaml': { mode: '120000', content: '../c1.yaml' },
  'vendor/lib': { mode: '160000', content: 'b'.repeat(40) },
};

test('YAML that is none of ours holds the branch up until it is ignored, which needs no consent', async () => {
  await using rig = await opened();
  await push(rig, 'bob', { ...FILES, ...FOREIGN });
  expect(await rig.read()).toMatch(/SourceFaulty/);
  const head = await push(rig, 'bob', {
    ...FILES,
    ...FOREIGN,
    '.rosctlignore': '# not ours\n/mkdocs.yml\nplays/\n/docs/\n/vendor/lib/\n',
  });
  expect(await rig.read()).toBeNull();
  expect(waiting(rig)).toEqual([]);
  expect((await rig.store.trust.get(rig.source))?.head).toBe(head);
  // A later change of it is nobody's business, and makes no author unknown.
  await push(rig, 'carol', {
    ...FILES,
    ...FOREIGN,
    'mkdocs.yml': 'site_name: Other\n',
    '.rosctlignore': '/mkdocs.yml\nplays/\n/docs/\n/vendor/\n',
    'c1.yaml': configYaml('c1', 20, 'identity: {name: two}'),
  });
  expect(await rig.read()).toBeNull();
  expect(waiting(rig)).toEqual([]);
  expect(await rig.authorsOf('r1', head)).toEqual({ people: ['carol'], unknown: false });
});

describe('what it newly hides', () => {
  test('stands in the control plan and counts as before; other changes go on', async () => {
    await using rig = await opened();
    const before = counts(rig);
    await push(rig, 'bob', {
      ...FILES,
      '.rosctlignore': '/more/\n',
      'c1.yaml': configYaml('c1', 20, 'identity: {name: two}'),
    });
    expect(await rig.read()).toBeNull();
    expect(waiting(rig)).toEqual([
      '- ApprovalPolicy asks',
      '- RolloutPolicy usual',
      '- RouterConfig c0',
      '- RouterDevice r2',
    ]);
    expect(counts(rig)).toEqual(before);
    expect(JSON.stringify(rig.fleet.inventory?.configs)).toContain('two');
    // Whoever hides is the author.
    await approve(rig, 'bob');
    expect(counts(rig)).toEqual(before);
    await approve(rig, 'carol');
    expect(counts(rig)).toEqual(['RouterDevice r1', 'RouterConfig c1']);
    expect((await rig.authorsOf('r1', null)).people).toContain('bob');
  });

  test('counts as before, too, where it is changed, broken, or moved to where it is hidden', async () => {
    await using rig = await opened();
    const ways: readonly Readonly<Record<string, Entry>>[] = [
      { 'more/c0.yaml': configYaml('c0', 10, dns('203.0.113.66')) },
      { 'more/c0.yaml': 'kind: [\n' },
      { 'more/c0.yaml': { mode: '120000', content: 'elsewhere' } },
      { 'more/c0.yaml': `${FILES['more/c0.yaml'] ?? ''}---\nkind: Nonsense\n` },
    ];
    for (const way of ways) {
      await push(rig, 'bob', { ...FILES, '.rosctlignore': '/more/c0.yaml\n', ...way });
      expect(await rig.read()).toBeNull();
      expect(waiting(rig)).toEqual(['- RouterConfig c0']);
      expect(JSON.stringify(rig.fleet.inventory?.configs)).toContain('192.0.2.1');
    }
  });

  test('of two forms of one object the other one does not slip in', async () => {
    const files = { ...FILES, '.rosctlignore': '/b/\n', 'b/c0.yaml': configYaml('c0', 10, dns('203.0.113.66')) };
    await using rig = await opened(files);
    await push(rig, 'bob', { ...files, '.rosctlignore': '/more/c0.yaml\n' });
    expect(await rig.read()).toBeNull();
    expect(waiting(rig)).toEqual(['~ RouterConfig c0']);
    expect(JSON.stringify(rig.fleet.inventory?.configs)).toContain('192.0.2.1');
    expect(JSON.stringify(rig.fleet.inventory?.configs)).not.toContain('203.0.113.66');
  });

  test('in a commit that is taken back needs no consent', async () => {
    await using rig = await opened();
    await push(rig, 'bob', { ...FILES, '.rosctlignore': '/more/\n' });
    expect(await rig.read()).toBeNull();
    await push(rig, 'bob', FILES);
    expect(await rig.read()).toBeNull();
    expect(waiting(rig)).toEqual([]);
  });

  test('all of it is an empty source and no empty fleet', async () => {
    await using rig = await opened();
    const before = counts(rig);
    await push(rig, 'bob', { ...FILES, '.rosctlignore': '*\n' });
    expect(await rig.read()).toMatch(/EmptySource/);
    expect(counts(rig)).toEqual(before);
  });
});

describe('what it newly shows', () => {
  const files = {
    ...FILES,
    '.rosctlignore': '/drafts/\n',
    'drafts/late.yaml': HIDDEN,
    'drafts/r9.yaml': deviceYaml('r9'),
  };

  test('counts only once the control plan is approved, and its author is not who shows it alone', async () => {
    await using rig = await opened(files);
    const before = counts(rig);
    const head = await push(rig, 'carol', { ...files, '.rosctlignore': '/nothing/\n' });
    expect(await rig.read()).toBeNull();
    expect(waiting(rig)).toEqual(['+ RouterConfig late', '+ RouterDevice r9']);
    expect(counts(rig)).toEqual(before);
    expect(head).not.toBe('');
    const authors = await rig.authorsOf('r1', null);
    expect(authors.people).toContain('carol');
    // Who wrote what was hidden is not on record.
    expect(authors.unknown).toBe(true);
  });

  test.each<readonly [string, Readonly<Record<string, Entry>>]>([
    ['moved to where it counts', { ...files, 'drafts/late.yaml': 'x\n', 'late.yaml': HIDDEN }],
    ['changed while it is shown', { ...files, '.rosctlignore': '\n', 'drafts/late.yaml': `# mine now\n${HIDDEN}` }],
  ])('has an unknown author: %s', async (_, now) => {
    await using rig = await opened(files);
    await push(rig, 'carol', now);
    expect(await rig.read()).toBeNull();
    expect((await rig.authorsOf('r1', null)).unknown).toBe(true);
  });
});

test.each<readonly [string, Entry, RegExp]>([
  ['a link', { mode: '120000', content: 'c1.yaml' }, /is no regular file/],
  ['a submodule', { mode: '160000', content: 'b'.repeat(40) }, /is no regular file/],
  ['cut off', '/docs/\n/more', /may be cut off/],
])('an ignore file that is %s refuses the candidate', async (_, entry, says) => {
  await using rig = await opened();
  const before = counts(rig);
  await push(rig, 'bob', { ...FILES, '.rosctlignore': entry });
  expect(await rig.read()).toMatch(says);
  expect(counts(rig)).toEqual(before);
});
