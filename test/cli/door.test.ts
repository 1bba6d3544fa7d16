import { createServer, request as ask } from 'node:http';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isPlain } from '#visible';
import { hiddenNames } from '#test/hidden-names.ts';
import { configYaml, deviceYaml, outcomeOf, seed, startRig, type Rig } from '#test/rig.ts';
import { controlSocketIn } from '../../cli/control/round-trip.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { createOutput } from '../../cli/output.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { createMetrics } from '../../controller/telemetry/metrics.ts';
import { serveProbes } from '../../controller/doors/probes.ts';
import { rosctl } from './run.ts';

/** Title, colour, cursor, C1, direction, zero width, tag, separators: what somebody else may have written anywhere. */
const EVIL =
  '\u001b]0;owned\u0007\u001b[31mred\u001b[1A\u001b[2K\u009b2J\u202e\u2066\u200b\ufeff\u{e0061}\u2028\u0085\u007f\r\nFORGED';

/** Lines by design. */
const LINES = new Set(['text', 'commands']);

/** Words that only mean themselves: with anything else in them nothing would be shown at all. */
const CLOSED = new Set(['kind', 'class', 'menu', 'end', 'state', 'step', 'verdict', 'ready', 'at']);

let rig: Rig;
let folder: string;
let close: () => Promise<void>;
let served: unknown = null;

function spoilt(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return CLOSED.has(key) ? value : `${value}${LINES.has(key) ? EVIL.replace('\n', '') : EVIL}`;
  if (Array.isArray(value)) return value.map((each) => spoilt(each, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, spoilt(member, name)]));
}

/** The rig's controller as somebody would find it who can write every text it holds. */
async function serveSpoilt(socketPath: string): Promise<() => Promise<void>> {
  const server = createServer((asked, response) => {
    const path = decodeURIComponent(asked.url ?? '').replaceAll(EVIL, '');
    const onward = ask({ socketPath: controlSocketIn(rig.config.stateFolder), path, method: asked.method ?? 'GET' });
    onward.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        served = spoilt(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        response.writeHead(answer.statusCode ?? 500).end(JSON.stringify(served));
      });
    });
    asked.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(socketPath, done));
  // As the controller's own: rosctl sends nothing to one that others could hold.
  chmodSync(socketPath, 0o600);
  return async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
}

const POLICIES = `apiVersion: routeros-gitops.dev/v1alpha1
kind: ApprovalPolicy
metadata: {name: by-itself}
spec:
  selector: {names: [r1]}
  auto: true
---
apiVersion: routeros-gitops.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: usual}
spec:
  selector: {}
  health: {settleSeconds: 0, interfaces: running}
`;

