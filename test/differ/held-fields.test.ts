import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPlan,
  type DesiredState,
  driftOf,
  type HeldBackRow,
  makePlan,
  nextBase,
  planBodyOf,
  type PlanInput,
  planIdOf,
} from '#differ';
import { renderPlanCommands, renderPlanText } from '#differ/render';
import { CATALOGUE, type Row, type Version } from '#routeros';
import { desiredOf, liveOf, settings, WIDE_LIMITS } from '#test/planning.ts';
import { runs } from '#test/sample.ts';

const DNS = '/ip/dns';
const OLD: Version = [7, 12, 2];
const LIMITS = { ...WIDE_LIMITS, allowedMenus: [DNS] } as const;

function dns(fields: Row): DesiredState {
  return desiredOf({ [DNS]: settings(fields) });
}

function inputOf(wanted: Row, before: Row | null, live: Row): PlanInput {
  return {
    desired: dns(wanted),
    base: before === null ? null : dns(before),
    live: liveOf({ [DNS]: [live] }),
    version: OLD,
  };
}

const input = inputOf(
  { servers: '192.0.2.1', vrf: 'mgmt' },
  { 'cache-size': '4096' },
  { servers: '', 'cache-size': '4096' },
);

describe('a field of a settings menu that the version lacks', () => {
  test('is held back by itself, and the rest of the menu goes on', () => {
    const plan = makePlan(input);
    expect(plan.changes).toMatchObject([{ kind: 'set', menu: DNS, fields: { servers: '192.0.2.1' } }]);
    expect(plan.heldBack).toEqual([
      {
        menu: DNS,
        match: null,
        fields: ['vrf'],
        because: 'RouterOS 7.12.2 does not have vrf; take it out for this device, or upgrade the router',
      },
    ]);
    expect(checkPlan(plan, input, LIMITS)).toEqual([]);
    expect(renderPlanText(plan)).toContain('! /ip/dns (only vrf): RouterOS 7.12.2 does not have vrf');
    expect(renderPlanCommands(plan)).toContain('# held back, so no command: /ip/dns (only vrf): ');
  });

  test('stands in the id, which differs from that of a menu that is held back whole', () => {
    const plan = makePlan(input);
    const idOf = (heldBack: readonly HeldBackRow[]): string =>
      planIdOf(
        planBodyOf(
          {
            plan: { ...plan, heldBack },
            source: 's',
            device: { name: 'r1', serial: 'S', address: 'a', credential: 'c' },
            confirmWithinSeconds: 60,
            policyDigest: 'p',
          },
          (secret) => secret,
        ),
      );
    const [held] = plan.heldBack as readonly [HeldBackRow];
    const { fields: _, ...whole } = held;
    expect(new Set([idOf([held]), idOf([whole]), idOf([{ ...held, fields: ['vrf', 'x'] }])]).size).toBe(3);
  });

  test('stays in the base as it was, the rest as it is declared; it is no drift', () => {
    const plan = makePlan(input);
    expect(nextBase(input.desired, plan, input.base)).toEqual(dns({ servers: '192.0.2.1' }));
    const before = dns({ vrf: 'old', 'cache-size': '4096' });
    expect(nextBase(input.desired, plan, before)).toEqual(dns({ servers: '192.0.2.1', vrf: 'old' }));
    expect(nextBase(desiredOf({}), plan, before)).toMatchObject({
      menus: { [DNS]: { declaredBy: [], fields: { vrf: 'old' } } },
    });
    expect(nextBase(desiredOf({}), plan, null)).toEqual(desiredOf({}));
    const live = liveOf({ [DNS]: [{ servers: '192.0.2.1', 'cache-size': '2048' }] });
    expect(driftOf(input.desired, live, [], CATALOGUE, plan.heldBack)).toEqual([]);
  });

  test('is told no more where the whole menu is held back, which then keeps its base', () => {
    const whole: HeldBackRow = { menu: DNS, match: null, because: 'another reason' };
    const [held] = makePlan(input).heldBack as readonly [HeldBackRow];
    const plan = makePlan({ ...input, heldBack: [held, whole] });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toEqual([whole]);
    expect(nextBase(input.desired, { ...plan, heldBack: [held, whole] }, input.base)).toEqual(input.base);
  });

  test('makes the plan the one without it, but for the note', () => {
    const values: Readonly<Record<string, readonly string[]>> = {
      servers: ['', '192.0.2.1'],
      'cache-size': ['2048', '4096'],
      vrf: ['main', 'mgmt'],
      'mdns-repeat-ifaces': ['', 'ether1'],
    };
    const lacking = ['vrf', 'mdns-repeat-ifaces'];
    const side = fc.record(
      Object.fromEntries(Object.entries(values).map(([name, texts]) => [name, fc.constantFrom(...texts)])),
      { requiredKeys: [] },
    ) as fc.Arbitrary<Row>;
    const without = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !lacking.includes(name)));
    fc.assert(
      fc.property(side, fc.option(side), side, (wanted, before, router) => {
        const live = { servers: '', 'cache-size': '2048', ...without(router) };
        const given = inputOf(wanted, before, live);
        const plan = makePlan(given);
        const { heldBack = [], ...rest } = plan;
        expect(rest).toEqual(makePlan(inputOf(without(wanted), before === null ? null : without(before), live)));
        expect(heldBack.flatMap(({ fields = [] }) => fields)).toEqual(
          lacking.filter((name) => wanted[name] !== undefined && wanted[name] !== values[name]?.[0]).toSorted(),
        );
        expect(checkPlan(plan, given, LIMITS)).toEqual([]);
        const base = nextBase(given.desired, plan, given.base);
        const after = {
          ...live,
          ...Object.fromEntries(
            plan.changes.flatMap((change) => (change.kind === 'set' ? Object.entries(change.fields) : [])),
          ),
        };
        const again = makePlan({ ...given, base, live: liveOf({ [DNS]: [after] }) });
        expect([again.changes, again.heldBack]).toEqual([[], plan.heldBack]);
      }),
      runs(300),
    );
  });
});
