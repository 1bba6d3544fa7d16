import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Operations } from '../../controller/operations/api.ts';
import type { DiagnosticView } from '../../controller/operations/diagnostic-view.ts';
import type { InputOf } from '#controller/operations';
import {
  anna,
  argumentsOf,
  diagnosable,
  diagnosticWhen,
  FAR,
  operationsIn,
  SILENT,
  startDiagnoseRig,
  tried,
} from '#test/diagnose-rig.ts';
import { type Rig, until } from '#test/rig.ts';

type Asked = Omit<InputOf<'startDiagnostic'>, 'device'>;

let rig: Rig;
let operations: Operations;
/** Each test has a device of its own, so that none uses up another's starts. */
const NAMES = Array.from({ length: 8 }, (_, index) => `r${index + 1}`);
let next = 0;
beforeAll(async () => {
  rig = await startDiagnoseRig(
    NAMES.map((name) => diagnosable(name)),
    { r8: '  capabilities: {tools: [resolve]}\n' },
  );
  operations = operationsIn(rig);
});
afterAll(() => rig.close());
afterEach(() => (next += 1));

const device = (): string => NAMES[next % 7] ?? '';

async function start(asked: Asked): Promise<DiagnosticView> {
  return await operations.ask(anna, 'startDiagnostic', { device: device(), ...asked });
}

const times = <T extends object>(count: number, of: T): readonly T[] =>
  Array.from({ length: count }, () => ({ ...of }));

async function whole(asked: Asked): Promise<DiagnosticView> {
  return await diagnosticWhen(operations, (await start(asked)).id);
}

describe('a ping', () => {
  it('is one probe a request, and each is told', async () => {
    const view = await whole({ kind: 'ping', target: FAR, count: 3, size: 100 });
    expect(view).toMatchObject({ state: 'done', reason: null, askedBy: 'operator:anna', device: device() });
    expect(view.steps).toMatchObject(times(3, { kind: 'probe', from: FAR, status: 'answered' }));
    expect(argumentsOf(rig.fleet.router(device()))).toMatchObject(times(3, { address: FAR, count: '1', size: '100' }));
    const [started] = (await operations.ask(anna, 'audit', { device: device(), limit: 1 })).records;
    const detail = { diagnostic: view.id, kind: 'ping', target: FAR };
    expect(started).toMatchObject({ actor: 'operator:anna', action: 'diagnostic.started', detail });
  });

  it('is in the audit with the person who asked, and with their request', async () => {
    const asker = { ...anna, person: 'Anna', correlationId: 'a-trace' };
    const asked = { device: device(), kind: 'ping', target: FAR, count: 9 } as const;
    const { id: diagnostic } = await operations.ask(asker, 'startDiagnostic', asked);
    await operations.ask(asker, 'cancelDiagnostic', { diagnostic });
    const { records } = await operations.ask(anna, 'audit', { device: device(), limit: 2 });
    expect(records).toMatchObject(
      ['diagnostic.cancelled', 'diagnostic.started'].map((action) => ({
        action,
        correlationId: 'a-trace',
        detail: { diagnostic, person: 'Anna' },
      })),
    );
  });

  it('tells probes that are lost or refused, and none is repeated', async () => {
    const lost = await whole({ kind: 'ping', target: SILENT, count: 2 });
    expect(lost).toMatchObject({ state: 'done', steps: times(2, { from: null, status: 'timeout' }) });
    const refused = await whole({ kind: 'ping', target: '198.51.100.1', count: 1 });
    expect(refused.steps).toMatchObject([{ from: '198.18.0.9', status: 'host unreachable' }]);
    expect(tried(rig.fleet.router(device()))).toHaveLength(3);
  });

  it('of a name has the router resolve it first', async () => {
    const { steps } = await whole({ kind: 'ping', target: 'www.example.com', count: 1 });
    expect(steps.map(({ kind }) => kind)).toEqual(['address', 'probe']);
    expect(tried(rig.fleet.router(device())).map(({ path }) => path)).toEqual(['/resolve', '/tool/ping']);
  });
});

describe('a traceroute', () => {
  it('asks for a longer window each time, until the target answers', async () => {
    const view = await whole({ kind: 'traceroute', target: FAR });
    expect(view.steps).toMatchObject([
      { kind: 'hops', reached: false },
      { kind: 'hops', reached: true },
    ]);
    const last = view.steps.at(-1);
    expect(last?.kind === 'hops' ? last.hops.map(({ address }) => address) : []).toEqual([
      '10.255.0.254',
      '198.18.0.1',
      null,
      '198.18.0.3',
      '198.18.0.4',
      FAR,
    ]);
    expect(argumentsOf(rig.fleet.router(device()))).toMatchObject([
      { count: '1', 'max-hops': '4', timeout: '500ms' },
      { count: '1', 'max-hops': '8', timeout: '500ms' },
    ]);
  });

  it('of a target that keeps silent goes 64 hops at most', async () => {
    const view = await whole({ kind: 'traceroute', target: SILENT });
    expect(view).toMatchObject({ state: 'done' });
    const hops = argumentsOf(rig.fleet.router(device())).map((args) => Number(args['max-hops']));
    expect(hops.slice(0, 4)).toEqual([4, 8, 16, 32]);
    expect(hops.at(-1)).toBeLessThanOrEqual(64);
  });
});

