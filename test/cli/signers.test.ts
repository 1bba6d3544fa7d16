import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyIdOf, openStore } from '#controller';
import { type Rig, startRig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { newcomer, type Newcomer } from './newcomer.ts';

let who: Newcomer;
let rig: Rig | undefined;
let key: string;

beforeEach(async () => {
  who = newcomer('ana');
  const file = await who.makeKey('id_ed25519');
  key = keyIdOf(readFileSync(`${file}.pub`, 'utf8'));
  await who.rosctl(['init', 'fleet']);
});
afterEach(async () => {
  await rig?.close();
  rig = undefined;
  who[Symbol.dispose]();
});

async function follow(): Promise<string> {
  const url = path.join(who.folder, 'fleet/.git');
  const git = { location: { kind: 'local', url, branch: 'main', path: '.' }, pollSeconds: 3600, token: null } as const;
  rig = await startRig(
    () => ({}),
    undefined,
    () => ({ git }),
  );
  const state = rig.config.stateFolder;
  await who.rosctl(['trust', 'init', await who.git('fleet', 'rev-parse', 'HEAD'), '--state', state]);
  return state;
}

it('the roster lists people with the fingerprints that ssh-keygen prints', async () => {
  const { code, stdout } = await who.rosctl(['roster', 'list'], { at: 'fleet' });
  expect(code).toBe(EXIT.ok);
  expect(stdout).toContain(key);
  expect(await who.run('ssh-keygen', ['-l', '-f', 'home/.ssh/id_ed25519.pub'])).toContain(key);
  const json = await who.rosctl(['roster', 'list', '-o', 'json'], { at: 'fleet' });
  expect(JSON.parse(json.stdout)).toEqual({
    items: [{ name: 'ana', roles: ['contributor', 'approver', 'policy'], keys: [key] }],
  });
});

it('the roster is exported as git and ssh-keygen take it', async () => {
  const { stdout } = await who.rosctl(['roster', 'export', 'allowed-signers', '--fleet', 'fleet']);
  who.write('signers', stdout);
  expect(await who.run('ssh-keygen', ['-Y', 'find-principals', '-f', 'signers', '-s', await signature()])).toBe('ana');
  const missing = await who.rosctl(['roster', 'export', '--fleet', 'fleet']);
  expect(missing.code).toBe(EXIT.usage);
  expect(missing.stderr).toContain('rosctl roster export allowed-signers');
});

async function signature(): Promise<string> {
  who.write('message', 'hello\n');
  await who.run('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', 'home/.ssh/id_ed25519', 'message']);
  return 'message.sig';
}

it('a fleet without a Roster says how to get one', async () => {
  await who.run('rm', ['fleet/roster.yaml', 'fleet/policies/approval.yaml']);
  const { code, stderr } = await who.rosctl(['roster', 'list'], { at: 'fleet' });
  expect(code).toBe(EXIT.noInput);
  expect(stderr).toContain('kind: Roster');
});

it('a revoked key counts for nothing from that moment on', async () => {
  const state = await follow();
  expect((await who.rosctl(['signers', 'list', '--state', state])).stdout).toContain(
    `ana     contributor, approver, policy  ${key}\n`,
  );
  const asked = await who.rosctl(['signers', 'revoke', key, '--reason', 'lost', '--state', state]);
  expect(asked.code).toBe(EXIT.usage);
  const revoked = await who.rosctl(['signers', 'revoke', key, '--reason', 'laptop lost', '--yes', '--state', state]);
  expect(revoked.code).toBe(EXIT.ok);
  expect(revoked.stdout).toContain('at once');
  const { stdout } = await who.rosctl(['signers', 'list', '--state', state]);
  expect(stdout).toContain(`${key} (revoked)`);
  expect(stdout).toContain('laptop lost');
  await who.git('fleet', 'commit', '-q', '--allow-empty', '-m', 'By the thief');
  await rig?.controller.api.reconcile([]);
  expect(rig?.controller.api.fleet.sourceStatus()?.refusals.map(({ code }) => code)).toContain('KeyRevoked');
  const again = await who.rosctl(['signers', 'revoke', key, '--reason', 'twice', '--yes', '--state', state]);
  expect(again.stdout).toContain('was revoked already');
});

it('a key is revoked in the store while no controller runs, by its .pub file too', async () => {
  const { code, stdout } = await who.rosctl(
    ['signers', 'revoke', '../home/.ssh/id_ed25519.pub', '--reason', 'left', '--yes', '-o', 'json'],
    { at: 'fleet' },
  );
  expect(code).toBe(EXIT.ok);
  expect(JSON.parse(stdout)).toEqual({ key, revoked: true, already: false });
  const store = await openStore({ folder: path.join(who.folder, 'fleet/state') });
  expect(await store.revocations.list()).toMatchObject([{ key, reason: 'left' }]);
  expect((await store.audit.list({ limit: 1 }))[0]).toMatchObject({ action: 'signers.revoke', detail: { key } });
  await store.close();
});

it.each([
  [['revoke'], 'KEY is missing'],
  [['revoke', 'SHA256:short', '--reason', 'x'], 'is no key'],
  [['revoke', '0123456789abcdef', '--reason', 'x'], 'is no key'],
  [['revoke', `SHA256:${'a'.repeat(43)}`], '--reason is missing'],
])('signers %j is refused', async (args, words) => {
  const { code, stderr } = await who.rosctl(['signers', ...args], { at: 'fleet' });
  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain(words);
});
