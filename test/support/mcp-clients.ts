import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as OldTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { serveOn } from '../../mcp/serve-on.ts';
import type { Served } from '../../mcp/served.ts';

const ME = { name: 'test', version: '1' };

/** Is told of each message to the client, as it leaves this process. */
type Hear = (message: string) => void;

/** A client of 2026-07-28 whom this serves, in one process, as over standard input and output. */
export async function modernClient(served: Served, hear: Hear = () => {}): Promise<Client> {
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  overheard(theirs, hear);
  serveOn(served, theirs, rethrow);
  const client = new Client(ME, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(mine);
  return client;
}

/** A client of 2025-11-25, alike. */
export async function oldClient(served: Served, hear: Hear = () => {}): Promise<OldClient> {
  const [mine, theirs] = OldTransport.createLinkedPair();
  overheard(theirs, hear);
  serveOn(served, theirs, rethrow);
  const client = new OldClient(ME);
  await client.connect(mine);
  return client;
}

function overheard(wire: { send(message: object, options?: object): Promise<void> }, hear: Hear): void {
  const send = wire.send.bind(wire);
  wire.send = async (message, options) => {
    hear(JSON.stringify(message));
    await send(message, options);
  };
}

function rethrow(error: Error): void {
  throw error;
}
