import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import type { CommandRow } from '../../cli/command.ts';
import { sampleOf } from '../support/sample.ts';
import { makeSshKey } from '../support/signing.ts';
import { type Setting, startRosctl } from './run.ts';

/** One command line that names a place where the system refuses something, and what came of it. */
export interface BadPlace {
  readonly about: string;
  readonly code: number;
  readonly stderr: string;
}

interface Case {
  readonly about: string;
  readonly args: (site: string) => readonly string[];
  readonly setting?: (site: string) => Setting;
}

const OTHER_USER = 65_534;
const LONGEST_MS = 20_000;
const CLI = path.join(import.meta.dirname, '../../cli');

/** What is wrong with a place, and where in the site it is. */
const PLACES: Readonly<Record<string, string>> = {
  missing: 'missing',
  'below what is missing': 'missing/x',
  'a file': 'file',
  'below a file': 'file/x',
  'a folder': 'folder',
  'a folder without rights': 'closed',
  'below a folder without rights': 'closed/x',
  'a read-only folder': 'readonly',
  'below a read-only folder': 'readonly/x',
  'a file without rights': 'unreadable',
  'a link in a circle': 'loop',
  'below a link in a circle': 'loop/x',
  'a link to nowhere': 'dangling',
  'a name too long': 'n'.repeat(300),
  'a path too long for a socket': 'd'.repeat(120),
  'a path too long': Array.from({ length: 60 }, () => 'p'.repeat(100)).join('/'),
};

const VARIABLES = ['ROUTEROS_GITOPS_KEY_FILE', 'ROUTEROS_GITOPS_GIT_TOKEN_FILE', 'HOME', 'DATABASE_URL'];
const PATHS = ['FOLDER', 'FILE', 'FILE.pub', 'DIR', 'SOURCE'];
const CREDENTIALS = 'credentials: [{name: lab, username: u, from: {env: P}, hosts: [127.0.0.0/8], tls: insecure}]\n';

function makeSite(key: string): string {
  const site = mkdtempSync(path.join(tmpdir(), 'rosctl-places-'));
  const at = (name: string): string => path.join(site, name);
  for (const name of ['folder', 'closed', 'readonly', 'd'.repeat(120)]) mkdirSync(at(name));
  cpSync(path.join(import.meta.dirname, '../../devices.example'), at('fleet'), { recursive: true });
  mkdirSync(at('state'), { mode: 0o700 });
  mkdirSync(at('repository/.git'), { recursive: true });
  writeFileSync(at('key.pub'), key);
  for (const name of ['file', 'unreadable']) writeFileSync(at(name), 'text\n');
  symlinkSync('loop', at('loop'));
  symlinkSync('nowhere', at('dangling'));
  writeFileSync(at('state/credentials.yaml'), CREDENTIALS, { mode: 0o600 });
  for (const name of ['closed', 'unreadable']) chmodSync(at(name), 0);
  chmodSync(at('readonly'), 0o555);
  return site;
}

/** What stands for a value that the case is not about: a place in the site, or a word. */
const USUAL: Readonly<Record<string, string>> = {
  FOLDER: '@fleet',
  DEVICE: 'edge-vie-01',
  PLAN: 'a'.repeat(64),
  COMMIT: 'b'.repeat(40),
  FORMAT: 'allowed-signers',
  KEY: 'SHA256:abcdef',
  NAME: 'lab',
  ID: 'r1',
  SHELL: 'bash',
};

/** `@fleet` is a place in the site. */
function placed(site: string, word: string): string {
  return word.replace(/(^|=)@(.*)$/s, (_, before: string, place: string) => before + path.resolve(site, place));
}

function fixedOf(row: CommandRow): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, string>> = {
    state: '@state',
    fleet: '@fleet',
    repo: '@repository',
    source: row.name === 'trust' ? '@repository' : '@fleet',
    listen: 'off',
    key: '@key.pub',
    reason: 'why',
    yes: '',
    ...(row.name === 'plan' ? { device: 'edge-vie-01' } : {}),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => row.options?.some((each) => each.name === name)));
}

/** Each command, each of its actions, each argument, option and variable that takes a path, at each place. */
function casesOf(row: CommandRow): readonly Case[] {
  const actions = row.arguments?.find(({ name }) => name === 'ACTION')?.choices ?? [''];
  return Object.entries(PLACES).flatMap(([what, place]) =>
    actions.flatMap((action) => casesAt(row, action, what, `@${place}`)),
  );
}

