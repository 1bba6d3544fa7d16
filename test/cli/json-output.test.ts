import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startController } from '#controller';
import { COMMANDS } from '../../cli/command-line/command-table.ts';
import type { RolloutRecord } from '../../controller/records/rollouts.ts';
import type { OutputName } from '../../cli/json/outputs.ts';
import { openGoldenSite, type GoldenSite } from './golden-site.ts';
import { faultsOf, OUTPUT_NAMES, spokenFaults } from './output-schema.ts';
import { rosctl, startRosctl, type Ran } from './run.ts';

const PEOPLE = `issuers: [{url: https://login.example.net, api: https://gitops.example.net/api}]
bindings: [{who: {groups: [vie]}, role: ops_rw, devices: {names: [r1]}}]
`;

let site: GoldenSite;
let folder: string;
let head: string;
let between: RolloutRecord;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'rosctl-json-'));
  site = await openGoldenSite();
  writeFileSync(path.join(folder, 'people.yaml'), PEOPLE, { mode: 0o600 });
  head = (await site.rig.git.head()) ?? '';
  const { store, fleet } = site.rig.controller.api;
  between = (await store.rollouts.list(fleet.source, 1)).at(0) as RolloutRecord;
});
afterAll(async () => {
  await site.rig.close();
  rmSync(folder, { recursive: true });
});

async function run(line: string, format = 'json'): Promise<Ran> {
  const words = line.replace('HEAD', head).replace('OUT', folder).split(' ');
  const stated = /^(init|completion|roster|validate|explain)\b/.test(line) ? [] : ['--state', site.state];
  const cwd = /--fleet|^validate/.test(line) ? process.cwd() : site.clone;
  return await rosctl([...words, ...stated, '-o', format], { cwd, env: site.env, input: 'hunter2\n' });
}

const ELSEWHERE = [
  'controller',
  'simulator',
  'demo',
  'plans retry',
  'proposals show',
  'proposals take',
  'proposals withdraw',
  'diagnose',
  'login',
  'logout',
  'snapshots show',
  'snapshots diff',
  'snapshots take',
] as const;

const OFFLINE_FLEET = '--fleet devices.example';

/**
 * A command line that prints each, in an order that leads from one to the next. `controller` and `simulator`, which go
 * on, `login` and `logout`, which need an identity provider, `plans retry`, which needs an undone plan, what is done with a proposal, and diagnostics
 * and snapshots, which need a read user, have tests of their own; `demo`, which takes long, has its own suite.
 */
const LINES: Readonly<Record<Exclude<OutputName, (typeof ELSEWHERE)[number]>, readonly string[]>> = {
  status: ['status'],
  'status DEVICE': ['status r2', 'status r1'],
  devices: ['devices'],
  'mcp --check': ['mcp --check'],
  plan: ['plan'],
  'plan --device': ['plan --device r2', 'plan --device r1'],
  'plan --explain-path': ['plan r1 --explain-path'],
  'plan --from': [`plan --device edge-vie-01 ${OFFLINE_FLEET} --from OUT`],
  'plan --save': ['plan --device r1 --save OUT --credentials ../credentials.yaml'],
  'plans list': ['plans list'],
  'plans show': ['plans show r2'],
  read: ['read r3'],
  'read MENU': ['read r3 /ip/service --limit 2', 'read r1 /system/identity', 'read r3 /ip/route --all'],
  drift: ['drift', 'drift r1', 'drift r3'],
  'drift propose': ['drift propose r1', 'drift propose r3', 'drift propose r1 --revert'],
  history: ['history r1', 'history r2'],
  health: ['health'],
  'health DEVICE': ['health r1', 'health r1 --since 7d'],
  'snapshots list': ['snapshots list r1'],
  audit: ['audit', 'audit --device r1 --limit 2', 'audit --action attempt. --since 30d --limit 3'],
  'audit --reads': ['audit --reads', 'audit --reads --action status'],
  'reports access': ['reports access'],
  'reports approvals': ['reports approvals'],
  'reports changes': ['reports changes --since 52w'],
  'reports refusals': ['reports refusals'],
  'rollouts list': ['rollouts list'],
  'rollouts show': ['rollouts show'],
  'trust show': ['trust show'],
  'signers list': ['signers list'],
  'credentials set': ['credentials set spare'],
  'credentials list': ['credentials list'],
  'credentials remove': ['credentials remove spare'],
  'access token': ['access token new grafana --role read_only --all'],
  'access show': ['access show'],
  'access me': ['access me'],
  'access test': ['access test --groups vie --access OUT/people.yaml'],
  explain: [`explain edge-vie-01 ${OFFLINE_FLEET}`],
  validate: ['validate devices.example', 'validate test/cases'],
  'roster list': [`roster list ${OFFLINE_FLEET}`],
  'roster export': [`roster export allowed-signers ${OFFLINE_FLEET}`],
  completion: ['completion bash', 'completion zsh', 'completion fish'],
  'completion words': ['completion words pl', 'completion words plans show r'],
  version: ['version'],
  'doctor --commands': ['doctor --commands'],
  doctor: ['doctor r3 r2 --credentials ../credentials.yaml', 'doctor r4 --credentials ../credentials.yaml'],
  import: ['import r3 r4 -f . --into OUT/imported --credentials ../credentials.yaml'],
  'import --check': ['import r3 --check --into OUT/imported --credentials ../credentials.yaml'],
  coverage: ['coverage r3 r4 -f . --credentials ../credentials.yaml'],
  init: ['init OUT/fleet --name ana --signing-key ../alice.pem'],
  'proposals list': ['proposals list'],
  reconcile: ['reconcile r2', 'reconcile --wait 0'],
  freeze: ['freeze --reason night', 'freeze --off'],
  'rollouts pause': ['rollouts pause'],
  'rollouts resume': ['rollouts resume'],
  'rollouts skip': ['rollouts skip --device r3 --yes'],
  'rollouts abort': ['rollouts abort --yes'],
  'rollouts rollback': ['rollouts rollback --yes'],
  'rollouts watch': ['rollouts watch ROLLOUT'],
  'signers revoke': ['signers revoke ../eve.pub --reason lost --yes'],
  approve: [
    'approve control --yes --signing-key ../alice.pem',
    'push',
    'approve r2 --yes --signing-key ../bob.pem',
    'push',
    'approve control',
  ],
  'trust init': ['trust init HEAD --yes'],
};

