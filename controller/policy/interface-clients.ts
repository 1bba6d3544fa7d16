import type { MenuPath } from '#routeros';
import type { Reason } from '../reasons.ts';
import type { ManagementPath } from './management-facts.ts';
import { isOn } from './router-state.ts';

/** What gives an interface addresses and routes that no plan knows, once it is up. */
export const CLIENTS: readonly MenuPath[] = ['/ip/dhcp-client', '/interface/pppoe-client'];

/** Clients on these interfaces, which `what` may set going or stop. */
export function clientReasons(what: string, names: ReadonlySet<string>, path: ManagementPath): readonly Reason[] {
  return CLIENTS.flatMap((menu) =>
    (path.rows[menu] ?? [])
      .filter((row) => isOn(row) && names.has(row['interface'] ?? ''))
      .map((row): Reason => ({
        code: 'PathNotModelled',
        message: `${what}, and which routes ${menu} then brings on ${row['interface'] ?? ''} is not known.`,
      })),
  );
}
