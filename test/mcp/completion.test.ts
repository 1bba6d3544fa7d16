import { describe, expect, it } from 'vitest';
import { TOOLS } from '#mcp';
import { modernClient, oldClient } from '#test/mcp-clients.ts';
import { meWith, refusal, type Script, scriptedDoor } from '#test/scripted-door.ts';
import { CANDIDATES } from '../../mcp/completion/candidates.ts';
import { PROMPTS, toolsIn } from '../../mcp/prompts/prompt.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import type { Served } from '../../mcp/served.ts';

const [EXAMPLE] = TOOLS;
const AT = Date.UTC(2026, 11, 1);

const SCRIPT: Script = {
  me: () => meWith(['device.read', 'audit.read'], ['vie-02', 'vie-01', 'prg-01']),
  devices: ({ environment }: { environment?: string }) => (environment === 'prod' ? [] : [{ name: 'vie-01' }]),
  plans: () => ({ plans: [{ id: `sha256:${'ab'.repeat(32)}` }, { id: `sha256:${'cd'.repeat(32)}` }] }),
  rollouts: () => ({ rollouts: [{ id: 'ro-1' }, { id: 'ro-2' }] }),
  audit: ({ action }: { action?: string }) => ({
    records: [
      { actor: 'alice', detail: { diagnostic: action === undefined ? null : 'dg-1' } },
      { actor: 'alice', detail: { diagnostic: 'dg-2' } },
      { actor: 'b\u202eob', detail: { diagnostic: 'dg-2' } },
    ],
  }),
  snapshots: ({ device }: { device: string }) => ({ captures: device === 'vie-01' ? [{ at: AT }] : [] }),
  menu: ({ device, menu }: { device: string; menu: string }) => ({
    rows:
      menu === '/ip/firewall/address-list' && device === 'vie-01'
        ? [{ list: 'blocked' }, { list: 'blocked' }, {}]
        : [{ servers: '9.9.9.9' }],
  }),
};

function served(more: Script = {}): Served {
  if (EXAMPLE === undefined) throw new RangeError('no tools');
  const names = new Set([...RESOURCES.map(({ twin }) => twin), ...PROMPTS.flatMap(toolsIn)]);
  const tools = [...names].map((name) => ({ ...EXAMPLE, name, asks: [], permission: 'device.read' as const }));
  return { version: 'test', tools, door: scriptedDoor({ ...SCRIPT, ...more }), now: () => AT };
}

async function values(
  served: Served,
  ref: { type: 'ref/resource'; uri: string } | { type: 'ref/prompt'; name: string },
  name: string,
  value: string,
  others: Record<string, string> = {},
): Promise<readonly string[]> {
  const client = await oldClient(served);
  const { completion } = await client.complete({ ref, argument: { name, value }, context: { arguments: others } });
  await client.close();
  return completion.values;
}

function uri(template: string) {
  return { type: 'ref/resource', uri: template } as const;
}

describe('completing', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('knows no blank %s', async (name) => {
    expect(await values(served(), uri('device://{device}/overview'), name, '')).toEqual([]);
  });

  it.for([
    ['device://{device}/overview', 'device', 'vie', {}, ['vie-01', 'vie-02']],
    ['device://{device}/logs', 'device', 'PRG', {}, ['prg-01']],
    ['fleet://devices/{environment}', 'environment', '', {}, ['staging', 'lab']],
    ['plan://{plan}/summary', 'plan', 'cd', {}, [`sha256:${'cd'.repeat(32)}`]],
    ['plan://{plan}/details', 'plan', 'sha256:ab', {}, [`sha256:${'ab'.repeat(32)}`]],
    ['rollout://{rollout}', 'rollout', 'ro-2', {}, ['ro-2']],
    ['audit://events/by-user/{user}', 'user', '', {}, ['alice']],
    ['audit://events/by-tool/{tool}', 'tool', 'diag_pi', {}, ['diag_ping']],
    ['audit://events/recent/{limit}', 'limit', '1', {}, ['10', '100']],
    ['snapshot://{device}/{time}', 'time', '2026', { device: 'vie-01' }, ['2026-12-01T00:00:00.000Z']],
    ['snapshot://{device}/{time}', 'time', '2026', { device: 'nope' }, []],
    ['diag://{job}', 'job', '', {}, ['dg-1', 'dg-2']],
    ['schema://{section}', 'section', 'dnsS', {}, ['dnsStatic']],
    ['device://{device}/overview', 'nope', '', {}, []],
    ['device://vie-01/overview', 'device', '', {}, []],
  ] as const)('%s, %s beginning with "%s"', async ([template, name, value, others, expected]) => {
    expect(await values(served(), uri(template), name, value, others)).toEqual(expected);
  });

  it.for([
    ['troubleshoot_device', 'device', 'vie-02', {}, ['vie-02']],
    ['troubleshoot_device', 'issue', 'c', {}, ['connectivity', 'configuration']],
    ['address_list_sync', 'list_name', '', { environment: 'lab' }, ['blocked']],
    ['address_list_sync', 'list_name', '', { environment: 'prod' }, []],
    ['dns_ntp_rollout', 'dns_servers', '', { environment: 'lab' }, ['9.9.9.9']],
    ['nope', 'device', '', {}, []],
  ] as const)('%s, %s beginning with "%s"', async ([name, argument, value, others, expected]) => {
    expect(await values(served(), { type: 'ref/prompt', name }, argument, value, others)).toEqual(expected);
  });

  it('serves a client of 2026-07-28 alike, at most a hundred values', async () => {
    const devices = Array.from({ length: 250 }, (_, at) => `r${String(at)}`);
    const client = await modernClient(served({ me: () => meWith(['device.read'], devices) }));
    const ref = uri('device://{device}/health');
    const { completion } = await client.complete({ ref, argument: { name: 'device', value: 'r' } });
    expect(completion).toMatchObject({ total: 250, hasMore: true });
    expect(completion.values.length).toBe(100);
    await client.close();
  });

  it('gives nothing to whom the thing itself is not offered, nor what the service refuses', async () => {
    const none = served({ me: () => meWith(['fleet.read'], ['vie-01']) });
    expect(await values(none, uri('device://{device}/health'), 'device', '')).toEqual([]);
    expect(await values(none, { type: 'ref/prompt', name: 'security_audit' }, 'device', '')).toEqual([]);
    const refused = served({
      audit() {
        throw refusal(403, 'Forbidden');
      },
    });
    expect(await values(refused, uri('audit://events/by-user/{user}'), 'user', '')).toEqual([]);
  });

  it('knows of every variable and argument what fills it', () => {
    const known = [
      ...RESOURCES.flatMap(({ variables }) => Object.values(variables)),
      ...PROMPTS.flatMap((prompt) => prompt.arguments.flatMap((each) => ('values' in each ? [] : [each.complete]))),
    ];
    expect(known.filter((each) => !(each in CANDIDATES))).toEqual([]);
  });
});