it.each(['status', 'devices', 'plan', 'audit', 'history r1', 'trust show'])(
  '%s as YAML is the same data',
  async (line) => {
    const withoutNow = (value: unknown): unknown => ({ ...(value as object), now: null });
    const json = JSON.parse((await run(line)).stdout) as unknown;
    expect(withoutNow(parse((await run(line, 'yaml')).stdout, { version: '1.1' }))).toEqual(withoutNow(json));
  },
);

it('reports as CSV, in lines that a spreadsheet takes', async () => {
  const { stdout } = await run('reports changes --since 52w --csv', 'table');
  expect(stdout).toMatch(/^device,environment,beganAt,[\w,]*reason\n/);
  // A control character would be shown as an escape.
  expect(stdout).not.toContain(String.raw`\u{`);
});

describe('what is printed as JSON is what its schema says', () => {
  it('every command and action has a schema, and every schema a command line here', () => {
    const named = COMMANDS.flatMap(({ name, arguments: args = [] }) => {
      const actions = args.find((argument) => argument.name === 'ACTION')?.choices ?? [];
      return actions.length === 0 ? [name] : actions.map((action) => `${name} ${action}`);
    });
    // What an assistant is told goes by its own protocol.
    expect(named.filter((name) => name !== 'mcp' && !OUTPUT_NAMES.includes(name))).toEqual([]);
    expect([...Object.keys(LINES), ...ELSEWHERE].toSorted()).toEqual(OUTPUT_NAMES.toSorted());
  });

  it.each(Object.entries(LINES))('%s', async (name, lines) => {
    if (/^rollouts (pause|resume|skip|abort|rollback)$/.test(name)) {
      // Each act finds the rollout as it was, between its waves, and no device begins.
      const { rollouts } = site.rig.controller.api.store;
      const version = ((await rollouts.get(between.id))?.version ?? 0) + 1;
      const rules = { ...between.rules, betweenWaves: 'continue', pauseSeconds: 1_000_000 } as const;
      await rollouts.save({ ...between, state: name.endsWith('pause') ? 'running' : 'paused', rules, version });
    }
    writeFileSync(path.join(folder, 'edge-vie-01.json'), JSON.stringify(SAVED));
    for (const line of lines) {
      if (line === 'push') {
        execFileSync('git', ['push', '-q'], { cwd: site.clone });
        await run('reconcile');
        continue;
      }
      const { stdout, stderr, code } = await run(line.replace('ROLLOUT', between.id));
      expect(spokenFaults(stderr, code)).toEqual([]);
      expect({ line, stderr: stdout === '' ? stderr : '' }).toEqual({ line, stderr: '' });
      expect(faultsOf(name, JSON.parse(stdout))).toEqual([]);
    }
  });

  it('the log of a controller, a line each', async () => {
    const bindings = ['--credentials', path.join(site.folder, 'credentials.yaml')];
    const state = ['--state', path.join(folder, 'own'), '--listen', 'off', ...bindings];
    const args = ['controller', '--source', 'devices.example', ...state];
    const running = startRosctl([...args, '-o', 'json'], { env: site.env, tty: true });
    while (running.stdout() === '' && running.stderr() === '') await new Promise((done) => setTimeout(done, 50));
    await running.stop();
    const lines = running.stdout().trim().split('\n');
    expect(lines.flatMap((line) => faultsOf('controller', JSON.parse(line)))).toEqual([]);
  });

  it('the routers of a simulator', async () => {
    const running = startRosctl(['simulator', ...OFFLINE_FLEET.split(' '), '-o', 'json'], {
      env: { ...site.env, ROSCTL_STATE: path.join(folder, 'routers') },
    });
    while (!running.stderr().includes('Ctrl-C')) await new Promise((done) => setTimeout(done, 50));
    expect(faultsOf('simulator', JSON.parse(running.stdout()))).toEqual([]);
    expect(spokenFaults(running.stderr(), await running.stop())).toEqual([]);
  });
});

