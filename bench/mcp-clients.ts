import { Client } from 'undici';
import { answerEach } from './child.ts';

/** Calls of one tool, by so many clients with one connection each, until all of them are done. */
export interface Calls {
  readonly url: string;
  readonly authorization: string;
  readonly tool: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly clients: number;
  readonly calls: number;
}

/** What calls came to. */
export interface Called {
  /** The result of the last one, as JSON. */
  readonly result: string;
  /** How long each took. */
  readonly milliseconds: readonly number[];
}

const VERSION = '2026-07-28';

/** @throws for an answer that is no result. */
async function callAll({ url, authorization, tool, given, clients, calls }: Calls): Promise<Called> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name: tool, arguments: given, _meta };
  const headers = {
    authorization,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': VERSION,
    'mcp-method': 'tools/call',
    'mcp-name': tool,
  };
  const milliseconds: number[] = [];
  let left = calls;
  let last = '';
  async function work(): Promise<void> {
    const client = new Client(new URL(url).origin);
    while (left > 0) {
      left -= 1;
      const body = JSON.stringify({ jsonrpc: '2.0', id: left, method: 'tools/call', params });
      const started = performance.now();
      const answer = await client.request({ method: 'POST', path: '/mcp', headers, body });
      last = await answer.body.text();
      milliseconds.push(performance.now() - started);
      if (answer.statusCode !== 200 || !last.includes('"result"') || last.includes('"isError":true'))
        throw new Error(`${tool}: ${String(answer.statusCode)} ${last.slice(0, 500)}`);
    }
    await client.close();
  }
  await Promise.all(Array.from({ length: clients }, work));
  return { result: JSON.stringify((JSON.parse(last) as { readonly result: unknown }).result), milliseconds };
}

answerEach(async (question) => await callAll(question as Calls));
