import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, type Rig } from '#test/rig.ts';
import { ask } from '#test/ask.ts';
import { type Operations, operationsOf } from '../../controller/operations/api.ts';
import { operator, type Principal } from '../../controller/access/principal.ts';
import { ANY_DEVICE } from '../../controller/access/rights.ts';
import type { EventView } from '../../controller/operations/event-views.ts';
import type { StreamEvent } from '../../controller/operations/operation.ts';
import { EventHub } from '../../controller/reports/event-hub.ts';

/** r1 in Vienna took its change; r2 and r3 in Prague wait, because nobody may approve theirs. */
const DEVICES = ['r1', 'r2', 'r3'] as const;
let rig: Rig;
let operations: Operations;
beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        DEVICES.map((name) => [
          `devices/${name}.yaml`,
          deviceYaml(
            fleet.router(name),
            name,
            `  site: ${name === 'r1' ? 'vie' : 'prg'}\n`,
            name === 'r1' ? 'lab' : 'staging',
          ).replace(`{name: ${name}}`, `{name: ${name}, labels: {role: ${name === 'r3' ? 'core' : 'edge'}}}`),
        ]),
      ),
      ...Object.fromEntries(
        DEVICES.map((name) => [`configs/${name}.yaml`, configYaml(name, `identity: {name: new-${name}}`)]),
      ),
      'policies.yaml': POLICIES.replace('{matchLabels: {environment: lab}}', '{names: [r1]}'),
    }),
    DEVICES.map((name) => seed(name, { tls: name !== 'r1' })),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await outcomeOf(rig, 'r2', 'Waiting');
  await outcomeOf(rig, 'r3', 'Waiting');
  operations = operationsOf(rig.controller.api);
});
afterAll(() => rig.close());

async function names(given: Parameters<typeof ask<'devices'>>[2]): Promise<readonly string[]> {
  return (await ask(rig.controller.api, 'devices', given)).map(({ name }) => name);
}

describe('devices', () => {
  it.each([
    [{}, ['r2', 'r3', 'r1']],
    [{ environment: 'staging' }, ['r2', 'r3']],
    [{ site: 'vie' }, ['r1']],
    [{ site: 'nowhere' }, []],
    [{ label: 'role=edge' }, ['r2', 'r1']],
    [{ label: 'role=edge', environment: 'lab' }, ['r1']],
    [{ label: 'role=' }, []],
    [{ reason: 'NoApprovalPolicy' }, ['r2', 'r3']],
    [{ state: 'ready' }, ['r1']],
    [{ state: 'reconciling', label: 'role=core' }, ['r3']],
    [{ state: 'drifted' }, []],
    [{ text: 'SERIAL-R1' }, ['r1']],
    [{ limit: 2 }, ['r2', 'r3']],
    [{ limit: 2, cursor: 'r3' }, ['r1']],
    [{ cursor: 'r1' }, []],
    [{ label: 'role=edge', limit: 1, cursor: 'r2' }, ['r1']],
  ] as const)('that hold %j are %j', async (given, expected) => {
    expect(await names(given)).toEqual(expected);
  });

  it('begin anew where the cursor names none that is listed, as for one that is not seen', async () => {
    await expect(names({ cursor: 'r9' })).rejects.toMatchObject({ code: 'BadRequest' });
    const refusal = async (cursor: string): Promise<string> =>
      await operations.ask(seeing('r1'), 'devices', { cursor }).then(JSON.stringify, String);
    expect((await refusal('r2')).replace('r2', 'r9')).toBe(await refusal('r9'));
  });

  it('come one at a time with what is declared, planned and done', async () => {
    expect(await ask(rig.controller.api, 'device', { device: 'r1' })).toMatchObject({
      name: 'r1',
      declared: { labels: { role: 'edge', site: 'vie' }, suspended: false, tls: 'verify', rolloutPolicy: 'usual' },
      router: { version: expect.stringContaining('7.20.8') as string },
      plan: null,
      drift: null,
      attempts: [{ number: 1, end: 'confirmed', changes: 1 }],
    });
    const waiting = await ask(rig.controller.api, 'device', { device: 'r2' });
    expect(waiting).toMatchObject({ plan: { device: 'r2', changes: 1, waitingFor: [{ code: 'NoApprovalPolicy' }] } });
    expect(JSON.stringify(waiting)).not.toMatch(/credentialsRef|RIG_PASSWORD|S3cret/);
    await expect(ask(rig.controller.api, 'device', { device: 'r9' })).rejects.toMatchObject({ code: 'NotFound' });
  });
});

