import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPlan,
  driftOf,
  fleetPlanIdOf,
  groupPlans,
  isSkipped,
  keyOf,
  makePlan,
  type Plan,
  type PlanId,
  type PlanInput,
  planBodyOf,
  planIdOf,
  maskPlan,
} from '#differ';
import { renderDriftText, renderPlanCommands, renderPlanText } from '#differ/render';
import { visibleJson } from '#visible';
import type { Menu, MenuPath, Row } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { liveStates, MENUS, planInputs, SECRET_MARK, TEST_CATALOGUE } from '#test/states.ts';
import { runs } from '#test/sample.ts';

const RUNS = runs(1_000);

const FACTS = {
  source: 'folder',
  device: { name: 'r1', serial: 'S1', address: 'https://192.0.2.1', credential: 'lab' },
  confirmWithinSeconds: 300,
  policyDigest: 'sha256:0',
};

const REAL_MENUS = MENUS.filter((path) => !path.startsWith('/test/'));

function seal(secret: string): string {
  return `sealed-${secret.length}-${secret.at(-1) ?? ''}`;
}

function idOf(input: PlanInput): PlanId {
  return idOfPlan(makePlan(input, TEST_CATALOGUE));
}

function idOfPlan(plan: Plan): PlanId {
  return planIdOf(planBodyOf({ ...FACTS, plan }, seal, TEST_CATALOGUE));
}

/** Of what is no match field; that may be understood in another way than by a default. */
function defaultsOf(menu: Menu): Row {
  return Object.fromEntries(
    Object.entries(menu.fields).flatMap(([name, { default: usual, readOnly }]) =>
      usual === undefined || readOnly === true || menu.match.includes(name) ? [] : [[name, usual]],
    ),
  );
}

/** The same value with the keys of every object the other way round. */
function turned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  ) as T;
}

