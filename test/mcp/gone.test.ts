import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { serveOnHttp } from '#mcp';
import { modernClient } from '#test/mcp-clients.ts';
import { meWith, scriptedDoor } from '#test/scripted-door.ts';
import type { Tool } from '../../mcp/tool.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Tells how far it is, and goes on telling after whoever called it has gone. */
function tellingOn(): { readonly tool: Tool; readonly began: Promise<void>; readonly ended: Promise<void> } {
  const [began, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const tool: Tool = {
    name: 'tell_on',
    title: 'Tells on',
    description: 'Tells on.',
    toolset: 'core',
    byDefault: true,
    asks: [],
    permission: 'fleet.read',
    readOnly: true,
    openWorld: false,
    input: { type: 'object', properties: {}, additionalProperties: false },
    words: [],
    async run({ signal, progress }) {
      progress({ progress: 1 });
      began.resolve();
      if (!signal.aborted) await once(signal, 'abort');
      for (const step of [2, 3, 4]) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        progress({ progress: step });
      }
      ended.resolve();
      return {};
    },
  };
  return { tool, began: began.promise, ended: ended.promise };
}

const HEADERS = {
  authorization: 'Bearer x',
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

it('whoever goes in the middle of a call ends their call alone', async () => {
  const { tool, began, ended } = tellingOn();
  const told: Error[] = [];
  const serving = await serveOnHttp({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    version: '0',
    tools: [tool],
    doorOf: () => scriptedDoor({ me: () => meWith(['fleet.read'], ['r1']), login: () => ({ mcpIssuers: [] }) }),
    now: () => Date.now(),
    tell: (error) => told.push(error),
  });
  closers.push(async () => await serving.close());
  const url = `${serving.publicUrl}/mcp`;
  const begin = await post(url, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'one', version: '0' },
  });
  await begin.text();
  const session = { 'mcp-session-id': begin.headers.get('mcp-session-id') ?? '' };
  const asked = post(url, 'tools/call', { name: 'tell_on', arguments: {}, _meta: { progressToken: 1 } }, session);
  await began;
  await fetch(url, { method: 'DELETE', headers: { ...HEADERS, ...session } });
  await asked.then(async (answer) => await answer.text());
  await ended;
  expect((await fetch(`${serving.publicUrl}/healthz`)).status).toBe(200);
  expect(told).toEqual([]);
});

it('nothing is said of tools that are not there', async () => {
  const { tool } = tellingOn();
  const door = scriptedDoor({ me: () => meWith(['fleet.read'], ['r1']), devices: () => [] });
  const lacking: Tool = { ...tool, name: 'drift_list', asks: ['drift'] };
  const client = await modernClient({ version: '0', tools: [tool, lacking], door, now: () => Date.now() });
  closers.push(async () => await client.close());
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['tell_on']);
  expect(client.getInstructions()).toContain('core: tell_on.');
  expect(client.getInstructions()).not.toContain('drift_list');
});

async function post(url: string, method: string, params: object, headers: object = {}): Promise<Response> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return await fetch(url, { method: 'POST', headers: { ...HEADERS, ...headers }, body });
}
