import { globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startController } from '#controller';
import { controlSocketIn } from '../../cli/control/round-trip.ts';
import { openGoldenSite, type GoldenSite } from './golden-site.ts';
import { ranText, redactor, type Redact } from './golden-text.ts';
import { rosctl, type Setting } from './run.ts';

const GOLDEN = path.join(import.meta.dirname, 'golden');
const expected: string[] = [];

/*
 * What rosctl prints and what the control socket answers, held by files in golden/. A change that means to change them
 * writes them anew: npx vitest run test/cli/golden.test.ts -u
 */
function golden(name: string): string {
  const file = path.join(GOLDEN, name);
  expected.push(file);
  return file;
}

/** The name of the golden file of a command or a resource. */
function fileOf(line: string): string {
  return `${line.replaceAll(/[^\w.]+/g, '-')}.txt`;
}

describe('help', () => {
  const names = readdirSync('cli/commands').map((file) => path.basename(file, '.ts'));

  test.each(['', ...names])('%s --help', async (name) => {
    const args = name === '' ? ['--help'] : [name, '--help'];
    await expect(ranText(args, await rosctl(args))).toMatchFileSnapshot(
      golden(`help/${name === '' ? 'rosctl' : name}.txt`),
    );
  });
});

describe('without a controller', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rosctl-golden-'));
  const redact = redactor({ folder });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    mkdirSync(path.join(folder, 'faulty'));
    writeFileSync(path.join(folder, 'faulty/device.yaml'), FAULTY);
    mkdirSync(path.join(folder, 'saved'));
    writeFileSync(path.join(folder, 'saved/edge-vie-01.json'), JSON.stringify(SAVED));
    writeFileSync(path.join(folder, 'r1.rsc'), EXPORTED);
  });

  const example = path.resolve('devices.example');
  const explain = `explain edge-vie-01 --fleet ${example}`;
  const plan = `plan --device edge-vie-01 --fleet ${example} --from saved`;
  test.each([
    ['validate', [`validate ${example}`]],
    ['validate-faulty', ['validate faulty']],
    ['explain', [explain, `${explain} --section dns`]],
    ['plan-offline', [plan, `${plan} --commands`]],
    ['import', ['import --export r1.rsc --into imported', 'import --check --export r1.rsc --into imported']],
    ['coverage', [`coverage edge-vie-01 --fleet ${example} --from saved`]],
    ['roster', [`roster list --fleet ${example}`]],
    ['doctor-commands', ['doctor --commands']],
    ['no-controller', ['status', 'devices', 'approve', 'audit', 'credentials list']],
    ['usage', ['explain', 'plan --devise r1', 'statsu', 'rollouts dance', 'history r1 --limit x']],
  ])('%s', async (name, lines) => {
    const texts: string[] = [];
    for (const args of lines.flatMap((line) => [line.split(' '), [...line.split(' '), '-o', 'json']]))
      texts.push(ranText(args, await rosctl(args, { cwd: folder })));
    const text = redact(texts.join('\n').replaceAll(example, 'devices.example'));
    await expect(text).toMatchFileSnapshot(golden(`${name}.txt`));
  });

  test('completion', async () => {
    const args = ['completion', 'bash'];
    await expect(ranText(args, await rosctl(args))).toMatchFileSnapshot(golden('completion.txt'));
  });
});

const FAULTY = `apiVersion: routeros-gitops.dev/v1alpha1
kind: RouterDevice
metadata: {name: r1}
spec: {address: "ftp://192.0.2.1", credentialsRef: lab, envronment: lab}
`;

const EXPORTED = `# 2026-01-02 03:04:05 by RouterOS 7.20.8
# serial number = EXAMPLE00001
/ip dns
set servers=192.0.2.53
/ip dns static
add address=192.0.2.1 name=a.example
add address=192.0.2.9
add address=192.0.2.2 comment="\\FCber" name=b.example
/ip firewall filter
add action=drop chain=input
`;

