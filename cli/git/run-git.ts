import { spawn } from 'node:child_process';
import { CommandError } from '../command-error.ts';
import { indented } from '../text/lines.ts';

/** Where the system's git runs, and what it gets from the process. */
export interface GitPlace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What git said and how it ended. */
export interface GitAnswer {
  readonly code: number;
  /** What it printed, as it is and as text. */
  readonly bytes: Uint8Array;
  readonly stdout: string;
  readonly stderr: string;
}

/** They would send git to another repository than the folder's. */
const MISLEADING = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE'];

/** Runs git and waits for it, whatever it ends with. @throws {CommandError} `failure` when git is not installed. */
export async function askGit(
  place: GitPlace,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<GitAnswer> {
  const { folder, env, signal } = place;
  return await new Promise((done, fail) => {
    const child = spawn('git', ['-C', folder, ...args], {
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !MISLEADING.includes(name))),
      stdio: ['pipe', 'pipe', 'pipe'],
      signal,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      fail(error.code === 'ENOENT' ? gitMissing() : error);
    });
    child.on('close', (code) => {
      const [bytes, said] = [Buffer.concat(out), Buffer.concat(err)];
      done({ code: code ?? 1, bytes, stdout: bytes.toString('utf8'), stderr: said.toString('utf8') });
    });
    // A git that ends without reading is told by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/**
 * As askGit. @returns what it printed, without the line break at its end. @throws {CommandError} `failure` with git's
 * own words when it fails.
 */
export async function runGit(place: GitPlace, args: readonly string[], input = ''): Promise<string> {
  const answer = await askGit(place, args, input);
  if (answer.code === 0) return answer.stdout.replace(/\n$/, '');
  throw gitFailed(args, answer);
}

/** Whether there is a git to run. @throws {CommandError} `failure` with git's own words when there is and it fails. */
export async function hasGit(place: GitPlace): Promise<boolean> {
  let answer: GitAnswer;
  try {
    answer = await askGit({ ...place, folder: '.' }, ['--version']);
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
  if (answer.code !== 0) throw gitFailed(['version'], answer);
  return true;
}

/** What git said against it, for people. */
export function gitFailed(
  args: readonly string[],
  { stderr, stdout }: Pick<GitAnswer, 'stderr' | 'stdout'>,
  hint?: string,
): CommandError {
  const verb = args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? '';
  const said = (stderr.trim() === '' ? stdout : stderr).trim();
  const words = said === '' ? 'it gave no reason' : said;
  // A remote chooses its words, and no line of them passes for one of ours.
  return new CommandError('failure', `git ${verb} failed:\n${indented(words)}`, hint);
}

function gitMissing(): CommandError {
  return new CommandError(
    'failure',
    'git is not installed',
    'install it; without it name a private key to sign with: --signing-key FILE',
  );
}
