import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvalIn, parseCommit } from '#controller';
import { type GitRepository, openGitRepository, type ProposedCommit } from '#git';
import type { NewFile } from '../../git/proposed-commit.ts';
import { type GitWork, makeGitWork } from '#test/git-work.ts';

const ID = 'a'.repeat(32);
const REF = `refs/heads/proposals/${ID}`;

let folder: string;
let work: GitWork;
let repository: GitRepository;
let head: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'proposals-'));
  work = makeGitWork(path.join(folder, 'work'));
  head = work.commit({
    'a.yaml': 'a: 1\n',
    'configs/one.yaml': '\uFEFFone: 1\r\n',
    'configs/run.yaml': 'run: 1\n',
    'configs.txt': 'x\n',
    'configs-b/y': 'y\n',
  });
  work.git('update-index', '--chmod=+x', 'configs/run.yaml');
  work.git('commit', '--quiet', '-m', 'mode');
  head = work.git('rev-parse', 'HEAD');
  repository = await open('main');
});
afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(branch: string): Promise<GitRepository> {
  const location = { kind: 'local', url: path.join(work.folder, '.git'), branch, path: '.' } as const;
  return await openGitRepository(location, { cacheFolder: folder, token: () => null, ca: [], timeoutMs: 10_000 });
}

/** As whoever made the change saw it. */
function file(at: string, before: string | null, after: string): NewFile {
  return {
    path: at,
    edit: (text) => {
      if (text !== before) throw new Error('not as it was');
      return after;
    },
  };
}

function commit(more: Partial<ProposedCommit> = {}): ProposedCommit {
  const files = [
    file('configs/one.yaml', 'one: 1\r\n', 'one: 2\r\n'),
    file('configs/run.yaml', 'run: 1\n', 'run: 2\n'),
    file('configs/proposals/new.yaml', null, 'new: 1\n'),
  ];
  return {
    id: ID,
    parent: head,
    files,
    message: 'Change dns as proposed\n\nProposal: x\n',
    at: 1_700_000_000_000,
    before: null,
    ...more,
  };
}

async function put(more: Partial<ProposedCommit> = {}): Promise<string | null> {
  return (await repository.proposals?.put(commit(more))) ?? null;
}

/** Every ref but that of the proposal. */
function others(): string {
  return work
    .git('for-each-ref', '--format=%(refname) %(objectname)')
    .replaceAll(new RegExp(`^${REF} .*\n?`, 'gm'), '')
    .trimEnd();
}

describe('the branch of a proposal', () => {
  it('holds one commit that changes these files and nothing else, as git reads it', async () => {
    const before = others();
    const id = await put();
    expect(work.git('rev-parse', REF)).toBe(id);
    expect(others()).toBe(before);
    work.git('fsck', '--strict', '--no-dangling');
    expect(work.git('diff-tree', '-r', '--name-status', head, REF).split('\n')).toEqual([
      'M\tconfigs/one.yaml',
      'A\tconfigs/proposals/new.yaml',
      'M\tconfigs/run.yaml',
    ]);
    expect(work.git('ls-tree', REF, 'configs/run.yaml')).toContain('100755');
    expect(work.git('rev-parse', `${REF}:configs/one.yaml`)).toBe(
      work.feed('\uFEFFone: 2\r\n', 'hash-object', '--stdin'),
    );
    expect(work.git('log', '-1', '--format=%P %an %at', REF)).toBe(`${head} routeros-gitops 1700000000`);
  });

  it('holds a commit that nobody signed, and that approves nothing', async () => {
    const id = (await put()) ?? '';
    const { bytes } = await repository.readObject(id);
    const parsed = parseCommit(bytes, id);
    expect(parsed.signature).toBeNull();
    expect(approvalIn(parsed)).toEqual({ kind: 'none' });
  });

  it('moves only from where it was known to stand, and goes only from there', async () => {
    const first = (await put()) ?? '';
    const other = { files: [file('a.yaml', 'a: 1\n', 'a: 2\n')] };
    for (const before of [null, head])
      await expect(put({ ...other, before })).rejects.toMatchObject({ code: 'ProposalMoved' });
    expect(work.git('rev-parse', REF)).toBe(first);
    const second = (await put({ ...other, before: first })) ?? '';
    expect(work.git('rev-parse', REF)).toBe(second);
    await expect(repository.proposals?.remove(ID, first)).rejects.toMatchObject({ code: 'ProposalMoved' });
    expect(work.git('rev-parse', REF)).toBe(second);
    await repository.proposals?.remove(ID, second);
    expect(others()).toBe(work.git('for-each-ref', '--format=%(refname) %(objectname)'));
    // What a life before wrote and could not tell of is the same once more.
    const third = await put(other);
    expect(await put(other)).toBe(third);
    await expect(put({ ...other, at: 1_800_000_000_000 })).rejects.toMatchObject({ code: 'ProposalMoved' });
  });

  it('is not written where somebody else has rewritten it', async () => {
    const first = (await put()) ?? '';
    work.git('update-ref', REF, head);
    const files = [file('a.yaml', 'a: 1\n', 'a: 3\n')];
    await expect(put({ before: first, files })).rejects.toMatchObject({ code: 'ProposalMoved' });
    expect(work.git('rev-parse', REF)).toBe(head);
  });

  it('can be no other branch, however it is named', async () => {
    const before = others();
    for (const id of ['main', '../main', `${ID}/..`, '', `${ID}\n`, 'A'.repeat(32)])
      await expect(put({ id })).rejects.toThrow('no name of a proposal');
    // The branch that is followed is never written.
    work.git('branch', `proposals/${ID}`, head);
    const followed = await open(`proposals/${ID}`);
    await expect(followed.proposals?.put(commit({ before: head }))).rejects.toMatchObject({ code: 'ProposalsRefused' });
    await expect(followed.proposals?.remove(ID, head)).rejects.toMatchObject({ code: 'ProposalsRefused' });
    expect(work.git('rev-parse', REF)).toBe(head);
    await followed.close();
    expect(others()).toBe(before);
  });

  it('is not written where a branch or a lock is in the way', async () => {
    writeFileSync(path.join(work.folder, '.git/refs/heads/proposals'), `${head}\n`);
    await expect(put()).rejects.toMatchObject({ code: 'ProposalsRefused' });
    rmSync(path.join(work.folder, '.git/refs/heads/proposals'));
    mkdirSync(path.join(work.folder, '.git/refs/heads/proposals'), { recursive: true });
    writeFileSync(path.join(work.folder, '.git', `${REF}.lock`), '');
    await expect(put()).rejects.toMatchObject({ code: 'ProposalsRefused' });
    rmSync(path.join(work.folder, '.git', `${REF}.lock`));
    expect(await put()).not.toBeNull();
  });

  it('is refused where a file is not as it was said to be', async () => {
    for (const odd of [
      file('a.yaml', 'a: 2\n', 'a: 3\n'),
      file('a.yaml', null, 'a: 3\n'),
      file('b.yaml', 'b\n', 'c\n'),
    ])
      await expect(put({ files: [odd] })).rejects.toThrow('not as it was');
    for (const odd of [file('a.yaml/b.yaml', null, 'c\n'), file('configs', null, 'c\n')])
      await expect(put({ files: [odd] })).rejects.toMatchObject({ code: 'GitObjectBad' });
    expect(work.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });
});
