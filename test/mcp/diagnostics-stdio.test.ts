import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnosable, SILENT, startDiagnoseRig, tried } from '#test/diagnose-rig.ts';
import { type Rig, until } from '#test/rig.ts';

const ROSCTL = path.resolve(import.meta.dirname, '../../bin/rosctl.mjs');

let rig: Rig;
beforeAll(async () => (rig = await startDiagnoseRig(['r1', 'r2'].map((name) => diagnosable(name)))));
afterAll(() => rig.close());

const INITIALIZE = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

it.each([
  ['r1', 'closes its end'],
  ['r2', 'has it ended'],
])('the router %s stops when the client %s in the middle of a ping', async (device, how) => {
  const state = rig.config.stateFolder;
  const server = spawn(process.execPath, [ROSCTL, 'mcp', '--state', state, '--role', 'ops_rw'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(server, 'close');
  const say = (message: object): void => void server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const lines = createInterface({ input: server.stdout });
  say(INITIALIZE);
  await once(lines, 'line');
  say({ method: 'notifications/initialized' });
  const call = { device, target: SILENT, count: 100, wait_seconds: 50 };
  say({ id: 2, method: 'tools/call', params: { name: 'diag_ping', arguments: call } });
  const router = rig.fleet.router(device);
  await until(
    () => tried(router).length,
    (count) => count > 2,
  );
  if (how === 'closes its end') server.stdin.end();
  else server.kill('SIGTERM');
  await ended;
  await until(
    () => router.running.length,
    (running) => running === 0,
  );
  const records = await rig.controller.api.store.audit.list({ device, limit: 10 });
  expect(records.map(({ action }) => action)).toContain('diagnostic.cancelled');
  expect(tried(router).length).toBeLessThan(100);
});
