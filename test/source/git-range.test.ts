import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert, asyncProperty, array, integer, tuple } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type GitWork, makeGitWork } from '#test/git-work.ts';
import { temporaryFolder } from '#test/rig.ts';
import { createAncestry } from '../../git/history.ts';
import { openLocal } from '../../git/local.ts';
import { commitsBetween } from '../../git/range.ts';
import type { GitRepository } from '../../git/repository.ts';

let folder: string;
let work: GitWork;
let repository: GitRepository;
/** Ids that were read, each time. */
let reads: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  work = makeGitWork(join(folder, 'work'));
  const opened = openLocal({ kind: 'local', url: join(work.folder, '.git'), branch: 'main', path: '.' });
  reads = [];
  repository = {
    ...opened,
    readObject(id) {
      reads.push(id);
      return opened.readObject(id);
    },
  };
});

afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes commits by the numbers of their parents. @returns their ids. */
function graph(parentsOf: readonly (readonly number[])[], dates: readonly number[] = []): readonly string[] {
  const stream = parentsOf.map((parents, n) => {
    const [from, ...merges] = parents.map((parent) => `:${String(parent + 1)}`);
    const message = `commit ${String(n)}`;
    return [
      'reset refs/heads/any',
      'commit refs/heads/any',
      `mark :${String(n + 1)}`,
      `committer A <a@example.org> ${String(dates[n] ?? 1_700_000_000 + n)} +0000`,
      `data ${String(message.length)}`,
      message,
      ...(from === undefined ? [] : [`from ${from}`]),
      ...merges.map((merge) => `merge ${merge}`),
      '',
    ].join('\n');
  });
  const marks = join(folder, 'marks');
  work.feed(stream.join('\n'), 'fast-import', '--quiet', '--force', `--export-marks=${marks}`);
  const ids = readFileSync(marks, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]);
  return ids.toSorted(([one], [other]) => Number(one.slice(1)) - Number(other.slice(1))).map(([, id]) => id);
}

async function rangeOf(trusted: string, candidate: string): Promise<readonly string[]> {
  return (await commitsBetween(repository, trusted, candidate)).map(({ id }) => id);
}

function chain(length: number): readonly (readonly number[])[] {
  return Array.from({ length }, (_, n) => (n === 0 ? [] : [n - 1]));
}

