import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '#mcp';
import { diagnosable, FAR, SILENT, startDiagnoseRig, tried } from '#test/diagnose-rig.ts';
import { callTool, clientsOf, doorOf } from '#test/mcp-rig.ts';
import { type Rig, until } from '#test/rig.ts';

let rig: Rig;
let door: Door;
beforeAll(async () => {
  rig = await startDiagnoseRig(
    ['r1', 'r2', 'r3', 'r4', 'r5'].map((name) => diagnosable(name)),
    { r4: '  capabilities: {tools: [resolve]}\n' },
  );
  door = doorOf(rig);
});
afterAll(() => rig.close());

const probes = (device: string): number => tried(rig.fleet.router(device)).length;

async function idle(device: string): Promise<void> {
  await until(
    () => rig.fleet.router(device).running.length,
    (running) => running === 0,
  );
}

describe('what a router tries', () => {
  it('is told whole, with what it comes to', async () => {
    const { facts, columns, rows, untrusted } = await callTool(door, 'diag_ping', { device: 'r1', target: FAR });
    expect(facts).toMatchObject({ device: 'r1', target: FAR, state: 'done', sent: 4, received: 4, loss_percent: 0 });
    expect(columns).toEqual(['probe', 'from', 'ms', 'status']);
    expect(rows[3]).toMatchObject([4, FAR, expect.any(Number), 'answered']);
    expect(untrusted).toBe(true);
  });

  it('is no error where it goes badly', async () => {
    const lost = await callTool(door, 'diag_ping', { device: 'r1', target: SILENT, count: 2 });
    expect(lost.facts).toMatchObject({ state: 'done', sent: 2, received: 0, loss_percent: 100 });
    const asked = { device: 'r1', target: 'www.example.net', server: SILENT };
    const unknown = await callTool(door, 'diag_resolve', asked);
    expect(unknown.facts).toMatchObject({ state: 'failed', reason: expect.stringMatching(/DNS|resolve/i) as string });
  });

  it('is a way, hop by hop', async () => {
    const { facts, rows } = await callTool(door, 'diag_traceroute', { device: 'r1', target: FAR });
    expect(facts).toMatchObject({ state: 'done', reached: true });
    expect(rows.map(([hop]) => hop)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.at(-1)).toMatchObject([rows.length, FAR, expect.any(Number), '']);
  });

  it.each([
    ['diag_ping', { device: 'r4', target: FAR }, 'ToolRefused'],
    ['diag_ping', { device: 'r9', target: FAR }, 'NotFound'],
    ['diag_ping', { device: 'r1', target: '300.1.1.1' }, 'BadRequest'],
    ['diag_result', { job: 'dg-000000000000' }, 'NotFound'],
  ])('is refused by %s for %o with %s', async (tool, given, code) => {
    await expect(callTool(door, tool, given)).rejects.toMatchObject({ failure: { code } });
  });
});