beforeAll(async () => {
  rig = await startRig(
    (_router, fleet) => ({
      ...Object.fromEntries(['r1', 'r2'].map((name) => [`${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'configs.yaml': ['r1', 'r2'].map((name) => configYaml(name, 'dns: {servers: [192.0.2.53]}')).join('---\n'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name)),
  );
  folder = mkdtempSync(join(tmpdir(), 'rosctl-door-'));
  close = await serveSpoilt(controlSocketIn(folder));
  await outcomeOf(rig, 'r1', 'Confirmed');
  await outcomeOf(rig, 'r2', 'Waiting');
});
afterAll(async () => {
  await close();
  await rig.close();
  rmSync(folder, { recursive: true });
});

/** What the audit that was served says, its times as rosctl prints them. */
function recordsOf(audit: unknown): readonly unknown[] {
  const { records } = audit as { readonly records: readonly { readonly at: number }[] };
  return records.map((record) => ({ ...record, at: new Date(record.at).toISOString() }));
}

/** Nothing but text, line breaks and, on a terminal, the colours that rosctl has. */
function expectHarmless(text: string): void {
  expect(text).not.toContain('\u001b[31mred');
  let bare = text.replaceAll(/[\n\t]/g, '');
  for (const code of [1, 2, 22, 31, 32, 33, 39]) bare = bare.replaceAll(`\u001b[${String(code)}m`, '');
  expect(isPlain(bare)).toBe(true);
}

const COMMANDS = [
  ['status'],
  ['status', `r1${EVIL}`],
  ['devices'],
  ['plan', '--commands'],
  ['plan', '--device', `r2${EVIL}`, '--commands'],
  ['plan', '--device', `r1${EVIL}`],
  ['plans', 'list'],
  ['plans', 'show', `r2${EVIL}`, '--commands'],
  ['drift'],
  ['history', `r1${EVIL}`],
  ['audit'],
  ['rollouts', 'list'],
  ['signers', 'list'],
  ['status', `nobody${EVIL}`],
  [`nothing${EVIL}`],
  ['plan', `--${EVIL}`],
] as const;

describe('whatever the controller holds, and whatever is typed', () => {
  test.each(COMMANDS.map((words) => ({ words })))(
    'rosctl $words shows it, on a terminal as in a pipe',
    async ({ words }) => {
      const args = words[0].startsWith('nothing') ? words : [...words, '--state', folder];
      for (const tty of [false, true]) {
        const { stdout, stderr, code } = await rosctl(args, { tty, env: { TERM: 'xterm' } });
        expect(code).not.toBe(EXIT.internal);
        expect(`${stdout}${stderr}`).not.toBe('');
        expect(`${stdout}${stderr}`).not.toMatch(/^ *FORGED/m);
        expectHarmless(stdout);
        expectHarmless(stderr);
      }
    },
  );

  test.each(['status', 'devices', 'plan', 'drift', 'audit'])(
    '%s as JSON and YAML is the same data',
    async (command) => {
      for (const format of ['json', 'yaml'] as const) {
        const { stdout } = await rosctl([command, '--state', folder, '-o', format]);
        expectHarmless(stdout);
        const read: unknown = format === 'json' ? JSON.parse(stdout) : parse(stdout, { version: '1.1' });
        expect(JSON.stringify(read)).toContain(JSON.stringify(EVIL).slice(1, -1));
        if (command === 'audit') expect(read).toMatchObject({ items: recordsOf(served) });
      }
    },
  );
});

test('a bar and a screen draw texts of others harmlessly', () => {
  const written: string[] = [];
  const stream = Object.assign(new Writable(), { isTTY: true, write: (text: string) => written.push(text) > 0 });
  const output = createOutput('table', { stdout: stream, stderr: stream }, { TERM: 'xterm' });
  const bar = output.progress('visiting', 1);
  bar.step(EVIL);
  bar.end();
  output.screen(`${output.style.strong(EVIL)}\n`);
  expect(written).toHaveLength(4);
  const steering = ['\r', '\u001b[H', '\u001b[2J', '\u001b[K', '\u001b[J'];
  for (const text of written) expectHarmless(steering.reduce((left, each) => left.replaceAll(each, ''), text));
});

describe('files of others', () => {
  /** All that validate prints, on a terminal, in a pipe, as JSON and as YAML. */
  const validated = async (fleet: string): Promise<readonly string[]> => {
    const printed: string[] = [];
    for (const [setting, format] of [
      [{ tty: true }, 'table'],
      [{}, 'table'],
      [{}, 'json'],
      [{}, 'yaml'],
    ] as const) {
      const env = { TERM: 'xterm' };
      const { stdout, stderr, code } = await rosctl(['validate', fleet, '-o', format], { env, ...setting });
      expect(code).toBe(EXIT.faultyInput);
      printed.push(stdout, stderr);
    }
    return printed;
  };

  test('with names that hide something are told harmlessly', async () => {
    const fleet = join(folder, 'names');
    mkdirSync(fleet);
    for (const name of hiddenNames()) writeFileSync(join(fleet, name), 'a: b\n');
    const printed = await validated(fleet);
    expect(printed.join('')).toContain('has a name that is no plain text');
    printed.forEach(expectHarmless);
  });

  test('with keys, values and comments that hide something are told harmlessly', async () => {
    const fleet = join(folder, 'texts');
    mkdirSync(fleet);
    const quoted = JSON.stringify(EVIL);
    const head = 'apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterDevice\n';
    writeFileSync(
      join(fleet, 'a.yaml'),
      `${head}metadata: {name: ${quoted}, ${quoted}: 1}\nspec: {address: ${quoted}}\n`,
    );
    writeFileSync(join(fleet, 'b.yaml'), `${quoted}: &a [*a, !x y]\n`);
    writeFileSync(join(fleet, 'c.yaml'), `a: "\u202e\u200b" # \u009b2J\n\u009b: [\n`);
    const printed = await validated(fleet);
    expect(printed.join('')).toContain('a.yaml:3');
    printed.forEach(expectHarmless);
  });
});

describe('what the controller says of itself', () => {
  test('a log line holds nothing hidden and reads as the same values', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    log.info({ device: EVIL, failure: { [EVIL]: [EVIL] } }, 'a message');
    log.error(new Error(EVIL));
    for (const line of lines) expect(isPlain(line.replace(/\n$/, ''))).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ device: EVIL, failure: { [EVIL]: [EVIL] } });
    expect(lines).toHaveLength(2);
  });

  test('the probes and the control socket answer in plain text', async () => {
    const metrics = createMetrics();
    metrics.visited(EVIL, 1);
    const server = await serveProbes('127.0.0.1', 0, metrics, () => ({ ready: false, reason: EVIL }));
    const { port } = server.address() as { port: number };
    for (const path of ['readyz', 'metrics', EVIL]) {
      const text = await (await fetch(`http://127.0.0.1:${String(port)}/${encodeURIComponent(path)}`)).text();
      expectHarmless(text);
    }
    await new Promise((done) => server.close(done));
    const answer = await new Promise<string>((done, fail) => {
      const path = `/v1/plans/${encodeURIComponent(EVIL)}`;
      const asked = ask({ socketPath: controlSocketIn(rig.config.stateFolder), path }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => done(text));
      });
      asked.on('error', fail).end();
    });
    expectHarmless(answer);
    expect((JSON.parse(answer) as { message: string }).message).toContain(EVIL);
  });
});
