import { describe, expect, it } from 'vitest';
import { applyChanges, type DesiredMenu, makePlan } from '#differ';
import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const INTERFACE = '/interface';
const OWN = Object.values<Menu>(CATALOGUE).filter(({ listedIn }) => listedIn === INTERFACE);

/** One row of the router, which two menus list. */
const NAME = 'twice9';
const SAID: Row = { name: NAME, comment: 'mine', disabled: 'true' };

interface Sides {
  readonly own: readonly Row[] | null;
  readonly also: readonly Row[] | null;
}

function menusOf(menu: Menu, { own, also }: Sides): Readonly<Record<MenuPath, DesiredMenu>> {
  return {
    ...(own === null ? {} : { [menu.path]: list(declared(own)) }),
    ...(also === null ? {} : { [INTERFACE]: list(declared(also)) }),
  };
}

function planOf(menu: Menu, base: Sides, now: Sides) {
  const more: Row = menu.fixedWithout === undefined ? {} : { [menu.fixedWithout]: 'radio1' };
  const live = liveOf({
    [menu.path]: [{ '.id': '*9', ...SAID, ...more }],
    [INTERFACE]: [{ '.id': '*9', ...SAID, type: 'some' }],
  });
  const plan = makePlan({ desired: desiredOf(menusOf(menu, now)), base: desiredOf(menusOf(menu, base)), live });
  return { plan, after: applyChanges(live, plan.changes).menus };
}

it('some menus list rows of others', () => {
  expect(OWN.map(({ path }) => path)).toContain('/interface/bridge');
});

describe.each(OWN.map((menu) => ({ menu, path: menu.path })))(
  'a row of $path that /interface lists, too',
  ({ menu }) => {
    const BOTH: Sides = { own: [SAID], also: [SAID] };

    it('is left alone in /interface when it is declared in neither any more', () => {
      const { plan } = planOf(menu, BOTH, { own: [], also: [] });
      expect(plan.changes.filter((change) => change.menu === INTERFACE)).toEqual([]);
    });

    it.each(['comment', 'disabled'])(
      'keeps the %s that its own section declares, when /interface drops it',
      (field) => {
        const own = [{ name: NAME, [field]: SAID[field] ?? '' }];
        for (const also of [[], [{ name: NAME }]]) {
          const { plan, after } = planOf(menu, { own, also: [SAID] }, { own, also });
          expect(
            plan.changes
              .filter(({ kind }) => kind === 'set')
              .map((change) => Object.keys('fields' in change ? change.fields : {})),
          ).not.toContainEqual(expect.arrayContaining([field]));
          expect(after[INTERFACE]?.[0]?.[field]).toBe(SAID[field]);
        }
      },
    );

    it.each(['comment', 'disabled'])(
      'keeps the %s that /interface declares, when its own section drops it',
      (field) => {
        const also = [{ name: NAME, [field]: SAID[field] ?? '' }];
        const { after } = planOf(menu, { own: [SAID], also }, { own: [{ name: NAME }], also });
        expect(after[menu.path]?.[0]?.[field]).toBe(SAID[field]);
      },
    );

    it('does not go while /interface declares it', () => {
      const { plan, after } = planOf(menu, BOTH, { own: [], also: [SAID] });
      expect(plan.changes).toEqual([]);
      expect(after[menu.path]).toHaveLength(1);
      if (plan.heldBack !== undefined)
        expect(plan.heldBack).toMatchObject([{ menu: menu.path, match: { name: NAME } }]);
    });
  },
);
