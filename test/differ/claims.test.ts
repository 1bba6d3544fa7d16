import { describe, expect, it } from 'vitest';
import { applyChanges, type Change, checkPlan, type DesiredState, makePlan, type Plan } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { declared, desiredOf, list, liveOf, WIDE_LIMITS } from '#test/planning.ts';

const LEASES = '/ip/dhcp-server/lease';
const SERVERS = '/ip/dhcp-server';

function lease(client: number, address: number, more: Row = {}): Row {
  return { server: 'office', 'mac-address': `00:00:5E:00:53:0${client}`, address: `192.0.2.${address}`, ...more };
}

function live(menu: MenuPath, rows: readonly Row[]) {
  const printed = rows.map((row, at) => ({ '.id': `*${at + 1}`, disabled: 'false', dynamic: 'false', ...row }));
  return liveOf({
    [menu]: printed.map(({ server, ...row }: Row) =>
      server === undefined || server === 'all' ? row : { ...row, server },
    ),
  });
}

function planned(menu: MenuPath, before: readonly Row[], after: readonly Row[]): Plan {
  const stateOf = (rows: readonly Row[]): DesiredState =>
    desiredOf({ [menu]: list(declared(rows.map((row) => (menu === LEASES ? { server: 'all', ...row } : row)))) });
  const input = { desired: stateOf(after), base: stateOf(before), live: live(menu, before) };
  const plan = makePlan(input);
  expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
  expect(applyChanges(input.live, plan.changes).menus[menu]).toHaveLength(
    (plan.heldBack ?? []).length > 0 ? before.length : after.length,
  );
  return plan;
}

function steps(plan: Plan): readonly string[] {
  return plan.changes.map((change: Change) => {
    const row = change.match ?? {};
    return `${change.kind} ${row['mac-address']?.at(-1) ?? row['name'] ?? ''}`;
  });
}

const undone = (plan: Plan): readonly (string | undefined)[] =>
  plan.inverse.map(({ match }) => match?.['mac-address']?.at(-1));

describe('what a row gives up goes before what takes it', () => {
  it('an address that passes to another client', () => {
    const plan = planned(LEASES, [lease(1, 10)], [lease(2, 10)]);
    expect(steps(plan)).toEqual(['remove 1', 'create 2']);
    expect(undone(plan)).toEqual(['2', '1']);
  });

  it('addresses that move up by one, the last first, and back the other way round', () => {
    const before = [lease(1, 10), lease(2, 11), lease(3, 12)];
    const plan = planned(LEASES, before, [lease(1, 11), lease(2, 12), lease(3, 13)]);
    expect(steps(plan)).toEqual(['set 3', 'set 2', 'set 1']);
    expect(undone(plan)).toEqual(['1', '2', '3']);
  });

  it('a client that had one lease for all servers and gets one for each', () => {
    const all = { ...lease(1, 10), server: 'all' };
    const plan = planned(LEASES, [all], [lease(1, 10), lease(1, 20, { server: 'guests' })]);
    expect(steps(plan)).toEqual(['remove 1', 'create 1', 'create 1']);
  });

  it('an interface that passes to a server of another name', () => {
    const server = (name: string): Row => ({ name, interface: 'bridge', 'lease-time': '1h' });
    expect(steps(planned(SERVERS, [server('old')], [server('new')]))).toEqual(['remove old', 'create new']);
  });

  it("and what is in nobody's way comes first as ever", () => {
    const plan = planned(LEASES, [lease(1, 10)], [lease(2, 20)]);
    expect(steps(plan)).toEqual(['create 2', 'remove 1']);
  });
});

describe('held back is', () => {
  const because = (plan: Plan): readonly string[] => (plan.heldBack ?? []).map((row) => row.because);

  it('a lease for an address that another keeps', () => {
    const input = {
      desired: desiredOf({ [LEASES]: list(declared([lease(2, 10)])) }),
      base: null,
      live: live(LEASES, [lease(1, 10)]),
    };
    expect(because(makePlan(input))).toEqual([
      expect.stringMatching(/lease .*00:00:5E:00:53:01.* has the address 192\.0\.2\.10, and only one row can/),
    ]);
  });

  it('two leases that would swap their addresses', () => {
    const plan = planned(LEASES, [lease(1, 10), lease(2, 11)], [lease(1, 11), lease(2, 10)]);
    expect(plan.changes).toEqual([]);
    expect(because(plan)).toEqual([expect.stringMatching(/takes what another row has/), expect.any(String)]);
  });

  it('a lease for all servers beside one for a single one, disabled or not', () => {
    const all = { ...lease(1, 10), server: 'all' };
    const input = {
      desired: desiredOf({ [LEASES]: list(declared([{ ...all, comment: 'x' }])) }),
      base: null,
      live: live(LEASES, [all, lease(1, 20, { disabled: 'true' })]),
    };
    expect(because(makePlan(input))).toEqual([expect.stringMatching(/has the client 00:00:5E:00:53:01/)]);
  });

  it('a second enabled server on an interface, but not a disabled one or one for a relay', () => {
    const server = (name: string, more: Row = {}): Row => ({ name, interface: 'bridge', 'lease-time': '1h', ...more });
    const heldBackOf = (more: Row): readonly string[] =>
      because(
        makePlan({
          desired: desiredOf({ [SERVERS]: list(declared([server('second', more)])) }),
          base: null,
          live: live(SERVERS, [server('first')]),
        }),
      );
    expect(heldBackOf({})).toHaveLength(1);
    expect(heldBackOf({ disabled: 'true' })).toEqual([]);
    expect(heldBackOf({ relay: '192.0.2.3' })).toEqual([]);
  });
});

it('a client that holds a dynamic lease is given a static one beside it', () => {
  const input = {
    desired: desiredOf({ [LEASES]: list(declared([lease(1, 10)])) }),
    base: null,
    live: live(LEASES, [{ ...lease(1, 77), dynamic: 'true' }]),
  };
  const plan = makePlan(input);
  expect(plan.heldBack).toBeUndefined();
  expect(steps(plan)).toEqual(['create 1']);
  expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
});
