import path from 'node:path';
import { openGitRepository } from '#git';
import type { OwnSecrets } from '#routeros';
import type { Config } from '../config.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import { openFolderSource } from '../source/folder-source.ts';
import type { Source } from '../fleet/source.ts';

const GIT_TIMEOUT_MS = 120_000;

/**
 * The source that the configuration names; nothing is read yet. Git's code is large, and a folder needs none of it.
 * @param stopping ends what is being read.
 */
export async function openSource(
  config: Config,
  store: Store,
  clock: Clock,
  ownSecrets: OwnSecrets,
  stopping: AbortSignal,
): Promise<Source> {
  if (config.git === null) return openFolderSource(config.sourceFolder, config.stateFolder, store, clock, stopping);
  const { location, pollSeconds, token, writeToken } = config.git;
  const { openGitSource } = await import('./git-source.ts');
  const repository = await openGitRepository(location, {
    cacheFolder: path.join(config.stateFolder, 'git'),
    token: () => token?.reveal() ?? null,
    writeToken: () => writeToken?.reveal() ?? null,
    ca: config.ca,
    timeoutMs: GIT_TIMEOUT_MS,
    environment: config.environment,
  });
  const cut = (text: string): string => ownSecrets.cut(text);
  return openGitSource({ location, repository, store, clock, pollSeconds, cut, stopping });
}
