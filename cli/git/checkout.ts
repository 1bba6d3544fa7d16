import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ignoreLine, type ListedPath } from '#controller';
import { visible } from '#visible';
import { CommandError } from '../command-error.ts';
import { shellWord } from '../text/shell-word.ts';
import { askGit, gitFailed, type GitPlace, hasGit } from './run-git.ts';

/** The checkout that a folder lies in: it or the next above that holds a `.git`; null: none does. */
export function checkoutAround(folder: string): string | null {
  if (isThere(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? null : checkoutAround(above);
}

/**
 * The paths below the folder that a commit of everything would hold: what is tracked, ignored or not, and what is
 * neither tracked nor ignored.
 * @throws {CommandError} `failure` without git, or with its own words; `faultyInput` where this checkout shows other
 * files or texts than a controller reads.
 */
export async function checkoutPaths(place: GitPlace): Promise<readonly ListedPath[]> {
  if (!(await hasGit(place))) throw withoutGit(place.folder);
  const rows = await askForRows(place, [...LIST, '--stage', '--cached', '--others', '--exclude-standard']);
  const plain = await askGit(place, [...QUIETLY, 'config', '--type=bool', '--get', 'core.symlinks']);
  const listed = rows.map((row) => rowOf(row, plain.stdout.trim() === 'false'));
  const left = listed.filter((row) => row.sparse && matters(row) && !isThere(onDisk(place.folder, row.path)));
  if (left.length > 0) {
    const message = `this checkout is sparse: ${countedFiles(left)} that a controller reads not in it`;
    throw new CommandError('faultyInput', message, 'check out everything: git sparse-checkout disable');
  }
  const unseen = listed.find((row) => row.unseen && matters(row) && isThere(onDisk(place.folder, row.path)));
  if (unseen !== undefined) {
    const message = `git is told not to look at ${textOf(unseen.path)}, so a commit may hold another text of it than the folder`;
    const file = shellWord(Buffer.from(unseen.path, 'latin1').toString());
    const hint = `have it looked at: git update-index --no-assume-unchanged --no-skip-worktree -- ${file}`;
    throw new CommandError('faultyInput', message, hint);
  }
  await refuseOtherTexts(place, listed);
  return listed;
}

/** A checkout can name a program that git is to ask for what changed. */
const QUIETLY = ['-c', 'core.fsmonitor=false'];
const LIST = [...QUIETLY, 'ls-files', '-z', '-v'];

interface Row extends ListedPath {
  /** Left out of a sparse checkout. */
  readonly sparse: boolean;
  /** Git is told not to look whether it changed, so a commit of everything leaves changes out. */
  readonly unseen: boolean;
}

/**
 * `H 100644 4c5… 0<tab>path` of the index, `S …` where the checkout is sparse, in lower case what git does not look at,
 * `? path` of what is not in it. Where the disk holds no links, git writes files.
 */
function rowOf(row: string, withoutLinks: boolean): Row {
  const [tag = '', mode = ''] = row.split(' ', 2);
  if (tag === '?') return { path: row.slice(2), kind: null, sparse: false, unseen: false };
  const kind = mode === '160000' ? 'repository' : mode === '120000' && withoutLinks ? 'link' : 'file';
  return {
    path: row.slice(row.indexOf('\t') + 1),
    kind,
    sparse: tag.toUpperCase() === 'S',
    unseen: tag === 'S' || tag !== tag.toUpperCase(),
  };
}

const READ = /\.ya?ml$|^\.rosctlignore$/i;

/** Links and submodules are faults, whatever they are called. */
function matters({ path, kind }: ListedPath): boolean {
  return kind !== 'file' || READ.test(path);
}

/** What makes the text on the disk another one than the text in the repository; line ends mean nothing in YAML. */
const CHANGING = ['working-tree-encoding', 'ident', 'filter'];

async function refuseOtherTexts(place: GitPlace, listed: readonly ListedPath[]): Promise<void> {
  const paths = listed.map(({ path }) => path).filter((path) => READ.test(path));
  const asked = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
  const words = await askForRows(place, [...QUIETLY, 'check-attr', '-z', '--stdin', ...CHANGING], asked);
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [path = '', attribute = '', value = ''] = words.slice(at, at + 3);
    if (value === 'unspecified' || value === 'unset') continue;
    const message = `git shows another text of ${textOf(path)} than a controller reads: .gitattributes gives it ${attribute}`;
    throw new CommandError('faultyInput', message, 'take the attribute away from the files of the fleet');
  }
}

/** Git goes on without what it can not look into, and warns. Paths are from the top of the checkout. */
const UNREADABLE = /^warning: could not open directory '(.*)\/': (.*)$/m;

function unreadableFolder(folder: string, why: string): CommandError {
  const line = visible(ignoreLine(folder));
  return new CommandError(
    'noInput',
    `git can not look into ${visible(folder)}, which it does not ignore: ${visible(why)}`,
    `see that this user may read it; a state folder is left out by this line in .gitignore at the top of the checkout: ${line}`,
  );
}

/** What git prints between NULs, one character for each byte. */
async function askForRows(place: GitPlace, args: readonly string[], input?: Uint8Array): Promise<readonly string[]> {
  const answer = await askGit({ ...place, env: { ...place.env, LC_ALL: 'C' } }, args, input);
  if (answer.code !== 0) throw gitFailed(args.slice(QUIETLY.length), answer);
  const closed = UNREADABLE.exec(answer.stderr);
  if (closed !== null) throw unreadableFolder(closed[1] ?? '', closed[2] ?? '');
  const rows = Buffer.from(answer.bytes).toString('latin1').split('\0');
  return rows.slice(0, -1);
}

function countedFiles(rows: readonly Row[]): string {
  const first = textOf(rows[0]?.path ?? '');
  return rows.length === 1 ? `${first} is a file` : `${String(rows.length)} files, ${first} among them, are`;
}

function isThere(path: string | Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function onDisk(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
}

function textOf(path: string): string {
  return JSON.stringify(Buffer.from(path, 'latin1').toString());
}

function withoutGit(folder: string): CommandError {
  const message = `${folder} lies in a Git checkout, and without git nobody can tell which of its files a controller reads`;
  return new CommandError('failure', message, 'install git, or give a copy of the files that lies in no checkout');
}
