import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gitFailureOf, type GitSource, startGitSource, textsAt } from '#test/git-source.ts';
import { runGit } from '#test/git-work.ts';
import { until } from '#test/rig.ts';
import type { GitRepository } from '../../git/repository.ts';

const never = new AbortController().signal;
let source: GitSource;

beforeEach(async () => {
  source = await startGitSource();
});

afterEach(async () => {
  await source.close();
});

/**
 * Puts an `ssh` in the PATH that notes how it was called and then does as `script` says; `$last` is what the other
 * side shall run.
 */
async function openVia(
  script: string,
  url = `ssh://git@host.example.org${source.folder}/work/.git`,
  timeoutMs = 20_000,
): Promise<GitRepository> {
  const bin = join(source.folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'ssh'),
    `#!/bin/sh\necho "$@" >> ${source.folder}/calls\nenv > ${source.folder}/environment\nfor last; do :; done\n${script}\n`,
  );
  chmodSync(join(bin, 'ssh'), 0o755);
  const environment = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: source.folder,
    SSH_AUTH_SOCK: '/run/agent',
    ROUTEROS_GITOPS_KEY: 'S3cret',
    GIT_DIR: '/elsewhere',
    LD_PRELOAD: '',
  };
  return await source.open(url, { environment, timeoutMs });
}

const HERE = 'exec sh -c "$last"';

