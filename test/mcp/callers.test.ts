import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serveOnHttp } from '#mcp';
import { modernClient } from '#test/mcp-http-rig.ts';
import { meWith, refusal, type ScriptedDoor, scriptedDoor } from '#test/scripted-door.ts';
import { watchRights } from '../../mcp/http/rights-watch.ts';
import { DoorError } from '../../mcp/door.ts';
import type { Tool } from '../../mcp/tool.ts';

/** The way of each token, by which the service is asked. */
const doors = new Map<string, ScriptedDoor>();
const told: Error[] = [];
let url: string;
let close: () => Promise<void>;

function comes(token: string, actor: string, status: () => unknown = () => ({})): ScriptedDoor {
  const me = { ...meWith(['fleet.read'], ['r1']), actor };
  const door = scriptedDoor({ me: () => me, status, login: () => ({ mcpIssuers: [] }) });
  doors.set(`Bearer ${token}`, door);
  return door;
}

function tool(name: string, toolset: Tool['toolset']): Tool {
  return {
    name,
    title: name,
    description: name,
    toolset,
    byDefault: true,
    asks: ['status'],
    permission: 'fleet.read',
    readOnly: true,
    openWorld: false,
    input: { type: 'object', properties: {}, additionalProperties: false },
    words: [],
    async run({ door, signal }) {
      await door.ask('status', {}, signal);
      return { facts: { name } };
    },
  };
}

beforeEach(async () => {
  doors.clear();
  told.length = 0;
  const serving = await serveOnHttp({
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    version: '0',
    tools: [tool('fleet_summary', 'core'), tool('dns_list', 'network')],
    doorOf({ authorization }) {
      const door = doors.get(authorization);
      if (door === undefined) throw refusal(401, 'NotAuthenticated');
      return door;
    },
    now: () => Date.now(),
    tell: (error) => told.push(error),
  });
  url = `${serving.publicUrl}/mcp`;
  close = async () => await serving.close();
});
afterEach(async () => {
  await close();
  vi.useRealTimers();
  if (told.length > 0) throw new AggregateError(told, 'the server told of defects');
});

type Headers = Readonly<Record<string, string>>;

async function sent(token: string, message: object | null, headers: Headers = {}): Promise<Response> {
  return await fetch(url, {
    method: message === null ? 'DELETE' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    ...(message === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }) }),
  });
}

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'one', version: '0' } },
};
const LIST = { method: 'tools/list', params: {} };

async function session(token: string, headers: Headers = {}): Promise<{ readonly 'mcp-session-id': string }> {
  const begun = await sent(token, INITIALIZE, headers);
  await begun.text();
  return { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? 'none' };
}

async function statusOf(token: string, message: object | null, headers: Headers): Promise<number> {
  const answer = await sent(token, message, headers);
  await answer.text();
  return answer.status;
}

it('a session is there for whoever began it alone, with the token of each request', async () => {
  const [first, renewed] = [comes('one', 'user:anna'), comes('two', 'user:anna')];
  comes('other', 'user:ben');
  const own = await session('one');
  expect(await statusOf('one', LIST, own)).toBe(200);
  for (const message of [LIST, INITIALIZE, null]) expect(await statusOf('other', message, own)).toBe(404);
  expect(await statusOf('one', LIST, { 'mcp-session-id': 'none' })).toBe(404);
  const before = first.asked.length;
  const call = { method: 'tools/call', params: { name: 'fleet_summary', arguments: {} } };
  expect(await statusOf('two', call, own)).toBe(200);
  expect(renewed.asked).toContain('status');
  expect(first.asked.length).toBe(before);
  expect(await statusOf('two', null, own)).toBe(200);
  expect(await statusOf('one', LIST, own)).toBe(404);
});

it('nobody drives out the sessions of others: of a hundred, whoever has most loses the oldest', async () => {
  comes('one', 'user:anna');
  comes('other', 'user:ben');
  const own = await session('one');
  const others: Headers[] = [];
  for (let count = 0; count < 100; count += 1) others.push(await session('other'));
  expect(await statusOf('one', LIST, own)).toBe(200);
  expect(await statusOf('other', LIST, others[0] ?? {})).toBe(404);
  expect(await statusOf('other', LIST, others[1] ?? {})).toBe(200);
  expect(await statusOf('other', LIST, others.at(-1) ?? {})).toBe(200);
});

