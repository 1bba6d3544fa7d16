import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TOOLS } from '#mcp';
import { modernClient, oldClient } from '#test/mcp-clients.ts';
import { meWith, refusal, type Script, type ScriptedDoor, scriptedDoor } from '#test/scripted-door.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import type { Served } from '../../mcp/served.ts';
import { MOST_URIS, readableUris } from '../../mcp/subscriptions/watched.ts';
import { PACE_MS } from '../../mcp/subscriptions/paced.ts';

const [EXAMPLE] = TOOLS;
const PLAN = `sha256:${'ab'.repeat(32)}`;
const STATUS = { ready: 'True', reason: 'InSync', message: 'As declared.' };

interface World extends Served {
  readonly door: ScriptedDoor;
}

function world(more: Script = {}): World {
  if (EXAMPLE === undefined) throw new RangeError('no tools');
  const twins = new Set(RESOURCES.map(({ twin }) => twin));
  const tools = [...twins].map((name) => ({ ...EXAMPLE, name, asks: [], permission: 'device.read' as const }));
  const only = (field: string, id: string) => (input: Readonly<Record<string, string>>) => {
    if (input[field] !== id) throw refusal(404);
    return { id };
  };
  const door = scriptedDoor({
    me: () => meWith(['device.read'], ['r1', 'r2']),
    devices: () => [
      { name: 'r1', environment: 'lab', planId: null, ...STATUS },
      { name: 'r2', environment: 'prod', planId: null, ...STATUS },
    ],
    plan: only('plan', PLAN),
    rollout: only('rollout', 'ro-1'),
    events: () => null,
    ...more,
  });
  return { version: 'test', tools, door, now: () => 0 };
}

const OVERVIEW = 'device://r1/overview';
const HEALTH = 'device://r1/health';
const SECRET = 'device://canary/health';

const drift = (device: string) => ({ kind: 'drift', device, at: 0, entries: 1, attribution: 'unknown' });
const visit = (device: string, more: object = {}) => ({ kind: 'visit', device, at: 0, status: { ...STATUS, ...more } });
const health = (device: string, cpuPercent: number) => ({ kind: 'health', device, at: 0, values: { cpuPercent } });

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }),
);
afterEach(() => void vi.useRealTimers());

