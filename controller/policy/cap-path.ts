import type { MenuPath, Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { standingOn } from './link-changes.ts';
import type { ManagementPath } from './management-facts.ts';
import type { Chain, PathLinks } from './path-links.ts';
import { cuts } from './path-reasons.ts';
import { isOn, type PlanStep, type RouterState } from './router-state.ts';
import { configurationsReached, RADIOS } from './wifi-interfaces.ts';

const MANAGER = '/interface/wifi/capsman';
const CAPS = '/interface/wifi/capsman/remote-cap';
const PROVISIONING = '/interface/wifi/provisioning';
/** Menus that tell which access points this router leads as their CAPsMAN, and with what. */
export const CAP_READS: readonly MenuPath[] = [MANAGER, CAPS, PROVISIONING];

interface CapStep extends PlanStep {
  readonly what: string;
  /** The wireless interfaces that the change reaches. */
  readonly reached: ReadonlyMap<string, Chain>;
}

/**
 * What reaches the radios of another access point cuts off whoever is its client. Such a client comes in by the wire to
 * that access point, and no row tells it from others there: it may be the controller unless each access point that this
 * router leads is known to be elsewhere.
 */
export function capReasons(step: CapStep, links: PathLinks, path: ManagementPath): readonly Reason[] {
  const managers = (path.rows[MANAGER] ?? []).filter(({ enabled }) => enabled !== 'false' && enabled !== 'no');
  if (managers.length === 0) return [];
  const pushed = pushedBy(step, path);
  if (pushed === null || areElsewhere(path.rows[CAPS] ?? [], step.before, links)) return [];
  const says = `${step.what}, which CAPsMAN hands to access points that it leads,`;
  return [...links.arrivals.values()].map((chain) =>
    cuts(says, [...chain, 'an access point that may be on this way', ...pushed]),
  );
}

/** The rows from an access point to the one that changes; null: none gets it. */
function pushedBy({ change, before, after, reached }: CapStep, path: ManagementPath): Chain | null {
  const configurations = configurationsReached(change, [before, after]);
  for (const rule of path.rows[PROVISIONING] ?? []) {
    if (!isOn(rule) || rule['action'] === 'none') continue;
    const names = [rule['master-configuration'], ...(rule['slave-configurations'] ?? '').split(',')];
    const used = names.find((name) => configurations.has(name?.trim() ?? ''));
    if (used !== undefined) return ['provisioning', ...(configurations.get(used.trim()) ?? [])];
  }
  const far = [...reached].find(([name]) => !isOwn(name, [before, after], path));
  return far === undefined ? null : [far[0], ...far[1]];
}

/** Whether an interface is, or stands on, a radio of this router: those alone have a name by default. */
function isOwn(name: string, states: readonly RouterState[], path: ManagementPath): boolean {
  const rows = [
    ...states.flatMap((state) => state.rows(RADIOS).filter((row) => row['name'] === name)),
    ...toldOf(name, path),
  ];
  const isRadio = (row: Row): boolean => (row['default-name'] ?? '') !== '' && row['dynamic'] !== 'true';
  if (rows.some(isRadio)) return true;
  const masters = new Set(rows.flatMap((row) => row['master-interface'] ?? []));
  return [...masters].some((master) => toldOf(master, path).some(isRadio));
}

function toldOf(name: string, path: ManagementPath): readonly Row[] {
  return (path.rows[RADIOS] ?? []).filter((row) => row['name'] === name);
}

/** Whether bridges have learnt every access point, and none where the controller may come from. */
function areElsewhere(caps: readonly Row[], state: RouterState, links: PathLinks): boolean {
  const onWay = standingOn([...links.carriers.keys()], state);
  const isElsewhere = (cap: Row): boolean => {
    const mac = (cap['base-mac'] ?? '').toUpperCase();
    const hosts = state
      .rows('/interface/bridge/host')
      .filter((row) => isOn(row) && (row['mac-address'] ?? '').toUpperCase() === mac);
    const [port = '', ...others] = new Set(hosts.map((row) => row['on-interface'] ?? row['interface'] ?? ''));
    return mac !== '' && port !== '' && others.length === 0 && !onWay.has(port);
  };
  return caps.length > 0 && caps.every(isElsewhere);
}
