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

  it.each([
    '127.0.0.1:9476/evil',
    '127.0.0.1#evil',
    '127.0.0.1?evil',
    String.raw`127.0.0.1\@evil.example`,
    'evil.example@127.0.0.1',
    '127.0.0.1:port',
  ])('refuses the host %s, which is none', async (host) => {
    const { status, text } = await sent('/mcp', { authorization: `Bearer ${token}`, host }, LIST);
    expect([status, text]).toEqual([400, expect.stringContaining('BadRequest')]);
  });

  it('refuses two hosts, of which one in front may have read the other', async () => {
    const headers = ['Host', '127.0.0.1', 'Host', 'evil.example', 'Authorization', `Bearer ${token}`];
    const status = await new Promise((resolve, reject) => {
      request(mcp.url, { headers }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  it('refuses what nests too deep to be checked, and knows brackets in texts from others', async () => {
    const authorization = `Bearer ${token}`;
    const told = mcp.told.length;
    for (const deep of ['['.repeat(90_000), `${'{"a":'.repeat(90_000)}1${'}'.repeat(90_000)}`])
      expect((await sent('/mcp', { authorization }, deep)).status).toBe(400);
    const [started, quotes] = [performance.now(), '\\"'.repeat(400_000)];
    expect((await sent('/mcp', { authorization }, `"${quotes}`)).status).toBe(400);
    expect(performance.now() - started).toBeLessThan(5000);
    const call = { ...LIST, method: 'tools/call', params: { name: `"\\${'['.repeat(200)}`, arguments: {} } };
    expect((await sent('/mcp', { authorization }, call)).text).toContain('mcp-session-id is missing');
    expect(mcp.told.slice(told)).toEqual([]);
  });

  it('tells of what it refuses on one short line, whatever was sent', async () => {
    const told = mcp.told.length;
    const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'resources/read', 'mcp-name': 'x' };
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const uri = `device://r1\nforged line\u001b[2J${'z'.repeat(500_000)}`;
    const read = { ...LIST, method: 'resources/read', params: { uri, _meta } };
    expect((await sent('/mcp', { authorization: `Bearer ${token}`, ...modern }, read)).status).toBe(400);
    const [line = '', ...others] = mcp.told.slice(told);
    expect(line).toContain(String.raw`r1\u{a}forged line`);
    expect([line.length <= 501, others]).toEqual([true, []]);
  });

  it('names the scopes that the controller knows, and none that steers', () => {
    for (const [permission, scope] of Object.entries(SCOPE_OF)) expect(SCOPES[scope]).toContain(permission);
    const opened = Object.entries(SCOPES).filter(([scope]) => scope !== 'routeros:steer');
    expect(Object.keys(SCOPE_OF).toSorted()).toEqual(opened.flatMap(([, permissions]) => permissions).toSorted());
  });
});