const SAVED = {
  '/system/identity': { name: 'MikroTik' },
  '/ip/dns': { servers: '192.0.2.1', 'allow-remote-requests': 'false' },
  '/ip/dns/static': [],
  '/system/ntp/client': { enabled: 'false', servers: '' },
  '/ip/firewall/address-list': [{ '.id': '*1', list: 'blocklist', address: '203.0.113.200', dynamic: 'false' }],
  '/ip/address': [],
};

describe('with a controller', () => {
  let site: GoldenSite;
  let redact: Redact;
  let rollout: string;
  beforeAll(async () => {
    site = await openGoldenSite();
    redact = redactor({ clone: site.clone, operator: site.folder, folder: path.dirname(site.folder) });
    const { store, fleet } = site.rig.controller.api;
    rollout = (await store.rollouts.list(fleet.source, 1))[0]?.id ?? '';
  });
  afterAll(() => site.rig.close());

  async function run(args: readonly string[], setting: Setting = {}): Promise<string> {
    const typed = args.map((word) => (word === 'ROLLOUT' ? rollout : word));
    const setup = { cwd: site.clone, env: { ...site.env, ROSCTL_STATE: site.state }, ...setting };
    return ranText(args, await rosctl(typed, setup));
  }

  /** The commands one after the other. */
  async function all(commands: readonly string[], setting: Setting = {}): Promise<string> {
    const texts: string[] = [];
    for (const line of commands) texts.push(await run(line.split(' '), setting));
    return redact(texts.join('\n'));
  }

  describe('rosctl tells', () => {
    test.each([
      'status',
      'status r2',
      'devices',
      'plan',
      'plan --device r2 --commands',
      'plan --device r1',
      'plan r1 --explain-path',
      'plans list',
      'plans show r2 --commands',
      'drift',
      'drift r3',
      'read r3 /user/group --columns name,policy --where skin=default --limit 2',
      'read r3 /system/identity',
      'rollouts list',
      'rollouts show',
      'history r1',
      'history r2',
      'audit --device r1',
      'trust show',
      'signers list',
      'credentials list',
      'approve',
      'approve r2',
      'approve control',
      'doctor r3 --credentials ../credentials.yaml',
    ])('%s', async (line) => {
      await expect(await all([line, `${line} -o json`])).toMatchFileSnapshot(golden(fileOf(line)));
    });

    test('what can be read', async () => {
      await expect(await all(['read r3'])).toMatchFileSnapshot(golden('read-r3.txt'));
    });

    test('what it does not know', async () => {
      const commands = [
        'status r9',
        'plans show ffff',
        'history r9',
        'drift r9',
        'read r9',
        'read r3 /ip/rute',
        'read r3 /ip/route --columns dst',
        'read r3 /ip/route --where distance=1',
        'rollouts show ro-none',
        'audit --kept yesterday',
        'approve r9',
        'reconcile r9',
      ];
      await expect(await all(commands)).toMatchFileSnapshot(golden('not-found.txt'));
    });
  });

  describe('the control socket answers', () => {
    test.each([
      'status',
      'devices',
      'plans',
      'plan-groups',
      'plans/r2',
      'plans/ffff',
      'drift',
      'drift?device=r1',
      'drift?device=r9',
      'history/r1?limit=1',
      'history/r9',
      'devices/r3/menus/user/group?columns=name,policy&where=name=read&limit=1',
      'devices/r9/menus',
      'audit?device=r1&limit=2',
      'audit?limit=0',
      'audit?kept=yesterday',
      'rollouts?limit=1',
      'rollouts/ROLLOUT',
      'rollouts/none',
      'trust',
      'approvable/fleet',
      'approvable/control',
      'approvable/r2',
      'approvable/r9',
      'signers',
      'credentials',
      'nothing',
    ])('GET %s', async (resource) => {
      await expect(redact(await answer('GET', resource))).toMatchFileSnapshot(
        golden(`socket/get-${fileOf(resource.replace('ROLLOUT', 'id'))}`),
      );
    });
  });

  // Each goes on from where those before it have led.
  describe('rosctl acts', () => {
    test.each([
      ['freeze', ['freeze --reason incident', 'status r3', 'freeze --off', 'freeze --reason=']],
      ['reconcile', ['reconcile r2', 'reconcile --wait 0 -o json', 'reconcile r3 --wait 0']],
      [
        'credentials',
        ['credentials set spare', 'credentials list', 'credentials remove spare', 'credentials remove spare'],
      ],
      [
        'signers-revoke',
        [
          'signers revoke none --reason lost',
          'signers revoke ../eve.pub',
          'signers revoke ../eve.pub --reason lost',
          'signers revoke ../eve.pub --reason lost --yes',
          'signers list',
        ],
      ],
      [
        'rollouts',
        [
          'rollouts pause',
          'rollouts skip',
          'rollouts skip --device r3 -o json --yes',
          'rollouts abort --reason later',
          'rollouts abort --reason later --yes',
          'rollouts watch ROLLOUT',
          'rollouts resume ROLLOUT',
        ],
      ],
      [
        'approve-yes',
        [
          'approve control --yes --signing-key ../bob.pem',
          'approve control --yes --signing-key ../alice.pem',
          'approve r2 --yes --signing-key ../bob.pem -o json',
        ],
      ],
      ['trust-init', ['trust init', 'trust init HEAD', 'trust init COMMIT', 'trust init COMMIT --yes -o json']],
    ])('%s', async (name, lines) => {
      const commit = (await site.rig.git.head()) ?? '';
      const commands = lines.map((line) => line.replace('COMMIT', commit));
      await expect(await all(commands, { input: 'hunter2\n' })).toMatchFileSnapshot(golden(`act-${name}.txt`));
    });
  });

  test('the control socket acts', async () => {
    const answers: string[] = [];
    for (const [method, resource, body] of [
      ['PUT', 'freeze', { reason: 'incident 43' }],
      ['DELETE', 'freeze'],
      ['PUT', 'freeze', {}],
      ['POST', 'reconcile', { devices: ['r2'] }],
      ['POST', 'reconcile', { devices: ['r9'] }],
      ['PUT', 'credentials/spare', { secret: 'hunter2' }],
      ['GET', 'credentials'],
      ['DELETE', 'credentials/spare'],
      ['POST', 'revocations', { key: site.rig.keys.eve.line, reason: 'lost' }],
      ['POST', 'revocations', { key: 'none', reason: 'lost' }],
      ['POST', 'rollouts/ROLLOUT', { action: 'resume' }],
      ['POST', 'rollouts/ROLLOUT', { action: 'dance' }],
      ['POST', 'rollouts/none', { action: 'pause' }],
      ['POST', 'trust', { commit: 'none' }],
      ['POST', 'trust', { commit: await site.rig.git.head() }],
      ['POST', 'status'],
    ] as const)
      answers.push(await answer(method, resource, body));
    await expect(redact(answers.join('\n'))).toMatchFileSnapshot(golden('socket/acts.txt'));
  });

  test('the store that a controller left is asked directly', async () => {
    await site.rig.controller.stop();
    const lines = [
      'history r1',
      'audit --device r1 --limit 1',
      'credentials list',
      'freeze --reason night',
      'freeze --off',
    ];
    await expect(await all(lines)).toMatchFileSnapshot(golden('store.txt'));
    site.rig.controller = await startController(site.rig.config);
  });

  /** Method, path and body, then status and body of the answer. */
  async function answer(method: string, resource: string, body?: unknown): Promise<string> {
    const asked = `${method} /v1/${resource}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
    return await new Promise((done, fail) => {
      const where = `/v1/${resource.replace('ROLLOUT', rollout)}`;
      const request = ask(
        { socketPath: controlSocketIn(site.state), path: where, method, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            const told = JSON.stringify(JSON.parse(text), null, 2);
            done(`${asked}\n${String(response.statusCode)} ${told}\n`);
          });
        },
      );
      request.on('error', fail).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
});

test('every golden file is held against something', () => {
  const found = globSync('**/*.txt', { cwd: GOLDEN }).map((name) => path.join(GOLDEN, name));
  expect(found.toSorted()).toEqual(expected.toSorted());
});