const SAVED = {
  '/system/identity': { name: 'MikroTik' },
  '/ip/dns': { servers: '192.0.2.1', 'allow-remote-requests': 'false' },
  '/ip/dns/static': [],
  '/system/ntp/client': { enabled: 'false', servers: '' },
  '/ip/firewall/address-list': [{ '.id': '*1', list: 'blocklist', address: '203.0.113.200', dynamic: 'false' }],
  '/ip/address': [],
};

describe('an error is one object with a code that a page has, and a next step', () => {
  /** What each command has to be given, as far as its row says. */
  const needed = COMMANDS.map(({ name, arguments: args = [] }) => [
    name,
    ...args.filter(({ required }) => required).map(({ choices }) => choices?.[0] ?? 'nothing'),
  ]);

  async function failed(args: readonly string[], format: string): Promise<Ran> {
    const env = { HOME: folder, PATH: '/nowhere' };
    return await rosctl([...args, ...(format === '' ? [] : ['-o', format])], { cwd: path.join(folder), env });
  }

  it.each(
    needed.flatMap((words) => [
      [...words, '--nonsense'],
      [...words, 'a', 'b', 'c', 'd', '--limit'],
    ]),
  )('%s %s %s %s', async (...words) => {
    for (const format of ['json', 'yaml']) {
      const { stdout, stderr, code } = await failed(words, format);
      if (code === 0) continue;
      expect(stdout).toBe('');
      expect(spokenFaults(stderr, code)).toEqual([]);
    }
    expect((await failed(words, '')).stderr).not.toMatch(/^\{/);
  });

  // Where there is no fleet, no controller and no key.
  it.each(needed.filter(([name = '']) => !['controller', 'demo', 'mcp'].includes(name)))(
    '%s %s, where there is nothing',
    async (...words) => {
      const { stderr, code } = await failed(words, 'json');
      expect(spokenFaults(stderr, code)).toEqual([]);
      expect(code === 0 || stderr !== '').toBe(true);
    },
  );

  it.each([
    'status r9',
    'plans show ffff',
    'plan --device r9',
    'history r9',
    'drift r9',
    'rollouts show ro-none',
    'rollouts abort ro-none',
    'approve r9',
    'reconcile r9',
    'credentials remove gone',
    'trust init HEADLESS --yes',
    'signers revoke none --reason lost --yes',
  ])('%s', async (line) => {
    const { stdout, stderr, code } = await run(line);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(spokenFaults(stderr, code)).toEqual([]);
    expect(stderr).toContain('"code"');
  });

  it('of a command that is not there', async () => {
    const { stderr, code } = await failed(['statsu'], 'json');
    expect(spokenFaults(stderr, code)).toEqual([]);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'Usage', next: 'did you mean: rosctl status' });
  });
});

it('a controller and the store that it left answer alike', async () => {
  const lines = [
    'history r1',
    'history r9',
    'audit --device r1',
    'audit --kept 1:0',
    'credentials list',
    'signers revoke ../eve.pub --reason lost --yes',
    'credentials remove gone',
  ];
  const asked = async (): Promise<readonly unknown[]> => {
    const answers: unknown[] = [];
    for (const line of lines) {
      const ran = await run(line);
      // What the controller gathers of those who ask makes its chain longer.
      answers.push({ ...ran, stdout: ran.stdout.replace(/"head": \{[^}]*\}/, '') });
    }
    return answers;
  };
  const running = await asked();
  await site.rig.controller.stop();
  const stopped = await asked();
  site.rig.controller = await startController(site.rig.config);
  expect(stopped).toEqual(running);
});
