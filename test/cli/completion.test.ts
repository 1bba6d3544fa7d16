import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceYaml } from '#test/documents.ts';
import { SAMPLED } from '#test/sample.ts';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import { GLOBAL_OPTIONS } from '../../cli/command-line/options.ts';
import { type Shell, SHELLS } from '../../cli/completion/scripts.ts';
import { rosctl } from './run.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rosctl-completion-'));
const state = path.join(folder, 'state');
const bin = path.join(folder, 'bin');
const log = path.join(folder, 'log');
const trap = path.join(folder, 'trap');

/** Names that somebody could give a device in the hope that a shell runs them. */
const HOSTILE = [
  `$(touch ${trap})`,
  `\`touch ${trap}\``,
  `;touch ${trap};`,
  `edge-$(touch ${trap})`,
  `edge-\n$(touch ${trap})`,
  `edge-'; touch ${trap}; '`,
  `edge-"$(touch ${trap})"`,
  'edge-two words',
  'edge-*',
  'edge-\u001B[2J',
  ':files',
  '',
];

const NAMES = [...HOSTILE, 'edge-1', 'core-1'];

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1/devices': NAMES.map((name) => ({ name })),
  '/v1/plans': { plans: NAMES.map((device) => ({ device, id: `sha256:4f2a${'0'.repeat(60)}` })) },
  '/v1/approvable/fleet': { plans: NAMES.map((device) => ({ device })), control: {} },
  '/v1/rollouts?limit=50': { rollouts: [{ id: 'ro-12ab' }, { id: `ro-$(touch ${trap})` }] },
  '/v1/credentials': [{ name: 'lab' }],
};

let controller: Server;

