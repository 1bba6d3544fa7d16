import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operations } from '../../controller/operations/api.ts';
import type { DiagnosticEvent } from '../../controller/operations/diagnostic-view.ts';
import type { StreamEvent } from '../../controller/operations/operation.ts';
import type { Principal } from '../../controller/access/principal.ts';
import {
  anna,
  BOTH_TOOLS,
  diagnosable,
  diagnosticWhen,
  FAR,
  operationsIn,
  SILENT,
  startDiagnoseRig,
  tried,
} from '#test/diagnose-rig.ts';
import { attempt } from '../store/samples.ts';
import { configYaml, type Rig, until } from '#test/rig.ts';

let rig: Rig;
let operations: Operations;
const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5'];
beforeAll(async () => {
  rig = await startDiagnoseRig(
    NAMES.map((name) => diagnosable(name)),
    { r1: BOTH_TOOLS, r2: BOTH_TOOLS },
  );
  operations = operationsIn(rig);
});
afterAll(() => rig.close());

const LONG = { kind: 'ping', target: SILENT, count: 100 } as const;

/** Nothing more is sent to the router, though there is time for it. */
async function expectQuiet(device: string): Promise<void> {
  const router = rig.fleet.router(device);
  const sent = tried(router).length;
  await rig.controller.api.clock.sleep(10_000);
  expect(tried(router)).toHaveLength(sent);
  expect(router.running.filter(({ user }) => user === 'gitops-read')).toEqual([]);
}

describe('a change that begins', () => {
  it.each([
    ['r1', { device: 'r1', ...LONG }],
    ['r2', { device: 'r1', kind: 'bandwidth', target: 'r2', seconds: 60 }],
  ] as const)('in another controller on %s ends %j before its next request', async (device, asked) => {
    const { store, clock } = rig.controller.api;
    const { id } = await operations.ask(anna, 'startDiagnostic', asked);
    await diagnosticWhen(operations, id, ({ steps }) => steps.length > 0);
    const open = await store.attempts.open(attempt(device, { holder: 'other', leaseUntil: clock.now() + 900_000_000 }));
    const view = await diagnosticWhen(operations, id);
    expect(view).toMatchObject({ state: 'failed', reason: { code: 'ChangeUnderWay' } });
    expect(view.steps.length).toBeGreaterThan(0);
    await expectQuiet('r1');
    await store.attempts.end(open.id, 'other', 'closed', clock.now(), '');
  });

  it('here lets nothing of it come to the router once it is armed', async () => {
    const slow = await startDiagnoseRig([diagnosable('r1')], {}, 10);
    const asking = operationsIn(slow);
    const { id } = await asking.ask(anna, 'startDiagnostic', { device: 'r1', ...LONG });
    await diagnosticWhen(asking, id, ({ steps }) => steps.length > 0);
    await slow.declare({ 'configs/r1.yaml': configYaml('r1', 'identity: {name: changed}') });
    const ended = async () => (await slow.controller.api.store.attempts.list('r1', 1))[0]?.end;
    await until(ended, (end) => end === 'confirmed');
    expect(await diagnosticWhen(asking, id)).toMatchObject({ state: 'failed', reason: { code: 'ChangeUnderWay' } });
    const armed = slow.router.requests.find(({ method, body }) => method === 'PUT' && /rg-[0-9a-f]{12}-1-/.test(body));
    expect(tried(slow.router).at(-1)?.at).toBeLessThan(armed?.at ?? 0);
    await slow.close();
  });
});

describe('the token with which it was started', () => {
  it('ends it when it expires', async () => {
    const { clock } = rig.controller.api;
    const principal: Principal = { actor: 'token:short', may: () => true, expiresAt: clock.now() + 20_000 };
    const { id } = await operations.ask(principal, 'startDiagnostic', { device: 'r3', ...LONG });
    const view = await diagnosticWhen(operations, id);
    expect(view).toMatchObject({ state: 'cancelled', cancelledBy: null, reason: { code: 'RightGone' } });
    expect(view.steps.length).toBeGreaterThan(0);
    await expectQuiet('r3');
  });

  it('ends it when what it allows changes', async () => {
    let mayDiagnose = true;
    const principal: Principal = { actor: 'token:less', may: (asked) => asked !== 'device.diagnose' || mayDiagnose };
    const { id } = await operations.ask(principal, 'startDiagnostic', { device: 'r3', ...LONG });
    await diagnosticWhen(operations, id, ({ steps }) => steps.length > 0);
    mayDiagnose = false;
    expect(await diagnosticWhen(operations, id)).toMatchObject({ state: 'cancelled', reason: { code: 'RightGone' } });
    await expectQuiet('r3');
  });
});

describe('what is told of it', () => {
  async function heard(
    diagnostic: string,
    after: string | undefined,
    enough: (event: StreamEvent<DiagnosticEvent>) => boolean = () => false,
  ): Promise<readonly StreamEvent<DiagnosticEvent>[]> {
    const events: StreamEvent<DiagnosticEvent>[] = [];
    const stop = new AbortController();
    const given = { diagnostic, ...(after === undefined ? {} : { after }) };
    for await (const event of await operations.follow(anna, 'diagnosticEvents', given, stop.signal)) {
      events.push(event);
      if (enough(event)) stop.abort();
      if (stop.signal.aborted) break;
    }
    return events;
  }

  it('comes as it comes, and a stream that broke off goes on where it was', async () => {
    const { id } = await operations.ask(anna, 'startDiagnostic', { device: 'r4', kind: 'ping', target: FAR, count: 6 });
    const first = await heard(id, undefined, ({ data }) => data.event === 'step' && data.number === 2);
    const rest = await heard(id, first.at(-1)?.id ?? '');
    const numbers = [...first, ...rest].flatMap(({ data }) => (data.event === 'step' ? [data.number] : []));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rest.at(-1)).toMatchObject({ id: '6', data: { event: 'state', diagnostic: { id, state: 'done' } } });
    expect(await heard(id, undefined)).toMatchObject(
      [...Array(6).keys()].map((n) => ({ id: String(n + 1) })).concat({ id: '6' }),
    );
  });
});

describe('a controller that stops', () => {
  it('leaves it lost, with what it had, and the next one finds it so', async () => {
    const { id } = await operations.ask(anna, 'startDiagnostic', { device: 'r5', ...LONG });
    const waiting = await operations.ask(anna, 'startDiagnostic', { device: 'r5', ...LONG });
    await diagnosticWhen(operations, id, ({ steps }) => steps.length > 1);
    await rig.restart();
    operations = operationsIn(rig);
    const view = await operations.ask(anna, 'diagnostic', { diagnostic: id });
    expect(view).toMatchObject({ state: 'lost', reason: { code: 'DiagnosticLost' } });
    expect(view.steps.length).toBeGreaterThan(1);
    expect(await operations.ask(anna, 'diagnostic', { diagnostic: waiting.id })).toMatchObject({ state: 'lost' });
    await expectQuiet('r5');
    const again = await operations.ask(anna, 'startDiagnostic', { device: 'r5', kind: 'ping', target: FAR, count: 1 });
    expect(await diagnosticWhen(operations, again.id)).toMatchObject({ state: 'done' });
  });
});