/** Lets all that is on its way arrive, and so much time pass. */
async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a stream of a client of 2026-07-28', () => {
  async function listening(served: World, uris: readonly string[]) {
    const client = await modernClient(served);
    const heard: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
    const stream = await client.listen({ resourceSubscriptions: [...uris] });
    await pass();
    return { client, heard, stream };
  }

  it('is about what the caller may read, and tells nothing of anything else', async () => {
    const served = world();
    const wanted = [OVERVIEW, SECRET, OVERVIEW, 'device://r1/interfaces', 'plan://nope/details', 'x://y', HEALTH];
    const { client, heard, stream } = await listening(served, wanted);
    expect(stream.honoredFilter).toEqual({ resourceSubscriptions: [OVERVIEW, HEALTH] });
    served.door.happen(health('canary', 1));
    served.door.happen(drift('r2'));
    served.door.happen(drift('r1'));
    await pass();
    expect(heard).toEqual([OVERVIEW]);
    await client.close();
    await pass();
    expect([...served.door.streams]).toEqual([]);
  });

  it('is told of real changes alone', async () => {
    const served = world();
    const { client, heard } = await listening(served, [OVERVIEW, HEALTH, 'fleet://health-summary']);
    served.door.happen(visit('r1'));
    await pass(PACE_MS);
    expect(heard).toEqual([]);
    served.door.happen(visit('r1', { reason: 'Waiting' }));
    served.door.happen(health('r1', 5));
    await pass(PACE_MS);
    expect(heard.splice(0).toSorted()).toEqual([HEALTH, OVERVIEW, 'fleet://health-summary']);
    served.door.happen(health('r1', 5));
    served.door.happen(visit('r1', { reason: 'Waiting' }));
    await pass(PACE_MS);
    expect(heard).toEqual([]);
    await client.close();
  });

  it('is told of one URI once in ten seconds, and of the last change too', async () => {
    const served = world();
    const { client, heard } = await listening(served, [OVERVIEW]);
    for (let at = 0; at < 95; at += 1) {
      served.door.happen(drift('r1'));
      await pass(100);
    }
    expect(heard.length).toBe(1);
    await pass(PACE_MS);
    expect(heard.length).toBe(2);
    await pass(5 * PACE_MS);
    expect(heard.length).toBe(2);
    await client.close();
  });

  it('follows plans and rollouts by whatever names them', async () => {
    const served = world({ plan: () => ({}), rollout: () => ({}) });
    const uris = [
      'plan://r1/summary',
      `plan://${PLAN.slice(7, 15)}/details`,
      'plan://ffff/details',
      'rollout://ro-1',
      'rollout://ro-2',
    ];
    const { client, heard } = await listening(served, uris);
    served.door.happen({ kind: 'plan', device: 'r1', at: 0, planId: PLAN });
    served.door.happen({ kind: 'rollout', at: 0, action: 'x', rollout: { id: 'ro-1' } });
    await pass(PACE_MS);
    expect(heard.splice(0)).toEqual([uris[0], uris[1], 'rollout://ro-1']);
    served.door.happen({ kind: 'plan', device: 'r1', at: 0, planId: null });
    await pass(PACE_MS);
    expect(heard.splice(0)).toEqual([uris[0], uris[1]]);
    served.door.happen({ kind: 'missed', at: 0 });
    await pass(PACE_MS);
    expect(heard).toEqual(uris);
    await client.close();
  });

  it('ends when the client ends it, and others go on', async () => {
    const served = world();
    const { client, heard, stream } = await listening(served, [OVERVIEW]);
    const other = await client.listen({ resourceSubscriptions: ['device://r2/overview'] });
    await pass();
    await stream.close();
    await pass();
    served.door.happen(drift('r1'));
    served.door.happen(drift('r2'));
    await pass();
    expect(heard).toEqual(['device://r2/overview']);
    await other.close();
    await pass();
    expect([...served.door.streams]).toEqual([]);
    await client.close();
  });

  it('ends when the caller may read less, and when the service lets them follow no more', async () => {
    let devices = ['r1', 'r2'];
    const served = world({ me: () => meWith(['device.read'], devices) });
    const { client, stream } = await listening(served, [OVERVIEW, 'device://r2/overview']);
    devices = ['r1'];
    await pass(30_000);
    expect(await stream.closed).toBe('graceful');
    const again = await client.listen({ resourceSubscriptions: [OVERVIEW] });
    await pass();
    served.door.end();
    await pass();
    expect(await again.closed).toBe('graceful');
    await client.close();
  });

  it('ends with the token', async () => {
    const served = world({ me: () => ({ ...meWith(['device.read'], ['r1']), until: 3_600_000 }) });
    const { client, stream } = await listening(served, [OVERVIEW]);
    await pass(3_599_000);
    expect([...served.door.streams]).toEqual(['events']);
    await pass(2000);
    expect(await stream.closed).toBe('graceful');
    await client.close();
  });

  it('stays while the service is busy or away for a moment', async () => {
    let away = false;
    const me = (): object => {
      if (away) throw refusal(503);
      return meWith(['device.read'], ['r1']);
    };
    const served = world({ me });
    const { client, heard } = await listening(served, [OVERVIEW]);
    away = true;
    await pass(90_000);
    away = false;
    served.door.happen(drift('r1'));
    await pass();
    expect(heard).toEqual([OVERVIEW]);
    await client.close();
  });

  it('is refused with an error where the service does not answer', async () => {
    let away = false;
    const me = (): object => {
      if (away) throw refusal(503);
      return meWith(['device.read'], ['r1']);
    };
    const client = await modernClient(world({ me }));
    away = true;
    await expect(client.listen({ resourceSubscriptions: [OVERVIEW] })).rejects.toMatchObject({ code: -32_603 });
    await client.close();
  });

  it('is one of eight at most, each about a hundred URIs at most', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `r${String(at)}`);
    const served = world({ me: () => meWith(['device.read'], many) });
    const client = await modernClient(served);
    const uris = many.map((name) => `device://${name}/health`);
    for (let count = 0; count < 8; count += 1) {
      const { honoredFilter } = await client.listen({ resourceSubscriptions: uris });
      expect(honoredFilter.resourceSubscriptions?.length).toBe(MOST_URIS);
    }
    await expect(client.listen({ resourceSubscriptions: uris })).rejects.toThrow('Subscription limit reached');
    await client.close();
    await pass();
    expect([...served.door.streams]).toEqual([]);
  });
});

describe('a subscription of a client of 2025-11-25', () => {
  it('is told of, until the client ends it', async () => {
    const served = world();
    const client = await oldClient(served);
    const heard: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
    await client.subscribeResource({ uri: OVERVIEW });
    await client.subscribeResource({ uri: 'device://r2/overview' });
    await pass();
    served.door.happen(drift('r1'));
    served.door.happen(drift('r2'));
    await pass();
    expect(heard.splice(0)).toEqual([OVERVIEW, 'device://r2/overview']);
    await client.unsubscribeResource({ uri: OVERVIEW });
    await pass(PACE_MS);
    served.door.happen(drift('r1'));
    await pass();
    expect(heard).toEqual([]);
    expect([...served.door.streams]).toEqual(['events']);
    await client.close();
    await pass();
    expect([...served.door.streams]).toEqual([]);
  });

  it('is refused for what is missing, out of scope or never changes, alike', async () => {
    const client = await oldClient(world());
    for (const uri of [SECRET, 'device://r1/interfaces', 'plan://nope/details', 'schema://dns'])
      await expect(client.subscribeResource({ uri })).rejects.toMatchObject({ code: -32_602, data: { uri } });
    await client.close();
  });

  it('is one of a hundred at most', async () => {
    const many = Array.from({ length: MOST_URIS + 1 }, (_, at) => `r${String(at)}`);
    const client = await oldClient(world({ me: () => meWith(['device.read'], many) }));
    const [last = '', ...others] = many.map((name) => `device://${name}/health`);
    for (const uri of others) await client.subscribeResource({ uri });
    await expect(client.subscribeResource({ uri: last })).rejects.toThrow('end one first');
    await client.close();
  });
});

describe('without a service that tells events', () => {
  it('there is nothing to subscribe to', async () => {
    const { door, ...served } = world();
    const silent = { ...door, has: (name: string) => name !== 'events' };
    expect(await readableUris({ ...served, door: silent }, [OVERVIEW], new AbortController().signal)).toEqual([]);
  });
});
