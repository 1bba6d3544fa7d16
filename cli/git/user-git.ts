import { CommandError } from '../command-error.ts';
import { gitSigningKey } from './git-signing-key.ts';
import type { Relation, RepositoryHead, UserRepository } from './repository.ts';
import { askGit, gitFailed, type GitPlace, runGit } from './run-git.ts';

const SIGNING_HINT =
  'git signs with the key that its configuration names: git config gpg.format ssh; git config user.signingKey ~/.ssh/id_ed25519.pub';

/**
 * A clone by the system's git, with its configuration, so that agents and hardware keys sign. Commits are made by
 * plumbing: hooks of the clone and what is staged have no part in them.
 */
export function userGit(place: GitPlace): UserRepository {
  const head = async (): Promise<RepositoryHead> => {
    const branch = await askGit(place, ['symbolic-ref', '--short', '-q', 'HEAD']);
    if (branch.code !== 0) throw await noBranch(place);
    const commit = await askGit(place, ['rev-parse', '-q', '--verify', 'HEAD^{commit}']);
    return { branch: branch.stdout.trim(), commit: commit.code === 0 ? commit.stdout.trim() : null };
  };
  const sign = async (tree: string, parent: string | null, message: string): Promise<string> => {
    const utf8 = ['-c', 'i18n.commitEncoding=UTF-8'];
    const args = [...utf8, 'commit-tree', tree, ...(parent === null ? [] : ['-p', parent]), '-S', '-F', '-'];
    const answer = await askGit(place, args, message);
    if (answer.code !== 0) throw gitFailed(args, answer, hintFor(answer.stderr));
    return answer.stdout.trim();
  };
  const move = async (from: string | null, to: string, why: string): Promise<void> => {
    const { branch } = await head();
    await runGit(place, ['update-ref', '-m', why, `refs/heads/${branch}`, to, from ?? '']);
  };
  const signNothing = async (parent: string, message: string): Promise<string> =>
    await sign(await runGit(place, ['rev-parse', '--verify', `${parent}^{tree}`]), parent, message);
  return {
    head,
    async relationTo(commit) {
      return await relationOf(place, commit);
    },
    async commitFiles(paths, message) {
      const { commit } = await head();
      await runGit(place, ['add', '-A', '--', ...paths.map((path) => `:(top,literal)${path}`)]);
      const id = await sign(await runGit(place, ['write-tree']), commit, message);
      await move(commit, id, 'commit');
      return id;
    },
    signingKey: () => gitSigningKey(place),
    signNothing,
    async commitNothing(parent, message) {
      const id = await signNothing(parent, message);
      await move(parent, id, 'commit');
      return id;
    },
    async readCommit(id) {
      const answer = await askGit(place, ['cat-file', 'commit', id]);
      if (answer.code !== 0) throw gitFailed(['cat-file'], answer);
      return answer.bytes;
    },
    async moveHead(from, to) {
      await move(from, to, 'rosctl approve');
    },
    async push() {
      const { branch } = await head();
      const remote = await askGit(place, ['config', '--get', `branch.${branch}.remote`]);
      const name = remote.code === 0 ? remote.stdout.trim() : 'origin';
      await runGit(place, ['push', '--quiet', '--', name, `refs/heads/${branch}:refs/heads/${branch}`]);
    },
  };
}

async function relationOf(place: GitPlace, commit: string): Promise<Relation> {
  const known = await askGit(place, ['cat-file', '-e', `${commit}^{commit}`]);
  if (known.code !== 0) return 'unknown';
  const [mine, theirs] = (await runGit(place, ['rev-list', '--left-right', '--count', `HEAD...${commit}`])).split('\t');
  if (mine === '0') return theirs === '0' ? 'same' : 'behind';
  return theirs === '0' ? 'ahead' : 'apart';
}

async function noBranch(place: GitPlace): Promise<CommandError> {
  const inside = await askGit(place, ['rev-parse', '--git-dir']);
  if (inside.code !== 0) {
    const hint = 'go into your clone of the fleet, or name it: --repo DIR';
    return new CommandError('usage', `${place.folder} is no Git repository`, hint);
  }
  return new CommandError('usage', `${place.folder} has no branch checked out`, 'check it out: git switch main');
}

function hintFor(stderr: string): string {
  if (!/tell me who you are|empty ident|auto-detect/i.test(stderr)) return SIGNING_HINT;
  return 'tell git who you are: git config --global user.name NAME; git config --global user.email ADDRESS';
}