function seeing(...devices: readonly string[]): Principal {
  return {
    actor: 'token:test',
    may: (_, on) => on === ANY_DEVICE || (typeof on === 'string' && devices.includes(on)),
  };
}

describe('events', () => {
  const hub = (): EventHub => rig.controller.api.events;

  /** Follows until so many events of health or of this kind came after the one that the stream begins with. */
  async function follow(
    principal: Principal,
    count: number,
    act: () => unknown,
    after?: string,
    kind: EventView['kind'] = 'health',
  ): Promise<readonly StreamEvent<EventView>[]> {
    const ending = new AbortController();
    const events = await operations.follow(principal, 'events', { ...(after && { after }) }, ending.signal);
    const told: StreamEvent<EventView>[] = [];
    for await (const event of events) {
      if (event.data.kind === 'begins') act();
      else if (event.data.kind === kind || event.data.kind === 'missed') told.push(event);
      if (told.length === count) ending.abort();
    }
    return told;
  }

  const sample = (device: string): void =>
    hub().publish({ kind: 'health', device, at: 1, values: { 'cpu-load': device === 'r1' ? 1 : 2 } });

  it('tell of a visit with how the device stands', async () => {
    const [visit] = await follow(seeing('r1'), 1, () => {}, undefined, 'visit');
    expect(visit).toMatchObject({
      data: { kind: 'visit', device: 'r1', outcome: 'InSync', status: { ready: 'True' } },
    });
  });

  it('tell those who see a device of it, and nobody else', async () => {
    const told = await follow(seeing('r1'), 2, () => ['r2', 'r1', 'r3', 'r1'].forEach(sample));
    expect(told.map(({ data }) => data)).toMatchObject([
      { kind: 'health', device: 'r1', values: { 'cpu-load': 1 } },
      { kind: 'health', device: 'r1' },
    ]);
  });

  it('ask at each event what may be seen by then', async () => {
    const seen = new Set(['r1']);
    const principal = { ...seeing(), may: (_: unknown, on: unknown) => on === ANY_DEVICE || seen.has(String(on)) };
    const told = await follow(principal, 2, () => {
      sample('r1');
      setTimeout(() => {
        seen.delete('r1');
        seen.add('r2');
        ['r1', 'r2'].forEach(sample);
      }, 20);
    });
    expect(told.map(({ data }) => 'device' in data && data.device)).toEqual(['r1', 'r2']);
  });

  it('go on after the last one that a client has, and say so where that is not kept', async () => {
    const [first] = await follow(operator('anna'), 1, () => ['r1', 'r2', 'r3'].forEach(sample));
    const rest = await follow(operator('anna'), 2, () => {}, first?.id ?? '');
    expect(rest.map(({ data }) => 'device' in data && data.device)).toEqual(['r2', 'r3']);
    const [missed] = await follow(operator('anna'), 1, () => {}, 'no-such-id');
    expect(missed?.data).toMatchObject({ kind: 'missed' });
  });

  it('are missed by whoever is too slow, at the cost of nobody else', async () => {
    const ending = new AbortController();
    const events = await operations.follow(operator('anna'), 'events', {}, ending.signal);
    const each = events[Symbol.asyncIterator]();
    expect((await each.next()).value).toMatchObject({ data: { kind: 'begins' } });
    for (let count = 0; count < 2_500; count += 1) sample('r1');
    expect((await each.next()).value).toMatchObject({ data: { kind: 'missed' } });
    sample('r2');
    expect((await each.next()).value).toMatchObject({ data: { kind: 'health', device: 'r2' } });
    ending.abort();
    expect(await each.next()).toMatchObject({ done: true });
  });

  it('end while nothing happens', async () => {
    const ending = new AbortController();
    const events = await operations.follow(operator('anna'), 'events', {}, ending.signal);
    const each = events[Symbol.asyncIterator]();
    await each.next();
    const next = each.next();
    setTimeout(() => ending.abort(), 20);
    const ended = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 5_000, 'never'))]);
    expect(ended).not.toBe('never');
  });
});
