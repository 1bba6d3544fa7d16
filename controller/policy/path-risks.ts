import type { Catalogue, Plan } from '#differ';
import { CATALOGUE } from '#routeros';
import { isPlain } from './interface-types.ts';
import type { ManagementPath } from './management-facts.ts';
import { hasPathEffect } from './path-effects.ts';
import { routesTo } from './return-path.ts';

/**
 * What makes a plan high risk although it does not cut the path at once (armed-rollback.md §6). A way that is not
 * known is a risk.
 */
export function pathRisks(plan: Plan, path: ManagementPath, catalogue: Catalogue = CATALOGUE): readonly string[] {
  const naming = plan.changes.filter((change) => hasPathEffect(change, 'names', catalogue));
  const risks = naming.length > 0 ? wayRisks(path) : [];
  const timed = path.rules.some((rule) => rule['time'] !== undefined && rule['disabled'] !== 'true');
  if (!timed || !naming.some(({ menu }) => catalogue[menu]?.setsClock === true)) return risks;
  return [...risks, 'firewall rules depend on the time of day, and the time source changes'];
}

function wayRisks(path: ManagementPath): readonly string[] {
  const ways = path.controllers.map((controller) => routesTo(controller, path.addresses, path));
  if (ways.length === 0 || ways.includes(null)) {
    return [
      'the way back to the controller is not known, so it may run through a tunnel that depends on DNS, time or identity',
    ];
  }
  const policy = path.addressUsers.find(
    (row) => row['menu'] === '/ip/ipsec/policy' && row['disabled'] !== 'true' && row['template'] !== 'true',
  );
  if (policy !== undefined)
    return ['the management path may run through IPsec, whose peer depends on DNS, time or identity'];
  const arrival = path.declared?.interface ?? null;
  const exits = [
    ...(arrival === null ? [] : [arrival]),
    ...ways.flatMap((way) => way ?? []).map((way) => way.interface),
  ];
  return [...new Set(exits)]
    .filter((name) => !isPlain(name, path.interfaces, path.carriers))
    .map(
      (name) =>
        `the management path runs through ${name}, which is or may rest on a tunnel whose endpoint depends on DNS, time or identity`,
    );
}
