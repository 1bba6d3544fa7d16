import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Story } from './story.ts';

/** What a tool answered. */
interface Answer {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly rows: readonly (readonly unknown[])[];
}

/** A client of `rosctl mcp`, as an assistant has one: it calls tools, and shows what it asked and what came back. */
export interface Assistant {
  /** Calls a tool. @param shown how many lines of the answer are shown. @throws {Error} with what the tool refused */
  call(tool: string, given: Readonly<Record<string, unknown>>, shown: number): Promise<Answer>;
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text: string }[];
    readonly structuredContent?: Answer;
  };
  readonly error?: { readonly message: string };
}

/** Starts the server in a process of its own, and speaks to it in lines of JSON. */
export async function openAssistant(story: Story, state: string): Promise<Assistant> {
  const [, program = 'rosctl'] = process.argv;
  const argv = [program, 'mcp', '--state', state, '--role', 'ops_rw'];
  const server = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map<number, PromiseWithResolvers<Reply>>();
  const ended = endOf(server, waiting);
  createInterface({ input: server.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.resolve(reply);
  });
  const say = (message: object): void => void server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = async (method: string, params: object): Promise<NonNullable<Reply['result']>> => {
    const id = waiting.size + 1;
    const reply = Promise.withResolvers<Reply>();
    waiting.set(id, reply);
    say({ id, method, params });
    const { result, error } = await reply.promise;
    if (result === undefined) throw new Error(error?.message ?? 'the MCP server says nothing');
    return result;
  };
  const clientInfo = { name: 'demo', version: '1' };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  say({ method: 'notifications/initialized' });
  return {
    async call(tool, given, shown) {
      story.say(`→ ${tool} ${JSON.stringify(given)}`);
      const {
        isError = false,
        content = [],
        structuredContent,
      } = await ask('tools/call', { name: tool, arguments: given });
      const lines = content.flatMap(({ text }) => text.split('\n'));
      for (const line of lines.slice(0, shown)) story.say(`    ${line}`);
      if (isError || structuredContent === undefined) throw new Error(`${tool} refused: ${lines.join(' ')}`);
      return structuredContent;
    },
    async close() {
      server.stdin.end();
      await ended;
    },
  };
}

/** Whoever waits when it ends hears that it did. */
async function endOf(server: ChildProcess, waiting: ReadonlyMap<number, PromiseWithResolvers<Reply>>): Promise<void> {
  await new Promise((resolve) => server.once('close', resolve));
  for (const { reject, promise } of waiting.values()) {
    promise.catch(() => {});
    reject(new Error('the MCP server has ended'));
  }
}
