import { cacheFolderOf } from './cache-folder.ts';
import { httpsTransport } from './https.ts';
import { openLocal } from './local.ts';
import type { GitLocation } from './location.ts';
import { openRemote } from './remote.ts';
import type { GitRepository } from './repository.ts';
import { sshTransport } from './ssh.ts';

/** What a repository elsewhere needs. */
export interface GitOptions {
  /** Holds the copies of repositories that are fetched. One process at a time may use it. */
  readonly cacheFolder: string;
  /**
   * For https; asked at every request, sent to the location's own origin alone. `USER:TOKEN` where a forge wants a
   * certain user name.
   */
  readonly token: () => string | null;
  /** The same for proposals alone; absent or null: they are not pushed over https. */
  readonly writeToken?: () => string | null;
  /** More CAs to trust, as PEM. */
  readonly ca: readonly string[];
  /** For one fetch as a whole. */
  readonly timeoutMs: number;
  /** For SSH: where git, the user's keys and the agent are found. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** For https: the largest answer that is taken; default 256 MiB. */
  readonly maxAnswerBytes?: number;
}

const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Opens the repository of a location; nothing is fetched yet. */
export async function openGitRepository(location: GitLocation, options: GitOptions): Promise<GitRepository> {
  if (location.kind === 'local') return openLocal(location);
  const folder = cacheFolderOf(options.cacheFolder, location);
  const transport =
    location.kind === 'ssh'
      ? sshTransport(location, options.environment ?? {})
      : httpsTransport(location, { maxAnswerBytes: MAX_ANSWER_BYTES, writeToken: () => null, ...options });
  return openRemote(location, folder, options.timeoutMs, transport);
}
