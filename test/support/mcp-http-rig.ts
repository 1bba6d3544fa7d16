import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type HttpServing, type HttpWorld, serveOnHttp, TOOLS } from '#mcp';
import { socketDoors } from '../../cli/mcp/socket-door.ts';
import { doorsOf, People } from '#test/api-rig.ts';
import type { Rig } from '#test/rig.ts';

/** A server for a team before a rig, and the people who may come. */
export interface McpHttpRig {
  readonly people: People;
  readonly serving: HttpServing;
  /** Of the endpoint. */
  readonly url: URL;
  /** What it said of defects. */
  readonly told: readonly string[];
  close(): Promise<void>;
}

/** Doors of their own before a rig, and a server for a team that comes in by them. */
export async function startMcpHttp(rig: Rig, more: Partial<HttpWorld> = {}): Promise<McpHttpRig> {
  const people = new People();
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true, mode: 0o700 });
  const doors = await doorsOf(rig, people);
  const told: string[] = [];
  const doorOf = socketDoors(path.join(rig.config.stateFolder, 'doors/mcp.sock'));
  const serving = await serveOnHttp({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    version: 'test',
    tools: TOOLS,
    doorOf: (headers) => doorOf({ ...headers }),
    now: () => Date.now(),
    tell: (error) => told.push(error.message),
    ...more,
  });
  return {
    people,
    serving,
    url: new URL(`${serving.publicUrl}/mcp`),
    told,
    async close() {
      await serving.close();
      await doors.close();
    },
  };
}

const ME = { name: 'test', version: '1' };

/** A client of 2026-07-28 with a token. */
export async function modernClient(url: URL, token: string): Promise<Client> {
  const client = new Client(ME, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}

/** A client of 2025-11-25 with a token, and its transport, which has the session. */
export async function olderClient(
  url: URL,
  token: string,
): Promise<{ readonly client: OldClient; readonly transport: OldTransport }> {
  const client = new OldClient(ME);
  const transport = new OldTransport(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } });
  await client.connect(transport);
  return { client, transport };
}
