import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '#test/rig.ts';
import { controlSocketIn } from '../../cli/control/round-trip.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { socketPathIn } from '../../controller/doors/socket.ts';
import { rosctl, startRosctl } from './run.ts';

let folder: string;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rosctl-socket-'));
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
  rmSync(folder, { recursive: true });
});

/** Something that answers on the control socket. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(controlSocketIn(folder), done));
  chmodSync(controlSocketIn(folder), 0o600);
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
}

function answering(status: number, body: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    response.writeHead(status).end(body);
  };
}

test('rosctl looks where the controller listens', () => {
  expect(controlSocketIn(folder)).toBe(socketPathIn(folder));
});

test.each(['status', 'devices', 'plan', 'drift', 'audit', 'freeze', 'reconcile'])(
  '%s without a controller says how to start one',
  async (command) => {
    const { code, stdout, stderr } = await rosctl([command, '--state', folder]);
    expect(code).toBe(EXIT.unavailable);
    expect(stdout).toBe('');
    expect(stderr).toContain(`no controller answers on ${controlSocketIn(folder)}`);
    expect(stderr).toContain(`rosctl --state ${folder} controller`);
  },
);

test('a socket that a dead controller left behind is no controller', async () => {
  await serve(() => {});
  await closers.pop()?.();
  expect((await rosctl(['status', '--state', folder])).code).toBe(EXIT.unavailable);
});

test.each([
  [409, '{"error":"StoreUnavailable","message":"disk full"}', EXIT.failure, 'disk full [StoreUnavailable]'],
  [409, '{"error":"NotFound","message":"There is no device r9."}', EXIT.usage, 'There is no device r9.'],
  [404, '{"error":"NotFound","message":"There is no /v1/status."}', EXIT.failure, 'use a rosctl of the same release'],
  [500, '{}', EXIT.failure, 'the controller gave no reason'],
  [200, '<html>', EXIT.failure, 'did not answer with JSON'],
])('%i %s ends with its own code and words', async (status, body, exit, words) => {
  await serve(answering(status, body));
  const { code, stderr } = await rosctl(['status', '--state', folder]);
  expect(code).toBe(exit);
  expect(stderr).toContain(words);
});

test('the controller learns who asks, and what', async () => {
  let seen: { operator: unknown; method: unknown; url: unknown; body: string } | null = null;
  await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen = { operator: request.headers['x-operator'], method: request.method, url: request.url, body };
      response.end('{}');
    });
  });
  await rosctl(['freeze', '--reason', 'a "reason"', '--state', folder]);
  expect(seen).toEqual({
    operator: userInfo().username,
    method: 'PUT',
    url: '/v1/freeze',
    body: '{"reason":"a \\"reason\\""}',
  });
});

test('a controller that dies in mid-answer is no defect of rosctl', async () => {
  await serve((request) => request.socket.destroy());
  const { code, stderr } = await rosctl(['status', '--state', folder]);
  expect(code).toBe(EXIT.unavailable);
  expect(stderr).toContain('can not be asked');
});

test('Ctrl-C ends a request that hangs', async () => {
  const arrived = Promise.withResolvers<void>();
  await serve(() => arrived.resolve());
  const running = startRosctl(['status', '--state', folder]);
  await arrived.promise;
  expect(await running.stop()).toBe(EXIT.interrupted);
});

test('what a controller says can not steer the terminal', async () => {
  const device = {
    name: 'r1',
    environment: 'lab',
    site: null,
    address: 'http://127.0.0.1',
    serial: null,
    ready: 'False',
    reconciling: false,
    stalled: false,
    reason: 'Refused',
    message: 'evil \u001B[2J words',
    planId: null,
    drifted: false,
    lastVisitAt: 1,
    nextVisitAt: null,
    confirmedAt: null,
  };
  const now = { revision: null, acceptedAt: null, readAt: null, fault: null };
  const source = { name: 'folder:/x', ...now, control: null, disregarded: [] };
  const told = { now: 1, startedAt: 0, controller: 'c', frozen: null, rollouts: [], source, devices: [device] };
  const folderOnly = answering(400, JSON.stringify({ error: 'BadRequest', message: 'The source is a folder.' }));
  await serve((request, response) =>
    request.url === '/v1/status'
      ? response.end(JSON.stringify({ ...told, underWay: [] }))
      : folderOnly(request, response),
  );
  const { stdout } = await rosctl(['status', '--state', folder]);
  expect(stdout).toContain(String.raw`evil \u{1b}[2J words`);
});

test('Ctrl-C while devices are visited names those that are armed, and until when', async () => {
  let looked = 0;
  const at = Date.UTC(2026, 2, 1, 12);
  await serve((request, response) => {
    if (request.method === 'GET') looked += 1;
    const underWay = [{ device: 'r1', step: 'applying', since: at, undoAt: at + 240_000 }];
    const status = { now: at, devices: [], underWay: [...underWay, { ...underWay[0], device: 'r9' }] };
    response.end(JSON.stringify(request.method === 'GET' ? status : { devices: ['r1'], revision: null, fault: null }));
  });
  const running = startRosctl(['reconcile', 'r1', '--state', folder]);
  await until(
    () => looked,
    (count) => count >= 3,
  );
  expect(await running.stop()).toBe(EXIT.interrupted);
  expect(running.stderr()).toContain('r1 is armed (writing): unless it is confirmed, the router takes the change back');
  expect(running.stderr()).toContain('at 2026-03-01 12:04:00Z, in 4 min\nrosctl: stopped\n');
  expect(running.stderr()).not.toContain('r9');
});