function casesAt(row: CommandRow, action: string, what: string, place: string): readonly Case[] {
  const words = (row.arguments ?? []).map(({ name }) => (name === 'ACTION' ? action : (USUAL[name] ?? 'x')));
  const fixed = fixedOf(row);
  const make = (about: string, given: readonly string[], options: Readonly<Record<string, string>>): Case => {
    const named = Object.entries(options).map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`));
    const line = [row.name, ...given, ...named];
    return {
      about: `${line.join(' ').slice(0, 300)}: ${about} ${what}`,
      args: (site) => line.map((each) => placed(site, each)),
    };
  };
  const asArgument = (row.arguments ?? []).flatMap(({ name }, at) =>
    ['FOLDER', 'KEY'].includes(name) ? [make(name, words.with(at, place), fixed)] : [],
  );
  const asOption = (row.options ?? []).flatMap(({ name, value = '' }) => {
    if (!PATHS.includes(value) && !(row.name === 'controller' && name === 'path')) return [];
    const { key: _, ...others } = fixed;
    return [make(`--${name}`, words, { ...(name === 'signing-key' ? others : fixed), [name]: place })];
  });
  const asVariable = VARIABLES.map((variable) => ({
    ...make(variable, words, fixed),
    setting: (site: string) => ({ env: { [variable]: placed(site, place) } }),
  }));
  const asCwd = { ...make('started in', words, {}), setting: (site: string) => ({ cwd: placed(site, place) }) };
  return [...asArgument, ...asOption, ...asVariable, asCwd];
}

/** `demo` makes places of its own, whatever is set. */
const TRIED = COMMANDS.filter(({ name }) => name !== 'demo');
/** A checkout in which somebody else's state folder lies. */
function checkoutCases(): readonly Case[] {
  return ['', '/own state/\n'].map((ignored) => ({
    about: `validate a checkout that ${ignored === '' ? 'does not ignore' : 'ignores'} a closed folder`,
    args(site) {
      spawnSync('git', ['init', '-q', path.join(site, 'fleet')]);
      writeFileSync(path.join(site, 'fleet/.gitignore'), ignored);
      mkdirSync(path.join(site, 'fleet/own state'));
      chmodSync(path.join(site, 'fleet/own state'), 0);
      return ['validate', path.join(site, 'fleet')];
    },
  }));
}

/** Addresses that nobody may listen on, and stores that nobody answers for. */
function addressCases(taken: number): readonly Case[] {
  const listens = [`127.0.0.1:${taken}`, '203.0.113.1:9474', '[2001:db8::1]:9474', 'nobody.invalid:1', '127.0.0.1:80'];
  const stores = [`postgres://127.0.0.1:${taken + 1}/x`, 'postgres://nobody.invalid/x'];
  const device = `apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterDevice\nmetadata: {name: taken}\nspec:\n  address: http://127.0.0.1:${taken}\n  credentialsRef: lab\n  environment: lab\n`;
  return [
    ...listens.map((listen) => ({
      about: `controller --listen ${listen}`,
      args: (site: string) => ['controller', `--source=${site}/fleet`, `--state=${site}/state`, `--listen=${listen}`],
    })),
    ...TRIED.flatMap(({ name, arguments: words = [], options = [] }) =>
      stores.map((url) => ({
        about: `${name} with the store ${url}`,
        args: (site: string) => [
          name,
          ...words.map((word) => word.choices?.[0] ?? USUAL[word.name] ?? 'x'),
          ...(options.some((option) => option.name === 'state') ? [`--state=${site}/folder`] : []),
        ],
        setting: () => ({ env: { DATABASE_URL: url } }),
      })),
    ),
    {
      about: 'simulator --ca-out on a full disk',
      args: (site: string) => ['simulator', `--fleet=${site}/fleet`, '--ca-out=/dev/full'],
    },
    {
      about: 'simulator at a port that is taken',
      args(site) {
        writeFileSync(path.join(site, 'folder/device.yaml'), device);
        return ['simulator', `--fleet=${site}/folder`];
      },
    },
  ];
}

/** Runs one, in a site of its own. What waits for a signal gets one as soon as it has said something. */
async function run({ args, about, setting }: Case, key: string): Promise<BadPlace> {
  const site = makeSite(key);
  const given = setting?.(site) ?? {};
  const env = { PATH: process.env['PATH'] ?? '', HOME: path.join(site, 'folder'), ...given.env };
  const running = startRosctl(args(site), { cwd: path.join(site, 'folder'), ...given, env, input: 'secret\n' });
  const begun = Date.now();
  const timer = setInterval(() => {
    if (/controller started|Ctrl-C ends/.test(running.stdout() + running.stderr()) || Date.now() - begun > LONGEST_MS)
      void running.stop();
  }, 20);
  const code = await running.code;
  clearInterval(timer);
  for (const name of ['closed', 'readonly']) chmodSync(path.join(site, name), 0o700);
  spawnSync('rm', ['-rf', site]);
  return { about, code, stderr: running.stderr().replaceAll(site, '@') };
}

/** Root may do everything, so somebody else does it. What that user may not read is loaded before. */
async function becomeAnotherUser(): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const file of readdirSync(CLI, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.ts') && !file.startsWith('demo')) await import(path.join(CLI, file));
  process.setgroups?.([OTHER_USER]);
  process.setgid?.(OTHER_USER);
  process.setuid?.(OTHER_USER);
}

await becomeAnotherUser();
const holder = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => holder.once('listening', resolve));
const address = holder.address();
const addresses = addressCases(typeof address === 'object' ? (address?.port ?? 0) : 0);
const key = `${makeSshKey('alice').line}\n`;
const matrix = sampleOf('bad places', TRIED.flatMap(casesOf), Number(process.argv[2]));
for (const each of [...addresses, ...checkoutCases(), ...matrix]) console.log(JSON.stringify(await run(each, key)));
holder.close();
process.exit();
