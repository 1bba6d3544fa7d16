import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '#test/ask.ts';
import { configYaml } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { openSite, type Closers, type Site } from './approve-site.ts';

const closers: Closers = [];
const keys = new Map<string, string>();
let site: Site;
let shownBefore: string;

const ROLES: Readonly<Record<string, string>> = {
  bob: 'contributor, approver, policy',
  carol: 'contributor',
  dan: 'policy',
  dora: 'approver',
  fay: 'approver',
};

/** Two routers in prod wait for two approvers who did not bring the change; ana did. Nothing is written meanwhile. */
beforeAll(async () => {
  site = await openSite(closers);
  const { api } = site.rig.controller;
  await ask(api, 'freeze', { reason: 'to look' });
  for (const name of [...Object.keys(ROLES), 'eve']) keys.set(name, await site.who.makeKey(name));
  const people = Object.entries(ROLES).map(([name, roles]) => {
    const line = readFileSync(`${keys.get(name)}.pub`, 'utf8').trim();
    return `    - name: ${name}\n      roles: [${roles}]\n      keys:\n        - ${line}\n`;
  });
  const read = (file: string): string => readFileSync(path.join(site.clone, file), 'utf8');
  await site.commit({ 'roster.yaml': `${read('roster.yaml')}${people.join('')}` });
  await approve(null, 'control');
  const policies = read('policies/approval.yaml').replaceAll('  excludeAuthors: false\n', '  required: 2\n');
  await site.commit({ 'policies/approval.yaml': policies });
  await approve('bob', 'control');
  await approve('dan', 'control');
  await site.commit({ 'configs/more.yaml': configYaml('r1', 'identity: {name: one}').replace('10', '200') });
  await site.settled('Waiting', 'r1', 'r2');
  shownBefore = (await ask(api, 'approvable', { plan: 'fleet' })).id ?? '';
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

async function approve(person: string | null, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await by(person, ...args);
  if (code !== EXIT.ok) throw new Error(stderr);
  await site.rig.controller.api.reconcile([]);
}

async function by(person: string | null, ...args: readonly string[]) {
  const signing = person === null ? [] : ['--signing-key', keys.get(person) ?? ''];
  return await site.approve([...args, '--yes', ...signing]);
}

async function commits(): Promise<number> {
  const objects = await site.git('cat-file', '--batch-all-objects', '--batch-check');
  return objects.split('\n').filter((line) => line.includes(' commit ')).length;
}

interface Refusal {
  readonly code: number;
  readonly told: boolean;
  readonly approved: boolean;
  readonly signed: number;
  readonly moved: boolean;
}

const REFUSED: Refusal = { code: EXIT.failure, told: true, approved: false, signed: 0, moved: false };

/** What came of it: nothing is to be signed, no branch to move, and the reason to be told. */
async function refusal(person: string | null, args: readonly string[], reason: string): Promise<Refusal> {
  const [before, head] = [await commits(), await site.git('rev-parse', 'HEAD')];
  const { code, stdout, stderr } = await by(person, ...args);
  return {
    code,
    told: `${stdout}\n${stderr}`.includes(reason) && /rosctl |git /.test(`${stdout}${stderr}`),
    approved: /approved [0-9a-f]/.test(stdout),
    signed: (await commits()) - before,
    moved: (await site.git('rev-parse', 'HEAD')) !== head,
  };
}

describe('rosctl approve refuses before it signs', () => {
  it.each([
    ['eve', 'UnknownKey'],
    ['carol', 'NoRole'],
    ['dan', 'NotNamed'],
    [null, 'IsAuthor'],
  ])('what %s may not approve: %s', async (person, code) => {
    expect(await refusal(person, ['r1'], code)).toEqual(REFUSED);
    expect(await refusal(person, [], code === 'NotNamed' || code === 'IsAuthor' ? 'would not count' : code)).toEqual(
      REFUSED,
    );
  });

  it('what somebody has approved already, and what needs nobody any more', async () => {
    await approve('bob', 'r1');
    expect(await refusal('bob', ['r1'], 'GivenAlready')).toEqual(REFUSED);
    await approve('dora', 'r1');
    await site.rig.controller.api.reconcile([]);
    await site.settled('Waiting', 'r1');
    expect(await refusal('fay', ['r1'], 'EnoughGiven')).toEqual(REFUSED);
  });

  it('what is signed with a key that was revoked', async () => {
    const pub = `${keys.get('bob')}.pub`;
    await site.who.rosctl(['signers', 'revoke', pub, '--reason', 'x', '--yes', '--state', site.state]);
    expect(await refusal('bob', ['r2', '--push'], 'KeyRevoked')).toEqual(REFUSED);
  });

  it('a fleet plan of which nothing is current', async () => {
    const other = (name: string): string => configYaml(name, 'identity: {name: two}').replace('10', '200');
    await site.commit({ 'configs/more.yaml': other('r1'), 'configs/again.yaml': other('r2') });
    await site.settled('Waiting', 'r1', 'r2');
    expect(await refusal('dora', [shownBefore], 'Superseded')).toEqual(REFUSED);
  });
});
