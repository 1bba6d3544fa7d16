import { openLocal } from './local.ts';
import type { GitLocation } from './location.ts';
import type { GitRepository } from './repository.ts';

/** What a repository elsewhere needs. */
export interface GitOptions {
  /** Holds the copies of repositories that are fetched. */
  readonly cacheFolder: string;
  /** For https; asked at every fetch, sent to the location's own origin alone. `USER:TOKEN` where a forge wants a certain user name. */
  readonly token: () => string | null;
  /** More CAs to trust, as PEM. */
  readonly ca: readonly string[];
  /** For one fetch as a whole. */
  readonly timeoutMs: number;
}

/** Opens the repository of a location; nothing is fetched yet. */
export async function openGitRepository(location: GitLocation, options: GitOptions): Promise<GitRepository> {
  switch (location.kind) {
    case 'local':
      return openLocal(location);
    case 'https':
    case 'ssh':
      throw new Error(options.cacheFolder);
  }
}
