import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitRig, rosterYaml, type GitRig, type Refusal } from '#test/git-rig.ts';
import { approvalMessage, testKey } from '#test/git-writer.ts';
import type { ToldReason } from '../../controller/reasons.ts';
import { configYaml, deviceYaml, seed } from '#test/rig.ts';

let rig: GitRig;
let good: string;
let plan: string;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
  plan = await rig.planOf('p1');
  good = await rig.change({ 'README.md': 'A fleet.\n' });
});
afterAll(() => rig.close());

const WITH_ATTACK = (): Record<string, string> => ({
  ...(rig.files() as Record<string, string>),
  'configs/p1.yaml': EVIL,
});
const EVIL = configYaml('p1', 'dns: {servers: [203.0.113.66]}');

/** The reasons, each of which `rosctl status` prints too. */
function toldBy({ reasons, status }: Refusal): readonly ToldReason[] {
  const printed = status.replaceAll(/\s+/g, ' ');
  for (const { message } of reasons) expect(printed).toContain(message.replaceAll(/\s+/g, ' '));
  return reasons;
}

/** A reason whose message holds these texts, in this order. */
function reason(code: string, ...says: readonly string[]): unknown {
  return { code, message: expect.stringMatching(new RegExp(says.map((text) => RegExp.escape(text)).join('.*'), 's')) };
}

describe('a range is refused as a whole, its approvals too', () => {
  test('for one unsigned commit in the middle', async () => {
    const { git, keys } = rig;
    let unsigned = '';
    const refusal = await rig.refusal(async () => {
      unsigned = await git.push({ key: null, message: 'Innocent\n', files: WITH_ATTACK() });
      await git.push({ key: keys.carol, message: 'On top\n' });
      await git.approve(keys.bob, plan);
    });
    expect(refusal.code).toBe('RangeRefused');
    expect(toldBy(refusal)).toEqual([reason('Unsigned', unsigned.slice(0, 12), '"Innocent"', 'not signed')]);
    expect(await rig.controller.api.store.approvals.list(rig.controller.api.fleet.source, 10)).toEqual([]);
  });

  test('for one unsigned commit on a side branch of a merge', async () => {
    const { git, keys } = rig;
    let side = '';
    const refusal = await rig.refusal(async () => {
      side = await git.commit({ key: null, message: 'Side\n', parents: [good], files: WITH_ATTACK() });
      const main = await git.commit({ key: keys.carol, message: 'Main\n', parents: [good] });
      await git.push({ key: keys.alice, message: 'Merge\n', parents: [main, side] });
    });
    expect(toldBy(refusal)).toEqual([reason('Unsigned', side.slice(0, 12))]);
  });

  test('for an unsigned merge of signed branches', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(async () => {
      const one = await git.commit({ key: keys.carol, message: 'One\n', parents: [good] });
      const other = await git.commit({ key: keys.carol, message: 'Other\n', parents: [good] });
      await git.push({ key: null, message: 'Evil merge\n', parents: [one, other], files: WITH_ATTACK() });
    });
    expect(toldBy(refusal)).toEqual([reason('Unsigned', '"Evil merge"')]);
  });

  test('for a merge by somebody who only approves, though it changes nothing', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(async () => {
      const one = await git.commit({ key: keys.carol, message: 'One\n', parents: [good] });
      await git.push({ key: keys.dora, message: 'Merge\n', parents: [one, good] });
    });
    expect(toldBy(refusal)).toEqual([reason('NotContributor', '"Merge"', 'dora', 'contributor')]);
  });

  test('for a key that nobody in the roster has, whoever the commit says it is by', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(async () => {
      await git.push({ key: keys.eve, message: 'From outside\n', files: WITH_ATTACK() });
      await git.approve(keys.bob, plan);
    });
    expect(toldBy(refusal)).toEqual([reason('UnknownKey', '"From outside"', 'SHA256:', 'roster')]);
  });

  test('for a signer whom commit 1 adds and commit 2 uses', async () => {
    const { git, keys } = rig;
    const mallory = testKey('mallory');
    const roster = rosterYaml(
      keys,
      `    - name: mallory\n      roles: [contributor, approver, policy]\n      keys: ["${mallory.line}"]\n`,
    );
    const refusal = await rig.refusal(async () => {
      await git.push({ key: keys.carol, message: 'Add one\n', files: { ...rig.files(), 'roster.yaml': roster } });
      await git.push({ key: mallory, message: 'Use it\n', files: { ...WITH_ATTACK(), 'roster.yaml': roster } });
      await git.approve(mallory, plan);
    });
    expect(toldBy(refusal)).toEqual([reason('UnknownKey', '"Use it"'), reason('UnknownKey', '"Approve"')]);
    expect(refusal.reasons.map(({ message }) => message).join()).not.toContain('"Add one"');
  });

  test('for a change by somebody who only approves', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(() => git.push({ key: keys.dora, message: 'Mine\n', files: WITH_ATTACK() }));
    expect(toldBy(refusal)).toEqual([
      reason('NotContributor', 'dora', 'no contributor in the roster of the trusted head'),
    ]);
  });

  test('with every reason, not the first', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(async () => {
      await git.push({ key: null, message: 'First\n' });
      await git.push({ key: keys.eve, message: 'Second\n' });
      await git.push({ key: keys.dora, message: 'Third\n', files: WITH_ATTACK() });
    });
    expect(toldBy(refusal)).toEqual([
      reason('Unsigned', '"First"'),
      reason('UnknownKey', '"Second"'),
      reason('NotContributor', '"Third"'),
    ]);
  });
});

