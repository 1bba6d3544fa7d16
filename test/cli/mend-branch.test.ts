import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { configYaml, writeFiles } from '#test/rig.ts';
import { MENDED_BY } from '../../controller/trust/mending-commands.ts';
import { type Closers, openWaiting, type Site } from './approve-site.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function write(site: Site): Promise<void> {
  await writeFiles(site.clone, { 'configs/more.yaml': configYaml('r1', 'identity: {name: one}').replace('10', '200') });
  await site.git('add', '-A');
}

async function commit(site: Site, ...args: readonly string[]): Promise<void> {
  await write(site);
  await site.git(
    ...args.filter((arg) => arg.startsWith('-c') || arg.includes('=')),
    'commit',
    '-q',
    '-m',
    'Bad',
    ...args.filter((arg) => arg.startsWith('--')),
  );
}

/** A commit object of somebody's making on top of the branch. */
async function raw(site: Site, change: (object: string) => string, fresh = true): Promise<void> {
  if (fresh) await commit(site);
  const object = await site.git('cat-file', 'commit', 'HEAD');
  const file = site.who.write('object', `${change(object)}\n`);
  const id = await site.git('hash-object', '-t', 'commit', '-w', '--literally', file);
  await site.git('update-ref', 'refs/heads/main', id);
}

/** How a branch comes to be refused for each of these. */
const WAYS: Readonly<Record<string, (site: Site) => Promise<void>>> = {
  Unsigned: async (site) => await commit(site, '--no-gpg-sign'),
  UnknownKey: async (site) => await commit(site, '-c', `user.signingKey=${await site.who.makeKey('eve')}`),
  KeyRevoked: async (site) => {
    const old = await site.who.makeKey('second');
    const roster = readFileSync(path.join(site.clone, 'roster.yaml'), 'utf8');
    const line = readFileSync(`${old}.pub`, 'utf8').trim();
    await site.commit({ 'roster.yaml': roster.replace('      keys:\n', `      keys:\n        - ${line}\n`) });
    await site.approve(['control', '--yes']);
    await commit(site, '-c', `user.signingKey=${old}`);
    await site.who.rosctl(['signers', 'revoke', `${old}.pub`, '--reason', 'x', '--yes', '--state', site.state]);
  },
  BadSignature: async (site) =>
    await raw(site, (object) => object.replace(/ \d+ \+0000\ncommitter/, ' 1 +0000\ncommitter')),
  CommitMalformed: async (site) => await raw(site, (object) => object.replace('\ngpgsig', '\nodd header\ngpgsig')),
  NotDescendant: async (site) => {
    await site.git('reset', '-q', '--hard', 'HEAD~1');
    await commit(site);
  },
  WrongNamespace: async (site) => {
    await commit(site, '--no-gpg-sign');
    const file = site.who.write('payload', `${await site.git('cat-file', 'commit', 'HEAD')}\n`);
    const key = path.join(site.who.folder, 'home/.ssh/id_ed25519');
    await site.who.run('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', key, file]);
    const signature = readFileSync(`${file}.sig`, 'utf8').trim().replaceAll('\n', '\n ');
    await raw(site, (object) => object.replace('\n\n', `\ngpgsig ${signature}\n\n`), false);
  },
  NotContributor: async (site) => {
    const key = await site.who.makeKey('dora');
    const line = readFileSync(`${key}.pub`, 'utf8').trim();
    const roster = readFileSync(path.join(site.clone, 'roster.yaml'), 'utf8');
    await site.commit({
      'roster.yaml': `${roster}    - name: dora\n      roles: [approver]\n      keys:\n        - ${line}\n`,
    });
    await site.approve(['control', '--yes']);
    await commit(site, '-c', `user.signingKey=${key}`);
  },
  RepeatedStatement: async (site) => {
    await commit(site);
    const first = await site.git('rev-parse', 'HEAD');
    // The same signature, its armour wrapped anew, is another object.
    await raw(
      site,
      (object) => object.replace(/(PGP|SSH) SIGNATURE-----\n (\S+)\n (\S)/, '$1 SIGNATURE-----\n $2$3\n '),
      false,
    );
    const tree = await site.git('rev-parse', 'HEAD^{tree}');
    const merge = await site.git('commit-tree', '-S', '-p', first, '-p', 'HEAD', '-m', 'Both', tree);
    await site.git('update-ref', 'refs/heads/main', merge);
  },
  RangeTooLong: async (site) => {
    await commit(site);
    const who = 'committer A <a@example.org> 1700000000 +0000';
    // Few commits with as much in them as ten thousand may have.
    const one = `commit refs/heads/main\n${who}\ndata 1000000\n${'x'.repeat(1_000_000)}\n`;
    const from = `from ${await site.git('rev-parse', 'HEAD')}\n`;
    const file = site.who.write('import', `${one}${from}\n${`${one}\n`.repeat(70)}`);
    await site.who.run('sh', ['-ec', `git fast-import --quiet < ${file}`], { at: 'fleet' });
  },
};

