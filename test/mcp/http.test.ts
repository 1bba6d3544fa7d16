import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../controller/access/permissions.ts';
import { SCOPE_OF } from '../../mcp/http/challenge.ts';
import { TOOLS } from '#mcp';
import { type McpHttpRig, modernClient, olderClient, startMcpHttp } from '#test/mcp-http-rig.ts';
import { labFleet, type Rig, startRig } from '#test/rig.ts';

let rig: Rig;
let mcp: McpHttpRig;
let token: string;

beforeAll(async () => {
  rig = await startRig((router) => labFleet(router, 'dns: {}'));
  mcp = await startMcpHttp(rig, { tools: [...TOOLS, ...TOOLS.slice(0, 1).map(diagTry)] });
  token = mcp.people.set('alice', { role: 'admin', audience: 'mcp' });
});
afterAll(async () => {
  await mcp.close();
  await rig.close();
});

let tried = 0;

/** A tool that needs more than reading. */
function diagTry(tool: (typeof TOOLS)[number]): (typeof TOOLS)[number] {
  const run: typeof tool.run = async () => {
    tried += 1;
    return await Promise.resolve({});
  };
  return { ...tool, name: 'diag_try', permission: 'device.diagnose', run };
}

/** One request as a program without an SDK sends it. */
async function sent(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<{ readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string }> {
  return await new Promise((resolve, reject) => {
    const asked = request(new URL(path, mcp.url), { method, headers: { ...JSON_HEADERS, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

describe('the MCP server over HTTP', () => {
  it('serves clients of both eras at one URL', async () => {
    const modern = await modernClient(mcp.url, token);
    const { client: older, transport } = await olderClient(mcp.url, token);
    expect(modern.getProtocolEra()).toBe('modern');
    expect(transport.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    const calls = await Promise.all([
      modern.callTool({ name: 'fleet_summary', arguments: {} }),
      older.callTool({ name: 'fleet_summary', arguments: {} }),
    ]);
    for (const { structuredContent } of calls) expect(structuredContent).toMatchObject({ facts: { devices: 1 } });
    const lists = await Promise.all([modern.listTools(), older.listTools()]);
    expect(lists[0].tools.map(({ name }) => name)).toEqual(lists[1].tools.map(({ name }) => name));
    await modern.close();
    await transport.terminateSession();
    await older.close();
    expect(mcp.told).toEqual([]);
  });

  it('challenges whoever brings no token, or one that does not count', async () => {
    const metadata = `resource_metadata="${mcp.serving.publicUrl}/.well-known/oauth-protected-resource/mcp"`;
    const none = await sent('/mcp', {}, LIST);
    expect(none.status).toBe(401);
    expect(none.headers['www-authenticate']).toMatch(/^Bearer realm="routeros-gitops", scope="routeros:read/);
    expect(none.headers['www-authenticate']).toContain(metadata);
    const wrong = await sent('/mcp', { authorization: 'Bearer token-of-nobody' }, LIST);
    expect(wrong.status).toBe(401);
    expect(wrong.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(JSON.parse(wrong.text)).toMatchObject({ error: { data: { code: 'NotAuthenticated' } } });
    expect(wrong.text).not.toContain('token-of-nobody');
  });

  it('says which identity providers give tokens for it', async () => {
    const { status, text } = await sent('/.well-known/oauth-protected-resource/mcp');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      resource: `${mcp.serving.publicUrl}/mcp`,
      authorization_servers: [],
      bearer_methods_supported: ['header'],
    });
  });

  it('answers 403 with the scopes of a tool to whoever may use it on no device, before it is called', async () => {
    const authorization = `Bearer ${mcp.people.set('reader', { role: 'read_only', audience: 'mcp' })}`;
    const call = { ...LIST, method: 'tools/call', params: { name: 'diag_try', arguments: {} } };
    const { status, headers, text } = await sent('/mcp', { authorization }, call);
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toContain(
      'error="insufficient_scope", scope="routeros:read routeros:diagnose"',
    );
    expect(JSON.parse(text)).toMatchObject({ error: { data: { code: 'Forbidden' } } });
    expect(tried).toBe(0);
  });

  it('refuses tokens in the URL, foreign hosts and origins, other methods, and what is no JSON', async () => {
    const authorization = `Bearer ${token}`;
    expect((await sent(`/mcp?access_token=${token}`, {}, LIST)).status).toBe(400);
    expect((await sent('/mcp', { authorization, host: 'evil.example' }, LIST)).status).toBe(403);
    expect((await sent('/mcp', { authorization, origin: 'https://evil.example' }, LIST)).status).toBe(403);
    expect((await sent('/mcp', { authorization }, LIST, 'PUT')).status).toBe(405);
    expect((await sent('/mcp', { authorization }, '{')).status).toBe(400);
    expect((await sent('/mcp', { authorization, 'content-type': 'text/plain' }, LIST)).status).toBe(415);
    expect((await sent('/mcp', { authorization }, `"${'x'.repeat(1_000_000)}"`)).status).toBe(413);
    expect((await sent('/elsewhere', { authorization })).status).toBe(404);
  });

  it('names the scopes that the controller knows, and none that steers', () => {
    for (const [permission, scope] of Object.entries(SCOPE_OF)) expect(SCOPES[scope]).toContain(permission);
    const opened = Object.entries(SCOPES).filter(([scope]) => scope !== 'routeros:steer');
    expect(Object.keys(SCOPE_OF).toSorted()).toEqual(opened.flatMap(([, permissions]) => permissions).toSorted());
  });
});
