import { describe, expect, it } from 'vitest';
import { makePlan } from '#differ';
import { renderPlanText } from '#differ/render';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const LIST = '/ip/firewall/address-list';

function textOf(rows: number): string {
  const entries = Array.from({ length: rows }, (_, at) => ({
    list: 'l',
    address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
  }));
  const desired = desiredOf({ [LIST]: list(declared(entries)) });
  return renderPlanText(makePlan({ desired, base: null, live: liveOf({ [LIST]: [] }) }));
}

describe('what a plan costs the router', () => {
  it('is told of many rows: writes to the flash, and how long they take about', () => {
    expect(textOf(1_200)).toContain(
      "1200 to add, 0 to change, 0 to remove.\n\nEach of these 1,200 rows is written to the router's flash, and once more if it is undone: about 8 seconds",
    );
    expect(textOf(22_000)).toContain('Each of these 22,000 rows');
    expect(textOf(22_000)).toContain('about 2 minutes each');
  });

  it('is no matter for few', () => {
    expect(textOf(999)).not.toContain('flash');
  });
});
