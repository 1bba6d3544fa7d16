import { describe, expect, it } from 'vitest';
import { makePlan, type Plan } from '#differ';
import type { Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { armReasons } from '../../controller/reconcile/arm-reasons.ts';
import { splitOf } from '../../controller/reconcile/plan-split.ts';

const LIST = '/ip/firewall/address-list';

function identity(freeBytes: number) {
  return {
    version: [7, 20, 8] as const,
    versionText: '7.20.8 (stable)',
    serial: 'S',
    serialSource: 'routerboard' as const,
    resource: { 'free-hdd-space': String(freeBytes) },
  };
}

/** So many comments of 1,000 letters change, and the undo has to say each of the old ones. */
function changeOf(count: number): Plan {
  const rows = (letter: string): readonly Row[] =>
    Array.from({ length: count }, (_, index) => ({
      list: 'feed',
      address: `198.51.${index >> 8}.${index & 255}`,
      comment: `${letter.repeat(1000)}${index}`,
      disabled: 'false',
    }));
  const before = desiredOf({ [LIST]: list(declared(rows('a'))) });
  return makePlan({
    desired: desiredOf({ [LIST]: list(declared(rows('b'))) }),
    base: before,
    live: liveOf({ [LIST]: rows('a') }),
  });
}

describe('a plan', () => {
  it('is armed as a whole where its undo fits, and in parts where it does not', () => {
    const plan = changeOf(200);
    const roomy = identity(80_000_000);
    const scarce = identity(1_100_000);
    expect(splitOf(plan, roomy)).toBeUndefined();
    expect(armReasons(plan, undefined, roomy)).toEqual([]);
    const split = splitOf(plan, scarce);
    expect(split?.length).toBeGreaterThan(1);
    expect(armReasons(plan, split, scarce)).toEqual([]);
    expect(armReasons(plan, undefined, scarce)).toMatchObject([{ code: 'UndoTooLarge', mostBytes: 48_000 }]);
  });

  it('is not armed where more parts than anybody should make at once would not do', () => {
    const plan = changeOf(1_200);
    const scarce = identity(1_100_000);
    expect(splitOf(plan, scarce)).toBeUndefined();
    expect(armReasons(plan, undefined, scarce)).toMatchObject([{ code: 'UndoTooLarge', mostBytes: 48_000 }]);
  });
});
