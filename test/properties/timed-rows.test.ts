import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#canonical-json';
import { applyChanges, applyRestores, checkPlan, type LiveState, makePlan, type Plan, type PlanInput } from '#differ';
import type { Row } from '#routeros';
import { catalogueConsole } from '#test/catalogue-console.ts';
import { callerWith } from '#test/memory-console.ts';
import { declared, desiredOf, list, liveOf, WIDE_LIMITS } from '#test/planning.ts';
import { runs } from '#test/sample.ts';
import { steppedClock } from '#test/stepped-clock.ts';
import { restoreText, stateOf } from '#test/undo-text.ts';
import { Jobs } from '../../simulator/script/jobs.ts';

const LIST = '/ip/firewall/address-list';
const CALLER = callerWith();

/** What one side says of a tuple. */
const SAID: readonly (Row | null)[] = [
  null,
  {},
  { timeout: '1d' },
  { timeout: '2h', comment: 'x' },
  { disabled: 'true' },
];
/** What a router may hold of one: by hand, timed with and without comment, made for a name, none. */
const HELD: readonly (Row | null)[] = [
  null,
  { dynamic: 'false' },
  { dynamic: 'false', disabled: 'true' },
  { dynamic: 'true', timeout: '3m' },
  { dynamic: 'true', timeout: '3m', comment: 'x' },
  { dynamic: 'true', comment: 'host.example' },
];

interface Given {
  readonly input: PlanInput;
  /** The tuples that stand on the router with a timeout, or are declared with one. */
  readonly timed: ReadonlySet<string>;
}

function givens(): fc.Arbitrary<Given> {
  const tuple = fc.record({
    desired: fc.constantFrom(...SAID),
    base: fc.constantFrom(...SAID),
    held: fc.constantFrom(...HELD),
    unlisted: fc.boolean(),
  });
  return fc.tuple(fc.array(tuple, { minLength: 1, maxLength: 14 }), fc.boolean()).map(([tuples, prunes]) => {
    const matchAt = (at: number): Row => ({ list: at % 3 === 0 ? 'a' : 'b', address: `198.51.100.${at}` });
    const side = (name: 'desired' | 'base'): ReturnType<typeof list> =>
      list(declared(tuples.flatMap((each, at) => (each[name] === null ? [] : [{ ...matchAt(at), ...each[name] }]))), {
        unlisted: prunes ? 'prune' : 'tolerate',
      });
    const rows = tuples.flatMap(({ held }, at) =>
      held === null ? [] : [{ '.id': `*${at + 1}`, ...matchAt(at), disabled: 'false', ...held }],
    );
    const timed = tuples.flatMap(({ desired, base, held }, at) =>
      [desired, base, held].some((row) => row?.['timeout'] !== undefined) ? [matchAt(at)['address'] ?? ''] : [],
    );
    const input = { desired: desiredOf({ [LIST]: side('desired') }), base: desiredOf({ [LIST]: side('base') }) };
    return { input: { ...input, live: liveOf({ [LIST]: rows }) }, timed: new Set(timed) };
  });
}

/** As the router holds what was written: an entry with a timeout is its own. */
function asHeld(live: LiveState): LiveState {
  const rows = (live.menus[LIST] ?? []).map((row) =>
    row['timeout'] === undefined ? { dynamic: 'false', ...row } : { ...row, dynamic: 'true', timeout: '59m1s' },
  );
  return liveOf({ [LIST]: rows });
}

function textsOf(rows: readonly Readonly<Record<string, string>>[]): readonly string[] {
  return rows
    .map((row) => {
      const { timeout, ...rest } = Object.fromEntries(Object.entries(row).filter(([name]) => name !== '.id'));
      return canonicalJson({ ...rest, timed: String(timeout !== undefined) });
    })
    .toSorted();
}

function prefixesOf({ changes }: Plan): readonly Plan['changes'][] {
  return [...changes.keys(), changes.length].map((length) => changes.slice(0, length));
}

