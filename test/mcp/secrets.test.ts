import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOOLS } from '#mcp';
import { READABLE } from '#routeros/readable';
import {
  labFleet,
  outcomeOf,
  PASSWORD,
  READABLE_LAB,
  readableSeed,
  READER,
  type Rig,
  startRig,
  until,
} from '#test/rig.ts';
import { NOBODY } from '#test/scoped-rights.ts';
import { inputsAbout } from '#test/tool-cases.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import { uriOf } from '../../mcp/resources/uri.ts';

const ROSCTL = path.resolve(import.meta.dirname, '../../bin/rosctl.mjs');

/** What menus hold that nobody may be told. */
const SEEDED = {
  '/interface/wireguard': [{ name: 'wg1', 'listen-port': '13231', 'private-key': 'Secret-of-a-tunnel' }],
  '/system/script': [{ name: 'backup', source: ':put Secret-of-a-script' }],
  '/system/scheduler': [{ name: 'nightly', 'on-event': ':put Secret-of-a-job' }],
  '/interface/wifi/security': [{ name: 'staff', passphrase: 'Secret-of-a-network' }],
  '/user': [{ name: 'anna', group: 'read', password: 'Secret-of-a-person' }],
};
const TOKEN = 'Secret-of-the-caller';
const SECRETS = ['Secret-of-', PASSWORD, READER.user.password];

let rig: Rig;

beforeAll(async () => {
  rig = await startRig(
    (router) => labFleet(router, 'identity: {name: one}'),
    [readableSeed('r1', { menus: SEEDED })],
    () => ({
      credentials: READABLE_LAB,
      environment: { RIG_PASSWORD: PASSWORD, RIG_READ_PASSWORD: READER.user.password },
    }),
  );
  await outcomeOf(rig, 'r1', 'InSync');
});
afterAll(async () => await rig.close());

/** Everything that a client may ask about the router, and what is no request at all. */
function asked(): readonly object[] {
  const target = { ...NOBODY, device: 'r1' };
  const calls = [
    ...TOOLS.flatMap((tool) =>
      inputsAbout(tool, target)
        .slice(0, 2)
        .map((given) => ({ name: tool.name, arguments: given })),
    ),
    ...[...READABLE.keys()].map((menu) => ({ name: 'menu_read', arguments: { device: 'r1', menu, columns: ['*'] } })),
    ...Object.keys(SEEDED).map((menu) => ({
      name: 'menu_read',
      arguments: { device: 'r1', menu, where: ['name~Secret'] },
    })),
  ];
  const uris = RESOURCES.map((resource) =>
    uriOf(
      resource,
      Object.fromEntries(Object.keys(resource.variables).map((name) => [name, name === 'device' ? 'r1' : '1'])),
    ),
  );
  return [
    ...calls.map((params) => ({ method: 'tools/call', params })),
    ...uris.map((uri) => ({ method: 'resources/read', params: { uri } })),
    { method: 'no/such', params: {} },
  ];
}

it('no byte that leaves the process holds a secret, in answers, errors and on standard error', async () => {
  const child = spawn(process.execPath, [ROSCTL, 'mcp', '--state', rig.config.stateFolder], {
    env: { ...process.env, ROUTEROS_GITOPS_TOKEN: TOKEN, RIG_PASSWORD: PASSWORD },
    stdio: 'pipe',
  });
  let left = '';
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const requests = asked();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (left += text));
  const missing = (sent: number): readonly string[] => {
    const ids = new Set([...left.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id)));
    return requests.slice(0, sent).flatMap((request, index) => (ids.has(index + 1) ? [] : [JSON.stringify(request)]));
  };
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  send({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } });
  send({ method: 'notifications/initialized' });
  child.stdin.write('not JSON at all\n');
  // No more at a time than a router has wait.
  for (let at = 0; at < requests.length; at += 8) {
    for (const [index, request] of requests.slice(at, at + 8).entries()) send({ id: at + index + 1, ...request });
    await until(
      () => missing(Math.min(at + 8, requests.length)),
      (open) => open.length === 0,
      30,
    );
  }
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await exited;
  expect(['wg1', 'staff', 'backup', 'nightly', 'anna'].filter((name) => !left.includes(name))).toEqual([]);
  expect(SECRETS.filter((secret) => `${left}${told}`.includes(secret))).toEqual([]);
});
