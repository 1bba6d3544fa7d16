import { ownAddresses, type ManagementPath } from './management-facts.ts';
import { interfaceListUses } from './membership-changes.ts';
import { linksOf } from './path-links.ts';
import { startOf } from './router-state.ts';

/** The way by which a controller reaches a router, as the router tells it, for people to see. */
export interface PathView {
  /** The addresses from which the controller may come. */
  readonly controllers: readonly string[];
  /** Addresses of the router that it talks to, as far as they are known. */
  readonly addresses: readonly string[];
  /** The rows that lead from a controller to each interface that may carry it. */
  readonly chains: readonly (readonly string[])[];
  /** Interface lists with somebody of the way on them, and what uses these. */
  readonly lists: readonly { readonly list: string; readonly interface: string; readonly usedBy: string }[];
  /** What is not known, so that changes which depend on it are refused. */
  readonly unclear: readonly string[];
}

/** Of a router as it is now, whatever anybody plans. */
export function pathViewOf(path: ManagementPath): PathView {
  const state = startOf({ menus: {} }, path);
  const { carriers, lost, unclear } = linksOf(state, path);
  return {
    controllers: path.controllers,
    addresses: ownAddresses(path, path.addresses),
    chains: [...carriers.values()],
    lists: interfaceListUses(state, path, [...carriers.keys()]),
    unclear: [
      ...(path.controllers.length === 0 ? ['The router does not tell from which address the controller comes.'] : []),
      ...lost.map((controller) => `The way back to ${controller} is not clear from the router's routes.`),
      ...unclear.map(({ name, type }) => `What ${name} (${type}) rests on is not modelled.`),
      ...path.unread.map((menu) => `The controller's user may not read ${menu}.`),
    ],
  };
}
