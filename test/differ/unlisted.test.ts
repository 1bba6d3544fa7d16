import { describe, expect, test } from 'vitest';
import { cameUnlisted, declaredIn, type DesiredList, driftOf, makePlan, nextBase, type UnlistedWord } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';

const MENU: MenuPath = '/ip/firewall/address-list';
const OURS: Row = { list: 'blocklist', address: '192.0.2.1', disabled: 'false' };
const BLOCKED: Row = { list: 'blocklist', address: '203.0.113.1', disabled: 'false' };
const OTHER: Row = { list: 'mgmt', address: '203.0.113.1', disabled: 'false' };
const LIVE = liveOf({ [MENU]: [OURS, BLOCKED, OTHER] });

function saying(parts: Readonly<Record<string, UnlistedWord>>, more: Partial<DesiredList> = {}): DesiredList {
  return list(declared([OURS]), { unlistedIn: { field: 'list', parts }, ...more });
}

const PRUNE = { unlisted: 'prune', unlistedBy: ['fleet'] } as const;
const TOLERATE = { unlisted: 'tolerate', unlistedBy: ['site'] } as const;

describe('a part that prunes', () => {
  const desired = desiredOf({ [MENU]: saying({ blocklist: PRUNE }) });

  test('takes its own undeclared rows alone, once a base that prunes it is confirmed', () => {
    const first = makePlan({ desired, base: desiredOf({ [MENU]: list(declared([OURS])) }), live: LIVE });
    expect(first.changes).toEqual([]);
    expect(first.extras).toMatchObject([
      { match: { list: 'blocklist' } },
      { match: { list: 'mgmt' }, tolerated: true },
    ]);
    const base = nextBase(desired, first, null);
    const second = makePlan({ desired, base, live: LIVE });
    expect(second.changes).toMatchObject([{ kind: 'remove', match: { list: 'blocklist' }, reason: 'unlisted' }]);
    expect(second.extras).toMatchObject([{ match: { list: 'mgmt' }, tolerated: true }]);
    expect(nextBase(desired, second, base)).toBe(desired);
  });

  test('may be spared by its own word where the section prunes', () => {
    const spared = desiredOf({ [MENU]: saying({ mgmt: TOLERATE }, PRUNE) });
    expect(makePlan({ desired: spared, base: spared, live: LIVE }).changes).toMatchObject([
      { kind: 'remove', match: { list: 'blocklist' } },
    ]);
  });

  test('releases what was tolerated there by a RouterConfig that vanished', () => {
    const base = desiredOf({ [MENU]: saying({ mgmt: TOLERATE }, PRUNE) });
    const plan = makePlan({ desired: desiredOf({ [MENU]: saying({}, PRUNE) }), base, live: LIVE });
    expect(plan.released).toMatchObject([{ match: { list: 'mgmt' } }]);
    expect(plan.changes).toMatchObject([{ kind: 'remove', match: { list: 'blocklist' } }]);
    const still = desiredOf({ [MENU]: saying({ blocklist: { ...PRUNE, unlistedBy: ['site'] } }, PRUNE) });
    expect(makePlan({ desired: still, base, live: LIVE }).released).toEqual([]);
  });
});

test('parts may go by a field that is no part of the tuple, and by one that a row leaves out', () => {
  const ports: MenuPath = '/interface/bridge/port';
  const leases: MenuPath = '/ip/dhcp-server/lease';
  const desired = desiredOf({
    [ports]: list([], { unlistedIn: { field: 'bridge', parts: { lan: PRUNE } } }),
    [leases]: list([], { unlistedIn: { field: 'server', parts: { all: PRUNE } } }),
  });
  const live = liveOf({
    [ports]: [
      { interface: 'ether2', bridge: 'lan' },
      { interface: 'ether3', bridge: 'guests' },
    ],
    [leases]: [{ 'mac-address': '00:00:5E:00:53:01' }, { 'mac-address': '00:00:5E:00:53:02', server: 'office' }],
  });
  const { changes, extras } = makePlan({ desired, base: desired, live });
  expect(changes.map(({ match }) => match)).toEqual(
    expect.arrayContaining([{ interface: 'ether2' }, expect.objectContaining({ 'mac-address': '00:00:5E:00:53:01' })]),
  );
  expect(changes).toHaveLength(2);
  expect(extras).toHaveLength(2);
});

describe('rows that were there when pruning began', () => {
  const desired = desiredOf({ [MENU]: saying({ blocklist: PRUNE }) });
  const base = nextBase(desired, makePlan({ desired, base: null, live: LIVE }), null);

  test('are remembered with the base, as no part of what it declares but as something left to do', () => {
    expect(base.menus[MENU]).toMatchObject({ toPrune: [{ list: 'blocklist', address: '203.0.113.1' }] });
    expect(declaredIn(base)).not.toEqual(declaredIn(nextBase(desired, makePlan({ desired, base, live: LIVE }), base)));
  });

  test('came before anybody could say that they must not, and those that come later are drift', () => {
    const later: Row = { list: 'blocklist', address: '203.0.113.9', disabled: 'false' };
    const live = liveOf({ [MENU]: [OURS, BLOCKED, OTHER, later] });
    const came = cameUnlisted(base);
    const extras = driftOf(base, live).filter(({ class: kind }) => kind === 'Extra');
    expect(extras.filter((entry) => came(entry.menu, entry.live)).map(({ live: { address } }) => address)).toEqual([
      '203.0.113.9',
    ]);
    expect(came('/ip/dns', {})).toBe(false);
  });

  test('are forgotten once they are gone, and kept while they are held back', () => {
    const gone = makePlan({ desired, base, live: liveOf({ [MENU]: [OURS] }) });
    expect(nextBase(desired, gone, base)).toBe(desired);
    const heldBack = [{ menu: MENU, match: { list: 'blocklist', address: '203.0.113.1' }, because: 'it is' }];
    const held = makePlan({ desired, base, live: LIVE, heldBack });
    expect(nextBase(desired, held, base).menus[MENU]).toMatchObject({ toPrune: [{ address: '203.0.113.1' }] });
  });
});
