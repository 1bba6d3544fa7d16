import { describe, expect, it } from 'vitest';
import { type DesiredState, type LiveState, makePlan } from '#differ';
import type { MenuPath, Row } from '#routeros';

const OWNERS = ['office'];

function desired(menu: MenuPath, ...rows: readonly Row[]): DesiredState {
  const declared = rows.map((fields) => ({ fields, owners: OWNERS }));
  return { menus: { [menu]: { shape: 'list', declaredBy: OWNERS, unlisted: 'tolerate', rows: declared } } };
}

function planOf(wanted: DesiredState, live: LiveState['menus']) {
  return makePlan({ desired: wanted, base: null, live: { menus: live } });
}

describe('a menu that comes with a package', () => {
  it('is never taken for an empty one: its rows are held back', () => {
    const plan = planOf(desired('/interface/wifi/channel', { name: '5ghz', frequency: '5180' }), {});
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toEqual([
      { menu: '/interface/wifi/channel', match: { name: '5ghz' }, because: expect.stringContaining('RouterOS 7.13') },
    ]);
  });

  it('is planned like any other where the router has it', () => {
    const plan = planOf(desired('/interface/wifi/channel', { name: '5ghz', frequency: '5180' }), {
      '/interface/wifi/channel': [{ '.id': '*1', name: '5ghz', frequency: '2412' }],
    });
    expect(plan.changes).toMatchObject([{ kind: 'set', fields: { frequency: '5180' } }]);
  });
});

describe('a row of a menu with secrets', () => {
  const MENU = '/interface/wifi/security';

  it.each([
    ['a secret of a new row', { name: 'office', passphrase: '{secretRef: office-wifi}' }, []],
    ['a secret', { name: 'office', passphrase: '{secretRef: office-wifi}' }, [{ '.id': '*1', name: 'office' }]],
    ['another field', { name: 'office', wps: 'disable' }, [{ '.id': '*1', name: 'office', wps: 'push-button' }]],
  ])('is held back with its reason: %s', (_, wanted, live) => {
    const plan = planOf(desired(MENU, wanted), { [MENU]: live });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toMatchObject([{ menu: MENU, because: expect.stringMatching(/secret/) }]);
  });

  it('is added without a secret', () => {
    expect(planOf(desired(MENU, { name: 'guest', wps: 'disable' }), { [MENU]: [] }).changes).toMatchObject([
      { kind: 'create', match: { name: 'guest' } },
    ]);
  });

  it('is no radio that could be added', () => {
    const plan = planOf(desired('/interface/wifi', { name: 'wifi3' }), { '/interface/wifi': [] });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack?.[0]?.because).toContain('radio');
  });
});
