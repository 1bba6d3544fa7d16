import { describe, expect, it } from 'vitest';
import { type DesiredState, type LiveState, makePlan, type SecretTerms } from '#differ';
import type { MenuPath, Row } from '#routeros';

const OWNERS = ['office'];

function desired(menu: MenuPath, ...rows: readonly Row[]): DesiredState {
  const declared = rows.map((fields) => ({ fields, owners: OWNERS }));
  return { menus: { [menu]: { shape: 'list', declaredBy: OWNERS, unlisted: 'tolerate', rows: declared } } };
}

function planOf(
  wanted: DesiredState,
  live: LiveState['menus'],
  secrets?: SecretTerms,
  base: DesiredState | null = null,
) {
  return makePlan({ desired: wanted, base, live: { menus: live }, ...(secrets === undefined ? {} : { secrets }) });
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

  const OLD = { '.id': '*1', name: 'office', passphrase: 'seal-1' };
  const OPEN: SecretTerms = { because: null, unbound: { other: 'nobody bound it' } };

  it('is planned by seals where secrets can be compared', () => {
    const wanted = desired(MENU, { name: 'office', passphrase: 'seal-2', wps: 'disable' });
    const plan = planOf(wanted, { [MENU]: [OLD] }, OPEN);
    expect(plan.changes).toMatchObject([
      { kind: 'set', fields: { passphrase: 'seal-2' }, before: { passphrase: 'seal-1' } },
    ]);
    expect(plan.heldBack).toBeUndefined();
    expect(planOf(wanted, { [MENU]: [] }, OPEN).changes).toMatchObject([{ kind: 'create' }]);
    const gone = planOf(
      desired(MENU),
      { [MENU]: [OLD] },
      OPEN,
      desired(MENU, { name: 'office', passphrase: 'seal-1' }),
    );
    expect(gone.changes).toMatchObject([{ kind: 'remove', before: { passphrase: 'seal-1' } }]);
  });

  it('keeps a secret that nobody declares', () => {
    expect(planOf(desired(MENU, { name: 'office' }), { [MENU]: [OLD] }, OPEN).changes).toEqual([]);
  });

  it.each<readonly [string, Row, readonly Row[], SecretTerms, RegExp]>([
    ['none may be read', { passphrase: 'seal-2' }, [OLD], { because: 'not sensitive', unbound: {} }, /^not sensitive$/],
    [
      'none may be read of a new row',
      { passphrase: 'seal-2' },
      [],
      { because: 'not sensitive', unbound: {} },
      /^not sens/,
    ],
    ['its name is not bound', { passphrase: '{secretRef: other}' }, [OLD], OPEN, /^nobody bound it$/],
    [
      'its name is unheard of',
      { passphrase: '{secretRef: more}' },
      [],
      OPEN,
      /no value is bound for the secret "more"/,
    ],
    [
      'there is none to copy',
      { passphrase: 'seal-2' },
      [{ '.id': '*1', name: 'office' }],
      OPEN,
      /is not set on the router/,
    ],
    ['a text beside it is not ASCII', { passphrase: 'seal-2', comment: 'Büro' }, [OLD], OPEN, /ASCII/],
  ])('is held back when %s', (_, fields, live, terms, because) => {
    const plan = planOf(desired(MENU, { name: 'office', ...fields }), { [MENU]: live }, terms);
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack).toMatchObject([{ menu: MENU, because: expect.stringMatching(because) }]);
  });

  it('is held back when it would go: a network would be open to all', () => {
    const base = desired(MENU, { name: 'office', passphrase: 'seal-1' });
    const plan = planOf(desired(MENU, { name: 'office' }), { [MENU]: [OLD] }, OPEN, base);
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack?.[0]?.because).toContain('open to all');
  });

  it('is no radio that could be added', () => {
    const plan = planOf(desired('/interface/wifi', { name: 'wifi3' }), { '/interface/wifi': [] });
    expect(plan.changes).toEqual([]);
    expect(plan.heldBack?.[0]?.because).toContain('radio');
  });
});
