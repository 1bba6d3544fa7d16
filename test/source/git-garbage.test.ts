import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GitServer, Instead } from '#test/git-server.ts';
import { GIT_TOKEN, gitFailureOf, type GitSource, startGitSource, textsAt } from '#test/git-source.ts';
import { runGit } from '#test/git-work.ts';
import type { GitRepository } from '../../git/repository.ts';

const never = new AbortController().signal;
let source: GitSource;
let server: GitServer;
let repository: GitRepository;
/** What was fetched before the server went wrong, and what it then has. */
let first: string;
let second: string;

beforeAll(async () => {
  source = await startGitSource();
  server = await source.serve();
  first = source.work.commit({ 'a.yaml': '1\n' });
  repository = await source.open(server, { token: () => GIT_TOKEN });
  await repository.fetchHead(never);
  second = source.work.commit({ 'a.yaml': '2\n' });
});

afterEach(() => {
  server.instead = null;
  server.twist = null;
});

afterAll(async () => {
  await source.close();
});

const ADVERTISEMENT = 'application/x-git-upload-pack-advertisement';

function answering(status: number, type = 'text/plain', body = ''): Instead {
  return (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  };
}

const NAK = line(Buffer.from('NAK\n'));

function line(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from((bytes.byteLength + 4).toString(16).padStart(4, '0')), bytes]);
}

function sideBand(pack: Buffer): Buffer {
  const lines: Buffer[] = [NAK];
  for (let at = 0; at < pack.byteLength; at += 60_000)
    lines.push(line(Buffer.concat([Buffer.of(1), pack.subarray(at, at + 60_000)])));
  return Buffer.concat([...lines, Buffer.from('0000')]);
}

function packOf(count: number, ...entries: readonly Buffer[]): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(count, 8);
  const body = Buffer.concat([head, ...entries]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** An entry of fewer than 16 bytes; `more` stands between header and content. */
function entry(type: number, content: Buffer, more: Buffer = Buffer.alloc(0), says = content.byteLength): Buffer {
  return Buffer.concat([Buffer.of((type << 4) | says), more, deflateSync(content)]);
}

const BIG = Buffer.concat([Buffer.of(0xbf, 0x80, 0x80, 0x80, 0x04), deflateSync(Buffer.alloc(70 * 1024 * 1024))]);

describe('an answer that is not right', () => {
  test.each<readonly [string, string, Instead]>([
    ['status 500', 'SourceUnreachable', answering(500)],
    ['status 429', 'SourceUnreachable', answering(429)],
    ['status 403', 'SourceUnauthorized', answering(403)],
    ['status 405', 'SourceGarbage', answering(405)],
    ['status 203 with a page to sign in', 'SourceGarbage', answering(203, 'text/html', '<html>')],
    ['a web page', 'SourceGarbage', answering(200, 'text/html', '<html>')],
    ['the files of a repository', 'SourceGarbage', answering(200, 'text/plain', '1234 refs/heads/main\n')],
    ['garbage of the right type', 'SourceGarbage', answering(200, ADVERTISEMENT, 'zzzz garbage')],
    ['nothing of the right type', 'SourceGarbage', answering(200, ADVERTISEMENT)],
    ['lines that are none of refs', 'SourceGarbage', answering(200, ADVERTISEMENT, '0009hello0000')],
    ['a line that stops', 'SourceUnreachable', answering(200, ADVERTISEMENT, '00ffhello')],
    ['a refusal in words', 'SourceUnreachable', answering(200, ADVERTISEMENT, '000eERR closed0000')],
    [
      'a connection that ends',
      'SourceUnreachable',
      (request) => {
        request.socket.destroy();
        return true;
      },
    ],
    [
      'a connection that ends inside an answer',
      'SourceUnreachable',
      (request, response) => {
        response.writeHead(200, { 'content-type': ADVERTISEMENT, 'content-length': '1000' });
        response.write('001e# service=git-upload-pack\n', () => request.socket.destroy());
        return true;
      },
    ],
  ])('%s: %s', async (_, code, instead) => {
    server.instead = instead;
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code });
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n' });
  });
});