beforeAll(async () => {
  for (const place of [state, bin, path.join(folder, 'fleet/devices')]) mkdirSync(place, { recursive: true });
  controller = createServer(({ url = '' }, response) => {
    const answer = ANSWERS[url];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((done) => controller.listen(path.join(state, 'control.sock'), done));
  writeFileSync(path.join(folder, 'fleet/devices/r.yaml'), `${deviceYaml('in-file')}---\nkind: RouterDevice\n`);
});
afterAll(async () => {
  await new Promise((done) => controller.close(done));
  rmSync(folder, { recursive: true });
});

/** What may come next after these words, the last of which is being typed. */
async function wordsAfter(...typed: readonly string[]): Promise<readonly string[]> {
  const ran = await rosctl(['completion', 'words', '--', ...typed], { cwd: folder, env: { HOME: folder } });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.stdout.split('\n').filter((line) => line !== '');
}

describe('rosctl completion words', () => {
  it.each([
    [['sta'], ['status']],
    [['--sta'], ['--state']],
    [['-o', 'j'], ['json']],
    [['status', '--output=j'], ['--output=json']],
    [['status', '--output', '=', 'j'], ['json']],
    [
      ['status', '--output', '='],
      ['table', 'wide', 'json', 'yaml'],
    ],
    [
      ['status', ''],
      ['edge-1', 'core-1'],
    ],
    [['--state', 'state', '-o', 'json', 'status', 'e'], ['edge-1']],
    [['--state', '~/state', 'status', 'e'], ['edge-1']],
    [['plan', '--commands', 'c'], ['core-1']],
    [['audit', '--device', 'c'], ['core-1']],
    [
      ['doctor', 'edge-1', ''],
      ['edge-1', 'core-1'],
    ],
    [['status', 'edge-1', ''], []],
    [
      ['plans', 'show', ''],
      ['4f2a00000000', 'edge-1', 'core-1'],
    ],
    [['plans', 'list', ''], []],
    [
      ['approve', ''],
      ['fleet', 'control', 'edge-1', 'core-1'],
    ],
    [['rollouts', 'pa'], ['pause']],
    [['rollouts', 'watch', ''], ['ro-12ab']],
    [
      ['rollouts', 'skip', ''],
      ['ro-12ab', 'edge-1', 'core-1'],
    ],
    [['rollouts', 'skip', 'ro-12ab', 'e'], ['edge-1']],
    [['credentials', 'remove', ''], ['lab']],
    [['validate', ''], [':folders']],
    [['controller', '--ca', ''], [':files']],
    [['no-such-command', ''], []],
    [['--state', 'nowhere', 'status', ''], []],
    [['--state', 'nowhere', 'explain', '--fleet', 'fleet', ''], ['in-file']],
  ])('%j may go on with %j', async (typed, expected) => {
    expect(await wordsAfter(...typed)).toEqual(expected);
  });

  it.each(COMMANDS)('$name: every option, and every choice of its first argument', async ({ name, ...row }) => {
    const options = [...(row.options ?? []), ...GLOBAL_OPTIONS].map((option) => `--${option.name}`);
    expect(await wordsAfter(name, '--')).toEqual(options);
    expect(await wordsAfter(name, '')).toEqual(expect.arrayContaining([...(row.arguments?.[0]?.choices ?? [])]));
  });

  it('takes no name from the controller that is more than a word to a shell', async () => {
    for (const typed of [['status'], ['plans', 'show'], ['approve'], ['rollouts', 'show']])
      for (const word of await wordsAfter(...typed, '')) expect(word).toMatch(/^[a-z0-9-]+$/);
  });
});

describe('where a device can be named', () => {
  it.each(COMMANDS)('rosctl $name takes it as an argument', ({ options = [], arguments: args = [] }) => {
    const asOption = options.some((option) => option.value === 'DEVICE');
    const asArgument = args.some(({ names }) => names === 'device' || names === 'plan' || names === 'approvable');
    expect(asArgument || !asOption).toBe(true);
  });
});

const INSTALLED = SHELLS.filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);
const MISSING = SHELLS.filter((shell) => !INSTALLED.includes(shell));
if (MISSING.length > 0) console.warn(`Completion is not tried in ${MISSING.join(', ')}: not installed here.`);

it('every shell is there that completion is made for, where everything runs', () => {
  expect(SAMPLED ? [] : MISSING).toEqual([]);
});

/** A program of this name that a shell finds first. */
function program(text: string): void {
  writeFileSync(path.join(bin, 'rosctl'), text, { mode: 0o755 });
}

const REAL = `exec '${process.execPath}' '${path.resolve('bin/rosctl.mjs')}' "$@"`;
const LOGGING = `[ "$1" = completion ] || { printf '<%s>' "$@" >> '${log}'; exit; }`;

/** Types a line into an interactive shell. @returns the words that rosctl was run with. */
async function typedInto(shell: Shell, line: string): Promise<string> {
  rmSync(log, { force: true });
  const [start, load] = TYPED[shell];
  // fish completes without a terminal: what it finds first is run.
  const asked = `${load}; set -l found (complete -C '${line.replace('\t', '')}'); rosctl status $found[1]`;
  const [command, ...args] =
    shell === 'fish' ? [start, '--no-config', '-c', asked] : ['script', '-qec', start, '/dev/null'];
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, TERM: 'dumb' };
  const running = spawn(command, args, { cwd: folder, env, stdio: ['pipe', 'ignore', 'ignore'] });
  running.stdin.on('error', () => {}).end(shell === 'fish' ? '' : [load, line, 'exit', ''].join('\n'));
  await once(running, 'close');
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

const TYPED: Readonly<Record<Shell, readonly [start: string, load: string]>> = {
  bash: ['bash --noprofile --norc -i', 'source <(rosctl completion bash)'],
  zsh: ['zsh -f -i', 'autoload -Uz compinit; compinit -u; source <(rosctl completion zsh)'],
  fish: ['fish', 'rosctl completion fish | source'],
};

describe.each(INSTALLED)('%s', (shell) => {
  it('completes the name of a device that the controller knows', async () => {
    program(`#!/bin/sh\n${LOGGING}\n${REAL}\n`);
    expect(await typedInto(shell, 'rosctl status ed\t')).toBe('<status><edge-1>');
  });

  it('runs nothing that names hold, even if rosctl let them through', async () => {
    writeFileSync(path.join(folder, 'names'), [...HOSTILE, 'edge-1', ''].join('\n'));
    program(`#!/bin/sh\n${LOGGING}\n[ "$2" = words ] && exec cat '${folder}/names'\n${REAL}\n`);
    // Of a name with two lines the first may be a word that is as good as edge-1.
    expect(await typedInto(shell, 'rosctl status edge-\t')).toMatch(/^<status><edge-1?>$/);
    expect(existsSync(trap)).toBe(false);
  });

  it('says nothing when rosctl fails', async () => {
    program(`#!/bin/sh\n${LOGGING}\n[ "$2" = words ] && { echo no >&2; exit 1; }\n${REAL}\n`);
    expect(await typedInto(shell, 'rosctl status ed\t')).toBe(shell === 'fish' ? '<status>' : '<status><ed>');
  });
});
