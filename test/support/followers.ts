import type { Store } from '#controller';
import { Fleet } from '../../controller/fleet/fleet.ts';
import { openGitRepository } from '../../git/open.ts';
import type { GitRepository } from '../../git/repository.ts';
import { openGitSource } from '../../controller/trust/git-source.ts';
import { temporaryFolder } from '#test/rig.ts';
import type { TrustRig } from '#test/trust-rig.ts';

/** Another controller's life on the same branch and store: a second controller, or the first one after a restart. */
export async function another(
  { git, store, now }: Pick<TrustRig, 'git' | 'store' | 'now'>,
  { seen, below = '.', through }: Looking = {},
): Promise<Fleet> {
  const location = {
    kind: 'local',
    url: git.folder,
    branch: 'main',
    path: below,
  } as const;
  const options = {
    cacheFolder: await temporaryFolder(),
    token: () => null,
    ca: [],
    timeoutMs: 60_000,
  };
  const opened = await openGitRepository(location, options);
  const repository: GitRepository = {
    fetchHead: async (signal) => (await seen?.()) ?? (await opened.fetchHead(signal)),
    readObject: (id, ...rest) => opened.readObject(id, ...rest),
    proposals: opened.proposals,
    close: () => opened.close(),
  };
  const clock = { now, monotonic: now, sleep: () => Promise.resolve() };
  return new Fleet(
    openGitSource({
      location,
      repository,
      store: through ?? store,
      clock,
      cut: (text: string) => text,
      stopping: new AbortController().signal,
      pollSeconds: 60,
    }),
    clock,
  );
}

/** How another controller sees the same things. */
export interface Looking {
  /** What its fetch gives, and what happens meanwhile. */
  readonly seen?: () => Promise<string>;
  /** The folder of its source. */
  readonly below?: string;
  readonly through?: Store;
}

/** Reads the branch. @returns why it was refused; null: it was not. */
export async function readBy(fleet: Fleet): Promise<string | null> {
  await fleet.refresh(new AbortController().signal);
  return fleet.fault === null ? null : `${fleet.fault.code}: ${fleet.fault.message}`;
}
