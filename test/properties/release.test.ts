import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyChanges,
  checkPlan,
  declaredIn,
  type DesiredList,
  type DesiredState,
  driftOf,
  type LiveState,
  makePlan,
  nextBase,
} from '#differ';
import type { Row } from '#routeros';
import { WIDE_LIMITS } from '#test/planning.ts';
import { runs } from '#test/sample.ts';

const MENU = '/ip/firewall/address-list';
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

/** What one RouterConfig says about the section; each part may be missing. */
interface Said {
  readonly rows: readonly string[] | null;
  readonly unlisted: 'tolerate' | 'prune' | null;
}

/** RouterConfigs by name, the strongest first. Null: it has vanished. */
type Configs = Readonly<Record<string, Said | null>>;

interface Step {
  readonly configs: Configs;
  /** What somebody adds and removes by hand before the pass. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Whether the plan is applied, or waits. */
  readonly applied: boolean;
}

const said: fc.Arbitrary<Said> = fc.record({
  rows: fc.option(fc.subarray(ADDRESSES), { freq: 4 }),
  unlisted: fc.constantFrom('tolerate' as const, 'prune' as const, null),
});
const config = fc.option(said, { freq: 2 });
const step: fc.Arbitrary<Step> = fc.record({
  configs: fc.record({ site: config, role: config, fleet: config }),
  added: fc.subarray(ADDRESSES),
  removed: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(ADDRESSES)),
  applied: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
});

/** The layers, as far as they matter here. */
function desiredOf(configs: Configs): DesiredState {
  const declaring = declarersOf(configs);
  if (declaring.length === 0) return { menus: {} };
  const rows = ADDRESSES.flatMap((address) => {
    const owners = declaring.filter((name) => configs[name]?.rows?.includes(address));
    return owners.length === 0 ? [] : [{ fields: { list: 'one', address }, owners }];
  });
  const word = wordIn(configs);
  const list: DesiredList = {
    shape: 'list',
    declaredBy: declaring,
    unlisted: word.unlisted,
    ...(word.by === null ? {} : { unlistedBy: [word.by] }),
    rows,
  };
  return { menus: { [MENU]: list } };
}

function declarersOf(configs: Configs): readonly string[] {
  return Object.keys(configs).filter((name) => (configs[name]?.rows ?? null) !== null);
}

function wordIn(configs: Configs): { readonly unlisted: 'tolerate' | 'prune'; readonly by: string | null } {
  const by = Object.keys(configs).find((name) => (configs[name]?.unlisted ?? null) !== null) ?? null;
  return { unlisted: (by === null ? null : configs[by]?.unlisted) ?? 'tolerate', by };
}

function declares(configs: Configs, address: string): boolean {
  return declarersOf(configs).some((name) => configs[name]?.rows?.includes(address));
}

function addressesIn(live: LiveState): readonly string[] {
  return (live.menus[MENU] ?? []).map((row) => row['address'] as string);
}

/** What a device went through so far. `confirmed` and `released` are kept from the files alone, not from the base. */
interface Past {
  readonly base: DesiredState | null;
  readonly live: LiveState;
  readonly confirmed: Configs | null;
  readonly released: ReadonlySet<string>;
}

function byHand(live: LiveState, { added, removed }: Step): LiveState {
  const rows = (live.menus[MENU] ?? []).filter((row) => !removed.includes(row['address'] as string));
  const held = rows.map((row) => row['address']);
  const more: readonly Row[] = added
    .filter((address) => !held.includes(address) && !removed.includes(address))
    .map((address) => ({ list: 'one', address, comment: 'by hand' }));
  return { menus: { [MENU]: [...rows, ...more] } };
}

/**
 * Rows that are let go when `after` takes the place of `before`: by a vanished declaration, or by a vanished word that
 * sheltered them.
 */
function releasedBetween(before: Configs, after: Configs, live: LiveState): readonly string[] {
  const shelter = wordIn(before);
  const isExposed =
    declarersOf(before).length > 0 &&
    shelter.unlisted === 'tolerate' &&
    shelter.by !== null &&
    (after[shelter.by] ?? null) === null &&
    wordIn(after).unlisted === 'prune' &&
    declarersOf(after).length > 0;
  return addressesIn(live).filter((address) => {
    if (declares(after, address)) return false;
    const declarers = declarersOf(before).filter((name) => before[name]?.rows?.includes(address));
    if (declarers.length === 0) return isExposed;
    return declarers.some((name) => !declarersOf(after).includes(name));
  });
}

/** A base without what it has left to prune. */
function decidedIn({ menus }: DesiredState): DesiredState {
  const decided = Object.entries(menus).map(([path, menu]) => {
    if (menu.shape === 'settings') return [path, menu];
    const { toPrune: _, ...rest } = menu;
    return [path, rest];
  });
  return { menus: Object.fromEntries(decided) as DesiredState['menus'] };
}

/** One pass: plans, judges every removal, and applies or waits. */
function pass({ base, live: before, confirmed, released }: Past, next: Step): Past {
  const { configs } = next;
  const live = byHand(before, next);
  const desired = desiredOf(configs);
  const input = { desired, base, live: declarersOf(configs).length === 0 ? { menus: {} } : live };
  const plan = makePlan(input);
  expect(checkPlan(plan, input, WIDE_LIMITS)).toEqual([]);
  const still = new Set([...released].filter((address) => addressesIn(live).includes(address)));
  for (const change of plan.changes) {
    if (change.kind !== 'remove') continue;
    const address = change.match['address'] as string;
    const declarers =
      confirmed === null ? [] : declarersOf(confirmed).filter((name) => confirmed[name]?.rows?.includes(address));
    if (change.reason === 'dropped') {
      expect(declarers).not.toEqual([]);
      expect(declarersOf(configs)).toEqual(expect.arrayContaining([...declarers]));
      continue;
    }
    expect(declarers).toEqual([]);
    expect(wordIn(configs).unlisted).toBe('prune');
    expect(wordIn(confirmed as Configs).unlisted).toBe('prune');
    expect(declarersOf(confirmed as Configs)).not.toEqual([]);
    expect([...still]).not.toContain(address);
  }
  if (!next.applied && plan.changes.length > 0) return { base, live, confirmed, released: still };

  const after = applyChanges(live, plan.changes);
  const confirmedBase = nextBase(desired, plan, base);
  expect(decidedIn(declaredIn(confirmedBase))).toEqual(desired);
  const now = new Set([...still].filter((address) => !declares(configs, address)));
  if (confirmed !== null) for (const address of releasedBetween(confirmed, configs, live)) now.add(address);
  const again = makePlan({ ...input, base: confirmedBase, live: input.live === live ? after : input.live });
  expect(decidedIn(nextBase(desired, again, confirmedBase))).toEqual(decidedIn(confirmedBase));
  if (input.live === live) {
    const drift = driftOf(confirmedBase, after).map(({ match }) => match?.['address']);
    for (const address of now) expect(drift).not.toContain(address);
  }
  return { base: confirmedBase, live: after, confirmed: configs, released: now };
}

describe('while RouterConfigs vanish and come back', () => {
  test('a row goes only when a RouterConfig that still speaks dropped it, or under a confirmed prune that it was never released from', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
        const start: Past = { base: null, live: { menus: { [MENU]: [] } }, confirmed: null, released: new Set() };
        steps.reduce(pass, start);
      }),
      runs(3_000),
    );
  });
});
