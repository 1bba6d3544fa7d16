import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#controller';
import { type Rig, startRig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { newcomer, type Newcomer } from './newcomer.ts';

let who: Newcomer;
let rig: Rig | undefined;

beforeEach(async () => {
  who = newcomer('ana');
  await who.makeKey('id_ed25519');
  await who.rosctl(['init', 'fleet']);
});
afterEach(async () => {
  await rig?.close();
  rig = undefined;
  who[Symbol.dispose]();
});

const head = async (): Promise<string> => await who.git('fleet', 'rev-parse', 'HEAD');

async function commit(message: string, ...more: readonly string[]): Promise<string> {
  await who.git('fleet', 'commit', '-q', '--allow-empty', '-m', message, ...more);
  return await head();
}

/** A controller on a state folder of its own, which trusts nothing yet. */
async function follow(): Promise<string> {
  const url = path.join(who.folder, 'fleet/.git');
  const git = { location: { kind: 'local', url, branch: 'main', path: '.' }, pollSeconds: 3600, token: null } as const;
  rig = await startRig(
    () => ({}),
    undefined,
    () => ({ git }),
  );
  return rig.config.stateFolder;
}

describe('rosctl trust init', () => {
  it('tells a running controller where trust begins, and shows what follows from it', async () => {
    const state = await follow();
    const before = await who.rosctl(['trust', 'show', '--state', state]);
    expect(before.stdout).toContain('nothing yet');
    const first = await head();
    expect(before.stdout).toContain(`next: rosctl --state ${state} trust init ${first}\n`);
    const began = await who.rosctl(['trust', 'init', first, '--state', state]);
    expect(began.code).toBe(EXIT.ok);
    expect(began.stderr).toContain('approvals at or below it never count');
    const after = await who.rosctl(['trust', 'show', '--state', state]);
    expect(after.stdout).toContain(`up to ${first}`);
    expect(after.stdout).toContain('All of the branch is accepted.');
  });

  it('shows why the newest commit does not count', async () => {
    const state = await follow();
    await who.rosctl(['trust', 'init', await head(), '--state', state]);
    await commit('Unsigned', '--no-gpg-sign');
    await rig?.controller.api.reconcile([]);
    const { stdout } = await who.rosctl(['trust', 'show', '--state', state]);
    expect(stdout).toContain('The newest commit does not count:\n  Unsigned:');
  });

  it('asks before it forgets what was trusted', async () => {
    const state = await follow();
    const first = await head();
    await who.rosctl(['trust', 'init', first, '--state', state]);
    const second = await commit('More');
    const unasked = await who.rosctl(['trust', 'init', second, '--state', state]);
    expect(unasked.code).toBe(EXIT.usage);
    const refused = await who.rosctl(['trust', 'init', second, '--state', state], { tty: true, input: 'no\n' });
    expect(refused.code).toBe(EXIT.failure);
    expect(refused.stderr).toContain(`now, ${first}, and every approval that is not used yet are forgotten`);
    expect(rig?.controller.api.fleet.sourceStatus()?.trust?.anchor).toBe(first);
    const done = await who.rosctl(['trust', 'init', second, '--state', state, '--yes', '-o', 'json']);
    expect(JSON.parse(done.stdout)).toMatchObject({ head: second, anchor: second, running: true });
    expect(rig?.controller.api.fleet.sourceStatus()?.trust?.anchor).toBe(second);
  });

  it('refuses a source that is not the controller’s', async () => {
    const state = await follow();
    const { code, stderr } = await who.rosctl(
      ['trust', 'init', await head(), '--state', state, '--source', 'https://git.example.net/fleet.git'],
      { at: 'fleet' },
    );
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('the running controller follows git:');
  });

  it('writes it into the store while no controller runs, under the name that one will use', async () => {
    const second = await commit('More');
    const { code, stdout } = await who.rosctl(['trust', 'init', second, '--yes'], { at: 'fleet' });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('next: rosctl controller\n');
    const state = path.join(who.folder, 'fleet/state');
    const store = await openStore({ folder: state });
    const source = `git:${path.join(who.folder, 'fleet/.git')}#main:.`;
    expect(await store.trust.get(source)).toMatchObject({ head: second, anchor: second });
    expect((await store.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'trust.init',
      detail: { source, commit: second },
    });
    await store.close();
  });

  it.each([
    ['HEAD', 'is no whole commit id'],
    ['3f2a9c8', 'is no whole commit id'],
    ['3F2A9C81D2E47B60915A8C3DF0E1B2A4C5D6E7F8', 'is no whole commit id'],
  ])('refuses %s', async (commitId, words) => {
    const { code, stderr } = await who.rosctl(['trust', 'init', commitId], { at: 'fleet' });
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(words);
  });

  it('says that a plain folder has no history to trust', async () => {
    const { code, stderr } = await who.rosctl(['trust', 'init', await head(), '--source', '../home', '--yes'], {
      at: 'fleet',
    });
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('is no Git repository');
  });
});

describe('a folder as the source', () => {
  it('has neither trust nor approvals, and says what has', async () => {
    rig = await startRig(
      () => ({
        'roster.yaml':
          'apiVersion: routeros-gitops.dev/v1alpha1\nkind: Roster\nmetadata: {name: p}\nspec: {people: [{name: a, roles: [approver]}]}\n',
      }),
      undefined,
    );
    const state = rig.config.stateFolder;
    for (const args of [
      ['trust', 'show'],
      ['approve', '--yes'],
    ]) {
      const { code, stderr } = await who.rosctl([...args, '--state', state], { at: 'fleet' });
      expect(code).toBe(EXIT.usage);
      expect(stderr).toContain('is a folder');
    }
  });
});
