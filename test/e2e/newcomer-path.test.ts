import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePorts } from '#test/free-port.ts';
import { packInto } from '#test/package.ts';
import { openTerminal, type Terminal, type Typed } from '#test/terminal.ts';
import { toldSteps, type ToldStep } from '../docs/told-steps.ts';

/*
 * What a newcomer types: the commands of the pages as they are printed, in their order, in a home with nothing in it.
 * Simulated routers stand in for real ones, so addresses and ports are others, and clocks run faster.
 */

const SPEED = '20';
const STARTED = /Ctrl-C ends them|controller started/;

let folder: string;
let home: string;
let terminal: Terminal;
let ports: readonly number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'newcomer-path-'));
  home = path.join(folder, 'home');
  mkdirSync(home);
  packInto(home);
  ports = await freePorts(13);
}, 240_000);
afterEach(async () => {
  await terminal[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A terminal of somebody with a key to sign with, made as the pages say. */
async function open(whose = home): Promise<void> {
  mkdirSync(whose, { recursive: true });
  terminal = openTerminal(whose, {
    PATH: [path.join(home, '.local/bin'), path.dirname(process.execPath), '/usr/local/bin:/usr/bin:/bin'].join(':'),
    HOME: whose,
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    ROUTEROS_GITOPS_CLOCK_SPEED: SPEED,
    npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(),
    npm_config_prefer_offline: 'true',
  });
  expect(readFileSync('README.md', 'utf8')).toContain('`ssh-keygen -t ed25519`');
  const key = "[ -e ~/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519";
  expect(await terminal.run(`mkdir -m 700 -p ~/.ssh; ${key}`)).toMatchObject({ code: 0 });
}

/** What a router prints by SSH, with the ends of lines that a console has. */
const EXPORTED = `sed 's/$/\\r/' '${path.resolve('test/fixtures/exports/compact-7.20.rsc')}'`;

/** What is another here: the ports of the simulated routers, their console, the password, where probes are served. */
function standIn(text: string): string {
  return text
    .replaceAll('ssh admin@192.0.2.1 /export', EXPORTED)
    .replaceAll(
      /(127\.0\.0\.1:)210(\d\d)\b/g,
      (_, host: string, number: string) => `${host}${ports[Number(number)] ?? 0}`,
    )
    .replaceAll('https://192.0.2.1', `https://127.0.0.1:${ports[0] ?? 0}`)
    .replaceAll('hosts: [192.0.2.1]', 'hosts: [127.0.0.1]')
    .replaceAll('ROUTER_PASSWORD=...', 'ROUTER_PASSWORD=simulator')
    .replaceAll(/\brosctl controller\b/g, 'rosctl controller --listen off');
}

/** What a command ends with that does not end with 0: the page says why. */
function endsWith(line: string, section: string, times: number): readonly number[] {
  if (/^rosctl doctor( r1)?$/.test(line)) return [1];
  if (/^rosctl drift\b/.test(line)) return [2];
  if (/^rosctl plan\b/.test(line)) return /--save\b/.test(line) ? [0] : [2];
  if (section === '6. A commit that does not count' && line === 'rosctl reconcile' && times === 1) return [65];
  return [0];
}

/** A person looks again after a while: what they wait for comes by itself. */
const LATER = /^rosctl (plan|devices|approve|status|rollouts watch)\b/;

async function type(line: string, section: string, times: number): Promise<Typed> {
  const command = standIn(line);
  if (/^(\w+=\S+ )*rosctl (simulator|controller)\b/.test(command)) {
    await terminal.start(command, STARTED);
    return { code: 0, output: '' };
  }
  const expected = endsWith(line, section, times);
  const asks = /^rosctl approve\b/.test(line);
  const deadline = performance.now() + 60_000;
  for (;;) {
    const typed = asks ? await terminal.consent(command) : await terminal.run(command);
    const waits = asks && !typed.output.includes('approved ');
    if (expected.includes(typed.code) && !waits) return typed;
    if (!LATER.test(line) || performance.now() > deadline)
      throw new Error(`${section}: "${line}" ended with ${typed.code}, not ${expected.join(' or ')}:\n${typed.output}`);
    await terminal.run('sleep 0.3');
  }
}

/** Ids, ages and who it was differ; a line that is shown must come, in its place. */
function comparable(text: string): readonly string[] {
  return standIn(text)
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'ID')
    .replaceAll(/\balice\b/g, userInfo().username)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function expectShown(sample: string, printed: string): void {
  const lines = comparable(printed);
  let at = 0;
  for (const line of comparable(sample)) {
    const found = lines.indexOf(line, at);
    expect({ line, printed: found < 0 ? printed : '' }).toEqual({ line, printed: '' });
    at = found + 1;
  }
}

/** Follows a page. `see` gets each block that no command prints. @returns how many commands were typed. */
async function follow(
  steps: readonly ToldStep[],
  see: (step: ToldStep & { readonly kind: 'yaml' | 'shown' }, last: Typed) => Promise<void> | void,
): Promise<number> {
  let last: Typed = { code: 0, output: '' };
  const times = new Map<string, number>();
  let typed = 0;
  for (const step of steps) {
    if (step.kind === 'interrupt') await terminal.interrupt();
    else if (step.kind === 'edit') {
      const { output } = await terminal.run(
        `sed -i 's/${step.from.replaceAll('.', '[.]')}/${step.to}/w /dev/stdout' ${step.file}`,
      );
      expect(output).toContain(step.to);
    } else if (step.kind === 'command') {
      const name = `${step.section}\n${step.line}`;
      times.set(name, (times.get(name) ?? 0) + 1);
      const answer = await type(step.line, step.section, times.get(name) ?? 1);
      last = step.section === '6. A commit that does not count' && last.code === 65 ? last : answer;
      typed += 1;
      if (/^rosctl init\b.*--example/.test(step.line)) await movePorts(step.line);
    } else await see(step, last);
  }
  return typed;
}

/** Somebody else may listen at the addresses of the example. */
async function movePorts(line: string): Promise<void> {
  const into = line.split(' ').at(-1) ?? '';
  const moves = ports.map((port, index) => `s/:210${String(index).padStart(2, '0')}$/:${port}/`).join(';');
  expect(await terminal.run(`sed -i '${moves}' ${into}/devices/*.yaml`)).toMatchObject({ code: 0 });
}

async function writeInto(file: string, text: string): Promise<void> {
  const { output } = await terminal.run('pwd');
  writeFileSync(path.join(output.trim(), file), standIn(text));
}

/** A router that has nothing of what the fleet is to have, where the page has a real one. */
async function startRouter(device: string): Promise<void> {
  const place = path.join(home, `router-${Math.trunc(performance.now())}`);
  mkdirSync(path.join(place, 'devices'), { recursive: true });
  writeFileSync(path.join(place, 'devices/r.yaml'), standIn(device));
  await terminal.start(`rosctl simulator --fleet ${place} --state ${place}/state`, STARTED);
}

/** Declares the router, pins what doctor printed, and puts the rest where the page says. */
async function withRealRouter(step: ToldStep & { readonly kind: 'yaml' | 'shown' }, last: Typed): Promise<void> {
  const named = [...step.about.matchAll(/`([\w/.-]+\.yaml)`/g)].at(-1)?.[1];
  if (/^ {2}tls:/.test(step.text)) {
    const printed = /fingerprint: "?([0-9A-F:]{95})/.exec(last.output)?.[1] ?? 'doctor printed none';
    await terminal.run(
      `printf '  tls:\\n    mode: pinned\\n    fingerprint: "%s"\\n' '${printed}' >> devices/example.yaml`,
    );
  } else if (step.kind === 'yaml') {
    await writeInto(named ?? 'the page names no file', step.text);
    if (step.text.includes('kind: RouterDevice')) await startRouter(step.text);
  } else expectShown(step.text, last.output);
}

it('README, from top to bottom', async () => {
  await open();
  const typed = await follow(toldSteps('README.md', ['Try it', 'How a change is undone']), withRealRouter);
  expect(typed).toBeGreaterThan(15);
  expect((await terminal.run('rosctl history r1')).output).toContain('confirmed');
  expect((await terminal.run('rosctl validate ~/trial/fleet')).code).toBe(0);
}, 240_000);

it('the quickstart, after the README', async () => {
  await open();
  const typed = await follow(toldSteps('docs/quickstart.md'), async (step, last) => {
    if (step.kind === 'shown') return expectShown(step.text, last.output);
    const { output } = await terminal.run('cat state/credentials.yaml');
    expect(parse(output)).toEqual(parse(step.text));
  });
  expect(typed).toBeGreaterThan(35);
}, 300_000);

/** Blocks of the router's console; of them rosctl prints one as well. */
const CONSOLE = /^[/:]/;

it('the guide for real routers, as far as a simulated one goes', async () => {
  const other = path.join(folder, 'other-home');
  await open(other);
  expect(await terminal.run('rosctl init ~/fleet && cd ~/fleet')).toMatchObject({ code: 0 });
  const bindings = path.join(other, 'fleet/state/credentials.yaml');
  writeFileSync(bindings, standIn(readFileSync(bindings, 'utf8')));
  await terminal.run('export ROUTER_PASSWORD=simulator');
  const leftOut = ['Then try the undo', 'When everything else fails'];
  const typed = await follow(toldSteps('docs/guides/real-routers.md', leftOut), async (step, last) => {
    if (step.kind === 'shown' && CONSOLE.test(step.text)) {
      if (step.about === '') expectShown(step.text, last.output);
      return;
    }
    await withRealRouter(step, last);
  });
  expect(typed).toBeGreaterThan(14);
}, 240_000);
