import { describe, expect, it } from 'vitest';
import { makePlan, planBodyOf, type Plan } from '#differ';
import { renderBodyText, renderPlanText } from '#differ/render';
import { planCostOf } from '#controller';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const LIST = '/ip/firewall/address-list';

function planOf(rows: number): Plan {
  const entries = Array.from({ length: rows }, (_, at) => ({
    list: 'l',
    address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
  }));
  const desired = desiredOf({ [LIST]: list(declared(entries)) });
  return makePlan({ desired, base: null, live: liveOf({ [LIST]: [] }) });
}

function bodyOf(plan: Plan, rowsPerSecond: number) {
  const device = { name: 'r1', serial: 'S', address: 'https://192.0.2.1', credential: 'lab' };
  const terms = { source: 's', device, confirmWithinSeconds: 300, rowsPerSecond, policyDigest: 'p' };
  return planBodyOf({ plan, ...terms }, (secret) => secret);
}

describe('what a plan costs the router', () => {
  it('is told of many rows: writes to the flash, and how long they take about', () => {
    expect(renderPlanText(planOf(1_200))).toContain(
      "1200 to add, 0 to change, 0 to remove.\n\nEach of these 1,200 rows is written to the router's flash, and once more if it is undone: about 8 seconds",
    );
    const text = renderPlanText(planOf(22_000));
    expect(text).toContain('Each of these 22,000 rows');
    expect(text).toContain('about 2 minutes each at\n150 rows a second.');
  });

  it('is told by what the router itself was found to write, where that is known', () => {
    const text = renderBodyText(bodyOf(planOf(1_200), 16));
    expect(text).toContain('about 75 seconds each at\n16 rows a second, as measured there.');
  });

  it('is no matter for few', () => {
    expect(renderPlanText(planOf(999))).not.toContain('flash');
  });

  it('is told to programs whatever the size: rows, time, flash writes, and each undo that waits', () => {
    const plan = planOf(1_200);
    const { undo, ...written } = planCostOf(plan);
    expect(written).toEqual({
      rows: 1_200,
      flashWrites: 1_200,
      seconds: 8,
      rowsPerSecond: 150,
      rowsPerSecondOf: 'general',
    });
    expect(undo).toEqual([{ rows: 1_200, bytes: expect.any(Number), parts: 1, freeBytes: expect.any(Number) }]);
    const split = planCostOf(plan, { split: [400, 400, 400], rowsPerSecond: 16 });
    expect(split).toMatchObject({ seconds: 75, rowsPerSecond: 16, rowsPerSecondOf: 'device' });
    expect(split.undo?.map(({ rows }) => rows)).toEqual([400, 400, 400]);
  });
});
