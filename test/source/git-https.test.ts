import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GIT_TOKEN, gitFailureOf, type GitSource, startGitSource, textsAt } from '#test/git-source.ts';
import { runGit } from '#test/git-work.ts';
import { makeTestCa } from '../rest/certificates.ts';

const ADVERTISEMENT = 'application/x-git-upload-pack-advertisement';
const never = new AbortController().signal;
let source: GitSource;

beforeEach(async () => {
  source = await startGitSource();
});

afterEach(async () => {
  await source.close();
});

describe('a repository over HTTP', () => {
  test('its branch is fetched, and fetched on', async () => {
    const server = await source.serve();
    const first = source.work.commit({ 'a.yaml': '1\n', 'b.yaml': '1\n' });
    const repository = await source.open(server);
    expect(await repository.fetchHead(never)).toBe(first);
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n', 'b.yaml': '1\n' });
    const second = source.work.commit({ 'a.yaml': '2\n' });
    expect(await repository.fetchHead(never)).toBe(second);
    expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n', 'b.yaml': '1\n' });
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n', 'b.yaml': '1\n' });
  });

  test('when nothing is new no objects are asked for, and only what is new is sent', async () => {
    const server = await source.serve();
    source.work.commit(
      Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${String(n)}.yaml`, randomBytes(300).toString('hex')])),
    );
    const repository = await source.open(server);
    const sizes: number[] = [];
    server.twist = (answer, path) => {
      if (path.endsWith('/git-upload-pack')) sizes.push(answer.byteLength);
      return answer;
    };
    await repository.fetchHead(never);
    const whole = sizes.at(-1) ?? 0;
    const asked = server.requests.length;
    await repository.fetchHead(never);
    expect(server.requests.slice(asked).map(({ path }) => path)).toEqual([
      '/work/.git/info/refs?service=git-upload-pack',
      '/work/.git/git-upload-pack',
    ]);
    source.work.commit({ 'new.yaml': 'x\n' });
    await repository.fetchHead(never);
    expect(sizes.at(-1)).toBeLessThan(whole / 3);
  });

  test('a large first fetch and many small ones later are all read, and leave one pack', async () => {
    const server = await source.serve();
    source.work.commit(
      Object.fromEntries(
        Array.from({ length: 520 }, (_, n) => [`d${String(n % 20)}/${String(n)}.yaml`, `${String(n)}\n`]),
      ),
    );
    const repository = await source.open(server);
    await repository.fetchHead(never);
    let head = '';
    for (let n = 0; n < 3; n += 1) {
      head = source.work.commit({ 'a.yaml': `${String(n)}\n` });
      expect(await repository.fetchHead(never)).toBe(head);
    }
    expect(Object.keys(await textsAt(repository, head))).toHaveLength(521);
    expect(
      readdirSync(join(source.cacheFolder(), 'objects/pack')).filter((name) => name.endsWith('.pack')),
    ).toHaveLength(1);
    expect(await runGit(source.cacheFolder(), 'fsck', '--full', '--strict')).toBe('');
  });

  test('another start finds what the last one fetched', async () => {
    const server = await source.serve();
    const head = source.work.commit({ 'a.yaml': '1\n' });
    await (await source.open(server)).fetchHead(never);
    const asked = server.requests.length;
    const again = await source.open(server);
    expect(await again.fetchHead(never)).toBe(head);
    expect(server.requests.slice(asked)).toHaveLength(2);
    server.instead = (_, response) => {
      response.writeHead(500).end();
      return true;
    };
    expect(await textsAt(again, head)).toEqual({ 'a.yaml': '1\n' });
  });

  test('what the branch left behind by a rewind stays readable', async () => {
    const server = await source.serve();
    const first = source.work.commit({ 'a.yaml': '1\n' });
    const second = source.work.commit({ 'a.yaml': '2\n' });
    const repository = await source.open(server);
    await repository.fetchHead(never);
    source.work.git('reset', '--quiet', '--hard', first);
    expect(await repository.fetchHead(never)).toBe(first);
    expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n' });
    source.work.git('reflog', 'expire', '--expire=now', '--all');
    source.work.git('gc', '--quiet', '--prune=now');
    const third = source.work.commit({ 'a.yaml': '3\n' });
    expect(await repository.fetchHead(never)).toBe(third);
    expect(await textsAt(repository, third)).toEqual({ 'a.yaml': '3\n' });
  });

  test('a server whose HEAD stands at a branch without commits, and one with many branches and tags', async () => {
    const server = await source.serve();
    const head = source.work.commit({ 'a.yaml': '1\n' });
    source.work.git('symbolic-ref', 'HEAD', 'refs/heads/unborn');
    expect(await (await source.open(server)).fetchHead(never)).toBe(head);
    const refs = Array.from(
      { length: 2000 },
      (_, n) => `create refs/heads/main${String(n)} ${head}\ncreate refs/tags/t${String(n)} ${head}\n`,
    );
    source.work.feed(refs.join(''), 'update-ref', '--stdin');
    source.work.git('symbolic-ref', 'HEAD', 'refs/heads/main7');
    const next = source.work.commit({ 'a.yaml': '2\n' });
    source.work.git('update-ref', 'refs/heads/main', next);
    expect(await (await source.open(server)).fetchHead(never)).toBe(next);
  });

  test('branches whose names are parts of each other share one copy', async () => {
    const server = await source.serve();
    source.work.commit({ 'a.yaml': '1\n' });
    source.work.git('checkout', '--quiet', '-b', 'a');
    const one = source.work.commit({ 'a.yaml': 'one\n' });
    expect(await (await source.open(server, {}, 'a')).fetchHead(never)).toBe(one);
    source.work.git('branch', '--quiet', '-m', 'a', 'a/b');
    const other = source.work.commit({ 'a.yaml': 'other\n' });
    expect(await (await source.open(server, {}, 'a/b')).fetchHead(never)).toBe(other);
  });

  test('two who ask at once get one answer after the other', async () => {
    const server = await source.serve();
    const head = source.work.commit({ 'a.yaml': '1\n' });
    const repository = await source.open(server);
    expect(await Promise.all([1, 2, 3].map(() => repository.fetchHead(never)))).toEqual([head, head, head]);
  });

  test.each(['a deleted branch', 'another branch', 'an empty repository'])(
    '%s is a failure and no empty state',
    async (which) => {
      const server = await source.serve();
      const repository = await source.open(server);
      if (which !== 'an empty repository') source.work.commit({ 'a.yaml': '1\n' });
      if (which === 'a deleted branch') {
        await repository.fetchHead(never);
        source.work.git('checkout', '--quiet', '-b', 'other');
        source.work.git('branch', '--quiet', '-D', 'main');
      }
      if (which === 'another branch') source.work.git('branch', '--quiet', '-m', 'main', 'main2');
      expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({
        code: 'BranchMissing',
        message: expect.stringContaining('main'),
      });
    },
  );

  test('a repository that is not there', async () => {
    expect(
      await gitFailureOf((await source.open(`${(await source.serve()).url}/gone.git`)).fetchHead(never)),
    ).toMatchObject({
      code: 'SourceNotFound',
    });
  });

  test('a server that is not there', async () => {
    const server = await source.serve();
    const repository = await source.open(server);
    await server.close();
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code: 'SourceUnreachable' });
  });

  test('nobody is followed elsewhere, and what the other place is called is said without its secrets', async () => {
    const elsewhere = await source.serve();
    const server = await source.serve();
    server.instead = (_, response) => {
      response
        .writeHead(302, { location: `${elsewhere.url.replace('//', '//user:pass@')}/work/.git/info/refs?key=hidden` })
        .end();
      return true;
    };
    source.work.commit({ 'a.yaml': '1\n' });
    const { code, message } = await gitFailureOf((await source.open(server)).fetchHead(never));
    expect(code).toBe('SourceNotFound');
    expect(message).toContain(`${elsewhere.url}/work/.git/info/refs`);
    expect(message).not.toMatch(/hidden|pass/);
    expect(elsewhere.requests).toEqual([]);
  });

  test('an answer beyond all measure is given up', async () => {
    const server = await source.serve();
    source.work.commit({ 'a.yaml': randomBytes(200_000) });
    expect(await gitFailureOf((await source.open(server, { maxAnswerBytes: 20_000 })).fetchHead(never))).toMatchObject({
      code: 'SourceTooLarge',
    });
  });

  test('a server that never ends is given up', async () => {
    const server = await source.serve();
    server.instead = () => true;
    expect(await gitFailureOf((await source.open(server, { timeoutMs: 150 })).fetchHead(never))).toMatchObject({
      code: 'SourceUnreachable',
    });
    server.instead = (_, response) => {
      response.writeHead(200, { 'content-type': ADVERTISEMENT });
      const drip = setInterval(() => response.write('0000'), 20);
      response.on('close', () => clearInterval(drip));
      return true;
    };
    expect(await gitFailureOf((await source.open(server, { timeoutMs: 150 })).fetchHead(never))).toMatchObject({
      code: 'SourceUnreachable',
    });
  });

  test("whoever asked can give up; that is no failure of the server's", async () => {
    const server = await source.serve();
    const stop = new AbortController();
    server.instead = () => {
      stop.abort(new Error('enough'));
      return true;
    };
    await expect((await source.open(server)).fetchHead(stop.signal)).rejects.toThrow('enough');
  });
});

describe('a copy that a killed process left', () => {
  test('is completed, whatever was half-written', async () => {
    const server = await source.serve();
    const first = source.work.commit({ 'a.yaml': '1\n' });
    await (await source.open(server)).fetchHead(never);
    const second = source.work.commit({ 'a.yaml': '2\n' });
    const cache = source.cacheFolder();
    const pack = join(cache, 'objects/pack');
    writeFileSync(join(pack, `pack-${'1'.repeat(40)}.pack`), 'PACK half');
    writeFileSync(join(pack, 'tmp-1234'), 'half');
    mkdirSync(join(cache, 'refs/complete'), { recursive: true });
    for (const lock of ['config.lock', 'packed-refs.lock', 'refs/complete/x.lock'])
      writeFileSync(join(cache, lock), '');
    const repository = await source.open(server);
    expect(await repository.fetchHead(never)).toBe(second);
    expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n' });
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n' });
    expect(existsSync(join(pack, 'tmp-1234'))).toBe(false);
    expect(existsSync(join(cache, 'config.lock'))).toBe(false);
  });

  test('a damaged pack is brought again, and what a rewind left behind stays readable', async () => {
    const server = await source.serve();
    const files = Array.from({ length: 520 }, (_, n) => [`${String(n)}.yaml`, `${String(n)}\n`]);
    const head = source.work.commit(Object.fromEntries(files));
    const rewound = source.work.commit({ 'a.yaml': '1\n' });
    await (await source.open(server)).fetchHead(never);
    source.work.git('reset', '--quiet', '--hard', head);
    const left = source.work.commit({ 'b.yaml': '1\n' });
    await (await source.open(server)).fetchHead(never);
    source.work.git('reset', '--quiet', '--hard', head);
    const packs = join(source.cacheFolder(), 'objects/pack');
    const pack = join(packs, readdirSync(packs).find((name) => name.endsWith('.pack')) ?? '');
    const bytes = readFileSync(pack);
    writeFileSync(pack, bytes.fill(0, 1000, 1010));
    const repository = await source.open(server);
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code: 'GitObjectBad' });
    expect(await repository.fetchHead(never)).toBe(head);
    expect(Object.keys(await textsAt(repository, head))).toHaveLength(520);
    expect((await repository.readObject(left)).type).toBe('commit');
    await expect(repository.readObject(rewound)).rejects.toMatchObject({ code: 'GitObjectBad' });
    expect((await (await source.open(server)).readObject(left)).type).toBe('commit');
  });

  test('a damaged object is brought again', async () => {
    const server = await source.serve();
    const head = source.work.commit({ 'a.yaml': '1\n' });
    await (await source.open(server)).fetchHead(never);
    const loose = join(source.cacheFolder(), 'objects', head.slice(0, 2), head.slice(2));
    writeFileSync(loose, readFileSync(loose).subarray(0, 20));
    const repository = await source.open(server);
    expect(await repository.fetchHead(never)).toBe(head);
    await expect(repository.readObject(head)).rejects.toMatchObject({ code: 'GitObjectBad' });
    expect(await repository.fetchHead(never)).toBe(head);
    expect((await repository.readObject(head)).type).toBe('commit');
  });
});

describe('the token', () => {
  test('goes over TLS that is trusted, to a server that takes it', async () => {
    const ca = await makeTestCa();
    const server = await source.serve({ login: `x-access-token:${GIT_TOKEN}`, tls: await ca.issue('127.0.0.1') });
    const head = source.work.commit({ 'a.yaml': '1\n' });
    const repository = await source.open(server, { token: () => GIT_TOKEN, ca: [ca.pem] });
    expect(await repository.fetchHead(never)).toBe(head);
    expect(await textsAt(repository, head)).toEqual({ 'a.yaml': '1\n' });
  });

  test('comes with the user that a forge wants', async () => {
    const ca = await makeTestCa();
    const server = await source.serve({ login: `x-token-auth:${GIT_TOKEN}`, tls: await ca.issue('127.0.0.1') });
    const head = source.work.commit({ 'a.yaml': '1\n' });
    expect(
      await (await source.open(server, { token: () => `x-token-auth:${GIT_TOKEN}`, ca: [ca.pem] })).fetchHead(never),
    ).toBe(head);
  });

  test('a wrong one and none are refused', async () => {
    const ca = await makeTestCa();
    const server = await source.serve({ login: 'x-access-token:another', tls: await ca.issue('127.0.0.1') });
    for (const token of [GIT_TOKEN, null]) {
      const { code, message } = await gitFailureOf(
        (await source.open(server, { token: () => token, ca: [ca.pem] })).fetchHead(never),
      );
      expect([code, message]).toEqual([
        'SourceUnauthorized',
        expect.stringContaining(token === null ? 'without a token' : 'with a token'),
      ]);
    }
  });

  test('is not shown to a server whose certificate is not trusted', async () => {
    const server = await source.serve({ tls: await (await makeTestCa()).issue('127.0.0.1') });
    expect(await gitFailureOf((await source.open(server, { token: () => GIT_TOKEN })).fetchHead(never))).toMatchObject({
      code: 'SourceUntrusted',
    });
    const ca = await makeTestCa();
    const other = await source.serve({ tls: await ca.issue('127.0.0.9') });
    expect(
      await gitFailureOf((await source.open(other, { token: () => GIT_TOKEN, ca: [ca.pem] })).fetchHead(never)),
    ).toMatchObject({
      code: 'SourceUntrusted',
    });
    expect([...server.requests, ...other.requests]).toEqual([]);
  });

  test('never goes over plain http, and never into the copy', async () => {
    const server = await source.serve();
    source.work.commit({ 'a.yaml': '1\n' });
    await (await source.open(server, { token: () => GIT_TOKEN })).fetchHead(never);
    expect(server.requests.map(({ authorization }) => authorization)).toEqual(server.requests.map(() => undefined));
    expect(readFileSync(join(source.cacheFolder(), 'config'), 'utf8')).not.toContain(GIT_TOKEN);
  });
});
