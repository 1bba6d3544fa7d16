import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GIT_TOKEN, gitFailureOf, type GitSource, startGitSource } from '#test/git-source.ts';
import type { GitServer } from '#test/git-server.ts';
import type { GitRepository, ProposedCommit } from '#git';
import { makeTestCa } from '../rest/certificates.ts';

const ID = 'a'.repeat(32);
const REF = `refs/heads/proposals/${ID}`;
const WRITE_TOKEN = 'wr1te-t0ken-of-the-forge';
const never = new AbortController().signal;
let source: GitSource;
let head: string;

beforeEach(async () => {
  source = await startGitSource();
  head = source.work.commit({ 'a.yaml': 'a: 1\n', 'configs/one.yaml': 'one: 1\n' });
  source.work.git('config', 'http.receivepack', 'true');
});
afterEach(async () => {
  await source.close();
});

function commit(after = 'a: 2\n', more: Partial<ProposedCommit> = {}): ProposedCommit {
  const files = [
    { path: 'a.yaml', edit: () => after },
    { path: 'configs/proposals/new.yaml', edit: () => 'x'.repeat(70_000) },
  ];
  const message = `Change dns as proposed\n\nProposal: ${ID}\n`;
  return { id: ID, parent: head, files, message, at: 1_700_000_000_000, before: null, ...more };
}

/** Every ref but that of the proposal. */
function others(): string {
  const refs = source.work.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n');
  return refs.filter((line) => !line.startsWith(`${REF} `)).join('\n');
}

/** What holds whichever way a proposal takes. */
async function isPushed(repository: GitRepository): Promise<void> {
  const before = others();
  expect(await repository.fetchHead(never)).toBe(head);
  const branches = repository.proposals;
  if (branches === null) throw new Error('there is no way to push');
  const first = await branches.put(commit());
  expect(source.work.git('rev-parse', REF)).toBe(first);
  expect(source.work.git('show', `${first}:a.yaml`)).toBe('a: 2');
  expect(source.work.git('diff', '--name-only', 'main', REF).split('\n')).toEqual([
    'a.yaml',
    'configs/proposals/new.yaml',
  ]);
  source.work.git('fsck', '--strict');
  // An answer that was lost: the same once more.
  expect(await branches.put(commit())).toBe(first);
  // With lease: only from where it is known to stand.
  expect((await gitFailureOf(branches.put(commit('a: 3\n')))).code).toBe('ProposalMoved');
  expect((await gitFailureOf(branches.put(commit('a: 3\n', { before: head })))).code).toBe('ProposalMoved');
  const second = await branches.put(commit('a: 3\n', { before: first }));
  expect(source.work.git('rev-parse', REF)).toBe(second);
  source.work.git('update-ref', REF, head);
  expect((await gitFailureOf(branches.remove(ID, second))).code).toBe('ProposalMoved');
  expect(source.work.git('rev-parse', REF)).toBe(head);
  await branches.remove(ID, head);
  expect(others()).toBe(source.work.git('for-each-ref', '--format=%(refname) %(objectname)'));
  for (const id of ['main', '../main', `${ID}:refs/heads/main`, `${ID}\n`, ''])
    await expect(branches.put(commit('a: 4\n', { id }))).rejects.toThrow('no name of a proposal');
  expect(others()).toBe(before);
}

