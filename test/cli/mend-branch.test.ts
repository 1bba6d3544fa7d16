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
async function raw(site: Site, change: (object: string) => string): Promise<void> {
  await commit(site);
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
};

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
