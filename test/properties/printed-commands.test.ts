import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfText, textOfBytes } from '#bytes';
import {
  applyChanges,
  canonicalRow,
  ChangeRefused,
  isSkipped,
  keyOf,
  makePlan,
  type Catalogue,
  type Plan,
  writableRow,
} from '#differ';
import { renderPlanCommands } from '#differ/render';
import { CATALOGUE, canonicalLive, type Menu, menuOf, type MenuPath, type Row, textCodec } from '#routeros';
import { callerWith } from '#test/memory-console.ts';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { runs } from '#test/sample.ts';
import { scriptRig } from '#test/script-rig.ts';
import { planInputs } from '#test/states.ts';
import { bytesOfText as simulatedBytes, textOfBytes as simulatedText } from '../../simulator/model/bytes.ts';

const STATIC = '/ip/dns/static';
const LIST = '/ip/firewall/address-list';
const PATHS: readonly MenuPath[] = [STATIC, LIST, '/system/identity', '/ip/dns'];

/** Rows that differ from those of the plans in one match field, or have none of it, or are the router's own. */
const LOOKALIKES: readonly (readonly [MenuPath, Row])[] = [
  [LIST, { list: 'blocked', dynamic: 'false' }],
  [LIST, { list: 'allowed', dynamic: 'false', comment: 'one' }],
  [LIST, { list: 'blocked', address: '198.51.100.7', disabled: 'true', dynamic: 'true', timeout: '1h' }],
  [LIST, { list: 'blocked', address: '198.51.100.70', dynamic: 'false' }],
  [LIST, { list: 'Blocked', address: '198.51.100.7', dynamic: 'false' }],
  [STATIC, { name: 'a.example', type: 'FWD', 'address-list': 'seen', dynamic: 'false' }],
  [STATIC, { name: 'a.example', type: 'FWD', 'forward-to': '192.0.2.1', dynamic: 'false' }],
  [STATIC, { name: 'a.example', type: 'NXDOMAIN', dynamic: 'false' }],
  [STATIC, { regexp: 'a.example', type: 'A', address: '192.0.2.1', dynamic: 'false' }],
  [STATIC, { name: 'm.example', type: 'MX', 'mx-exchange': 'mail.example', 'mx-preference': '10', dynamic: 'false' }],
];

type Tables = Readonly<Record<MenuPath, readonly Row[]>>;

/** As a router of today spells them, with what it gives each row by itself. */
function spelt(catalogue: Catalogue, menus: Tables): Tables {
  return Object.fromEntries(
    Object.entries(menus).map(([path, rows]) => {
      const menu = catalogue[path as MenuPath] as Menu;
      const own = menu.shape === 'settings' ? {} : { disabled: 'false', dynamic: 'false' };
      const speltRow = (row: Row): Row => {
        const fields = Object.entries(row).map(([name, text]) => {
          const codec = menu.fields[name]?.codec;
          return [name, codec === undefined ? text : canonicalLive(codec, text)];
        });
        return { ...own, ...(row['type'] === 'MX' ? { 'mx-preference': '0' } : {}), ...Object.fromEntries(fields) };
      };
      return [path, rows.map(speltRow)];
    }),
  );
}

/** The simulator has a way of its own for bytes that are no UTF-8. */
function held(row: Row): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, simulatedText(bytesOfText(text))]));
}

function told(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, textOfBytes(simulatedBytes(text))]));
}

/** The tables after somebody has typed these lines, one after the other. */
async function typed(catalogue: Catalogue, before: Tables, lines: readonly string[]): Promise<Tables> {
  const rig = scriptRig();
  for (const [path, rows] of Object.entries(before)) {
    if (catalogue[path as MenuPath]?.shape === 'settings') {
      const usual = Object.keys(rig.router.read(path)[0] ?? {}).map((name) => [`!${name}`, '']);
      rig.router.set(path, null, { ...Object.fromEntries(usual), ...held(rows[0] ?? {}) }, callerWith());
    } else for (const row of rows) rig.router.add(path, held(row), callerWith());
  }
  for (const line of lines) expect([line, await rig.run(line)]).toEqual([line, '']);
  return Object.fromEntries(Object.keys(before).map((path) => [path, rig.router.read(path).map(told)]));
}

