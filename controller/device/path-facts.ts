import { Failure, type MenuPath, type Row } from '#routeros';
import type { ManagementPath } from '../policy/management-path.ts';
import type { DeviceSession } from '../ports.ts';

const TABLES = ['filter', 'raw', 'nat', 'mangle'] as const;

/** Reads what the proof of the management path rests on. `user` is the name we log in with; `management` the router's address, if known. */
export async function readManagementPath(
  session: DeviceSession,
  user: string,
  management: string | null,
  signal?: AbortSignal,
): Promise<ManagementPath> {
  const rules: Row[] = [];
  for (const table of TABLES) {
    const rows = await session.print(`/ip/firewall/${table}`, undefined, signal);
    rules.push(...rows.map((row) => ({ ...row, table })));
  }
  return {
    controller: await controllerAddress(session, user, signal),
    management,
    rules,
    routes: await session.print('/ip/route', undefined, signal),
    addresses: await session.print('/ip/address', undefined, signal),
    interfaces: await session.print('/interface', ['name', 'type', 'running', 'disabled'], signal),
    addressLists: await session.print('/ip/firewall/address-list', ['list', 'address', 'disabled', 'dynamic'], signal),
  };
}

/** Our source address as the router sees it: NAT may lie between (armed-rollback.md §6). The active session tells it, else the log does. */
async function controllerAddress(session: DeviceSession, user: string, signal?: AbortSignal): Promise<string | null> {
  const active = await printOrNone(session, '/user/active', signal);
  const rows = active.filter((row) => row['name'] === user && row['via'] === 'rest-api');
  const addresses = new Set(rows.map((row) => row['address'] ?? '').filter((address) => address !== ''));
  if (addresses.size === 1) return [...addresses][0] ?? null;
  const log = await printOrNone(session, '/log', signal);
  const pattern = new RegExp(`^user ${RegExp.escape(user)} logged in from (\\S+) via rest-api`);
  return log.map((row) => pattern.exec(row['message'] ?? '')?.[1]).findLast((address) => address !== undefined) ?? null;
}

async function printOrNone(session: DeviceSession, menu: MenuPath, signal?: AbortSignal): Promise<readonly Row[]> {
  try {
    return await session.print(menu, undefined, signal);
  } catch (error) {
    if (error instanceof Failure && (error.code === 'NotPermitted' || error.code === 'NoSuchMenu')) return [];
    throw error;
  }
}
