import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '#test/rig.ts';
import { gitSourceName, openStore } from '#controller';
import { EXIT } from '../../cli/exit-codes.ts';
import { rosterNameOf } from '../../cli/init/person-name.ts';
import { newcomer, type Newcomer } from './newcomer.ts';

let ana: Newcomer | undefined;
const stoppers: (() => void)[] = [];
afterEach(() => {
  for (const stop of stoppers.splice(0)) stop();
  ana?.[Symbol.dispose]();
  ana = undefined;
});

function someone(): Newcomer {
  return (ana ??= newcomer());
}

/** What the store of a folder says is trusted. */
async function trusted(state: string, source: string): Promise<string | undefined> {
  const store = await openStore({ folder: state });
  try {
    return (await store.trust.get(source))?.head;
  } finally {
    await store.close();
  }
}

async function verified(who: Newcomer, repository: string): Promise<string> {
  const exported = await who.rosctl(['roster', 'export', 'allowed-signers'], { at: repository });
  const file = who.write('allowed-signers', exported.stdout);
  return await who.git(repository, '-c', `gpg.ssh.allowedSignersFile=${file}`, 'verify-commit', 'HEAD');
}

describe('rosctl init', () => {
  it('makes a repository that is valid, signed by its roster and trusted', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    const { code, stdout, stderr } = await who.rosctl(['init', 'fleet']);
    expect(stderr).toBe('');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('rosctl approve');
    const head = await who.git('fleet', 'rev-parse', 'refs/heads/main');
    expect(await who.git('fleet', 'status', '--porcelain')).toBe('');
    expect(await who.git('fleet', 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(await verified(who, 'fleet')).toContain('Good "git" signature for ana-muller');
    const source = gitSourceName(join(who.folder, 'fleet'), 'main', '.') ?? '';
    expect(await trusted(join(who.folder, 'fleet/state'), source)).toBe(head);
    const checked = await who.rosctl(['validate'], { at: 'fleet' });
    expect(checked.code).toBe(EXIT.ok);
    expect(checked.stdout).toContain('. is valid: 1 device');
    expect(checked.stderr).toBe('');
  });

  it.each(['own', 'deep/own state', 'st[a]te', '#x', '!y', 'back\\slash', 'tail '])(
    'leaves a state folder of any name out of the repository, and names it: %s',
    async (state) => {
      const who = someone();
      await who.makeKey('id_ed25519');
      const { code, stdout } = await who.rosctl(['init', 'fleet', `--state=fleet/${state}`]);
      expect(code).toBe(EXIT.ok);
      expect(existsSync(join(who.folder, 'fleet', state, 'store.db'))).toBe(true);
      expect(await who.git('fleet', 'status', '--porcelain')).toBe('');
      expect(stdout).toContain('/credentials.yaml.');
      expect(stdout).not.toContain('fleet/state/credentials.yaml');
      expect((await who.rosctl(['validate', 'fleet'])).code).toBe(EXIT.ok);
    },
  );

  it('refuses the repository itself as the state folder', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    expect(await who.rosctl(['init', 'fleet', '--state=fleet'])).toMatchObject({ code: EXIT.usage });
    expect(existsSync(join(who.folder, 'fleet'))).toBe(false);
  });

  it('leaves what holds passwords out of the repository, and readable for nobody else', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.rosctl(['init', 'fleet']);
    const files = (await who.git('fleet', 'ls-files')).split('\n');
    expect(files.filter((file) => file.startsWith('state'))).toEqual([]);
    expect(statSync(join(who.folder, 'fleet/state/credentials.yaml')).mode & 0o077).toBe(0);
    expect(files).toContain('.github/workflows/validate.yaml');
  });

  it('has a doctor that contacts nobody', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.rosctl(['init', 'fleet']);
    const { code, stdout, stderr } = await who.rosctl(['doctor'], { at: 'fleet', env: { ROUTER_PASSWORD: 'x' } });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toBe('no device to examine\n');
    expect(stderr).toContain('left alone, spec.suspend is set: example');
  });

  it('gives every file a schema that is there without a network', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.rosctl(['init', 'fleet']);
    const yaml = (await who.git('fleet', 'ls-files', '*.yaml')).split('\n').filter((file) => !file.startsWith('.'));
    expect(yaml.length).toBeGreaterThan(4);
    for (const file of yaml) {
      const text = readFileSync(join(who.folder, 'fleet', file), 'utf8');
      const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1] ?? 'none';
      const schema = readFileSync(join(who.folder, 'fleet', file, '..', named), 'utf8');
      expect(text).toContain(`kind: ${(JSON.parse(schema) as { title: string }).title}\n`);
      expect(schema).not.toContain('$ref');
    }
  });

  it('says wherever one person may approve alone that a second one needs the role policy before that ends', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.rosctl(['init', 'fleet']);
    const text = readFileSync(join(who.folder, 'fleet/policies/approval.yaml'), 'utf8');
    const alone = text.split('excludeAuthors: false').slice(0, -1);
    expect(alone.length).toBeGreaterThan(0);
    for (const before of alone)
      expect(before.split('roles: [approver]\n').at(-1)).toContain('roles approver and policy in roster.yaml');
  });

  it('signs every later commit of the new repository with the same key', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.rosctl(['init', 'fleet']);
    await who.git('fleet', 'commit', '-q', '--allow-empty', '-m', 'A change');
    expect(await verified(who, 'fleet')).toContain('Good "git" signature for ana-muller');
  });

  it('takes a folder that holds nothing but an empty repository', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    await who.run('git', ['init', '-q', 'fleet']);
    expect((await who.rosctl(['init', '.'], { at: 'fleet' })).code).toBe(EXIT.ok);
    expect(await who.git('fleet', 'rev-list', '--count', 'main')).toBe('1');
  });

  it('names what is in the way and touches none of it', async () => {
    const who = someone();
    await who.makeKey('id_ed25519');
    who.write('fleet/notes.txt', 'mine');
    const { code, stderr } = await who.rosctl(['init', 'fleet']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('is not empty: notes.txt');
    expect(readdirSync(join(who.folder, 'fleet'))).toEqual(['notes.txt']);
    await who.run('rm', ['fleet/notes.txt']);
    await who.run('git', ['init', '-q', 'fleet']);
    await who.git('fleet', 'commit', '-q', '--allow-empty', '-m', 'x');
    const again = await who.rosctl(['init', 'fleet']);
    expect(again.stderr).toContain('has commits already');
    expect(readdirSync(join(who.folder, 'fleet'))).toEqual(['.git']);
  });

  it('says how to make a key where there is none', async () => {
    const { code, stderr } = await someone().rosctl(['init', 'fleet']);
    expect(code).toBe(EXIT.noInput);
    expect(stderr).toContain('ssh-keygen -t ed25519');
    expect(existsSync(join(someone().folder, 'fleet'))).toBe(false);
  });

  it('prefers the key that is named, then that of git, then the usual one', async () => {
    const who = someone();
    const usual = await who.makeKey('id_ed25519');
    const configured = await who.makeKey('work');
    const named = await who.makeKey('named', 'ecdsa');
    const lineOf = (key: string): string => readFileSync(`${key}.pub`, 'utf8').trim();
    const rosterOf = (folder: string): string => readFileSync(join(who.folder, folder, 'roster.yaml'), 'utf8');
    await who.rosctl(['init', 'one']);
    expect(rosterOf('one')).toContain(lineOf(usual));
    await who.run('git', ['config', '--global', 'gpg.format', 'ssh']);
    await who.run('git', ['config', '--global', 'user.signingKey', '~/.ssh/work.pub']);
    await who.rosctl(['init', 'two']);
    expect(rosterOf('two')).toContain(lineOf(configured));
    await who.run('git', ['config', '--global', 'user.signingKey', `key::${lineOf(usual)}`]);
    await who.rosctl(['init', 'three', '--key', named, '--name', 'ana']);
    expect(rosterOf('three')).toContain(lineOf(named));
    expect(await verified(who, 'three')).toContain('Good "git" signature for ana with ECDSA');
  });

  it('signs with a key that only an agent holds', async () => {
    const who = someone();
    const key = await who.makeKey('id_ed25519');
    const socket = join(who.folder, 'agent.sock');
    const agent = who.start('ssh-agent', ['-D', '-a', socket]);
    stoppers.push(() => agent.kill());
    await once(agent, 'spawn');
    await until(() => existsSync(socket), Boolean);
    const env = { SSH_AUTH_SOCK: socket };
    await who.run('ssh-add', ['-q', key], { env });
    await who.run('rm', [key]);
    expect((await who.rosctl(['init', 'fleet'], { env })).code).toBe(EXIT.ok);
    expect(await verified(who, 'fleet')).toContain('Good "git" signature for ana-muller');
  });

  it('leaves nothing behind when the first commit can not be signed', async () => {
    const who = someone();
    const key = await who.makeKey('id_ed25519');
    await who.run('rm', [key]);
    const { code, stderr } = await who.rosctl(['init', 'fleet']);
    expect(code).toBe(EXIT.failure);
    expect(stderr).toContain('git commit-tree failed');
    expect(existsSync(join(who.folder, 'fleet'))).toBe(false);
    await who.run('git', ['init', '-q', 'kept']);
    await who.rosctl(['init', 'kept']);
    expect(readdirSync(join(who.folder, 'kept'))).toEqual(['.git']);
  });

  it('does without git when it is given a private key', async () => {
    const who = someone();
    const key = await who.makeKey('other');
    const env = { PATH: '/nonexistent' };
    const refused = await who.rosctl(['init', 'fleet', '--key', `${key}.pub`], { env });
    expect(refused.code).toBe(EXIT.failure);
    expect(refused.stderr).toContain('--signing-key FILE');
    const { code, stdout } = await who.rosctl(['init', 'fleet', '--signing-key', key, '--name', 'ana', '-o', 'json'], {
      env,
    });
    expect(code).toBe(EXIT.ok);
    const { commit } = JSON.parse(stdout) as { commit: string };
    expect(await who.git('fleet', 'rev-parse', 'main')).toBe(commit);
    expect(await who.git('fleet', 'fsck', '--strict')).not.toContain('error');
    expect(await who.git('fleet', 'status', '--porcelain')).toBe('');
    expect(await verified(who, 'fleet')).toContain('Good "git" signature for ana');
  });

  it.each([
    [
      'PKCS#8',
      async (who: Newcomer, file: string) =>
        await who.run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', file]),
      EXIT.ok,
      '',
    ],
    [
      'a passphrase',
      async (who: Newcomer, file: string) =>
        await who.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', file]),
      EXIT.usage,
      'has a passphrase',
    ],
    [
      'ECDSA',
      async (who: Newcomer, file: string) => await who.run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', file]),
      EXIT.usage,
      'make one: ssh-keygen -t ed25519',
    ],
    [
      'a public key',
      async (who: Newcomer, file: string) =>
        chmodSync(who.write('key', readFileSync(`${await who.makeKey('k')}.pub`, 'utf8') + file), 0o600),
      EXIT.usage,
      'no private key that can be read',
    ],
  ])('takes or refuses a signing key with %s', async (_, make, exit, words) => {
    const who = someone();
    await make(who, join(who.folder, 'key'));
    const { code, stderr } = await who.rosctl(['init', 'fleet', '--signing-key', 'key']);
    expect(stderr).toContain(words);
    expect(code).toBe(exit);
  });

  it.each(['Ana', 'ana!', ''])('refuses the name %j', async (name) => {
    const who = someone();
    await who.makeKey('id_ed25519');
    const { code, stderr } = await who.rosctl(['init', 'fleet', '--name', name]);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('is no name for a roster');
  });
});

it.each([
  ['Ána Müller', 'ana-muller'],
  ['-.-', ''],
  ['山田', ''],
  [`${'x'.repeat(62)}-y`, 'x'.repeat(62)],
  ["O'Brien, Pat", 'o-brien-pat'],
])('%j is %j in a roster', (name, expected) => {
  expect(rosterNameOf(name)).toBe(expected);
});