describe('rows that go by themselves', () => {
  it('are added and nothing else, whatever any side says; what is left of their time changes no plan', () => {
    let added = 0;
    fc.assert(
      fc.property(givens(), ({ input, timed }) => {
        const plan = makePlan(input);
        expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
        const rows = input.live.menus[LIST] ?? [];
        for (const change of plan.changes) {
          const held = rows.find((row) => row['address'] === change.match?.['address']);
          // A row that is switched off may stand beside any.
          const beside = change.kind === 'create' && change.fields['disabled'] === 'true';
          if (held?.['timeout'] !== undefined && !beside)
            expect.fail(`a row with a timeout is touched: ${change.kind}`);
          if (change.kind === 'create' && change.fields['timeout'] !== undefined) {
            added += 1;
            expect(held).toBeUndefined();
          } else if (change.kind !== 'create') {
            expect(held?.['dynamic']).toBe('false');
            if (change.kind === 'remove' && timed.has(change.match['address'] ?? ''))
              expect(input.base?.menus[LIST]).toMatchObject({ unlisted: 'prune' });
          }
        }
        const older = rows.map((row) => (row['timeout'] === undefined ? row : { ...row, timeout: '1s' }));
        expect(makePlan({ ...input, live: liveOf({ [LIST]: older }) })).toEqual(plan);
        const after = asHeld(applyChanges(input.live, plan.changes));
        expect(makePlan({ ...input, live: after, heldBack: plan.heldBack ?? [] }).changes).toEqual([]);
      }),
      runs(2_000),
    );
    expect(added).toBeGreaterThan(100);
  });

  it('go again by the undo from every prefix, once or twice, by the model and by its script', async () => {
    await fc.assert(
      fc.asyncProperty(givens(), async ({ input }) => {
        const plan = makePlan(input);
        const script = restoreText(stateOf(plan), 4);
        const before = textsOf(asHeld(input.live).menus[LIST] ?? []);
        for (const changes of prefixesOf(plan)) {
          const written = asHeld(applyChanges(input.live, changes));
          const once = applyRestores(written, plan.inverse);
          expect(textsOf(asHeld(once).menus[LIST] ?? [])).toEqual(before);
          expect(applyRestores(once, plan.inverse)).toEqual(once);

          const router = catalogueConsole();
          const table = router.tables.get(LIST) ?? [];
          for (const row of written.menus[LIST] ?? []) {
            const { '.id': _, ...fields } = row;
            table.push({ '.id': `*${table.length + 100}`, ...fields });
          }
          for (const _ of ['once', 'twice']) {
            const { ret } = await new Jobs(router, steppedClock()).execute(
              `${script}\n:put $rgFailed`,
              CALLER,
              'as-string',
            );
            expect(ret).toBe('0');
            expect(textsOf(table)).toEqual(before);
          }
        }
      }),
      runs(300),
    );
  });

  it.each([2, 40])('leave what a name resolved to meanwhile where it is, among %i', async (count) => {
    const rows = Array.from({ length: count }, (_, at) => ({ list: 'a', address: `198.51.100.${at}` }));
    const desired = desiredOf({ [LIST]: list(declared(rows.map((row) => ({ ...row, timeout: '1d' })))) });
    const plan = makePlan({ desired, base: null, live: liveOf({ [LIST]: [] }) });
    const router = catalogueConsole();
    const table = router.tables.get(LIST) ?? [];
    for (const [at, row] of rows.entries())
      table.push({ '.id': `*${at + 1}`, ...row, dynamic: 'true', ...(at === 1 ? {} : { timeout: '59m' }) });
    await new Jobs(router, steppedClock()).execute(restoreText(stateOf(plan)), CALLER, 'as-string');
    expect(table).toMatchObject([{ address: '198.51.100.1' }]);
  });
});