describe('commitsBetween', () => {
  test('new commits come parents first; none when the branch stands at the trusted head', async () => {
    const ids = graph(chain(5));
    expect(await rangeOf(ids[1] ?? '', ids[4] ?? '')).toEqual(ids.slice(2));
    expect(await rangeOf(ids[4] ?? '', ids[4] ?? '')).toEqual([]);
  });

  test('of a straight line nothing below the trusted head is read', async () => {
    const ids = graph(chain(300));
    await rangeOf(ids[280] ?? '', ids[299] ?? '');
    expect(new Set(reads)).toEqual(new Set(ids.slice(281)));
  });

  test('a side branch that forked before the trusted head is in the range, and what it forked from is not', async () => {
    //  0 - 1 - 2(trusted) - 5
    //       \- 3 - 4 ------/
    const ids = graph([[], [0], [1], [1], [3], [2, 4]]);
    expect(new Set(await rangeOf(ids[2] ?? '', ids[5] ?? ''))).toEqual(new Set([ids[3], ids[4], ids[5]]));
  });

  test('a merge of an old commit adds nothing but itself, and a long history is not walked for it', async () => {
    const ids = graph([...chain(2000), [1999, 1990]]);
    expect(await rangeOf(ids[1999] ?? '', ids[2000] ?? '')).toEqual([ids[2000]]);
    expect(new Set(reads).size).toBeLessThan(400);
  });

  test('a merged history of its own is in the range whole', async () => {
    const ids = graph([[], [0], [], [2], [1, 3]]);
    expect(new Set(await rangeOf(ids[1] ?? '', ids[4] ?? ''))).toEqual(new Set([ids[2], ids[3], ids[4]]));
  });

  test.each([
    ['a rewound branch', [[], [0], [1]], 2, 1],
    ['a branch written anew', [[], [0], [0]], 1, 2],
    ['another history', [[], [0], []], 1, 2],
  ])('%s does not descend from the trusted head', async (_, parents, trusted, candidate) => {
    const ids = graph(parents);
    await expect(rangeOf(ids[trusted] ?? '', ids[candidate] ?? '')).rejects.toMatchObject({ code: 'NotDescendant' });
  });

  test('a trusted head that the repository never had is no reason to trust', async () => {
    const ids = graph(chain(3));
    await expect(rangeOf('1'.repeat(40), ids[2] ?? '')).rejects.toMatchObject({ code: 'NotDescendant' });
  });

  test('more commits than anybody can judge are refused, whatever lies below them', async () => {
    const ids = graph(chain(10_050));
    await expect(rangeOf(ids[0] ?? '', ids[10_049] ?? '')).rejects.toMatchObject({ code: 'RangeTooLong' });
    const all = await rangeOf(ids[49] ?? '', ids[10_049] ?? '');
    expect(all).toEqual(ids.slice(50));
  });

  test('a new merge of more than 16 parents is refused, and an old one is nobody’s business', async () => {
    const parents = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
    const ids = graph([[], ...Array.from({ length: 17 }, () => [0]), parents(17), parents(16), [18]]);
    const [root = '', many = '', enough = '', after = ''] = [ids[0], ids[18], ids[19], ids[20]];
    await expect(rangeOf(root, many)).rejects.toMatchObject({
      code: 'RangeTooLong',
      message: `the commit ${many} merges 17 parents, more than 16`,
    });
    expect(await rangeOf(root, enough)).toHaveLength(17);
    expect(await rangeOf(many, after)).toEqual([after]);
  });

  test('a history that is cut off is refused', async () => {
    const ids = graph(chain(3));
    const cut = work.feed(
      `tree ${work.git('rev-parse', `${ids[0] ?? ''}^{tree}`)}\nparent ${'2'.repeat(40)}\nparent ${ids[2] ?? ''}\nauthor A <a@example.org> 1 +0000\ncommitter A <a@example.org> 1 +0000\n\nx\n`,
      'hash-object',
      '-t',
      'commit',
      '-w',
      '--stdin',
      '--literally',
    );
    await expect(rangeOf(ids[2] ?? '', cut)).rejects.toMatchObject({ code: 'ShallowHistory' });
  });

  test('a commit whose parent is a tree is refused', async () => {
    const ids = graph(chain(2));
    const tree = work.git('rev-parse', `${ids[0] ?? ''}^{tree}`);
    const odd = work.feed(
      `tree ${tree}\nparent ${tree}\nauthor A <a@example.org> 1 +0000\ncommitter A <a@example.org> 1 +0000\n\nx\n`,
      'hash-object',
      '-t',
      'commit',
      '-w',
      '--stdin',
      '--literally',
    );
    await expect(rangeOf(ids[1] ?? '', odd)).rejects.toMatchObject({ code: 'GitObjectBad' });
  });

  test('a graft does not hide a parent', async () => {
    const ids = graph([[], [0], [1], [1], [2, 3]]);
    work.git('replace', '--graft', ids[4] ?? '', ids[2] ?? '');
    expect(await rangeOf(ids[2] ?? '', ids[4] ?? '')).toContain(ids[3]);
  });

  test('what one call learned is not read again by the next', async () => {
    const ids = graph([...chain(50), [10], [49, 50]]);
    const known = createAncestry();
    const first = await commitsBetween(repository, ids[49] ?? '', ids[51] ?? '', known);
    reads = [];
    expect(await commitsBetween(repository, ids[49] ?? '', ids[51] ?? '', known)).toEqual(first);
    expect(new Set(reads)).toEqual(new Set([ids[50], ids[51]]));
  });

  test("any history at all, criss-cross merges and false dates too: git's own answer", async () => {
    const parents = array(array(integer({ min: 1, max: 6 }), { maxLength: 3 }), { minLength: 2, maxLength: 24 });
    const dates = array(integer({ min: 1_000_000_000, max: 1_900_000_000 }), { minLength: 24, maxLength: 24 });
    const pairs = array(tuple(integer({ min: 0, max: 23 }), integer({ min: 0, max: 23 })), {
      minLength: 4,
      maxLength: 4,
    });
    let descending = 0;
    await assert(
      asyncProperty(parents, dates, pairs, async (backs, dates, pairs) => {
        const parents = backs.map((back, n) => [
          ...new Set(back.map((far) => n - far).filter((parent) => parent >= 0)),
        ]);
        const ids = graph(parents, dates);
        const parentsOf = new Map(ids.map((id, n) => [id, (parents[n] ?? []).map((parent) => ids[parent] ?? '')]));
        for (const [one, other] of pairs) {
          const trusted = ids[Math.min(one, other) % ids.length] ?? '';
          const candidate = ids[Math.max(one, other) % ids.length] ?? '';
          const byGit = work
            .git('rev-list', candidate, `^${trusted}`)
            .split('\n')
            .filter((id) => id !== '');
          const isDescendant = work.git('rev-list', '-1', trusted, `^${candidate}`) === '';
          const ours = await rangeOf(trusted, candidate).catch((error: unknown) => (error as { code: string }).code);
          if (!isDescendant) {
            expect(ours).toBe('NotDescendant');
            continue;
          }
          descending += 1;
          expect(new Set(ours)).toEqual(new Set(byGit));
          expect(ours).toHaveLength(byGit.length);
          expectParentsFirst(ours as readonly string[], parentsOf);
        }
      }),
      { numRuns: 20 },
    );
    expect(descending).toBeGreaterThan(10);
  });
});

function expectParentsFirst(range: readonly string[], parentsOf: ReadonlyMap<string, readonly string[]>): void {
  const place = new Map(range.map((id, index) => [id, index]));
  for (const [id, index] of place) {
    for (const parent of parentsOf.get(id) ?? []) expect(place.get(parent) ?? -1).toBeLessThan(index);
  }
}
