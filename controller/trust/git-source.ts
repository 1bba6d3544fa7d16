import { commitIdsBetween, createAncestry, type GitLocation, type GitRepository, nameOf } from '#git';
import { Failure } from '#failure';
import type { ProposalBranches, Source } from '../fleet/source.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import { spliced } from '../edits/splice.ts';
import { gitChanges } from '../source/git-poll.ts';
import { sourceFailure } from '../source/scan.ts';
import type { SourceReader } from './candidate.ts';
import { Contents } from './contents.ts';
import { gitCandidate } from './git-candidate.ts';
import { createObjectReader } from './object-reader.ts';
import { TrustedSource } from './trusted-source.ts';

/** A branch as it is followed. */
export interface GitFollowing {
  readonly location: GitLocation;
  readonly repository: GitRepository;
  readonly store: Store;
  readonly clock: Clock;
  readonly pollSeconds: number;
  /** Takes secrets of ours out of what the repository says. */
  readonly cut: (text: string) => string;
  /** Ends what is being read. */
  readonly stopping: AbortSignal;
}

/** Follows one branch of a Git repository. Owns the repository. */
export function openGitSource(following: GitFollowing): Source {
  const { location, store, clock, cut, stopping } = following;
  const reader = createGitReader(following);
  const place = { kind: 'git', branch: location.branch } as const;
  return new TrustedSource({ source: nameOf(location), place, reader, store, clock, cut, stopping });
}

/** Reads one branch of a Git repository, and whatever commit of it is asked for. Owns the repository. */
export function createGitReader({
  location,
  repository,
  store,
  clock,
  pollSeconds,
  stopping,
}: Omit<GitFollowing, 'cut'>): SourceReader {
  const { path } = location;
  const contents = new Contents(repository, path, clock, stopping);
  const reader = createObjectReader(repository, clock, stopping);
  const ancestry = createAncestry();
  const branch = { source: nameOf(location), path, repository, contents, ancestry, reader, history: store.history };
  return {
    head: (signal) => repository.fetchHead(signal),
    contentAt: (commit) => contents.at(commit),
    proposals: proposalsIn(repository, path),
    changeAt: (commit, intent, scope) => contents.changeAt(commit, intent, scope),
    explainAt: (commit, asked) => contents.explainAt(commit, asked),
    candidateAt: (commit, asOf, sights) => gitCandidate(branch, commit, asOf, sights),
    async idsBetween(from, to) {
      try {
        return await commitIdsBetween(repository, from, to, ancestry);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return ['NotDescendant', 'RangeTooLong'].includes(error.code) ? new Set() : null;
      }
    },
    changes: (signal) => gitChanges(clock, pollSeconds, Math.random, signal),
    close: () => repository.close(),
  };
}

/** Paths of a fleet are below the folder of the repository that holds it. */
function proposalsIn({ proposals }: GitRepository, path: string): ProposalBranches | null {
  if (proposals === null) return null;
  const place = (file: string): string => (path === '.' ? file : `${path}/${file}`);
  return {
    put: async ({ base, files, ...commit }) =>
      await proposals.put({
        ...commit,
        parent: base,
        files: files.map(({ file, made, splices }) => ({
          path: place(file),
          edit: (before) => {
            if ((before === null) !== made) throw sourceFailure('GitObjectBad', `${file} is not as it was at ${base}`);
            return spliced(before ?? '', splices);
          },
        })),
      }),
    remove: async (id, at) => await proposals.remove(id, at),
  };
}
