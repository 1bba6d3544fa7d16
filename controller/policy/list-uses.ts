import type { MenuPath, Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { membersOf } from './interface-lists.ts';
import type { ManagementPath } from './management-facts.ts';
import type { PathLinks } from './path-links.ts';
import { isOn, type PlanStep } from './router-state.ts';

/** What else names interface lists, and in which fields. */
interface Users {
  readonly fields: readonly string[];
  /** Whoever enters or leaves may matter to the way, not only who is on it. */
  readonly anybody: boolean;
}

/** Rules of bridges, which can stop a frame before any other rule sees it. */
const RULES: Users = {
  fields: ['in-interface-list', 'out-interface-list', 'in-bridge-list', 'out-bridge-list'],
  anybody: true,
};
/** Where a protocol speaks it may learn routes, or who has to speak it. */
const ROUTING: Users = { fields: ['interfaces'], anybody: true };
const LABELS: Users = { fields: ['interface'], anybody: true };
/** Where an access point finds its manager, which may then turn its radios to anything. */
const CAP: Users = { fields: ['discovery-interfaces', 'interfaces'], anybody: true };
/** Who may speak on an interface, of those who already do. */
const ACCESS: Users = { fields: ['interface'], anybody: false };
const USERS: Readonly<Record<MenuPath, Users>> = {
  '/interface/bridge/filter': RULES,
  '/interface/bridge/nat': RULES,
  '/interface/bridge/vlan': { fields: ['tagged', 'untagged', 'mvrp-forbidden'], anybody: false },
  // Whoever is on these lists may be given a DHCP client, and with it a route.
  '/interface/detect-internet': {
    fields: ['detect-interface-list', 'internet-interface-list', 'lan-interface-list', 'wan-interface-list'],
    anybody: true,
  },
  '/interface/dot1x/server': ACCESS,
  '/interface/dot1x/client': ACCESS,
  '/interface/wifi/access-list': ACCESS,
  '/interface/wifiwave2/access-list': ACCESS,
  '/interface/wireless/access-list': ACCESS,
  '/interface/wireless/connect-list': ACCESS,
  '/caps-man/access-list': ACCESS,
  '/interface/wifi/cap': CAP,
  '/interface/wifiwave2/cap': CAP,
  '/interface/wireless/cap': CAP,
  '/interface/wifi/capsman': ROUTING,
  '/interface/wifiwave2/capsman': ROUTING,
  '/caps-man/manager/interface': LABELS,
  '/mpls/interface': LABELS,
  '/mpls/ldp/interface': LABELS,
  '/routing/ospf/interface-template': ROUTING,
  '/routing/rip/interface-template': ROUTING,
  '/routing/isis/interface-template': ROUTING,
  '/routing/bfd/configuration': ROUTING,
  '/routing/gmp': ROUTING,
  '/routing/pimsm/interface-template': ROUTING,
  '/routing/pimsm/igmp-interface-template': ROUTING,
  // A last way in, as by MAC address.
  '/tool/romon/port': ACCESS,
};
const VRFS = '/ip/vrf';

/** Fields that name interface lists, by menu, whose users are not modelled. */
export const LIST_FIELDS: Readonly<Record<MenuPath, readonly string[]>> = Object.fromEntries(
  Object.entries({ ...USERS, [VRFS]: ROUTING }).map(([menu, { fields }]) => [menu, fields]),
);

/** Menus that name interface lists for what is not modelled; those of VRFs are always read. */
export const LIST_USERS = Object.keys(USERS) as readonly MenuPath[];

/** Uses of lists of which it is not known what they do to the way, where a change alters who is on them. */
export function foreignUses(
  { before, after, gone }: Pick<PlanStep, 'before' | 'after'> & { readonly gone: readonly string[] },
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const hidden = links.lost.length + links.unclear.length > 0;
  const concerns = (list: string, anybody: boolean): boolean => {
    if (gone.includes(list)) return true;
    const moved = [...membersOf(list, before).symmetricDifference(membersOf(list, after))];
    return moved.some((name) => anybody || hidden || links.carriers.has(name));
  };
  const of = (menu: MenuPath, rows: readonly Row[], { fields, anybody }: Users): readonly Reason[] =>
    rows
      .filter(
        (row) =>
          isOn(row) && row['enabled'] !== 'false' && listsIn(row, fields).some((list) => concerns(list, anybody)),
      )
      .map((row) => ({
        code: 'PathNotModelled',
        message: `${rowText(menu, row)} uses an interface list that changes, and what it does to the way to the controller is not modelled.`,
      }));
  return [
    ...LIST_USERS.flatMap((menu) => of(menu, path.rows[menu] ?? [], USERS[menu] ?? ROUTING)),
    ...of(
      VRFS,
      path.otherTables.filter((row) => row['menu'] === VRFS),
      ROUTING,
    ),
  ];
}

function listsIn(row: Row, fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => (row[field] ?? '').split(',')).map((text) => text.trim().replace(/^!/, ''));
}

/** `A row of /interface/bridge/filter (input, drop)`. */
function rowText(menu: MenuPath, row: Row): string {
  const chain = row['chain'];
  return `A row of ${menu}${chain === undefined ? '' : ` (${chain}, ${row['action'] ?? 'accept'})`}`;
}