function contents(catalogue: Catalogue, tables: Tables): unknown {
  return Object.entries(tables).map(([path, rows]) => {
    const menu = catalogue[path as MenuPath] as Menu;
    const texts = rows.map((row) => {
      const { '.id': _, ...held } = canonicalRow(menu, row);
      return JSON.stringify([isSkipped(menu, row), Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    });
    return [path, menu.shape === 'orderedList' ? texts : texts.toSorted()];
  });
}

/** Rows of tuples that no change names. */
function othersThan(catalogue: Catalogue, { changes }: Plan, tables: Tables): Tables {
  return Object.fromEntries(
    Object.entries(tables).map(([path, rows]) => {
      const menu = catalogue[path as MenuPath] as Menu;
      const named = new Set(changes.flatMap((one) => (one.menu === path ? [keyOf(menu, one.match ?? {})] : [])));
      return [
        path,
        menu.shape === 'settings' ? [] : rows.filter((row) => isSkipped(menu, row) || !named.has(keyOf(menu, row))),
      ];
    }),
  );
}

async function judge(catalogue: Catalogue, plan: Plan, before: Tables): Promise<number> {
  const all = renderPlanCommands(plan, catalogue).split('\n').slice(0, -1);
  expect(all).toHaveLength(plan.changes.length + (plan.heldBack?.length ?? 0));
  const lines = all.slice(0, plan.changes.length);
  for (const remark of all.slice(plan.changes.length)) expect(remark).toMatch(/^# held back, so no command: /);
  const printed = plan.changes.filter((_, at) => lines[at]?.startsWith('#') === false);
  const after = await typed(catalogue, before, lines);
  expect(contents(catalogue, othersThan(catalogue, plan, after))).toEqual(
    contents(catalogue, othersThan(catalogue, plan, before)),
  );
  try {
    const wanted = applyChanges(liveOf(before), printed, catalogue).menus as Tables;
    expect(contents(catalogue, after)).toEqual(contents(catalogue, wanted));
  } catch (error) {
    // Without a change that has no command, another may be in the way of its twin.
    if (!(error instanceof ChangeRefused) || printed.length === plan.changes.length) throw error;
  }
  return printed.length;
}

describe('the commands of a plan', () => {
  it('do what the plan does, and touch no other row', async () => {
    let [changes, commands] = [0, 0];
    await fc.assert(
      fc.asyncProperty(planInputs(PATHS), fc.subarray([...LOOKALIKES]), async (input, lookalikes) => {
        const live: Record<MenuPath, readonly Row[]> = { ...input.live.menus };
        for (const [path, row] of lookalikes) live[path] = [...(live[path] ?? []), row];
        const before = spelt(CATALOGUE, live);
        const plan = makePlan({ ...input, live: liveOf(before) });
        commands += await judge(CATALOGUE, plan, before);
        changes += plan.changes.length;
      }),
      runs(300),
    );
    // Only where a table holds several rows that differ in nothing there is no command.
    expect(commands / changes).toBeGreaterThan(0.8);
  });

  it('remove an entry without an address, and no other of its list', async () => {
    const before = spelt(CATALOGUE, {
      [LIST]: [{ list: 'x' }, { list: 'x', address: '192.0.2.1' }, { list: 'y' }],
      [STATIC]: [
        { name: 'a.example', type: 'FWD', 'address-list': 'seen' },
        { name: 'a.example', type: 'FWD', 'forward-to': '192.0.2.53' },
      ],
    });
    const prune = { unlisted: 'prune' } as const;
    const desired = desiredOf({
      [LIST]: list(declared([{ list: 'x', address: '192.0.2.1' }, { list: 'y' }]), prune),
      [STATIC]: list(declared([{ name: 'a.example', type: 'FWD', 'forward-to': '192.0.2.53' }]), prune),
    });
    const plan = makePlan({ desired, base: desired, live: liveOf(before) });
    // No undo could find them again, so they are held back; their removal can be said all the same.
    expect(plan).toMatchObject({ changes: [], heldBack: [{ match: { list: 'x' } }, { match: { type: 'FWD' } }] });
    const removals = plan.heldBack?.map(({ menu, match }) => {
      const rows = (before[menu] ?? []).filter((row) => keyOf(menuOf(menu), row) === keyOf(menuOf(menu), match ?? {}));
      return { menu, match: match ?? {}, rows: rows.map((row) => writableRow(menuOf(menu), row)) };
    });
    const bare: Plan = {
      ...makePlan({ desired, base: null, live: liveOf(before) }),
      touched: removals ?? [],
      changes: (removals ?? []).map(({ menu, match, rows }) => {
        return { kind: 'remove', menu, match, nth: 0, before: rows[0] ?? {}, reason: 'unlisted' };
      }),
    };
    expect(await judge(CATALOGUE, bare, before)).toBe(2);
  });

  it('put the rows of an ordered menu in their order', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(orders, orders, async (now, wanted) => {
        const before = spelt(ORDERED, { [FILTER]: now.map((comment) => ({ comment, chain: 'input' })) });
        const desired = desiredOf({
          [FILTER]: list(declared(wanted.map((comment) => ({ comment, chain: 'input' }))), { unlisted: 'prune' }),
        });
        const plan = makePlan({ desired, base: desired, live: liveOf(before) }, ORDERED);
        expect(await judge(ORDERED, plan, before)).toBe(plan.changes.length);
      }),
      runs(100),
    );
  });

  it('move nothing to the end when the row that should follow is gone', async () => {
    const before = spelt(ORDERED, {
      [FILTER]: ['one', 'two', 'three'].map((comment) => ({ comment, chain: 'input' })),
    });
    const order = ['three', 'one', 'two'].map((comment) => ({ comment, chain: 'input' }));
    const plan = makePlan(
      { desired: desiredOf({ [FILTER]: list(declared(order)) }), base: null, live: liveOf(before) },
      ORDERED,
    );
    const lines = renderPlanCommands(plan, ORDERED).split('\n').slice(0, -1);
    expect(lines).toHaveLength(1);
    const { [FILTER]: rows = [] } = before;
    const left = { [FILTER]: rows.filter(({ comment }) => comment !== 'one') };
    expect(contents(ORDERED, await typed(ORDERED, left, lines))).toEqual(contents(ORDERED, left));
  });
});

const FILTER = '/ip/firewall/filter';
const orders = fc.shuffledSubarray(['one', 'two', 'three', 'four', 'five']);

/** Rules found by their comment, as the firewall's will be. */
const ORDERED: Catalogue = {
  [FILTER]: {
    path: FILTER,
    shape: 'orderedList',
    match: ['comment'],
    fields: {
      comment: { codec: textCodec, source: 'made up for tests' },
      chain: { codec: textCodec, source: 'made up for tests' },
      disabled: { codec: textCodec, default: 'false', source: 'made up for tests' },
      dynamic: { codec: textCodec, readOnly: true, source: 'made up for tests' },
    },
    writeOrder: 50,
    addWith: {},
    skipWhen: ['dynamic'],
    pathEffects: ['unmodelled'],
    historyWords: [],
    source: 'made up for tests',
  },
};
