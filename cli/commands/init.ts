import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { anchorTrust, gitSourceName, openStore, publicKeyLineOf, readPublicKeyLine, stateFolderIn } from '#controller';
import { CommandError } from '../command-error.ts';
import { BY_GIT, SIGNING_KEY } from '../command-line/options.ts';
import { type CommandContext, type CommandRow, optionPath, optionText } from '../command.ts';
import { operatorName } from '../control/round-trip.ts';
import { EXIT } from '../exit-codes.ts';
import { keyGit, makeRepository } from '../git/key-git.ts';
import { ownKey } from '../git/own-key.ts';
import type { UserRepository } from '../git/repository.ts';
import { askGit, type GitPlace, hasGit } from '../git/run-git.ts';
import { readSigningKey } from '../git/signing-key.ts';
import { claimFolder, type FreshFolder } from '../init/fresh-folder.ts';
import { newRepository } from '../init/new-repository.ts';
import { rosterNameOf } from '../init/person-name.ts';
import { BINDINGS, SIMULATED } from '../init/bindings.ts';
import { writeExample } from '../init/example-files.ts';
import { nextCommands, type StarterOptions } from '../init/next-commands.ts';
import { starterFiles } from '../init/starter-files.ts';
import { shellWord } from '../text/shell-word.ts';
import { columns, printable } from '../text/table.ts';
import { version } from '../version.ts';

/** `rosctl init`, as help, completion and the parser know it. */
export const row: CommandRow = {
  name: 'init',
  summary: 'make a repository for a fleet: roster with your key, policies, an example, and the first trust',
  arguments: [{ name: 'FOLDER', summary: 'a new or empty folder', required: true }],
  options: [
    {
      name: 'key',
      value: 'FILE.pub',
      summary: 'your SSH public key, default: the one that git signs with, else the usual one in ~/.ssh',
    },
    { name: 'name', value: 'NAME', summary: "your name in the roster, default: git's user.name" },
    { name: 'branch', value: 'NAME', default: 'main', summary: 'the branch that counts' },
    {
      name: 'state',
      value: 'FOLDER',
      environment: 'ROSCTL_STATE',
      summary: "the controller's folder, default: ROSCTL_STATE, else state in FOLDER",
    },
    { name: 'example', summary: 'put the 12 routers of the example fleet in it, which rosctl simulator runs' },
    SIGNING_KEY,
  ],
  examples: [
    'rosctl init fleet',
    'rosctl init --example fleet',
    'rosctl init fleet --key ~/.ssh/id_ed25519.pub --name alice',
    'rosctl init . --state /var/lib/routeros-gitops',
  ],
  notes: [
    'The first commit is signed, and the controller of the state folder trusts the history from there on. Nothing that exists is overwritten; when it fails, nothing is left behind.',
    `${BY_GIT} The new repository is set up to sign every commit with this key.`,
  ],
};

const MESSAGE = 'Begin the fleet\n\nRoster, policies, an example device and an example configuration.\n';

/** `rosctl init FOLDER`: a repository that can be used at once, its first commit signed and trusted. */
export async function run(context: CommandContext): Promise<number> {
  const { output, cwd, env, signal } = context;
  const path = resolve(cwd, context.positionals[0] ?? '.');
  const branch = branchOf(context);
  const state = optionPath(context, 'state') ?? join(path, 'state');
  const signer = await signerOf(context);
  const inside = stateInside(path, state);
  const folder = await claimFolder(path, ['.git', inside?.split('/')[0] ?? 'state']);
  const hadState = existsSync(state);
  const place: GitPlace = { folder: path, env, signal };
  try {
    const example = context.options['example'] === true;
    const options = optionsIn(context);
    const { person, keyLine } = signer;
    const files = starterFiles({ person, keyLine, branch, version: version(), state: inside, example, options });
    for (const [file, text] of Object.entries(files)) await folder.write(file, text);
    const repository = await signer.repository(place, branch);
    const commit = await repository.commitFiles(Object.keys(files), MESSAGE);
    const source = gitSourceName(path, branch, '.');
    if (source === null) throw new CommandError('internal', `${path} is no repository though it was just made`);
    await trust(context, state, source, commit);
    await writeBindings(folder, state, example ? SIMULATED : BINDINGS);
    if (example) await writeExample(folder);
    const key = readPublicKeyLine(signer.keyLine).fingerprint;
    const result = {
      folder: path,
      branch,
      commit,
      source,
      person: signer.person,
      key,
      state,
      files: Object.keys(files),
    };
    await output.result('init', result, () => doneText(context, result));
    return EXIT.ok;
  } catch (error) {
    await folder.discard();
    if (!hadState) await rm(state, { recursive: true, force: true });
    throw error;
  }
}

interface FirstSigner {
  readonly person: string;
  readonly keyLine: string;
  repository(place: GitPlace, branch: string): Promise<UserRepository>;
}

