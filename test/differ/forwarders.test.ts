import { describe, expect, test } from 'vitest';
import { makePlan, type PlanInput, referredMenus } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const FORWARDERS: MenuPath = '/ip/dns/forwarders';
const STATIC: MenuPath = '/ip/dns/static';
const OFFICE: Row = { name: 'office', 'dns-servers': '192.0.2.53', disabled: 'false' };
const NAMED: Row = { name: 'corp.example', type: 'FWD', 'forward-to': 'office', disabled: 'false' };
const DIRECT: Row = { name: 'lab.example', type: 'FWD', 'forward-to': '192.0.2.53,2001:db8::1', disabled: 'false' };

/** Nothing on the router, and these declared. */
function inputOf(forwarders: readonly Row[], records: readonly Row[], more: Partial<PlanInput> = {}): PlanInput {
  const desired = desiredOf({ [FORWARDERS]: list(declared(forwarders)), [STATIC]: list(declared(records)) });
  return { desired, base: null, live: liveOf({ [FORWARDERS]: [], [STATIC]: [] }), ...more };
}

function held(input: PlanInput): readonly string[] {
  return (makePlan(input).heldBack ?? []).map(({ menu, because }) => `${menu}: ${because}`);
}

describe('a FWD record that names a forwarder', () => {
  test('comes after it, and goes before it', () => {
    const input = inputOf([OFFICE], [NAMED]);
    const there = { [FORWARDERS]: [OFFICE], [STATIC]: [NAMED] };
    expect(makePlan(input).changes.map(({ kind, menu }) => `${kind} ${menu}`)).toEqual([
      `create ${FORWARDERS}`,
      `create ${STATIC}`,
    ]);
    const back = makePlan({ ...inputOf([], []), base: input.desired, live: liveOf(there) });
    expect(back.changes.map(({ kind, menu }) => `${kind} ${menu}`)).toEqual([
      `remove ${STATIC}`,
      `remove ${FORWARDERS}`,
    ]);
  });

  test('is held back where nobody bears the name, and one that asks addresses refers to nothing', () => {
    expect(held(inputOf([], [NAMED, DIRECT]))).toEqual([
      `${STATIC}: forward-to names office, but ${FORWARDERS} has no such row; add it there, or name another one`,
    ]);
    const { live, ...input } = inputOf([], [DIRECT]);
    expect(referredMenus(makePlan({ ...input, live }).changes, liveOf({ [STATIC]: [] }))).toEqual([]);
  });

  test('keeps its forwarder from going', () => {
    const input = inputOf([], [NAMED]);
    const base = inputOf([OFFICE], [NAMED]).desired;
    const live = liveOf({ [FORWARDERS]: [OFFICE], [STATIC]: [NAMED] });
    expect(makePlan({ ...input, base, live })).toMatchObject({ changes: [], heldBack: [{ menu: FORWARDERS }] });
  });

  test('is held back on a version without forwarders, with the forwarder, and the rest goes on', () => {
    const input = inputOf([OFFICE], [NAMED, DIRECT], { version: [7, 16, 2] });
    expect(held(input)).toEqual([
      `${FORWARDERS}: RouterOS 7.16.2 does not have disabled, name, dns-servers; take it out for this device, or upgrade the router`,
      `${STATIC}: RouterOS 7.16.2 has no ${FORWARDERS}, so its forward-to cannot name office; name something else, or upgrade the router`,
    ]);
    expect(makePlan(input).changes).toMatchObject([{ kind: 'create', match: { name: 'lab.example' } }]);
    expect(held({ ...input, version: [7, 17, 0] })).toEqual([]);
  });
});
