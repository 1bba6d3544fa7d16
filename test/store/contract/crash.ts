import { expect, test } from 'vitest';
import { openStore } from '../../../controller/store/index.ts';
import type { Place } from '../places.ts';
import { planId, rollout } from '../samples.ts';
import { startWriter } from '../writer-process.ts';

export function crashContract(place: Place): void {
  test.each([2, 7, 30])('kill -9 after %i lines loses no step that was announced', async (count) => {
    const location = await place.create();
    const writer = startWriter(location);
    await writer.said(count);
    await writer.kill();
    const announced = writer.lines.filter((line) => line !== 'open');
    expect(announced.length).toBeGreaterThanOrEqual(count - 1);

    const store = await openStore(location);
    try {
      const attempts = (await store.attempts.list('r1', 1000)).toReversed();
      const kept = attempts.flatMap((each) => each.steps.map((step) => `${each.id} ${step.step}`));
      expect(kept.slice(0, announced.length)).toEqual(announced);
      expect(kept.length - announced.length).toBeLessThanOrEqual(1);
      expect(attempts.map((each) => each.number)).toEqual(attempts.map((_, index) => index + 1));
      expect(attempts.slice(0, -1).every((each) => each.end === 'confirmed')).toBe(true);
      const audited = (await store.audit.list({ limit: 9999 })).toReversed().map((each) => each.action);
      expect(audited).toEqual(kept);
      expect(await store.audit.verify()).toBeNull();
      expect((await store.rollouts.get(rollout('1').id))?.version ?? 1).toBe(attempts.length + 1);
      for (const { id } of attempts) {
        expect(await store.approvals.spentFor(id)).toEqual([{ kind: 'consent', by: 'alice', id: id, carrier: id }]);
        const again = store.approvals.spend(planId('a'), 'r1', 'again', [
          { kind: 'consent', by: 'alice', id: id, carrier: id },
        ]);
        await expect(again).rejects.toMatchObject({ code: 'ApprovalSpent' });
      }
    } finally {
      await store.close();
    }
  });
}