/**
 * What no repository of this test can show. Rosters refuse weak SSH keys, so a commit signed with one is an UnknownKey's;
 * what is left of both are OpenPGP certificates, and they are mended as the others are: the new commit is signed with
 * whatever key git is set to. A shallow source is no refusal but cannot be read (`git-local.test.ts` mends one).
 */
const NOT_SHOWN = ['WeakKey', 'KeyExpired', 'ShallowHistory'];

describe('the commands that a refused branch is told to be mended with', () => {
  it.each(Object.keys(WAYS))('mend it, as they are printed: %s', async (code) => {
    const site = await openWaiting(closers);
    const { api } = site.rig.controller;
    await WAYS[code]?.(site);
    await api.reconcile([]);
    const { standing } = await ask(api, 'trust', {});
    expect(standing.refusals.map((each) => each.code)).toContain(code);
    const shown = await site.who.rosctl(['trust', 'show', '--state', site.state], { at: 'fleet' });
    const line = /next: mend the branch: (git .*)$/m.exec(shown.stdout)?.[1] ?? '';
    const status = await site.who.rosctl(['status', '--state', site.state], { at: 'fleet' });
    expect(status.stdout).toContain(line);
    await site.who.run('sh', ['-ec', line], { at: 'fleet' });
    await api.reconcile([]);
    expect((await ask(api, 'trust', {})).standing.refusals).toEqual([]);
    expect(await site.git('show', 'HEAD:configs/more.yaml')).toContain('name: one');
  });

  it.each(['Unsigned', 'NotDescendant'])('push where the source is a remote: %s', async (code) => {
    const site = await openWaiting(closers, true);
    const { api } = site.rig.controller;
    await WAYS[code]?.(site);
    await site.git('push', '-q', '--force', 'origin', 'main');
    await api.reconcile([]);
    const { refusals, mend } = (await ask(api, 'trust', {})).standing;
    expect(refusals.map((each) => each.code)).toContain(code);
    expect(mend.at(-1)).toBe('git push --force-with-lease origin main');
    const shown = await site.who.rosctl(['trust', 'show', '--state', site.state], { at: 'fleet' });
    const line = /next: mend the branch: (git .*)$/m.exec(shown.stdout)?.[1] ?? '';
    await site.who.run('sh', ['-ec', line], { at: 'fleet' });
    await api.reconcile([]);
    expect((await ask(api, 'trust', {})).standing.refusals).toEqual([]);
    expect(await site.git('rev-parse', 'origin/main')).toBe(await site.git('rev-parse', 'HEAD'));
  });

  it('are each run, or it is said why not', () => {
    expect([...Object.keys(WAYS), ...NOT_SHOWN].toSorted()).toEqual(Object.keys(MENDED_BY).toSorted());
  });

  it('are known for every fault of a signature', () => {
    const verdict = readFileSync('signatures/verdict.ts', 'utf8');
    const faults = /type SignatureFault =([^;]*);/.exec(verdict)?.[1]?.match(/\w+/g) ?? [];
    const range = /RANGE_FAULTS[^=]*= \[([^\]]*)\]/.exec(
      readFileSync('controller/trust/git-candidate.ts', 'utf8'),
    )?.[1];
    const all = [...faults, ...(range?.match(/\w+/g) ?? []), 'NotContributor', 'RepeatedStatement'];
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((code) => MENDED_BY[code] === undefined)).toEqual([]);
  });
});
