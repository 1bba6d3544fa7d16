import fs from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { keyIdOf, publicKeyLineOf, signSsh } from '#controller';
import git, { type TreeEntry, type WalkerEntry } from 'isomorphic-git';
import { CommandError } from '../command-error.ts';
import type { Relation, UserRepository } from './repository.ts';

/** Who commits, for the headers that prove nothing. */
export interface Committer {
  readonly name: string;
  readonly email: string;
}

/**
 * A clone where no git is installed: the commit is written and signed here, with a private key from a file. It pushes
 * nowhere.
 */
export function keyGit(folder: string, key: KeyObject, committer: Committer, now: () => number): UserRepository {
  const at = { fs, dir: folder };
  const head: UserRepository['head'] = async () => {
    const branch = await git.currentBranch(at).catch(() => undefined);
    if (typeof branch !== 'string') {
      const hint = 'go into your clone of the fleet, or name it: --repo DIR';
      throw new CommandError('usage', `${folder} is no Git repository with a branch checked out`, hint);
    }
    return { branch, commit: await git.resolveRef({ ...at, ref: `refs/heads/${branch}` }).catch(() => null) };
  };
  const sign = async (tree: string, parent: string | null, message: string): Promise<string> => {
    const who = `${committer.name} <${committer.email}> ${String(Math.floor(now() / 1000))} +0000`;
    const headers = [
      `tree ${tree}`,
      ...(parent === null ? [] : [`parent ${parent}`]),
      `author ${who}`,
      `committer ${who}`,
    ];
    const payload = `${headers.join('\n')}\n\n${message}`;
    const signature = signSsh(key, 'git', Buffer.from(payload)).trimEnd().replaceAll('\n', '\n ');
    const object = Buffer.from(`${headers.join('\n')}\ngpgsig ${signature}\n\n${message}`);
    return await git.writeObject({ ...at, type: 'commit', format: 'content', object });
  };
  const move = async (from: string | null, to: string): Promise<void> => {
    const { branch, commit } = await head();
    if (commit !== from) throw new CommandError('failure', `the branch ${branch} moved meanwhile`, 'try again');
    await git.writeRef({ ...at, ref: `refs/heads/${branch}`, value: to, force: true });
  };
  const signNothing = async (parent: string, message: string): Promise<string> => {
    const { commit } = await git.readCommit({ ...at, oid: parent });
    return await sign(commit.tree, parent, message);
  };
  return {
    head,
    relationTo: (commit) => relationOf(folder, commit),
    async commitFiles(paths, message) {
      const { commit } = await head();
      for (const filepath of paths) {
        if (fs.existsSync(join(folder, filepath))) await git.add({ ...at, filepath });
        else await git.remove({ ...at, filepath });
      }
      const id = await sign(await writeIndex(folder), commit, message);
      await move(commit, id);
      return id;
    },
    async signingKey() {
      return keyIdOf(publicKeyLineOf(key, ''));
    },
    signNothing,
    async commitNothing(parent, message) {
      const id = await signNothing(parent, message);
      await move(parent, id);
      return id;
    },
    async readCommit(oid) {
      const { object } = await git.readObject({ ...at, oid, format: 'content' });
      return object as Uint8Array;
    },
    moveHead: move,
    async push() {
      throw new CommandError('usage', '--push needs git', 'leave --push out, or leave --signing-key out');
    },
  };
}

/** An empty repository with this branch checked out. */
export async function makeRepository(dir: string, branch: string): Promise<void> {
  await git.init({ fs, dir, defaultBranch: branch });
}

async function relationOf(dir: string, commit: string): Promise<Relation> {
  const at = { fs, dir };
  const mine = await git.resolveRef({ ...at, ref: 'HEAD' }).catch(() => null);
  if (mine === commit) return 'same';
  const known = await git.readCommit({ ...at, oid: commit }).catch(() => null);
  if (mine === null || known === null) return 'unknown';
  if (await git.isDescendent({ ...at, oid: mine, ancestor: commit, depth: -1 })) return 'ahead';
  return (await git.isDescendent({ ...at, oid: commit, ancestor: mine, depth: -1 })) ? 'behind' : 'apart';
}

/** The tree of what is staged. */
async function writeIndex(dir: string): Promise<string> {
  const at = { fs, dir };
  const root = (await git.walk({
    ...at,
    trees: [git.STAGE()],
    map: async (path: string, [entry]: readonly (WalkerEntry | null)[]): Promise<TreeEntry | undefined> => {
      if (entry === null || entry === undefined) return undefined;
      const type = await entry.type();
      if (type !== 'blob' && type !== 'tree') return undefined;
      const mode = type === 'tree' ? '040000' : ((await entry.mode()) & 0o111) === 0 ? '100644' : '100755';
      return {
        mode,
        path: path.split('/').at(-1) ?? path,
        type,
        oid: type === 'tree' ? '' : ((await entry.oid()) ?? ''),
      };
    },
    reduce: async (parent: TreeEntry | undefined, children: readonly TreeEntry[]): Promise<TreeEntry | undefined> => {
      if (parent?.type !== 'tree') return parent;
      return { ...parent, oid: await git.writeTree({ ...at, tree: [...children] }) };
    },
  })) as TreeEntry;
  return root.oid;
}