describe("a repository over SSH, by the system's git and an ssh that runs the other side on this machine", () => {
  test('its branch is fetched, and fetched on', async () => {
    const first = source.work.commit({ 'a.yaml': '1\n' });
    const repository = await openVia(HERE);
    expect(await repository.fetchHead(never)).toBe(first);
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n' });
    expect(await repository.fetchHead(never)).toBe(first);
    const second = source.work.commit({ 'a.yaml': '2\n' });
    source.work.git('tag', 'v1');
    expect(await repository.fetchHead(never)).toBe(second);
    expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n' });
    expect(await runGit(source.cacheFolder(), 'for-each-ref', '--format=%(objectname)')).toBe(second);
  });

  test('a rewind is seen, and what it left behind stays readable', async () => {
    const first = source.work.commit({ 'a.yaml': '1\n' });
    const second = source.work.commit({ 'a.yaml': '2\n' });
    const repository = await openVia(HERE);
    await repository.fetchHead(never);
    source.work.git('reset', '--quiet', '--hard', first);
    expect(await repository.fetchHead(never)).toBe(first);
    expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n' });
  });

  test('ssh never asks, and of the environment only what it needs reaches it', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    await (await openVia(HERE, `git@host.example.org:${source.folder}/work/.git`)).fetchHead(never);
    expect(readFileSync(join(source.folder, 'calls'), 'utf8')).toMatch(
      /^-o BatchMode=yes .*git@host\.example\.org git-upload-pack/,
    );
    const environment = readFileSync(join(source.folder, 'environment'), 'utf8');
    expect(environment).toContain('SSH_AUTH_SOCK=/run/agent');
    expect(environment).not.toMatch(/S3cret|GIT_DIR=\/elsewhere|LD_PRELOAD/);
  });

  test('no hook and no setting of a user has a word', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    const repository = await openVia(HERE);
    await repository.fetchHead(never);
    const hook = join(source.cacheFolder(), 'hooks/reference-transaction');
    mkdirSync(join(hook, '..'), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch ${source.folder}/ran\n`);
    chmodSync(hook, 0o755);
    writeFileSync(
      join(source.folder, '.gitconfig'),
      `[core]\nhooksPath = ${join(hook, '..')}\n[url "/elsewhere"]\ninsteadOf = ssh://\n`,
    );
    const second = source.work.commit({ 'a.yaml': '2\n' });
    expect(await repository.fetchHead(never)).toBe(second);
    expect(existsSync(join(source.folder, 'ran'))).toBe(false);
  });

  test.each(['a deleted branch', 'an empty repository'])('%s is a failure and no empty state', async (which) => {
    const repository = await openVia(HERE);
    if (which === 'a deleted branch') {
      source.work.commit({ 'a.yaml': '1\n' });
      await repository.fetchHead(never);
      source.work.git('branch', '--quiet', '-m', 'main', 'main2');
    }
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code: 'BranchMissing' });
  });

  test('a repository that is shallow itself is refused', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    source.work.commit({ 'a.yaml': '2\n' });
    source.work.git(
      'clone',
      '--quiet',
      '--bare',
      '--depth=1',
      `file://${source.work.folder}`,
      join(source.folder, 'shallow'),
    );
    const repository = await openVia(HERE, `ssh://host.example.org${source.folder}/shallow`);
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code: 'ShallowHistory' });
  });

  test.each([
    ['echo "git@host: Permission denied (publickey)." >&2; exit 255', 'SourceUnauthorized'],
    ['echo "Host key verification failed." >&2; exit 255', 'SourceUntrusted'],
    ['echo "ssh: Could not resolve hostname host.example.org" >&2; exit 255', 'SourceUnreachable'],
    ['echo "ssh: connect to host host.example.org port 22: Connection refused" >&2; exit 255', 'SourceUnreachable'],
    ['exec sh -c "git-upload-pack /gone"', 'SourceNotFound'],
    ['echo "ERROR: Repository not found." >&2; exit 1', 'SourceNotFound'],
    ['echo "Welcome to this machine"', 'SourceGarbage'],
    ['exit 0', 'SourceUnreachable'],
  ])('%s: %s', async (script, code) => {
    expect(await gitFailureOf((await openVia(script)).fetchHead(never))).toMatchObject({ code });
  });

  test('a connection that ends inside the first answer', async () => {
    const cut = await openVia('sh -c "$last" | head -c 100', undefined, 1500);
    expect(await gitFailureOf(cut.fetchHead(never))).toMatchObject({ code: 'SourceUnreachable' });
  });

  test('a connection that ends inside the pack leaves nothing behind that harms', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    await (await openVia(HERE)).fetchHead(never);
    const second = source.work.commit({
      'b.yaml': Array.from({ length: 30_000 }, (_, n) => String((n * 7919) % 30_011)).join('\n'),
    });
    const cut = await openVia('sh -c "$last" | head -c 9000', undefined, 1500);
    expect(await gitFailureOf(cut.fetchHead(never))).toMatchObject({ code: 'SourceUnreachable' });
    const repository = await openVia(HERE);
    expect(await repository.fetchHead(never)).toBe(second);
    expect(Object.keys(await textsAt(repository, second))).toEqual(['a.yaml', 'b.yaml']);
  });

  test('one that hangs is ended, and the ssh with it', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    const hanging = `echo $$ > ${source.folder}/pid; exec sleep 600`;
    expect(await gitFailureOf((await openVia(hanging, undefined, 500)).fetchHead(never))).toMatchObject({
      code: 'SourceUnreachable',
    });
    const pid = Number(readFileSync(join(source.folder, 'pid'), 'utf8'));
    expect(
      await until(
        () => isRunning(pid),
        (running) => !running,
      ),
    ).toBe(false);
  });

  test('without git there are words on what to install', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    const bin = join(source.folder, 'empty');
    mkdirSync(bin);
    const url = `ssh://host.example.org${source.folder}/work/.git`;
    const nowhere = await source.open(url, { environment: { PATH: bin } });
    expect(await gitFailureOf(nowhere.fetchHead(never))).toMatchObject({ code: 'GitMissing' });
    symlinkSync('/usr/bin/git', join(bin, 'git'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
    const noSsh = await source.open(url, { environment: { PATH: bin } });
    expect(await gitFailureOf(noSsh.fetchHead(never))).toMatchObject({ code: 'GitMissing' });
  });

  test('a damaged object is brought again', async () => {
    source.work.commit({ 'a.yaml': '1\n' });
    const head = source.work.commit({ 'a.yaml': '2\n' });
    await (await openVia(HERE)).fetchHead(never);
    const loose = join(source.cacheFolder(), 'objects', head.slice(0, 2), head.slice(2));
    rmSync(loose);
    writeFileSync(loose, 'damaged');
    const repository = await openVia(HERE);
    await expect(repository.readObject(head)).rejects.toMatchObject({ code: 'GitObjectBad' });
    expect(await repository.fetchHead(never)).toBe(head);
    expect(await textsAt(repository, head)).toEqual({ 'a.yaml': '2\n' });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