describe('signatures that are not for this commit', () => {
  test('a detached plan signature is none of a commit', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(() =>
      git.push({
        key: keys.alice,
        message: 'Other purpose\n',
        namespace: 'plan@routeros-gitops',
        files: WITH_ATTACK(),
      }),
    );
    expect(toldBy(refusal)).toEqual([reason('WrongNamespace', '"Other purpose"', 'plan@routeros-gitops')]);
  });

  test('a message changed after signing', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(() =>
      git.push({
        key: keys.bob,
        message: 'Nothing\n',
        forge: (object) => object.replace('Nothing', approvalMessage(plan, good)),
      }),
    );
    expect(toldBy(refusal)).toEqual([reason('BadSignature', 'does not fit')]);
  });

  test('a tree changed after signing', async () => {
    const { git, keys } = rig;
    const evil = await git.commit({ key: keys.carol, message: 'Tree\n', files: WITH_ATTACK() });
    const tree = await git.treeOf(evil);
    const refusal = await rig.refusal(() =>
      git.push({
        key: keys.alice,
        message: 'Same tree?\n',
        forge: (object) => object.replace(/^tree [0-9a-f]{40}/, `tree ${tree}`),
      }),
    );
    expect(toldBy(refusal)).toEqual([reason('BadSignature', 'does not fit')]);
  });

  const HEADERS: Readonly<Record<string, (object: string, tree: string) => string>> = {
    'a second tree': (object, tree) => object.replace('\nparent', `\ntree ${tree}\nparent`),
    'a second author': (object) => object.replace(/\n(author [^\n]+)/, '\n$1\n$1'),
    'a second gpgsig': (object) => object.replace(/\ngpgsig [\s\S]*?(?=\n\n)/, (header) => header + header),
    'an unknown header': (object) => object.replace('\n\n', '\nx-note hello\n\n'),
    'an encoding': (object) => object.replace('\n\n', '\nencoding ISO-8859-1\n\n'),
    'a merge tag': (object) => object.replace('\n\n', '\nmergetag object 0000\n type commit\n\n'),
    'a gpgsig-sha256': (object) => object.replace('\ngpgsig ', '\ngpgsig-sha256 '),
    'a space after the end of the armour': (object) =>
      object.replace('-----END SSH SIGNATURE-----', '-----END SSH SIGNATURE----- '),
    'a line after the end of the armour': (object) =>
      object.replace('-----END SSH SIGNATURE-----', '-----END SSH SIGNATURE-----\n \n Approve-Plan: x'),
    'a carriage return': (object) => object.replace('\n\n', '\n\n\r'),
    'a NUL': (object) => object.replace('\n\n', '\n\n\0'),
  };
  test.each(Object.keys(HEADERS))('%s inside the object', async (name) => {
    const { git, keys } = rig;
    const evil = await git.treeOf(await git.commit({ key: keys.carol, message: 'Tree\n', files: WITH_ATTACK() }));
    const refusal = await rig.refusal(() =>
      git.push({ key: keys.alice, message: 'Forged\n', forge: (object) => HEADERS[name]?.(object, evil) ?? object }),
    );
    expect(refusal.reasons).toEqual([
      {
        code: expect.stringMatching(/^(CommitMalformed|GitObjectBad)$/),
        message: expect.stringMatching(/commit [0-9a-f]{40}/),
      },
    ]);
    expect(refusal.status).toContain(refusal.code);
  });
});