describe('waiting', () => {
  it('ends with a job, and the job tells the rest', async () => {
    const asked = { device: 'r2', target: SILENT, count: 40, wait_seconds: 0 };
    const begun = await callTool(door, 'diag_ping', asked);
    expect(begun.facts).toMatchObject({ state: 'running' });
    expect(begun.hint).toContain('diag_result');
    const job = begun.facts?.['job'];
    const still = await callTool(door, 'diag_result', { job, wait_seconds: 0 });
    expect(still.facts).toMatchObject({ state: 'running', job });
    const whole = await callTool(door, 'diag_result', { job });
    expect(whole.facts).toMatchObject({ state: 'done', sent: 40, job });
  });

  it('twice for the same is one diagnostic', async () => {
    const asked = { device: 'r3', target: FAR, count: 20, wait_seconds: 0 };
    const [one, other] = await Promise.all([callTool(door, 'diag_ping', asked), callTool(door, 'diag_ping', asked)]);
    const again = await callTool(door, 'diag_ping', { ...asked, wait_seconds: 25 });
    expect([other.facts?.['job'], again.facts?.['job']]).toEqual([one.facts?.['job'], one.facts?.['job']]);
    expect(again.facts).toMatchObject({ state: 'done', sent: 20 });
    expect(probes('r3')).toBe(20);
    const later = await callTool(door, 'diag_ping', { ...asked, count: 1, wait_seconds: 25 });
    expect(later.facts?.['job']).not.toBe(one.facts?.['job']);
  });

  it('that is cancelled stops the router, and what came of it stays', async () => {
    const before = probes('r5');
    const gone = new AbortController();
    const asked = { device: 'r5', target: SILENT, count: 100, wait_seconds: 50 };
    const call = callTool(door, 'diag_ping', asked, { signal: gone.signal });
    await until(
      () => probes('r5'),
      (count) => count > before + 2,
    );
    gone.abort();
    await expect(call).rejects.toThrow(/abort/i);
    await idle('r5');
    const stopped = probes('r5');
    expect(stopped).toBeLessThan(before + 100);
    const { records } = await door.ask(
      'audit',
      { device: 'r5', action: 'diagnostic.started' },
      AbortSignal.timeout(5000),
    );
    const job = records[0]?.detail['diagnostic'];
    const { facts } = await callTool(door, 'diag_result', { job });
    expect(facts).toMatchObject({ state: 'cancelled', sent: stopped - before });
  });

  it('is ended by its job', async () => {
    const begun = await callTool(door, 'diag_ping', { device: 'r2', target: SILENT, count: 100, wait_seconds: 0 });
    const job = begun.facts?.['job'];
    await callTool(door, 'diag_cancel', { job });
    const ended = await callTool(door, 'diag_result', { job });
    expect(ended.facts).toMatchObject({ state: 'cancelled', job });
    await idle('r2');
  });
});

describe.each(['modern', 'old'] as const)('a client of the %s era', (era) => {
  let clients: Awaited<ReturnType<typeof clientsOf>>;
  beforeAll(async () => (clients = await clientsOf(door)));
  afterAll(() => clients.close());

  it('is told how far it is, and only of what is further', async () => {
    const told: { readonly progress: number; readonly total?: number | undefined }[] = [];
    const onprogress = (step: (typeof told)[number]): void => void told.push(step);
    const asked = performance.now();
    const call = { name: 'diag_ping', arguments: { device: 'r1', target: FAR, count: 30 } };
    const answer =
      era === 'modern'
        ? await clients.modern.callTool(call, { onprogress })
        : await clients.old.callTool(call, undefined, { onprogress });
    expect(answer.structuredContent).toMatchObject({ facts: { state: 'done', sent: 30 } });
    expect(told.length).toBeGreaterThan(0);
    expect(told).toMatchObject(told.map(() => ({ total: 30 })));
    const far = told.map(({ progress }) => progress);
    expect(far).toEqual([...new Set(far)].toSorted((one, other) => one - other));
    // A busy machine may bring several at once, but no more than were told.
    expect(told.length).toBeLessThanOrEqual((performance.now() - asked) / 200 + 1);
  });

  it('that cancels stops the router', async () => {
    const gone = new AbortController();
    const call = { name: 'diag_ping', arguments: { device: 'r5', target: SILENT, count: 100, wait_seconds: 50 } };
    const before = probes('r5');
    const asked =
      era === 'modern'
        ? clients.modern.callTool(call, { signal: gone.signal })
        : clients.old.callTool(call, undefined, { signal: gone.signal });
    const ended = asked.then(
      () => 'answered',
      () => 'refused',
    );
    await until(
      () => probes('r5'),
      (count) => count > before + 2,
    );
    gone.abort();
    expect(await ended).toBe('refused');
    await idle('r5');
    expect(probes('r5')).toBeLessThan(before + 100);
  });
});
