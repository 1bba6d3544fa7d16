import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeGitWork } from '#test/git-work.ts';
import { steppedClock } from '#test/stepped-clock.ts';
import { temporaryFolder } from '#test/rig.ts';
import { type GitLocation, gitLocationOf, nameOf } from '../../git/location.ts';
import { gitChanges } from '../../controller/source/git-poll.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('gitLocationOf', () => {
  test.each([
    ['https://git.example.org/team/fleet.git', 'https', 'https://git.example.org/team/fleet.git'],
    ['https://git.example.org/team/fleet/', 'https', 'https://git.example.org/team/fleet'],
    ['HTTPS://Git.Example.org:443/fleet', 'https', 'https://git.example.org/fleet'],
    ['http://127.0.0.1:8080/fleet.git', 'https', 'http://127.0.0.1:8080/fleet.git'],
    ['http://[::1]:8080/fleet.git', 'https', 'http://[::1]:8080/fleet.git'],
    ['ssh://git@git.example.org:2222/team/fleet.git', 'ssh', 'ssh://git@git.example.org:2222/team/fleet.git'],
    ['ssh://git@[2001:db8::1]/fleet.git', 'ssh', 'ssh://git@[2001:db8::1]/fleet.git'],
    ['git@git.example.org:team/fleet.git', 'ssh', 'git@git.example.org:team/fleet.git'],
    ['git.example.org:fleet.git', 'ssh', 'git.example.org:fleet.git'],
    ['ssh://git@[2001:db8::1]:2222/x.git', 'ssh', 'ssh://git@[2001:db8::1]:2222/x.git'],
    ['git@[2001:db8::1]:x.git', 'ssh', 'git@[2001:db8::1]:x.git'],
    ['git@[::ffff:192.0.2.1]:team/x.git', 'ssh', 'git@[::ffff:192.0.2.1]:team/x.git'],
    ['[2001:db8::1]:/srv/x.git', 'ssh', '[2001:db8::1]:/srv/x.git'],
  ])('%s', (source, kind, url) => {
    expect(gitLocationOf(source, 'main', '.')).toEqual({ kind, url, branch: 'main', path: '.' });
  });

  test('a work tree with a .git folder and a bare repository are Git sources, other folders are not', () => {
    const work = makeGitWork(join(folder, 'work'));
    work.git('clone', '--quiet', '--bare', '.', join(folder, 'bare.git'));
    mkdirSync(join(folder, 'plain', 'refs'), { recursive: true });
    expect(gitLocationOf(work.folder, 'main', '.')).toMatchObject({ kind: 'local', url: join(work.folder, '.git') });
    expect(gitLocationOf(join(folder, 'bare.git'), 'main', '.')).toMatchObject({
      kind: 'local',
      url: join(folder, 'bare.git'),
    });
    expect(gitLocationOf(join(folder, 'plain'), 'main', '.')).toBeNull();
    expect(gitLocationOf(join(folder, 'gone'), 'main', '.')).toBeNull();
    expect(gitLocationOf(`folder:${work.folder}`, 'main', '.')).toBeNull();
    mkdirSync(join(folder, 'odd:name'));
    expect(gitLocationOf(join(folder, 'odd:name'), 'main', '.')).toBeNull();
  });

  test('a linked work tree is refused: neither its files nor its branch were asked for', () => {
    mkdirSync(join(folder, 'linked'));
    writeFileSync(join(folder, 'linked', '.git'), 'gitdir: ../elsewhere\n');
    expect(() => gitLocationOf(join(folder, 'linked'), 'main', '.')).toThrow(/linked work tree/);
  });

  test.each([
    'https://user@git.example.org/fleet',
    'https://user:S3cret@git.example.org/fleet',
    'https://:S3cret@git.example.org/fleet',
    'ssh://git:S3cret@git.example.org/fleet',
    'https://git.example.org/fleet?token=S3cret',
    'https://git.example.org/fleet#S3cret',
    'http://git.example.org/fleet',
    'http://localhost.example.org/fleet',
    'http://127.0.0.1.example.org/fleet',
    'git://git.example.org/fleet',
    'file:///srv/fleet',
    'ext::sh -c whoami',
    'ssh://-oProxyCommand=whoami/fleet',
    'ssh://-l@git.example.org/fleet',
    '-oProxyCommand=whoami:fleet',
    'git@-oProxyCommand=whoami:fleet',
    'git@[-oProxyCommand=whoami]:fleet',
    'git@[2001:db8::1]:-u',
    'git@[]:fleet',
    'git@[host]:fleet',
    '-l@git.example.org:fleet',
    'git@git.example.org:-u',
    'git@git.example.org:',
    'ssh://git.example.org/-u',
    'ssh://git.example.org',
    'git@git.example.org:fl eet',
    'git@git.example.org:fleet\nx',
    'https://',
  ])('%s is refused, without a word of the secret', (source) => {
    let message = '';
    try {
      gitLocationOf(source, 'main', '.');
    } catch (error) {
      expect(error).toMatchObject({ code: 'ConfigInvalid' });
      message = (error as Error).message;
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('S3cret');
  });

  test.each([
    '',
    '-x',
    'a..b',
    '.a',
    'a/.b',
    'a//b',
    '/a',
    'a/',
    'a.lock',
    'a.lock/b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a@{1}',
    '@',
    'HEAD',
    'a.',
    'a\nb',
  ])('%j is no branch', (branch) => {
    expect(() => gitLocationOf('https://git.example.org/fleet', branch, '.')).toThrow(/no name of a branch/);
  });

  test('branches and paths that are fine', () => {
    for (const branch of ['main', 'release/2026.1', 'caf\u00e9', 'a-b_c'])
      expect(gitLocationOf('https://git.example.org/fleet', branch, '.')?.branch).toBe(branch);
    const path = (text: string): string | undefined =>
      gitLocationOf('https://git.example.org/fleet', 'main', text)?.path;
    expect(['', '.', './', 'a/b', 'a//b/', './a'].map(path)).toEqual(['.', '.', '.', 'a/b', 'a/b', 'a']);
    for (const bad of ['/etc', '..', 'a/../..', 'a\\b', 'a\0']) expect(() => path(bad)).toThrow(/no path inside/);
  });

  test('a source is named by address, branch and path', () => {
    const location = gitLocationOf('https://git.example.org/fleet', 'main', 'lab');
    expect(location === null ? null : nameOf(location)).toBe('git:https://git.example.org/fleet#main:lab');
  });

  test('two sources never share a name', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '#', ':', '%', '%23', '/', '@'), maxLength: 6 });
    const source = fc.record({ host: piece, branch: piece, path: piece });
    const locationOf = ({ host, branch, path }: { host: string; branch: string; path: string }): GitLocation | null => {
      try {
        return gitLocationOf(`git@host:${host}`, branch, path);
      } catch {
        return null;
      }
    };
    // A sign moves from one part into the next: the likeliest way for two to meet.
    const pairs = fc.tuple(source, source, fc.nat(12), fc.nat(12)).map(([one, other, at, to]) => {
      const text = `${one.host}#${one.branch}:${one.path}`;
      const cut = (from: number, sign: string): readonly string[] => {
        const where = text.indexOf(sign, from);
        return where < 0 ? [text, ''] : [text.slice(0, where), text.slice(where + 1)];
      };
      const [host = '', rest = ''] = cut(at, '#');
      const colon = rest.indexOf(':', Math.max(0, Math.min(to, rest.length - 1)));
      return [one, colon < 0 ? other : { host, branch: rest.slice(0, colon), path: rest.slice(colon + 1) }] as const;
    });
    let compared = 0;
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const [first, second] = [locationOf(one), locationOf(other)];
        if (first === null || second === null || isDeepStrictEqual(first, second)) return;
        compared += 1;
        expect(nameOf(first)).not.toBe(nameOf(second));
      }),
      { numRuns: 5_000 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  test('a name with a # in the address is none with that in the branch', () => {
    const one = gitLocationOf('git@host:fleet#main', 'a', '.');
    const other = gitLocationOf('git@host:fleet', 'main#a', '.');
    expect([one, other].map((each) => each !== null && nameOf(each))).toEqual([
      'git:git@host:fleet%23main#a:.',
      'git:git@host:fleet#main#a:.',
    ]);
  });
});

describe('gitChanges', () => {
  test.each([
    [0, 24_000],
    [0.5, 30_000],
    [0.999999, 36_000],
  ])('comes after 30 seconds, 20 %% more or less: %f', async (random, milliseconds) => {
    const clock = steppedClock();
    const stop = new AbortController();
    const changes = gitChanges({ ...clock, monotonic: () => clock.now() }, 30, () => random, stop.signal);
    let told = false;
    const next = changes.next().then((result) => {
      told = true;
      return result;
    });
    await clock.advance(milliseconds - 10);
    expect(told).toBe(false);
    await clock.advance(10);
    expect(await next).toEqual({ done: false, value: undefined });
    const last = changes.next();
    await clock.settle();
    stop.abort();
    expect((await last).done).toBe(true);
    expect(clock.sleeping).toBe(0);
  });
});
