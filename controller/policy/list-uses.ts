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
/** Where a protocol speaks it may learn routes. */
const ROUTING: Users = { fields: ['interfaces'], anybody: true };
const USERS: Readonly<Record<MenuPath, Users>> = {
  '/interface/bridge/filter': RULES,
  '/interface/bridge/nat': RULES,
  '/interface/bridge/vlan': { fields: ['tagged', 'untagged'], anybody: false },
  '/interface/dot1x/server': { fields: ['interface'], anybody: false },
  '/interface/dot1x/client': { fields: ['interface'], anybody: false },
  '/routing/ospf/interface-template': ROUTING,
  '/routing/rip/interface-template': ROUTING,
  '/routing/isis/interface-template': ROUTING,
  '/routing/bfd/configuration': ROUTING,
};
const VRFS = '/ip/vrf';

/** Menus that name interface lists for what is not modelled; those of VRFs are always read. */
export const LIST_USERS = Object.keys(USERS) as readonly MenuPath[];

/** Uses of lists of which it is not known what they do to the way, where a change alters who is on them. */
export function foreignUses(
  { change, before, after }: PlanStep,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const hidden = links.lost.length + links.unclear.length > 0;
  const gone = change.kind === 'remove' && change.menu === '/interface/list' ? change.match['name'] : undefined;
  const concerns = (list: string, anybody: boolean): boolean => {
    if (list === gone) return true;
    const moved = [...membersOf(list, before).symmetricDifference(membersOf(list, after))];
    return moved.some((name) => anybody || hidden || links.carriers.has(name));
  };
  const of = (menu: MenuPath, rows: readonly Row[], { fields, anybody }: Users): readonly Reason[] =>
    rows
      .filter((row) => isOn(row) && listsIn(row, fields).some((list) => concerns(list, anybody)))
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