async function signerOf(context: CommandContext): Promise<FirstSigner> {
  const { cwd, env, signal } = context;
  const here: GitPlace = { folder: cwd, env, signal };
  const file = optionPath(context, 'key');
  const signing = optionPath(context, 'signing-key');
  if (file !== undefined && signing !== undefined) {
    throw new CommandError('usage', '--key and --signing-key exclude each other', 'name one of the two');
  }
  const git = await hasGit(here);
  const person = await personOf(context, git);
  if (signing !== undefined) return withKey(await readSigningKey(signing), person);
  const key = await ownKey(here, file, git);
  readPublicKeyLine(key.line);
  if (!git) {
    const hint = 'install git, or name a private key to sign with: --signing-key FILE';
    throw new CommandError('failure', 'git is not installed, so nothing can sign the first commit', hint);
  }
  return {
    person,
    keyLine: key.line,
    repository: (place, branch) => newRepository(place, branch, key.signingKey, person),
  };
}

function withKey(key: KeyObject, person: string): FirstSigner {
  return {
    person,
    keyLine: publicKeyLineOf(key, person),
    async repository({ folder }, branch) {
      await makeRepository(folder, branch);
      return keyGit(folder, key, { name: person, email: `${person}@localhost` }, Date.now);
    },
  };
}

async function personOf(context: CommandContext, git: boolean): Promise<string> {
  const { cwd, env, signal } = context;
  const given = optionText(context, 'name');
  const configured = git ? await askGit({ folder: cwd, env, signal }, ['config', '--get', 'user.name']) : null;
  const called = given ?? (configured?.code === 0 ? configured.stdout.trim() : operatorName());
  const person = rosterNameOf(called);
  if (person !== '' && (given === undefined || given === person)) return person;
  const hint = `take lower-case letters, digits, ".", "_" and "-": --name ${person === '' ? 'NAME' : person}`;
  throw new CommandError('usage', `${JSON.stringify(called)} is no name for a roster`, hint);
}

function branchOf(context: CommandContext): string {
  const branch = optionText(context, 'branch') ?? 'main';
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) && !/\.\.|\/\/|\.lock(\/|$)|[./]$/.test(branch)) return branch;
  throw new CommandError('usage', `${JSON.stringify(branch)} is no name of a branch`, 'for instance: --branch main');
}

/** Where the state folder lies in the repository; null: elsewhere. @throws {CommandError} `usage` when it is that itself. */
function stateInside(path: string, state: string): string | null {
  if (resolve(path) !== resolve(state)) return stateFolderIn(path, state);
  const hint =
    'passwords and trust are no part of a repository: name a folder of their own, for instance --state state';
  throw new CommandError('usage', `the state folder can not be the repository itself`, hint);
}

/** The first trust: what the operator says outside Git. */
async function trust({ env }: CommandContext, state: string, source: string, commit: string): Promise<void> {
  const databaseUrl = env['DATABASE_URL'];
  const store = await openStore(databaseUrl === undefined ? { folder: state } : { databaseUrl });
  try {
    await anchorTrust(store, source, commit, { actor: `operator:${operatorName()}`, at: Date.now() });
  } finally {
    await store.close();
  }
}

/** Beside the store, unless somebody wrote them before. */
async function writeBindings(folder: FreshFolder, state: string, text: string): Promise<void> {
  const file = join(state, 'credentials.yaml');
  if (!existsSync(file)) await folder.write(relative(folder.path, file), text, 0o600);
}

interface Made {
  readonly folder: string;
  readonly branch: string;
  readonly commit: string;
  readonly person: string;
  readonly key: string;
  readonly state: string;
}

/** What the commands of the new repository need besides: its branch and its state folder, where they are not the usual. */
function optionsIn(context: CommandContext): StarterOptions {
  const branch = branchOf(context);
  const state = optionPath(context, 'state');
  const named = state === undefined || context.env['ROSCTL_STATE'] === optionText(context, 'state');
  return {
    branch: branch === 'main' ? '' : ` --branch ${shellWord(branch)}`,
    state: named || state === undefined ? '' : ` --state ${shellWord(state)}`,
  };
}

function doneText(context: CommandContext, made: Made): string {
  const { output, cwd } = context;
  const { style } = output;
  const here = relative(cwd, made.folder);
  const enter = here === '' ? [] : [`cd ${shellWord(here.startsWith('..') ? made.folder : here)}`];
  const simulated = context.options['example'] === true;
  const ca = simulated ? shellWord(join(made.state, 'simulator/ca.pem')) : null;
  const steps = nextCommands(optionsIn(context), ca).map(({ heading, commands }) =>
    [`${heading}:`, ...[...enter, ...commands].map((line) => `  ${line}`)].join('\n'),
  );
  const edit = `Put your router into devices/example.yaml, and its address into ${printable(join(made.state, 'credentials.yaml'))}.`;
  const rows = [
    ['Repository', `${printable(made.folder)}, branch ${made.branch}`],
    ['Person', `${made.person}: contributor, approver, policy`],
    ['Key', made.key],
    ['Trusted from', made.commit],
    ['State', printable(made.state)],
  ];
  return [
    style.good(`${basename(made.folder)} is ready: its first commit is signed and trusted.`),
    columns(rows),
    ...(simulated ? [] : [edit]),
    ...steps,
  ].join('\n\n');
}
