import { afterAll, beforeAll, expect, test } from 'vitest';
import { startController } from '#controller';
import { configYaml, deviceYaml, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { displayWidth } from '../../cli/text/table.ts';
import { rosctl, startRosctl } from './run.ts';

const NAMES = Array.from({ length: 40 }, (_, index) => `edge-site-${String(index + 1).padStart(2, '0')}`);
const SIZE = { columns: 80, rows: 24 };
const WAVES = POLICIES.replace(
  '  selector: {}\n',
  `  selector: {}\n  waves: [{name: canary, selector: {names: [${NAMES[0] ?? ''}]}}]\n  maxUnavailable: 6\n`,
  // On a busy machine 40 routers take longer than the usual time at this speed.
).replace('confirmWithinSeconds: 240', 'confirmWithinSeconds: 3600');
const HOME = '\u001B[H';
const UNDER_WAY =
  /^ {2}edge-site-\d\d {2}(arming|armed|writing|checking|confirming), undone in \d+ (s|min) unless confirmed$/gm;

let rig: Rig;

beforeAll(async () => {
  rig = await startRig(
    (_router, fleet) => ({
      'devices.yaml': NAMES.map((name) => deviceYaml(fleet.router(name), name)).join('---\n'),
      'configs.yaml': NAMES.map((name) => configYaml(name, 'dns: {servers: [192.0.2.53]}')).join('---\n'),
      'policies.yaml': WAVES,
    }),
    NAMES.map((name) => seed(name)),
  );
}, 120_000);

afterAll(async () => await rig.close());

/** Each drawing as the lines that a terminal would show, colours taken out. */
function drawings(written: string): readonly (readonly string[])[] {
  return written
    .split(HOME)
    .slice(1)
    .map((drawing) => {
      const [screen = ''] = drawing.replace('\u001B[2J', '').split('\u001B[J');
      return screen.replaceAll(/\u001B\[[\d;]*[mK]/g, '').split('\n'); // oxlint-disable-line no-control-regex
    });
}

test('40 routers on 80×24: the watch fits, outlives the controller, and ends with what ended', async () => {
  const state = ['--state', rig.config.stateFolder];
  const env = { TERM: 'xterm' };
  const watching = startRosctl(['rollouts', 'watch', ...state], { tty: SIZE, env });
  const piped = startRosctl(['rollouts', 'watch', ...state]);
  await until(
    () => drawings(watching.stdout()).length,
    (count) => count > 3,
    60,
  );
  // More than one at a time: the canary is done.
  const status = await until(
    async () => (await rosctl(['status', ...state])).stdout,
    (text) => (text.match(UNDER_WAY)?.length ?? 0) > 1,
    60,
  );
  expect(status).toMatch(/^Under way$/m);
  const armed = await rig.controller.stop();
  expect(armed.length).toBeGreaterThan(0);
  for (const { device, undoAt } of armed) {
    expect(NAMES).toContain(device);
    expect(undoAt).toBeGreaterThan(rig.controller.api.clock.now());
  }
  await until(
    () => watching.stdout(),
    (text) => text.includes('does not answer'),
    30,
  );
  await until(
    () => piped.stderr(),
    (text) => text.includes('does not answer'),
    30,
  );
  rig.controller = await startController(rig.config);

  const left = startRosctl(['rollouts', 'watch', ...state], { tty: SIZE, env });
  await until(
    () => left.stdout(),
    (text) => /writing|checking|arming|armed/.test(text),
    60,
  );
  expect(await left.stop()).toBe(EXIT.interrupted);
  expect(left.stderr()).toMatch(/ro-[0-9a-f]{12} is running, and goes on without being watched/);
  expect(left.stderr()).toMatch(
    /edge-site-\d\d is armed \(\w+\): unless it is confirmed, the router takes the change back/,
  );

  expect(await watching.code).toBe(EXIT.ok);
  expect(await piped.code).toBe(EXIT.ok);
  const screens = drawings(watching.stdout());
  for (const lines of screens) {
    expect(lines.length).toBeLessThanOrEqual(SIZE.rows);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(SIZE.columns);
  }
  const text = watching.stdout();
  expect(text).toMatch(/\d+ pending/);
  expect(text).toMatch(/undone in \d+ (s|min) unless confirmed/);
  expect(text.slice(text.lastIndexOf(HOME))).toMatch(/ro-[0-9a-f]{12}.*\(usual\).*40 confirmed/s);
  expect(piped.stderr()).toContain('the controller answers again');
  expect(piped.stdout()).not.toContain('\u001B');
  expect(piped.stdout().match(/^.* confirmed {2}/gm)?.length).toBeGreaterThanOrEqual(40);
}, 240_000);

test.each(['devices', 'plans list', 'rollouts list', 'rollouts show', 'audit', 'explain edge-site-01 --fleet FLEET'])(
  '%s is cut to the terminal, and whole with -o wide and in a pipe',
  async (line) => {
    const words = line.replace('FLEET', rig.sourceFolder).split(' ');
    const args = [...words, '--state', rig.config.stateFolder];
    const shown = await rosctl(args, { tty: SIZE });
    const table = shown.stdout.replaceAll(/\u001B\[[\d;]*m/g, '').split('\n'); // oxlint-disable-line no-control-regex
    const rows = table.filter((each) => /^(edge-site|ro-|\d+ {2}|dns|DEVICE|ROLLOUT|#)/.test(each));
    for (const each of rows) expect(displayWidth(each)).toBeLessThanOrEqual(SIZE.columns);
    const withoutAges = (text: string): string =>
      text.replaceAll(/\d+ (s|min|h) ago|in \d+ (s|min|h)/g, 'AGO').replaceAll(/ +/g, ' ');
    // A visit may end between the two.
    const { wide } = await until(
      async () => ({
        wide: await rosctl([...args, '-o', 'wide'], { tty: SIZE, env: { NO_COLOR: '1' } }),
        piped: await rosctl(args),
      }),
      (both) => withoutAges(both.wide.stdout) === withoutAges(both.piped.stdout),
    );
    expect(wide.stdout).not.toContain('…');
  },
);
