import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '#failure';
import { isLoopback, unbracketed } from '#hosts';

/** Where a Git source lies: one branch of one repository, and the folder in it that holds the fleet. */
export interface GitLocation {
  readonly kind: 'https' | 'ssh' | 'local';
  /** The address as git takes it, without a password; for `local` the folder that holds `objects`. */
  readonly url: string;
  readonly branch: string;
  /** Relative, with slashes; `.` is the whole repository. */
  readonly path: string;
}

/**
 * What `--source` names: `https://…`, `ssh://…`, `user@host:path`, or a local folder that is a bare repository or
 * holds a `.git` folder.
 * `http://` is taken for this machine only, where nobody can listen in. Null: a plain folder, as with `folder:PATH`
 * always.
 * @throws {Failure} `ConfigInvalid` for an address, branch or path that is not safe to use.
 */
export function gitLocationOf(source: string, branch: string, path: string): GitLocation | null {
  if (source.startsWith('folder:')) return null;
  const remote = remoteOf(source);
  const local = remote === null ? localOf(source) : null;
  if (remote === null && local === null) return null;
  const where = remote ?? { kind: 'local' as const, url: local ?? '' };
  return { ...where, branch: checkedBranch(branch), path: checkedPath(path) };
}

/**
 * The name under which trust and approvals of a source are stored: two sources never share one. An address may hold a
 * `#` itself, which is written as `%23` then; a
 * branch may hold a `#` too, but no colon.
 */
export function nameOf({ url, branch, path }: GitLocation): string {
  return `git:${url.replaceAll(/[%#]/g, encodeURIComponent)}#${branch}:${path}`;
}

function remoteOf(source: string): Pick<GitLocation, 'kind' | 'url'> | null {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(source)?.[1]?.toLowerCase();
  if (scheme !== undefined) return urlOf(source, scheme);
  // As git does: with a slash before the colon it is a path. One letter is a Windows drive.
  const scp = /^(?:([^/:@]*)@)?(\[[^\]/@]*\]|[^/:@]{2,}):(.*)$/su.exec(source);
  if (scp === null || (scp[1] === undefined && existsSync(source))) return null;
  checkSsh(source, scp[1] ?? null, scp[2] ?? '', scp[3] ?? '');
  return { kind: 'ssh', url: source };
}

function urlOf(source: string, scheme: string): Pick<GitLocation, 'kind' | 'url'> {
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh') {
    throw invalid(`the source has the scheme ${scheme}: use https, ssh or a local path`);
  }
  if (!URL.canParse(source)) throw invalid('the source is no address that can be read');
  const url = new URL(source);
  if (url.password !== '')
    throw invalid('the source holds a password: addresses are shown and stored, so give the secret by itself');
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(source))
    throw invalid('the source has a "?" or "#", which no repository address needs');
  if (scheme === 'ssh') {
    checkSsh(source, url.username === '' ? null : decodeURIComponent(url.username), url.hostname, url.pathname);
    return { kind: 'ssh', url: source };
  }
  if (url.username !== '') throw invalid('the source holds a user or a token: give it in ROUTEROS_GITOPS_GIT_TOKEN');
  if (scheme === 'http' && !isLoopback(unbracketed(url.hostname)))
    throw invalid('the source uses http, where anybody on the way can change what is read: use https');
  return { kind: 'https', url: url.href.replace(/\/+$/, '') };
}

/** ssh and git take a word that begins with a dash for an option. */
function checkSsh(source: string, user: string | null, host: string, path: string): void {
  if (/[\p{Cc}\p{Z}]/u.test(source)) throw invalid('the source holds a space or a control character');
  if (user !== null && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user))
    throw invalid('the source names a user that ssh can not take');
  if (!/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*)$/.test(host))
    throw invalid('the source names a host that ssh can not take');
  if (path === '' || path === '/') throw invalid('the source names no repository on the host');
  if (/^\/?-/.test(path)) throw invalid('the source names a path that begins with a dash');
}

function localOf(source: string): string | null {
  const folder = resolve(source);
  const inside = join(folder, '.git');
  if (isFolder(inside)) return inside;
  if (existsSync(inside)) {
    throw invalid(
      `${folder} is a linked work tree or a submodule: name its main repository, or folder:${folder} for the files alone`,
    );
  }
  return isFolder(join(folder, 'objects')) && isFolder(join(folder, 'refs')) && existsSync(join(folder, 'HEAD'))
    ? folder
    : null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The rules of git-check-ref-format, and no dash at the start. */
function checkedBranch(branch: string): string {
  const parts = branch.split('/');
  const odd =
    branch === '@' ||
    branch === 'HEAD' ||
    branch.startsWith('-') ||
    branch.endsWith('.') ||
    /[\p{Cc} ~^:?*[\\]|\.\.|@\{/u.test(branch) ||
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'));
  if (odd) throw invalid(`${JSON.stringify(branch)} is no name of a branch`);
  return branch;
}

function checkedPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || /[\p{Cc}\\]/u.test(path) || parts.includes('..')) {
    throw invalid(`${JSON.stringify(path)} is no path inside a repository`);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

function invalid(message: string): Failure {
  return new Failure('ConfigInvalid', message);
}
