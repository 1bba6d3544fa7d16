import { Failure } from '#failure';
import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import type { ManagementPath } from '../policy/management-facts.ts';
import type { DeviceSession } from '../ports.ts';

const TABLES = ['filter', 'raw', 'nat', 'mangle'] as const;
const OTHER_TABLES = ['/routing/rule', '/ip/vrf'] as const;
const ROUTING_FILTERS = ['/routing/bgp/connection', '/routing/bgp/template', '/routing/filter/rule'] as const;
const ADDRESS_USERS = ['/radius', '/ip/ipsec/peer', '/ip/ipsec/policy'] as const;

/** Reads what can use address lists: the rules of every firewall table, and the routing menus that can name one. */
export async function readListUsers(
  session: DeviceSession,
  signal?: AbortSignal,
): Promise<Pick<ManagementPath, 'rules' | 'routingFilters' | 'unread'>> {
  const rules: Row[] = [];
  for (const table of TABLES) {
    const rows = await session.print(`/ip/firewall/${table}`, undefined, signal);
    rules.push(...rows.map((row) => ({ ...row, table })));
  }
  const { rows, unread } = await readMenus(session, ROUTING_FILTERS, signal);
  return { rules, routingFilters: rows, unread };
}

/**
 * Reads what else the proof of the management path rests on. `user` is the name we log in with, `reads` what the models
 * need that judge the plan.
 */
export async function readManagementPath(
  session: DeviceSession,
  user: string,
  reached: Pick<ManagementPath, 'declared' | 'dialled'>,
  users: Pick<ManagementPath, 'rules' | 'routingFilters' | 'unread'>,
  reads: readonly MenuPath[],
  signal?: AbortSignal,
): Promise<ManagementPath> {
  const otherTables = await readMenus(session, OTHER_TABLES, signal);
  const addressUsers = await readMenus(session, ADDRESS_USERS, signal);
  const modelled = await readMenus(session, reads, signal);
  const rows = Map.groupBy(modelled.rows, (row) => row['menu'] as MenuPath);
  return {
    ...reached,
    rules: users.rules,
    routingFilters: users.routingFilters,
    controllers: await possibleControllers(session, user, signal),
    routes: await session.print('/ip/route', undefined, signal),
    addresses: await session.print('/ip/address', undefined, signal),
    interfaces: await session.print('/interface', ['name', 'type', 'running', 'disabled', 'mac-address'], signal),
    carriers: await readCarriers(session, signal),
    otherTables: otherTables.rows.filter((row) => row['menu'] !== '/ip/vrf' || row['name'] !== 'main'),
    addressUsers: addressUsers.rows,
    rows: Object.fromEntries(reads.map((menu) => [menu, rows.get(menu) ?? []])),
    unread: [...otherTables.unread, ...users.unread, ...addressUsers.unread, ...modelled.unread],
  };
}

/**
 * Our source addresses as the router sees them: NAT may lie between (armed-rollback.md §6). Sessions and log name the
 * user, not which of its sessions is ours, so every address that either tells counts.
 */
async function possibleControllers(
  session: DeviceSession,
  user: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const active = await printIfThere(session, '/user/active', signal);
  const log = await printIfThere(session, '/log', signal);
  const pattern = new RegExp(`^user ${RegExp.escape(user)} logged in from (\\S+) via rest-api`);
  const told = [
    ...(active ?? []).filter((row) => row['name'] === user && row['via'] === 'rest-api').map((row) => row['address']),
    ...(log ?? []).map((row) => pattern.exec(row['message'] ?? '')?.[1]),
  ];
  return [...new Set(told.filter((address) => address !== undefined && address !== ''))] as string[];
}

/** VLANs, bridge ports and bonding slaves: `interface` carries `name`. */
async function readCarriers(session: DeviceSession, signal?: AbortSignal): Promise<readonly Row[]> {
  const vlans = await printIfThere(session, '/interface/vlan', signal);
  const ports = await printIfThere(session, '/interface/bridge/port', signal);
  const bonds = await printIfThere(session, '/interface/bonding', signal);
  return [
    ...(vlans ?? []).map((row) => ({ name: row['name'] ?? '', interface: row['interface'] ?? '' })),
    ...(ports ?? []).map((row) => ({ name: row['bridge'] ?? '', interface: row['interface'] ?? '' })),
    ...(bonds ?? []).flatMap((row) =>
      (row['slaves'] ?? '').split(',').map((slave) => ({ name: row['name'] ?? '', interface: slave })),
    ),
  ];
}

/** The rows of all menus with `menu` among the properties, and the menus that we may not read. */
async function readMenus(
  session: DeviceSession,
  menus: readonly MenuPath[],
  signal?: AbortSignal,
): Promise<{ readonly rows: readonly Row[]; readonly unread: readonly MenuPath[] }> {
  const rows: Row[] = [];
  const unread: MenuPath[] = [];
  for (const menu of menus) {
    const read = await printIfThere(session, menu, signal);
    if (read === null) unread.push(menu);
    rows.push(...(read ?? []).map((row) => ({ ...row, menu })));
  }
  return { rows, unread };
}

/** Nothing for a menu that this router does not have, null for one that we may not read. */
async function printIfThere(
  session: DeviceSession,
  menu: MenuPath,
  signal?: AbortSignal,
): Promise<readonly Row[] | null> {
  try {
    return await session.print(menu, withoutSecrets(menu), signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'NoSuchMenu') return [];
    if (error.code === 'NotPermitted') return null;
    throw error;
  }
}

/** Nobody needs a secret to see a way. Undefined: the menu has none that we know of. */
function withoutSecrets(path: MenuPath): readonly string[] | undefined {
  const menu: Menu | undefined = CATALOGUE[path];
  if (menu?.keepsSecrets !== true) return undefined;
  return ['.id', ...Object.keys(menu.fields).filter((name) => menu.fields[name]?.secret !== true)];
}
