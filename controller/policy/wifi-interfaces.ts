import type { Change } from '#differ';
import type { MenuPath, Row } from '#routeros';
import type { Chain } from './path-links.ts';
import { named, type RouterState } from './router-state.ts';

/** Radios of the newer drivers and the access points on them. */
export const RADIOS = '/interface/wifi';
/** Networks as radios of the newer drivers put them up, which name profiles in turn. */
const CONFIGURATIONS = '/interface/wifi/configuration';
const DATAPATHS = '/interface/wifi/datapath';
/** What a station of the older drivers joins, with which profile. */
const CONNECT_LIST = '/interface/wireless/connect-list';

/** The menus of a kind of radios. */
interface Driver {
  readonly interfaces: MenuPath;
  /** In `/interface`. */
  readonly type: string;
  /** Menus of profiles, each with the field that names a row of it. */
  readonly profiles: Readonly<Record<MenuPath, string>>;
}

const WIFI: Driver = {
  interfaces: RADIOS,
  type: 'wifi',
  profiles: {
    '/interface/wifi/channel': 'channel',
    '/interface/wifi/security': 'security',
    [DATAPATHS]: 'datapath',
    [CONFIGURATIONS]: 'configuration',
  },
};
const WIRELESS: Driver = {
  interfaces: '/interface/wireless',
  type: 'wlan',
  profiles: { '/interface/wireless/security-profiles': 'security-profile' },
};
const DRIVERS: readonly Driver[] = [WIFI, WIRELESS];

/** Menus whose changes reach wireless interfaces. */
export const RADIO_MENUS: readonly MenuPath[] = DRIVERS.flatMap(
  ({ interfaces, profiles }) => [interfaces, ...Object.keys(profiles)] as MenuPath[],
);
/** Menus that tell which. */
export const RADIO_READS: readonly MenuPath[] = [...RADIO_MENUS, CONNECT_LIST];

function driverOf(menu: MenuPath): Driver {
  return menu.startsWith(WIRELESS.interfaces) ? WIRELESS : WIFI;
}

/**
 * Every wireless interface that a change reaches, each with the rows from it to the one that changes: those that refer
 * to it before or after, those whose profiles nobody can tell, and all that share a radio with one of them. `read`: as
 * the router told it before the plan, with what it says of itself.
 */
export function reachedBy(
  { kind, menu, match }: Change,
  states: readonly RouterState[],
  read: Readonly<Record<MenuPath, readonly Row[]>>,
): ReadonlyMap<string, Chain> {
  const driver = driverOf(menu);
  const name = match?.['name'] ?? '';
  const reached = new Map<string, Chain>();
  if (menu === driver.interfaces) reached.set(name, []);
  else {
    for (const state of states)
      for (const [found, chain] of referring(driver, menu, name, state)) reached.set(found, chain);
    // What is not there yet is named by nobody.
    if (kind !== 'create')
      for (const state of states)
        for (const found of foreignIn(driver, state, read))
          reached.set(found, ['profiles that provisioning or a CAPsMAN chose, so they may be any']);
  }
  return withRadios(
    reached,
    states.flatMap((state) => state.rows(driver.interfaces)),
  );
}

function referring(driver: Driver, menu: MenuPath, name: string, state: RouterState): ReadonlyMap<string, Chain> {
  const field = driver.profiles[menu] ?? '';
  const link = `${field} ${name}`;
  const names = (row: Row): boolean => (row[field] ?? (field === 'security-profile' ? 'default' : '')) === name;
  const configurations = new Set(
    menu === CONFIGURATIONS ? [] : state.rows(CONFIGURATIONS).flatMap((row) => (names(row) ? [row['name'] ?? ''] : [])),
  );
  const listed = new Set(
    driver === WIFI ? [] : state.rows(CONNECT_LIST).flatMap((row) => (names(row) ? [row['interface'] ?? ''] : [])),
  );
  const found = new Map<string, Chain>();
  for (const row of state.rows(driver.interfaces)) {
    const own = row['name'] ?? '';
    const configuration = row['configuration'] ?? '';
    if (names(row)) found.set(own, [link]);
    else if (configurations.has(configuration)) found.set(own, [`configuration ${configuration}`, link]);
    else if (listed.has(own) || listed.has('')) found.set(own, ['connect-list', link]);
  }
  return found;
}