it.each([429, 503])('%d of the service is passed on, with how long to wait', async (status) => {
  const { failure } = refusal(status, 'Busy');
  const door = comes('one', 'user:anna');
  Object.assign(door, {
    ask: async () => await Promise.reject(new DoorError({ ...failure, retryable: true, retryAfterSeconds: 7 })),
  });
  const answer = await sent('one', LIST);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '7']);
  expect(await answer.text()).toContain('"code":"Busy"');
});

it('a token that ends in the middle of a call is answered with 401 and a challenge', async () => {
  comes('one', 'user:anna', () => {
    throw refusal(401, 'NotAuthenticated');
  });
  const answers: Response[] = [];
  const heard = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...asked) => {
    const answer = await realFetch(...asked);
    answers.push(answer.clone());
    return answer;
  });
  try {
    const client = await modernClient(new URL(url), 'one');
    await expect(client.callTool({ name: 'fleet_summary', arguments: {} })).rejects.toThrow('NotAuthenticated');
    await client.close();
  } finally {
    heard.mockRestore();
  }
  const last = answers.findLast(({ status }) => status === 401);
  expect(last?.headers.get('www-authenticate')).toContain('error="invalid_token", scope="routeros:read"');
});

const realFetch = globalThis.fetch;

it('headers narrow the tools of a session and never widen them; what they misspell is refused', async () => {
  comes('one', 'user:anna');
  const narrow = await session('one', { 'x-mcp-toolsets': 'network, audit', 'x-mcp-tools': 'capsman_list' });
  const list = await (await sent('one', LIST, narrow)).text();
  expect(list).toContain('dns_list');
  expect(list).not.toMatch(/fleet_summary|capsman_list/);
  const wrong = await sent('one', INITIALIZE, { 'x-mcp-toolsets': 'netwrok' });
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain('Did you mean network?');
});

it('calls are counted by tool, era and outcome', async () => {
  comes('one', 'user:anna');
  const own = await session('one');
  for (const name of ['fleet_summary', 'no_such'])
    await (await sent('one', { method: 'tools/call', params: { name, arguments: {} } }, own)).text();
  await (await fetch(url)).text();
  const page = await (await fetch(url.replace('/mcp', '/metrics'))).text();
  const labels = 'tool="fleet_summary",era="legacy",outcome="ok"';
  expect(page).toContain(`routeros_gitops_mcp_calls_total{${labels}} 1`);
  expect(page).toMatch(new RegExp(`routeros_gitops_mcp_result_bytes_total\\{${labels}\\} [1-9]`));
  expect(page).toContain(`routeros_gitops_mcp_call_seconds_count{${labels}} 1`);
  expect(page).toContain('routeros_gitops_mcp_calls_total{tool="unknown",era="legacy",outcome="refused"} 1');
  expect(page).toContain('routeros_gitops_mcp_refused_requests_total{status="401"} 1');
});

it('whoever may do less ends what they follow, and so does their token', async () => {
  vi.useFakeTimers();
  const until = { ...meWith(['fleet.read'], ['r1', 'r2']), until: null as number | null };
  let now: object = until;
  const door = scriptedDoor({ me: () => now });
  const watch = (me: object) => watchRights(me as never, door, () => Date.now());
  const [usual, ending] = [watch(until), watch({ ...until, until: Date.now() + 5000 })];
  await vi.advanceTimersByTimeAsync(6000);
  expect([usual.signal.aborted, ending.signal.aborted]).toEqual([false, true]);
  now = { ...meWith(['fleet.read', 'device.read'], ['r1', 'r2']), until: null };
  await vi.advanceTimersByTimeAsync(60_000);
  expect(usual.signal.aborted).toBe(false);
  now = { ...meWith(['fleet.read', 'device.read'], ['r1']), until: null };
  await vi.advanceTimersByTimeAsync(31_000);
  expect(usual.signal.aborted).toBe(true);
});
