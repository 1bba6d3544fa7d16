import { expect, it } from 'vitest';
import { applyChanges, makePlan, type LiveState } from '#differ';
import type { Row } from '#routeros';
import { PATH } from '#test/path-plans.ts';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { stepsOf } from '../../controller/apply/batches.ts';
import { indexTouched } from '../../controller/apply/relation.ts';
import { proveManagementPath } from '../../controller/policy/management-path.ts';

const LIST = '/ip/firewall/address-list';
const management = (address: string, more: Row): Row => ({ list: 'management', address, ...more });

it('what was proven in the order of the plan is written in that order', () => {
  const filler = (comment: string): readonly Row[] =>
    Array.from({ length: 20 }, (_, at) => ({ list: 'feed', address: `198.51.100.${at}`, disabled: 'false', comment }));
  const before: readonly Row[] = [
    management('10.255.0.0/24', { disabled: 'true' }),
    management('10.255.0.2', { disabled: 'false', comment: 'old' }),
    ...filler('old'),
  ];
  const after: readonly Row[] = [
    management('10.255.0.0/24', { disabled: 'false' }),
    management('10.255.0.2', { disabled: 'true', comment: 'new' }),
    ...filler('new'),
  ];
  const live: LiveState = liveOf({
    [LIST]: before.map((row, at) => ({ '.id': `*${at + 1}`, dynamic: 'false', ...row })),
  });
  const plan = makePlan({
    desired: desiredOf({ [LIST]: list(declared(after)) }),
    base: desiredOf({ [LIST]: list(declared(before)) }),
    live,
  });
  // Proven: the wider entry is enabled before the narrow one is disabled, so the controller never leaves the list.
  expect(proveManagementPath(plan, live, PATH).open).toBe(true);
  const steps = stepsOf(plan.changes, indexTouched(plan, live));
  let state = live;
  for (const { change } of steps) {
    state = applyChanges(state, [change]);
    const on = state.menus[LIST]?.filter((row) => row['list'] === 'management' && row['disabled'] !== 'true') ?? [];
    expect(on.length).toBeGreaterThan(0);
  }
});