describe('a resolve', () => {
  it('is one request, and ends as failed with the words of the router', async () => {
    expect(await whole({ kind: 'resolve', target: 'www.example.com' })).toMatchObject({
      state: 'done',
      steps: [{ kind: 'address' }],
    });
    expect(await whole({ kind: 'resolve', target: 'none.invalid' })).toMatchObject({
      state: 'failed',
      steps: [],
      reason: { message: expect.stringContaining('dns name does not exist') },
    });
    expect(tried(rig.fleet.router(device()))).toHaveLength(2);
  });
});

describe('what is refused before anything is sent', () => {
  it.each<[Asked | (Asked & { readonly device: string }), string]>([
    [{ kind: 'ping', target: '255.255.255.255' }, 'BadRequest'],
    [{ kind: 'ping', target: '224.0.0.1' }, 'BadRequest'],
    [{ kind: 'ping', target: '0.0.0.0' }, 'BadRequest'],
    [{ kind: 'ping', target: 'ff02::1' }, 'BadRequest'],
    [{ kind: 'ping', target: '192.0.2.1 count=9999' }, 'BadRequest'],
    [{ kind: 'ping', target: '192.0.2.256' }, 'BadRequest'],
    [{ kind: 'ping', target: 'a..b' }, 'BadRequest'],
    [{ kind: 'ping', target: '$(reboot)' }, 'BadRequest'],
    [{ kind: 'ping', target: FAR, count: 101 }, 'BadRequest'],
    [{ kind: 'ping', target: FAR, count: 0 }, 'BadRequest'],
    [{ kind: 'ping', target: FAR, size: 65_536 }, 'BadRequest'],
    [{ kind: 'ping', target: FAR, interface: 'a\nb' }, 'BadRequest'],
    [{ kind: 'ping', target: FAR, source: 'ether1' }, 'BadRequest'],
    [{ kind: 'traceroute', target: FAR, count: 1 }, 'BadRequest'],
    [{ kind: 'resolve', target: FAR }, 'BadRequest'],
    [{ kind: 'resolve', target: 'www.example.com', server: 'other' }, 'BadRequest'],
    [{ kind: 'bandwidth', target: 'r1', seconds: 61, device: 'r2' }, 'BadRequest'],
    [{ kind: 'bandwidth', target: 'r1', device: 'r1' }, 'BadRequest'],
    [{ kind: 'bandwidth', target: 'nobody' }, 'NotFound'],
    [{ kind: 'ping', target: FAR, device: 'nobody' }, 'NotFound'],
    [{ kind: 'ping', target: FAR, device: 'r8' }, 'ToolRefused'],
    [{ kind: 'bandwidth', target: 'r2', device: 'r1' }, 'ToolRefused'],
  ])('%j: %s', async (asked, code) => {
    await expect(operations.ask(anna, 'startDiagnostic', { device: 'r8', ...asked })).rejects.toMatchObject({ code });
    expect(tried(rig.fleet.router('r8'))).toEqual([]);
  });
});

describe('how many', () => {
  it('run on a device is one, and so many may be asked for in a minute', async () => {
    const started: DiagnosticView[] = [];
    for (let count = 0; count < 9; count += 1) started.push(await start({ kind: 'ping', target: FAR, count: 1 }));
    expect(started.at(-1)).toMatchObject({ state: 'queued' });
    const ended = await Promise.all(started.map(({ id }) => diagnosticWhen(operations, id)));
    expect(ended.map(({ state }) => state)).toEqual(Array(9).fill('done'));
    for (const [index, { endedAt }] of ended.slice(0, -1).entries())
      expect(ended[index + 1]?.startedAt).toBeGreaterThanOrEqual(endedAt ?? Infinity);
  });
});

describe('a cancelled diagnostic', () => {
  it('sends nothing more, and its router is soon at nothing of it', async () => {
    const router = rig.fleet.router(device());
    const { id } = await start({ kind: 'ping', target: SILENT, count: 100 });
    const queued = await start({ kind: 'ping', target: SILENT, count: 100 });
    await diagnosticWhen(operations, id, ({ steps }) => steps.length === 2);
    await operations.ask(anna, 'cancelDiagnostic', { diagnostic: queued.id });
    const before = router.state.clock.now();
    await operations.ask(anna, 'cancelDiagnostic', { diagnostic: id });
    const sent = tried(router).length;
    await until(
      () => router.running.length,
      (running) => running === 0,
    );
    // A probe that is lost takes a second; what the machine adds is 50 times that here.
    expect(router.state.clock.now() - before).toBeLessThan(30_000);
    const ended = await diagnosticWhen(operations, id);
    expect(ended).toMatchObject({ state: 'cancelled', cancelledBy: 'operator:anna', reason: null });
    expect(ended.steps.length).toBeGreaterThanOrEqual(2);
    expect(await diagnosticWhen(operations, queued.id)).toMatchObject({ state: 'cancelled', startedAt: null });
    await rig.controller.api.clock.sleep(5_000);
    expect(tried(router)).toHaveLength(sent);
    expect(await operations.ask(anna, 'cancelDiagnostic', { diagnostic: id })).toEqual(ended);
    const { records } = await operations.ask(anna, 'audit', { device: device(), limit: 20 });
    const told = records.filter(({ action }) => action.startsWith('diagnostic.'));
    expect(
      told
        .map(({ action }) => action)
        .toSorted()
        .slice(0, 2),
    ).toEqual(['diagnostic.cancelled', 'diagnostic.cancelled']);
  });
});