describe('a proposal goes to a repository over HTTPS', () => {
  let server: GitServer;
  let pem: string;

  async function open(login = `x-access-token:${WRITE_TOKEN}`, branch = 'main'): Promise<GitRepository> {
    const ca = await makeTestCa();
    pem = ca.pem;
    server = await source.serve({ login, tls: await ca.issue('127.0.0.1') });
    return await source.open(server, { ca: [pem], token: () => GIT_TOKEN, writeToken: () => WRITE_TOKEN }, branch);
  }

  it('with the token that may write, which nothing else is asked with', async () => {
    const repository = await open();
    const reading = Buffer.from(`x-access-token:${GIT_TOKEN}`).toString('base64');
    server.logins.push(`x-access-token:${GIT_TOKEN}`);
    await isPushed(repository);
    for (const { path, authorization } of server.requests) {
      const isWriting = path.includes('receive-pack');
      expect(authorization?.endsWith(reading)).toBe(!isWriting);
    }
  });

  it('nowhere without that token, or where the server does not let it', async () => {
    const repository = await open(`x-access-token:${GIT_TOKEN}`);
    await repository.fetchHead(never);
    const before = source.work.git('for-each-ref');
    const refused = await gitFailureOf(repository.proposals?.put(commit()) ?? Promise.resolve());
    expect(refused).toMatchObject({ code: 'ProposalsRefused', message: expect.stringContaining('401') as string });
    server.logins.push(`x-access-token:${WRITE_TOKEN}`);
    source.work.git('config', 'http.receivepack', 'false');
    expect((await gitFailureOf(repository.proposals?.put(commit()) ?? Promise.resolve())).code).toBe(
      'ProposalsRefused',
    );
    source.work.git('config', 'http.receivepack', 'true');
    // A rule of the forge, in its own words.
    const hook = join(source.work.folder, '.git/hooks/update');
    mkdirSync(join(source.work.folder, '.git/hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n');
    chmodSync(hook, 0o755);
    const ruled = await gitFailureOf(repository.proposals?.put(commit()) ?? Promise.resolve());
    expect(ruled).toMatchObject({
      code: 'ProposalsRefused',
      message: expect.stringContaining('hook declined') as string,
    });
    expect(source.work.git('for-each-ref')).toBe(before);
    const reader = await source.open(server, { ca: [pem], token: () => GIT_TOKEN });
    expect(reader.proposals).toBeNull();
  });

  it('never where it is the branch that is followed, and not to a server that says what none says', async () => {
    source.work.git('branch', `proposals/${ID}`, head);
    const repository = await open(undefined, `proposals/${ID}`);
    server.logins.push(`x-access-token:${GIT_TOKEN}`);
    await repository.fetchHead(never);
    expect(
      (await gitFailureOf(repository.proposals?.put(commit('a: 2\n', { before: head })) ?? Promise.resolve())).code,
    ).toBe('ProposalsRefused');
    source.work.git('branch', '-D', `proposals/${ID}`);
    const other = commit('a: 2\n', { id: 'b'.repeat(32) });
    server.twist = (answer, path) => (path.includes('receive-pack') ? Buffer.from('<html>') : answer);
    expect((await gitFailureOf(repository.proposals?.put(other) ?? Promise.resolve())).code).toBe('SourceGarbage');
    server.twist = (answer, path) => (path.endsWith('/git-receive-pack') ? Buffer.from('0000') : answer);
    expect((await gitFailureOf(repository.proposals?.put(other) ?? Promise.resolve())).code).toBe('ProposalsRefused');
    await server.close();
    expect(
      (await gitFailureOf(repository.proposals?.put(commit('a: 2\n', { id: 'c'.repeat(32) })) ?? Promise.resolve()))
        .code,
    ).toBe('SourceUnreachable');
  });
});

describe("a proposal goes to a repository over SSH, by the system's git", () => {
  async function open(script: string): Promise<GitRepository> {
    const bin = join(source.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nfor last; do :; done\n${script}\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    const environment = { PATH: `${bin}:/usr/bin:/bin`, HOME: source.folder };
    return await source.open(`ssh://git@host.example.org${source.folder}/work/.git`, { environment });
  }

  it('from where it is known to stand alone', async () => {
    const repository = await open('exec sh -c "$last"');
    expect(repository.proposals).not.toBeNull();
    await isPushed(repository);
  });

  it('nowhere where its key may only read', async () => {
    const repository = await open(
      'case "$last" in git-receive-pack*) echo "ERROR: Write access to repository not granted: denied." >&2; exit 1;; esac; exec sh -c "$last"',
    );
    await repository.fetchHead(never);
    const refused = await gitFailureOf(repository.proposals?.put(commit()) ?? Promise.resolve());
    expect(refused.code).toBe('ProposalsRefused');
    expect(source.work.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });
});
