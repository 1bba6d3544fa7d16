import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Roster } from '#schemas';
import { GitWriter, testKey, type TestKey } from '#test/git-writer.ts';
import { createClock } from '../controller/clock.ts';
import { keyRingOf } from '../signatures/key-ring.ts';
import { openGitRepository } from '../git/open.ts';
import { commitsBetween } from '../git/range.ts';
import type { FirstSights } from '../controller/trust/candidate.ts';
import { judgeRange } from '../controller/trust/judge-range.ts';
import { rangeChanges } from '../controller/trust/range-changes.ts';
import { createObjectReader } from '../controller/trust/object-reader.ts';
import type { NewStatement, StatementRecord } from '../controller/records/statements.ts';
import { ratiosOf, spreadOf, timed } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';

const COMMITS: Readonly<Record<Size, number>> = { full: 5_000, tiny: 10 };
const run = promisify(execFile);

/** (f) What a range of signed commits costs before any of it counts. */
export const verifyRange: Benchmark = {
  name: 'f',
  title: 'Judge a range of 5,000 signed commits from cold, against git log --show-signature of the same range',
  async run({ size, progress }) {
    const commits = COMMITS[size];
    const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
    try {
      progress(`signing ${commits} commits`);
      const key = testKey('ana');
      const { git, first, last } = await history(folder, key, commits);
      const signers = path.join(folder, 'allowed_signers');
      await writeFile(signers, `ana namespaces="git" ${key.line}\n`);
      const askGit = async (): Promise<void> => {
        const words = ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'log', '--show-signature', `${first}..${last}`];
        const { stdout } = await run('git', ['--git-dir', git.folder, ...words], { maxBuffer: 64_000_000 });
        const good = stdout.match(/Good "git" signature for ana/g)?.length ?? 0;
        if (good !== commits) throw new Error(`git called ${good} of ${commits} signatures good`);
      };
      const judge = async (): Promise<void> => await judgeAll(git.folder, key, first, last, commits);
      // Git starts programs for each commit, so a single round takes minutes and needs no warming up.
      progress('one round');
      const comparison = { control: [await timed(askGit)], subject: [await timed(judge)] };
      const ratio = ratiosOf(comparison, 'wallMs');
      const times = Object.entries({ git: comparison.control, judged: comparison.subject });
      return {
        name: 'f',
        title: this.title,
        figures: [
          {
            what: 'time, as a multiple of the control',
            value: ratio.median,
            unit: '×',
            bound: { kind: 'most', value: 0.1 },
            spread: ratio,
          },
        ],
        notes: times.map(([who, samples]) => {
          const { median } = spreadOf(samples.map(({ wallMs }) => wallMs));
          return `${who}: ${rounded(median)} ms, ${rounded(median / commits)} ms a commit`;
        }),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function history(folder: string, key: TestKey, commits: number) {
  const git = await GitWriter.make(path.join(folder, 'fleet.git'));
  const first = await git.push({ key, message: 'Begin\n', files: { 'fleet.yaml': configOf(0) }, parents: [] });
  let last = first;
  for (let index = 1; index <= commits; index += 1) {
    const files = { 'fleet.yaml': configOf(index) };
    last = await git.commit({ key, message: `Change ${index}\n`, files, parents: [last] });
  }
  await git.setHead(last);
  await run('git', ['--git-dir', git.folder, 'repack', '-adq']);
  return { git, first, last };
}

function configOf(index: number): string {
  return [
    'apiVersion: routeros-gitops.dev/v1alpha1',
    'kind: RouterConfig',
    'metadata: {name: fleet}',
    'spec:',
    '  selector: {}',
    '  priority: 10',
    '  dns:',
    `    servers: [192.0.2.${index % 250}]`,
    '',
  ].join('\n');
}

async function judgeAll(url: string, key: TestKey, first: string, last: string, commits: number): Promise<void> {
  const repository = await openGitRepository(
    { kind: 'local', url, branch: 'main', path: '.' },
    { cacheFolder: url, token: () => null, ca: [], timeoutMs: 60_000 },
  );
  try {
    const range = await commitsBetween(repository, first, last);
    const now = Date.now();
    const ring = keyRingOf(rosterOf(key), new Set());
    const firstSights: FirstSights = (statements) => Promise.resolve(seenAt(statements, now));
    const verdict = await judgeRange(range, ring, firstSights, () => Promise.resolve(''), now);
    if (!verdict.ok || verdict.commits.length !== commits) throw new Error('the range was refused');
    const byId = new Map(range.map((commit) => [commit.id, commit]));
    const reader = createObjectReader(repository, createClock(1), new AbortController().signal);
    const reading = { repository, reader, path: '.', trusted: first, commits: byId, compared: new Map() };
    const history = { changesOf: () => Promise.resolve([]) };
    const { changes } = await rangeChanges(reading, verdict.commits, 'bench', history);
    if (![...changes.values()].every(({ length }) => length === 1)) throw new Error('a commit has no author');
  } finally {
    await repository.close();
  }
}

function seenAt(statements: readonly NewStatement[], now: number): ReadonlyMap<string, StatementRecord> {
  return new Map(
    statements.map((each) => [each.statement, { ...each, firstSeenAt: now, acceptedAt: null, withdrawnAt: null }]),
  );
}

function rosterOf(key: TestKey): Roster {
  return {
    apiVersion: 'routeros-gitops.dev/v1alpha1',
    kind: 'Roster',
    metadata: { name: 'people' },
    spec: { people: [{ name: 'ana', roles: ['contributor'], keys: [key.line] }] },
  };
}