describe('a branch that does not go on from the trusted head', () => {
  test('rewound', async () => {
    const { git } = rig;
    const first = git.parentOf(good);
    const refusal = await rig.refusal(() => git.setHead(first));
    expect(toldBy(refusal)).toEqual([reason('NotDescendant', first, good)]);
  });

  test('pushed over by another line of the same history', async () => {
    const { git, keys } = rig;
    const parents = [git.parentOf(good)];
    const refusal = await rig.refusal(() =>
      git.push({ key: keys.alice, message: 'Instead\n', parents, files: WITH_ATTACK() }),
    );
    expect(toldBy(refusal)).toEqual([reason('NotDescendant', good)]);
  });

  test('replaced by an unrelated history', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(() =>
      git.push({ key: keys.alice, message: 'New\n', parents: [], files: WITH_ATTACK() }),
    );
    expect(toldBy(refusal)).toEqual([reason('NotDescendant', good)]);
  });

  test('with a parent that is not there', async () => {
    const { git, keys } = rig;
    const gone = 'a'.repeat(40);
    const refusal = await rig.refusal(() => git.push({ key: keys.alice, message: 'Cut\n', parents: [good, gone] }));
    expect(toldBy(refusal)).toEqual([reason('ShallowHistory', gone)]);
  });
});

describe('desired state that could mean two things', () => {
  const CONTENT: Readonly<Record<string, Record<string, unknown>>> = {
    'a symbolic link': { 'configs/link.yaml': { mode: '120000', content: '/etc/passwd' } },
    'a submodule': { sub: { mode: '160000', content: 'b'.repeat(40) } },
    'names equal under case folding': { 'configs/P1.yaml': EVIL },
    'names equal under NFC': { 'configs/\u00e9.yaml': '# one\n', 'configs/e\u0301.yaml': '# two\n' },
    'a key that is there twice': {
      'configs/p1.yaml': EVIL.replace('  priority: 10', '  priority: 10\n  priority: 20'),
    },
    'a merge key': { 'configs/p1.yaml': EVIL.replace('  priority: 10', '  priority: 10\n  <<: {priority: 20}') },
    'a scalar that YAML 1.1 reads differently': { 'configs/p1.yaml': EVIL.replace('priority: 10', 'priority: 012') },
  };
  test.each(Object.keys(CONTENT))('%s', async (name) => {
    const { git, keys } = rig;
    const files = { ...rig.files(), ...(CONTENT[name] as Record<string, string>) };
    const refusal = await rig.refusal(() => git.push({ key: keys.carol, message: 'Content\n', files }));
    expect(refusal.code).toBe('SourceFaulty');
    expect(refusal.status).toMatch(/(configs\/|sub)/);
  });

  test('no file at all is no empty fleet', async () => {
    const { git, keys } = rig;
    const refusal = await rig.refusal(() =>
      git.push({ key: keys.carol, message: 'Empty\n', files: { 'README.md': '' } }),
    );
    expect(toldBy(refusal)).toEqual([reason('EmptySource', 'no .yaml or .yml file')]);
  });
});
