import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import git, { Errors } from 'isomorphic-git';
import { Failure } from '#failure';
import { gitFailure } from './failures.ts';
import { withOneBranch } from './advertisement.ts';
import { atomicFs, completeRef, indexOf, removePack, unpack } from './cache-folder.ts';
import { openHttp } from './http.ts';

/** All that a thread needs to know to bring a branch over HTTPS. */
export interface HttpsFetch {
  /** Of the copy. */
  readonly folder: string;
  readonly url: string;
  readonly branch: string;
  readonly token: string | null;
  readonly ca: readonly string[];
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/** The types leave out where the objects went; absent when none came. */
type Fetched = Awaited<ReturnType<typeof git.fetch>> & { readonly packfile?: string };

/** Brings the objects of a branch into the copy, and then sets its `completeRef`. @throws {Failure} of GIT_FAILURES */
export async function fetchOverHttps(what: HttpsFetch): Promise<void> {
  const { folder, url } = what;
  const http = openHttp(url, { ...what, token: () => what.token });
  try {
    await fetchWith(http.clientFor(AbortSignal.timeout(what.timeoutMs)), what);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Error && 'syscall' in error)
      throw gitFailure('SourceUnreadable', `the copy of the repository in ${folder} can not be kept: ${error.message}`);
    // Words of isomorphic-git may repeat what the server said; nothing of that is shown.
    const why = error instanceof Error ? error.name : 'unknown';
    throw gitFailure('SourceGarbage', `the answer of ${url} can not be understood (${why})`);
  } finally {
    await http.close();
  }
}

async function fetchWith(
  client: ReturnType<ReturnType<typeof openHttp>['clientFor']>,
  { folder, url, branch }: HttpsFetch,
): Promise<void> {
  const complete = completeRef(branch);
  // isomorphic-git notes the head below this name before its objects arrive, so nothing rests on it.
  const remote = complete.replaceAll('/', '-');
  await git.addRemote({ fs: atomicFs, gitdir: folder, remote, url, force: true });
  const { fetchHead, packfile }: Fetched = await git.fetch({
    fs: atomicFs,
    http: withOneBranch(client, branch),
    gitdir: folder,
    cache: {},
    url,
    remote,
    // The one ref that the server is told of: all that it leads to is here.
    ref: complete,
    remoteRef: `refs/heads/${branch}`,
    singleBranch: true,
    tags: false,
  });
  if (fetchHead === null) throw gitFailure('BranchMissing', `${url} has no branch ${branch}, or no commit on it yet`);
  try {
    const count = packfile === undefined ? 0 : await countOf(join(folder, packfile), url);
    await git
      .readObject({ fs: atomicFs, gitdir: folder, oid: fetchHead, format: 'content' })
      .catch((error: unknown) => {
        if (packfile !== undefined && error instanceof Errors.NotFoundError)
          throw gitFailure('SourceGarbage', `${url} did not send the head of the branch`);
        throw gitFailure('GitObjectBad', `${fetchHead} is damaged in the copy of ${url}`);
      });
    if (packfile !== undefined && count <= SMALL_PACK) await unpack(folder, packfile);
  } catch (error) {
    if (packfile !== undefined) await removePack(join(folder, packfile));
    throw error;
  }
  await git.writeRef({ fs: atomicFs, gitdir: folder, ref: complete, value: fetchHead, force: true });
}

/**
 * How many objects a pack holds. isomorphic-git leaves those that it could not rebuild out of the index without a
 * word.
 */
async function countOf(pack: string, url: string): Promise<number> {
  const sent = (await readFile(pack)).readUInt32BE(PACK_COUNT);
  const listed = (await readFile(indexOf(pack))).readUInt32BE(INDEX_COUNT);
  if (listed === sent) return sent;
  throw gitFailure('SourceGarbage', `the pack that ${url} sent holds objects that can not be rebuilt`);
}

/** Where a pack says how many objects it holds, and where its index does (gitformat-pack). */
const PACK_COUNT = 8;
const INDEX_COUNT = 8 + 255 * 4;

/**
 * Packs of at most so many objects become single files, as git does it: else every push would leave a pack behind for
 * good.
 */
const SMALL_PACK = 500;
