import { expect, it } from 'vitest';
import {
  anna,
  BOTH_TOOLS,
  diagnosable,
  diagnosticWhen,
  operationsIn,
  SILENT,
  startDiagnoseRig,
} from '#test/diagnose-rig.ts';
import { until } from '#test/rig.ts';

it('after a cancel a router is idle in time, at its own pace', async () => {
  const tools = Object.fromEntries(['r1', 'r2', 'r3', 'r4'].map((name) => [name, BOTH_TOOLS]));
  const rig = await startDiagnoseRig(
    Object.keys(tools).map((name) => diagnosable(name)),
    tools,
    1,
  );
  const operations = operationsIn(rig);
  const cases = [
    [{ device: 'r1', kind: 'ping', target: SILENT, count: 100 }, 2_000],
    [{ device: 'r2', kind: 'bandwidth', target: 'r3', seconds: 60 }, 8_000],
    // The second window: eight hops of 500 ms.
    [{ device: 'r4', kind: 'traceroute', target: SILENT }, 4_500],
  ] as const;
  await Promise.all(
    cases.map(async ([asked, longest]) => {
      const router = rig.fleet.router(asked.device);
      const { id } = await operations.ask(anna, 'startDiagnostic', asked);
      // Right after the next request has begun.
      await diagnosticWhen(operations, id, ({ steps }) => asked.kind === 'bandwidth' || steps.length > 0);
      await until(
        () => router.running.length,
        (running) => running > 0,
      );
      const cancelledAt = performance.now();
      await operations.ask(anna, 'cancelDiagnostic', { diagnostic: id });
      await until(
        () => router.running.length,
        (running) => running === 0,
      );
      expect(performance.now() - cancelledAt).toBeLessThan(longest);
      expect(await diagnosticWhen(operations, id)).toMatchObject({ state: 'cancelled' });
      expect(router.running).toEqual([]);
    }),
  );
  await rig.close();
});
