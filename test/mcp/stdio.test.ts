import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labFleet, type Rig, startRig } from '#test/rig.ts';

const ROSCTL = path.resolve(import.meta.dirname, '../../bin/rosctl.mjs');
const ME = { name: 'test', version: '1' };

let rig: Rig;

beforeAll(async () => {
  rig = await startRig((router) => labFleet(router, 'dns: {}'));
});
afterAll(async () => await rig.close());

function command(): { readonly command: string; readonly args: string[] } {
  return { command: process.execPath, args: [ROSCTL, 'mcp', '--state', rig.config.stateFolder] };
}

describe('rosctl mcp on standard input and output', () => {
  it('serves a client of 2026-07-28', async () => {
    const client = new Client(ME, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StdioClientTransport(command()));
    try {
      expect(client.getProtocolEra()).toBe('modern');
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('fleet_summary');
      const { structuredContent } = await client.callTool({ name: 'fleet_summary', arguments: {} });
      expect(structuredContent).toMatchObject({ facts: { devices: 1 }, returned: 1, truncated: false });
    } finally {
      await client.close();
    }
  });

  it('serves a client of 2025-11-25', async () => {
    const client = new OldClient(ME);
    await client.connect(new OldTransport(command()));
    try {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('fleet_summary');
      const { isError, content } = await client.callTool({ name: 'fleet_summary', arguments: { nope: 1 } });
      expect({ isError, content }).toMatchObject({ isError: true });
      expect(JSON.stringify(content)).toContain('BadRequest');
    } finally {
      await client.close();
    }
  });
});
