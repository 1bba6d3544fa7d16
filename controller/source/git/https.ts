import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { Failure } from '#routeros';
import { sourceFailure } from '../scan.ts';
import { withOneBranch } from './advertisement.ts';
import { atomicFs, completeRef, unpackSmall } from './cache-folder.ts';
import { PackDamage } from './delta.ts';
import { type HttpOptions, openHttp } from './http.ts';
import type { GitLocation } from './location.ts';
import { packIndexOf } from './pack-index.ts';
import { readRef } from './refs.ts';
import type { Transport } from './remote.ts';

/** The types leave out where the objects went; absent when none came. */
type Fetched = Awaited<ReturnType<typeof git.fetch>> & { readonly packfile?: string };

/** Fetches over HTTPS by isomorphic-git: first the branch's head alone, objects only when it is new. */
export function httpsTransport({ url, branch }: GitLocation, options: HttpOptions): Transport {
  const http = openHttp(url, options);

  async function fetch(folder: string, signal: AbortSignal): Promise<void> {
    const client = http.clientFor(signal);
    const theirs = await headOf(client);
    const complete = completeRef(branch);
    if ((await readRef(folder, complete)) === theirs) return;
    // isomorphic-git notes the head below this name before its objects arrive, so nothing rests on it.
    const remote = complete.replaceAll('/', '-');
    await git.addRemote({ fs: atomicFs, gitdir: folder, remote, url, force: true });
    const fetched: Fetched = await git.fetch({
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
    const { fetchHead, packfile } = fetched;
    if (fetchHead === null) throw branchMissing();
    if (packfile !== undefined) await keepPack(folder, packfile);
    await git.writeRef({ fs: atomicFs, gitdir: folder, ref: complete, value: fetchHead, force: true });
  }

  async function headOf(client: ReturnType<typeof http.clientFor>): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const refs = await git.listServerRefs({ http: client, url, prefix: ref, protocolVersion: 2 });
    const oid = refs.find((candidate) => candidate.ref === ref)?.oid;
    if (oid === undefined) throw branchMissing();
    if (!/^[0-9a-f]{40}$/.test(oid))
      throw sourceFailure('SourceGarbage', `${url} gives the branch an id of an unknown form`);
    return oid;
  }

  function branchMissing(): Failure {
    return sourceFailure('BranchMissing', `${url} has no branch ${branch}, or no commit on it yet`);
  }

  /** isomorphic-git leaves objects that it could not rebuild out of the index without a word. */
  async function keepPack(folder: string, packfile: string): Promise<void> {
    const pack = join(folder, packfile);
    const bytes = await readFile(pack);
    const index = pack.replace(/\.pack$/, '.idx');
    const { count } = packIndexOf(await readFile(index), (await stat(pack)).size);
    if (count !== bytes.readUInt32BE(8)) {
      await rm(index);
      await rm(pack);
      throw sourceFailure('SourceGarbage', `the pack that ${url} sent holds objects that can not be rebuilt`);
    }
    await unpackSmall(folder, packfile);
  }

  return {
    async fetch(folder, signal) {
      try {
        await fetch(folder, signal);
      } catch (error) {
        if (error instanceof Failure || signal.aborted) throw error;
        if (error instanceof Error && 'syscall' in error) {
          throw sourceFailure('SourceUnreadable', `the copy of the repository in ${folder} can not be kept`, error);
        }
        // Words of isomorphic-git may repeat what the server said; nothing of that is shown.
        const why = error instanceof PackDamage ? error.message : error instanceof Error ? error.name : 'unknown';
        throw sourceFailure('SourceGarbage', `the answer of ${url} can not be understood (${why})`);
      }
    },
    close: () => http.close(),
  };
}
