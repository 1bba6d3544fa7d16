import type { MenuPath, Row } from '#routeros';
import type { Reason } from '../reasons.ts';

/** The controller's way to one router, as the router sees it (armed-rollback.md §6). */
export interface ManagementPath {
  /**
   * Every source address that we may have: the router tells of our user's sessions, not which is ours. Empty: it tells
   * none.
   */
  readonly controllers: readonly string[];
  /** spec.management: the router's own address, and the interface on which our packets arrive. */
  readonly declared: { readonly address: string; readonly interface: string | null } | null;
  /** The address that we connect to, when it is a literal; NAT in front may make it none of the router's. */
  readonly dialled: string | null;
  readonly routes: readonly Row[];
  readonly addresses: readonly Row[];
  readonly interfaces: readonly Row[];
  /** What an interface is carried by, as far as the router tells: `interface` under `name`, a row for each. */
  readonly carriers: readonly Row[];
  /** Rules of every firewall table, with `table` among the properties. */
  readonly rules: readonly Row[];
  /** Rows of `/routing/rule` and `/ip/vrf`, with `menu` among the properties. */
  readonly otherTables: readonly Row[];
  /** Rows of the routing menus that can name an address list, with `menu` among the properties. */
  readonly routingFilters: readonly Row[];
  /**
   * Rows of `/radius` and of IPsec peers and policies, which name addresses of the router, with `menu` among the
   * properties.
   */
  readonly addressUsers: readonly Row[];
  /** Rows of the menus that the models which judge the plan read besides (`readsOf`). */
  readonly rows: Readonly<Record<MenuPath, readonly Row[]>>;
  /** Menus of the four above that exist and that our user may not read. */
  readonly unread: readonly MenuPath[];
}

/** What the proof of the management path says of one plan, and what makes the plan more than routine. */
export interface PathProof {
  readonly reasons: readonly Reason[];
  readonly risks: readonly string[];
}

/** The address of an `/ip/address` row, without its length. */
export function hostOf(row: Row): string {
  return (row['address'] ?? '').split('/')[0] ?? '';
}

/** Addresses of the router itself through which we reach it, as far as rows and facts agree; empty: not known. */
export function ownAddresses(path: ManagementPath, rows: readonly Row[]): readonly string[] {
  const here = (address: string): boolean =>
    rows.some((row) => row['disabled'] !== 'true' && row['invalid'] !== 'true' && hostOf(row) === address);
  const { declared, dialled } = path;
  if (declared !== null && !here(declared.address)) return [];
  return [...new Set([declared?.address, dialled])].filter(
    (address): address is string => typeof address === 'string' && here(address),
  );
}