describe('for any desired, base and live state', () => {
  test('the same input gives the same plan, byte for byte', () => {
    fc.assert(
      fc.property(planInputs(), (input) => {
        const first = JSON.stringify(makePlan(input, TEST_CATALOGUE));
        expect(JSON.stringify(makePlan(structuredClone(input), TEST_CATALOGUE))).toBe(first);
      }),
      RUNS,
    );
  });

  test('the plan id does not depend on the order of keys', () => {
    fc.assert(
      fc.property(planInputs(), (input) => {
        expect(idOf(turned(input))).toBe(idOf(input));
      }),
      RUNS,
    );
  });

  test('the plan id does not depend on the order of the rows of a list menu', () => {
    fc.assert(
      fc.property(planInputs(['/ip/address', '/ip/dns']), fc.infiniteStream(fc.nat()), (input, dice) => {
        const distinct = (rows: readonly Row[]): readonly Row[] => {
          const menu = TEST_CATALOGUE['/ip/address'] as Menu;
          return [...new Map(rows.map((row) => [keyOf(menu, row), row])).values()];
        };
        const rows = distinct(input.live.menus['/ip/address'] ?? []);
        const shuffled = rows
          .map((row) => ({ row, place: dice.next().value as number }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ row }) => row);
        const withRows = (addresses: readonly Row[]): PlanInput => ({
          ...input,
          live: { menus: { ...input.live.menus, '/ip/address': addresses } },
        });
        expect(idOf(withRows(shuffled))).toBe(idOf(withRows(rows)));
      }),
      RUNS,
    );
  });

  test('the plan id is the same when the router spells out defaults, as it does once an undo has written them', () => {
    fc.assert(
      fc.property(planInputs(), (input) => {
        const told = Object.entries(input.live.menus).map(([path, rows]) => [
          path,
          rows.map((row) => ({ ...defaultsOf(TEST_CATALOGUE[path as MenuPath] as Menu), ...row })),
        ]);
        expect(idOf({ ...input, live: { menus: Object.fromEntries(told) } })).toBe(idOf(input));
      }),
      RUNS,
    );
  });

  test('the plan id differs when a touched live row differs', () => {
    fc.assert(
      fc.property(planInputs(), fc.nat(), (input, die) => {
        const plan = makePlan(input, TEST_CATALOGUE);
        const touched = plan.touched.filter(({ match, rows }) => match !== null && rows.length > 0);
        fc.pre(touched.length > 0);
        const { menu: path, match } = touched[die % touched.length] as (typeof touched)[number];
        const menu = TEST_CATALOGUE[path] as Menu;
        const moved = (input.live.menus[path] ?? []).map((row) =>
          keyOf(menu, row) === keyOf(menu, match as Row) && !isSkipped(menu, row)
            ? { ...row, [path === '/test/rules' ? 'action' : 'comment']: 'by hand' }
            : row,
        );
        const live = { menus: { ...input.live.menus, [path]: moved } };
        expect(idOf({ ...input, live })).not.toBe(idOfPlan(plan));
      }),
      RUNS,
    );
  });

  test('no secret stands in any rendering, plan body, drift, violation or group', () => {
    fc.assert(
      fc.property(planInputs(), liveStates(), (input, other) => {
        const plan = makePlan(input, TEST_CATALOGUE);
        const frozen = plan.changes.flatMap((change) =>
          change.kind === 'set'
            ? Object.entries(change.fields).map(([field, desired]) => ({
                menu: change.menu,
                match: change.match,
                field,
                desired,
                live: change.before[field] ?? '',
              }))
            : [],
        );
        const calmed = makePlan({ ...input, frozen }, TEST_CATALOGUE);
        const drift = driftOf(input.desired, input.live, [], TEST_CATALOGUE);
        const guard = { menu: '/test/peers' as MenuPath, match: {} };
        const limits = { ...WIDE_LIMITS, protectedRows: [guard], allowedMenus: [] };
        const outputs = [
          ...[plan, calmed].flatMap((each) => [
            renderPlanText(each, TEST_CATALOGUE),
            JSON.stringify(maskPlan(each, TEST_CATALOGUE)),
            JSON.stringify(planBodyOf({ ...FACTS, plan: each }, seal, TEST_CATALOGUE)),
          ]),
          renderDriftText(drift, TEST_CATALOGUE),
          JSON.stringify(checkPlan(plan, { ...input, live: other }, limits, TEST_CATALOGUE)),
        ];
        for (const output of outputs) expect(output).not.toContain(SECRET_MARK);
      }),
      RUNS,
    );
  });

  test('every rendering names each changed menu and has no character that a terminal acts on', () => {
    fc.assert(
      fc.property(planInputs(REAL_MENUS), (input) => {
        const plan = makePlan(input);
        for (const text of [
          renderPlanText(plan),
          renderPlanCommands(plan),
          visibleJson(JSON.stringify(maskPlan(plan))),
        ]) {
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
        const lines = renderPlanText(plan).split('\n');
        expect(lines.filter((line) => /^[-+~>] /.test(line))).toHaveLength(plan.changes.length);
        expect(lines.filter((line) => line.startsWith('  ! '))).toHaveLength(plan.heldBack?.length ?? 0);
        const [commands, remarks] = [plan.changes.length, plan.heldBack?.length ?? 0];
        expect(renderPlanCommands(plan).split('\n')).toHaveLength(commands + remarks + 1);
      }),
      RUNS,
    );
  });

  test('devices are grouped exactly when the same is to be done, and every device is in one group', () => {
    fc.assert(
      fc.property(fc.array(planInputs(['/ip/dns', '/system/identity']), { minLength: 1, maxLength: 6 }), (inputs) => {
        const plans = inputs.map((input, index) => ({ device: `r${index}`, plan: makePlan(input) }));
        const groups = groupPlans(plans);
        expect(groups.flatMap(({ devices }) => devices).toSorted()).toEqual(plans.map(({ device }) => device));
        for (const { devices, plan } of groups) {
          for (const { plan: own } of plans.filter(({ device }) => devices.includes(device))) {
            expect(own.changes).toEqual(plan.changes);
          }
        }
        const sizes = groups.map(({ devices }) => devices.length);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      }),
      runs(300),
    );
  });
});

describe('the fleet plan id', () => {
  test('does not depend on the order of devices, and depends on every pair', () => {
    const planId = fc
      .string({ unit: fc.constantFrom('0', '7', 'a', 'f'), minLength: 64, maxLength: 64 })
      .map((hex): PlanId => `sha256:${hex}`);
    const plans = fc.uniqueArray(fc.record({ device: fc.string({ minLength: 1 }), planId }), {
      minLength: 1,
      maxLength: 8,
      selector: ({ device }) => device,
    });
    fc.assert(
      fc.property(plans, planId, fc.nat(), (pairs, other, die) => {
        expect(fleetPlanIdOf(pairs.toReversed())).toBe(fleetPlanIdOf(pairs));
        const at = die % pairs.length;
        const changed = pairs.map((pair, index) => (index === at ? { ...pair, planId: other } : pair));
        fc.pre(pairs[at]?.planId !== other);
        expect(fleetPlanIdOf(changed)).not.toBe(fleetPlanIdOf(pairs));
        expect(fleetPlanIdOf(pairs.toSpliced(at, 1))).not.toBe(fleetPlanIdOf(pairs));
      }),
      RUNS,
    );
  });
});
