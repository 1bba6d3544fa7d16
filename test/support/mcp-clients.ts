import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as OldTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { serveOn } from '../../mcp/serve-on.ts';
import type { Served } from '../../mcp/served.ts';

const ME = { name: 'test', version: '1' };

/** A client of 2026-07-28 whom this serves, in one process, as over standard input and output. */
export async function modernClient(served: Served): Promise<Client> {
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  serveOn(served, theirs, rethrow);
  const client = new Client(ME, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(mine);
  return client;
}

/** A client of 2025-11-25, alike. */
export async function oldClient(served: Served): Promise<OldClient> {
  const [mine, theirs] = OldTransport.createLinkedPair();
  serveOn(served, theirs, rethrow);
  const client = new OldClient(ME);
  await client.connect(mine);
  return client;
}

function rethrow(error: Error): void {
  throw error;
}
