import { Client } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type InputOf, type OperationName, operationsAt, type OutputOf } from '#controller/operations';
import { type Door, DoorError, type DoorEvent, TOOLS } from '#mcp';
import { Failure } from '#failure';
import { operator, type Principal } from '../../controller/access/principal.ts';
import { failedAnswer } from '../../controller/doors/told-failure.ts';
import { operationsOf } from '../../controller/operations/api.ts';
import type { AnswerName, StreamName } from '../../controller/operations/table.ts';
import { serverFor } from '../../mcp/server.ts';
import { BadInput } from '../../mcp/input-fault.ts';
import { checkedInput } from '../../mcp/check-input.ts';
import { told, type ToldAnswer } from '../../mcp/answer.ts';
import type { ToolCall } from '../../mcp/tool.ts';
import type { Rig } from './rig.ts';

const ME = { name: 'test', version: '1' };

/** A door in this process, without sockets between. */
export function doorOf(rig: Pick<Rig, 'controller'>, principal: Principal = operator('anna')): Door {
  const operations = operationsOf(rig.controller.api);
  const known = new Set<OperationName>(operationsAt('mcp'));
  return {
    has: (name) => known.has(name),
    async ask<Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      signal: AbortSignal,
    ): Promise<OutputOf<Name>> {
      signal.throwIfAborted();
      const given = JSON.parse(JSON.stringify(input)) as Record<string, unknown>;
      const answer = await operations.ask(principal, name as AnswerName, given).catch(refuse);
      return JSON.parse(JSON.stringify(answer)) as OutputOf<Name>;
    },
    async *follow<Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      signal: AbortSignal,
    ): AsyncIterable<DoorEvent<OutputOf<Name>>> {
      const events = await operations.follow(principal, name as StreamName, { ...input }, signal).catch(refuse);
      for await (const event of events) yield event as unknown as DoorEvent<OutputOf<Name>>;
    },
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  const { status, body } = failedAnswer(error, 'test');
  throw new DoorError({ ...body, status });
}

/** Calls a tool as the server does, without the protocol around. @throws {DoorError} */
export async function callTool(
  door: Door,
  name: string,
  given: Readonly<Record<string, unknown>>,
  more: Partial<Pick<ToolCall, 'signal' | 'progress' | 'now'>> = {},
): Promise<ToldAnswer> {
  const tool = TOOLS.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  const checked = checkedInput(tool, given);
  if ('fault' in checked) throw new BadInput(checked.fault);
  const now = (): number => Date.now();
  const call = { input: checked.input, door, signal: new AbortController().signal, progress: () => {}, now, ...more };
  return told(await tool.run(call), now()).structured;
}

/** One client of each era, each in front of a server of its own in this process. */
export async function clientsOf(
  door: Door,
): Promise<{ readonly modern: Client; readonly old: OldClient; close(): Promise<void> }> {
  const served = { version: '0', tools: TOOLS, door, now: () => Date.now() };
  const handler = createMcpHandler(() => serverFor(served));
  const url = new URL('http://127.0.0.1/mcp');
  const fetch = async (to: string | URL, init?: RequestInit): Promise<Response> =>
    await handler.fetch(new Request(to, init));
  const modern = new Client(ME, { versionNegotiation: { mode: 'auto' } });
  await modern.connect(new StreamableHTTPClientTransport(url, { fetch }));
  const old = new OldClient(ME);
  await old.connect(new OldTransport(url, { fetch }));
  return {
    modern,
    old,
    async close() {
      await modern.close();
      await old.close();
      await handler.close();
    },
  };
}