describe('a pack that is not right', () => {
  test.each<readonly [string, string, (answer: Buffer) => Buffer]>([
    ['cut off between lines', 'SourceUnreachable', (answer) => answer.subarray(0, answer.byteLength - 4)],
    ['cut off inside a line', 'SourceUnreachable', (answer) => answer.subarray(0, answer.byteLength - 30)],
    ['missing', 'SourceGarbage', () => Buffer.concat([NAK, Buffer.from('0000')])],
    ['replaced by a web page', 'SourceGarbage', () => Buffer.from('<html>')],
    [
      'with a changed byte',
      'SourceGarbage',
      (answer) => Buffer.from(answer.map((byte, at) => (at === answer.indexOf('PACK') + 14 ? byte ^ 1 : byte))),
    ],
    [
      'with words of the server that gives up',
      'SourceUnreachable',
      () => Buffer.concat([NAK, line(Buffer.from(`\x03no memory for ${GIT_TOKEN}\x07`)), Buffer.from('0000')]),
    ],
    [
      'with a line that belongs elsewhere',
      'SourceGarbage',
      () => Buffer.concat([NAK, line(Buffer.from('hello')), Buffer.from('0000')]),
    ],
    ['shorter than it says', 'SourceGarbage', () => sideBand(packOf(2, entry(3, Buffer.from('a\n'))))],
    [
      'longer than it says',
      'SourceGarbage',
      () => sideBand(packOf(1, entry(3, Buffer.from('a\n')), entry(3, Buffer.from('b\n')))),
    ],
    ['with a wrong size', 'SourceGarbage', () => sideBand(packOf(1, entry(3, Buffer.from('a\n'), Buffer.alloc(0), 9)))],
    ['with a type that does not exist', 'SourceGarbage', () => sideBand(packOf(1, entry(5, Buffer.from('a\n'))))],
    [
      'with a delta to itself',
      'SourceGarbage',
      () => sideBand(packOf(1, entry(6, Buffer.from([2, 2, 0x90, 2]), Buffer.of(0)))),
    ],
    [
      'with a delta to nowhere',
      'SourceGarbage',
      () => sideBand(packOf(1, entry(6, Buffer.from([2, 2, 0x90, 2]), Buffer.of(5)))),
    ],
    [
      'with a delta to an object that nobody has',
      'SourceGarbage',
      () => sideBand(packOf(1, entry(7, Buffer.from([2, 2, 0x90, 2]), Buffer.alloc(20, 7)))),
    ],
    [
      'with a delta that makes more than any memory holds',
      'SourceGarbage',
      () =>
        sideBand(
          packOf(
            2,
            entry(3, Buffer.from('a\n')),
            entry(6, Buffer.from([2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x90, 2]), Buffer.of(11)),
          ),
        ),
    ],
    ['with an object larger than any fleet', 'SourceGarbage', () => sideBand(packOf(1, BIG))],
  ])('%s is never used: %s', async (_, code, twist) => {
    server.twist = (answer) => (answer.includes('NAK\n') || answer.includes('ACK ') ? twist(answer) : answer);
    expect(await gitFailureOf(repository.fetchHead(never))).toMatchObject({ code });
    expect(await textsAt(repository, first)).toEqual({ 'a.yaml': '1\n' });
  });
});

test('after all that the next good answer is taken, and the copy is as git wants it', async () => {
  expect(await repository.fetchHead(never)).toBe(second);
  expect(await textsAt(repository, second)).toEqual({ 'a.yaml': '2\n' });
  expect(await runGit(source.cacheFolder(), 'fsck', '--full', '--strict')).toBe('');
});

test('objects that a server held back are asked for again, once', async () => {
  const server = await source.serve();
  source.work.commit({ 'a.yaml': '1\n' });
  const head = source.work.commit({ 'a.yaml': '2\n' });
  const alone = source.work.feed(`${head}\n`, 'pack-objects', '--quiet', join(source.folder, 'alone'));
  const lonely = readFileSync(join(source.folder, `alone-${alone}.pack`));
  const repository = await source.open(server);
  server.twist = (answer) => (answer.includes('NAK\n') ? sideBand(lonely) : answer);
  expect(await repository.fetchHead(never)).toBe(head);
  await expect(textsAt(repository, head)).rejects.toMatchObject({ code: 'GitObjectMissing' });
  server.twist = null;
  expect(await repository.fetchHead(never)).toBe(head);
  expect(await textsAt(repository, head)).toEqual({ 'a.yaml': '2\n' });
  await expect(repository.readObject('1'.repeat(40))).rejects.toMatchObject({ code: 'GitObjectMissing' });
  await repository.fetchHead(never);
  const asked = server.requests.length;
  await expect(repository.readObject('1'.repeat(40))).rejects.toMatchObject({ code: 'GitObjectMissing' });
  await repository.fetchHead(never);
  expect(server.requests.length - asked).toBe(2);
});
