import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitFailure } from './failures.ts';
import type { GitLocation } from './location.ts';
import { openObjects } from './objects.ts';
import { readRef } from './refs.ts';
import { localProposals } from './local-proposals.ts';
import type { GitObject, GitRepository } from './repository.ts';

/** A repository on this machine, read in place; nothing is written there but branches of proposals. */
export function openLocal(location: GitLocation): GitRepository {
  const { url: folder, branch } = location;
  const objects = openObjects([folder]);

  async function fetchHead(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    if (existsSync(join(folder, 'shallow'))) {
      throw gitFailure('ShallowHistory', `${folder} is a shallow clone: run "git fetch --unshallow" there`);
    }
    await refuseOtherFormats(folder);
    const head = await readRef(folder, `refs/heads/${branch}`);
    if (head === null) throw gitFailure('BranchMissing', `${folder} has no branch ${branch}, or no commit on it yet`);
    return head;
  }

  const readObject = (id: string): Promise<GitObject> => objects.read(id);
  const proposals = localProposals(location, { readObject });
  return { fetchHead, readObject, proposals, close: () => objects.close() };
}

async function refuseOtherFormats(folder: string): Promise<void> {
  if (existsSync(join(folder, 'objects', 'info', 'alternates'))) {
    const message = `${folder} borrows objects from another repository: use that one, or run "git repack -a -d" here and remove objects/info/alternates`;
    throw gitFailure('SourceUnreadable', message);
  }
  const config = await readFile(join(folder, 'config'), 'utf8').catch((error: unknown) => {
    throw gitFailure(
      'SourceUnreadable',
      `${join(folder, 'config')} can not be read; is ${folder} a Git repository?`,
      error,
    );
  });
  const odd = /^\s*(objectformat\s*=\s*(?!sha1\b)|refstorage\s*=\s*(?!files\b)|partialclone\s*=)/im.exec(config);
  if (odd !== null) {
    const message = `${folder} is stored in a way that is not supported (${odd[0].trim()}): use a full clone with SHA-1 ids and refs in files`;
    throw gitFailure('SourceUnreadable', message);
  }
}