/** Every configuration of the newer drivers that a change of a profile reaches, each with the rows from it to that one. */
export function configurationsReached(
  { menu, match }: Change,
  states: readonly RouterState[],
): ReadonlyMap<string, Chain> {
  const name = match?.['name'] ?? '';
  if (menu === CONFIGURATIONS) return new Map([[name, [`configuration ${name}`]]]);
  const field = WIFI.profiles[menu];
  if (field === undefined) return new Map();
  const naming = states.flatMap((state) => state.rows(CONFIGURATIONS).filter((row) => row[field] === name));
  return new Map(naming.map((row) => [row['name'] ?? '', [`configuration ${row['name'] ?? ''}`, `${field} ${name}`]]));
}

/** Interfaces whose profiles are not what their rows say: made by provisioning, or led by a CAPsMAN. */
function foreignIn(
  driver: Driver,
  state: RouterState,
  read: Readonly<Record<MenuPath, readonly Row[]>>,
): ReadonlySet<string> {
  const rows = state.rows(driver.interfaces);
  const told = [...rows, ...(read[driver.interfaces] ?? [])];
  const isForeign = (row: Row): boolean => {
    const configuration = named(state, CONFIGURATIONS, row['configuration'] ?? '');
    const manager = row['configuration.manager'] ?? configuration?.['manager'] ?? '';
    return row['dynamic'] === 'true' || (row['cap'] ?? '') !== '' || manager.startsWith('capsman');
  };
  const unlisted = state
    .rows('/interface')
    .filter(({ type, name }) => type === driver.type && !told.some((row) => row['name'] === name));
  return new Set([...told.filter(isForeign), ...unlisted].map((row) => row['name'] ?? ''));
}

/** With all interfaces that share a radio, or links of one, with these. */
function withRadios(reached: ReadonlyMap<string, Chain>, rows: readonly Row[]): ReadonlyMap<string, Chain> {
  const found = new Map(reached);
  for (let known = -1; known !== found.size;) {
    known = found.size;
    for (const row of rows) {
      const together = [row['name'], row['master-interface'], row['mld-interface']].filter(
        (name): name is string => name !== undefined && name !== '',
      );
      const one = together.find((name) => found.has(name));
      if (one === undefined) continue;
      for (const name of together)
        if (!found.has(name)) found.set(name, [`the radio that it shares with ${one}`, ...(found.get(one) ?? [])]);
    }
  }
  return found;
}

/**
 * Where a datapath puts an interface, in bridges or interface lists: what its row says, the profile that it names, then
 * the same of its configuration. The first that says something holds. For one whose profiles nobody can tell: all there
 * are.
 */
export function placesOf(
  name: string,
  field: 'bridge' | 'interface-list',
  state: RouterState,
  read: Readonly<Record<MenuPath, readonly Row[]>>,
): readonly string[] {
  const said = (row: Row | undefined): readonly (string | undefined)[] => [
    row?.[`datapath.${field}`],
    row === undefined ? undefined : named(state, DATAPATHS, row['datapath'] ?? '')?.[field],
  ];
  const older = field === 'bridge' ? named(state, WIRELESS.interfaces, name)?.['wds-default-bridge'] : undefined;
  const row = named(state, WIFI.interfaces, name);
  const all = foreignIn(WIFI, state, read).has(name)
    ? [...state.rows(CONFIGURATIONS).flatMap(said), ...state.rows(DATAPATHS).map((datapath) => datapath[field])]
    : [];
  return [...said(row), ...said(named(state, CONFIGURATIONS, row?.['configuration'] ?? '')), ...all, older].filter(
    (place): place is string => place !== undefined && place !== '' && place !== 'none',
  );
}
