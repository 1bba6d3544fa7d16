import path from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnosable, FAR, SILENT, startDiagnoseRig } from '#test/diagnose-rig.ts';
import { type McpHttpRig, modernClient, olderClient, startMcpHttp } from '#test/mcp-http-rig.ts';
import { configYaml, type Rig, until } from '#test/rig.ts';

const ROSCTL = path.resolve(import.meta.dirname, '../../bin/rosctl.mjs');
const ME = { name: 'test', version: '1' };
const OVERVIEW = 'device://r1/overview';

let rig: Rig;
let mcp: McpHttpRig;
beforeAll(async () => {
  rig = await startDiagnoseRig(['r1', 'r2', 'r3'].map((name) => diagnosable(name)));
  mcp = await startMcpHttp(rig);
});
afterAll(async () => {
  await mcp.close();
  await rig.close();
});

/** What both clients can, whichever way they spell it. */
interface Session {
  list(): Promise<readonly string[]>;
  call(
    name: string,
    given: Readonly<Record<string, unknown>>,
    how?: { readonly signal?: AbortSignal; readonly onprogress?: () => void },
  ): Promise<object>;
  complete(value: string): Promise<readonly string[]>;
  subscribe(uri: string, heard: (uri: string) => void): Promise<unknown>;
  close(): Promise<void>;
}

const REF = { type: 'ref/resource', uri: 'device://{device}/overview' } as const;

function ofModern(client: Client): Session {
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, given, how = {}) => await client.callTool({ name, arguments: given }, how),
    complete: async (value) => {
      const { completion } = await client.complete({ ref: REF, argument: { name: 'device', value } });
      return completion.values;
    },
    async subscribe(uri, heard) {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => heard(params.uri));
      return await client.listen({ resourceSubscriptions: [uri] });
    },
    close: async () => await client.close(),
  };
}

function ofOld(client: OldClient): Session {
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, given, how = {}) => await client.callTool({ name, arguments: given }, undefined, how),
    complete: async (value) => {
      const { completion } = await client.complete({ ref: REF, argument: { name: 'device', value } });
      return completion.values;
    },
    async subscribe(uri, heard) {
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => heard(params.uri));
      return await client.subscribeResource({ uri });
    },
    close: async () => await client.close(),
  };
}

function command(): { readonly command: string; readonly args: string[] } {
  return { command: process.execPath, args: [ROSCTL, 'mcp', '--state', path.join(rig.config.stateFolder, 'doors')] };
}

const WAYS: readonly (readonly [string, (token: string) => Promise<Session>])[] = [
  ['2.4.0 over HTTP', async (token) => ofModern(await modernClient(mcp.url, token))],
  ['1.32.2 over HTTP', async (token) => ofOld((await olderClient(mcp.url, token)).client)],
  [
    '2.4.0 over stdio',
    async () => {
      const client = new ModernClient(ME, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new StdioClientTransport(command()));
      return ofModern(client);
    },
  ],
  [
    '1.32.2 over stdio',
    async () => {
      const client = new OldClient(ME);
      await client.connect(new OldStdio(command()));
      return ofOld(client);
    },
  ],
];

describe.each(WAYS)('a session of client %s', (_, open) => {
  let session: Session;
  beforeAll(async () => {
    session = await open(mcp.people.set('alice', { role: 'admin', audience: 'mcp' }));
  });
  afterAll(async () => await session.close());

  it('lists, calls and completes', async () => {
    expect(await session.list()).toContain('device_list');
    expect(await session.call('device_list', {})).toMatchObject({ structuredContent: { returned: 3 } });
    expect(await session.complete('r1')).toEqual(['r1']);
  });

  it('hears of a change that it subscribed to', async () => {
    const heard: string[] = [];
    await session.subscribe(OVERVIEW, (uri) => heard.push(uri));
    let last = 0;
    await until(
      async () => {
        last += 1;
        const dns = `dns: {servers: [192.0.2.${String((Date.now() % 200) + 1)}]}`;
        await rig.declare({ 'configs/r1.yaml': configYaml('r1', dns) });
        await new Promise((resolve) => setTimeout(resolve, 200));
        return heard;
      },
      (uris) => uris.includes(OVERVIEW),
      20,
    );
    expect(last).toBeGreaterThan(0);
  });
});

describe.each(WAYS.slice(0, 2))('a session of client %s', (way, open) => {
  it('is refused without a token that counts, and for what its owner may not do', async () => {
    await expect(open('token-of-nobody')).rejects.toThrow(/401|Unauthorized|does not count/i);
    const session = await open(mcp.people.set('reader', { role: 'read_only', audience: 'mcp' }));
    const call = session.call('diag_ping', { device: 'r1', target: FAR });
    await expect(call).rejects.toThrow(/403|Forbidden|insufficient|device\.diagnose/i);
    await session.close();
  });

  it('is told how far a call is, and stops it', async () => {
    const session = await open(mcp.people.set('alice', { role: 'admin', audience: 'mcp' }));
    // Each has its own router, which tries so much in a minute and no more.
    const device = way.startsWith('2') ? 'r2' : 'r3';
    let steps = 0;
    const given = { device, target: FAR, count: 60 };
    await session.call('diag_ping', given, { onprogress: () => (steps += 1) });
    expect(steps).toBeGreaterThan(0);
    const stop = new AbortController();
    const long = { device, target: SILENT, count: 100, wait_seconds: 50 };
    const call = session.call('diag_ping', long, { signal: stop.signal });
    const running = (): number => rig.fleet.router(device).running.length;
    await until(running, (count) => count > 0, 20);
    stop.abort();
    await expect(call).rejects.toThrow(/abort/i);
    expect(await until(running, (count) => count === 0, 20)).toBe(0);
    await session.close();
  });
});
