import type { Change } from '#differ';
import type { Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { isListName, membersOf } from './interface-lists.ts';
import { type Chain, type PathLinks, portsIn } from './path-links.ts';
import { cuts } from './path-reasons.ts';
import { isOn, named, type RouterState } from './router-state.ts';

/**
 * Why a change of a bridge port could cut the path: it touches a port over which the controller may come, makes a slave
 * of what carries the way, closes a loop around a bridge without spanning tree, or takes the MAC from a bridge.
 */
export function portReasons(
  change: Change,
  before: RouterState,
  after: RouterState,
  links: PathLinks,
): readonly Reason[] {
  const said = change.match?.['interface'] ?? '';
  const was = rowOf(before, said);
  const is = rowOf(after, said);
  const concerned = isListName(said, before) ? [...membersOf(said, before)] : [said];
  return concerned.flatMap((name) => {
    const chain = links.carriers.get(name);
    if (chain !== undefined) return [cuts(described(change, name, was, is), chain)];
    return besideReasons(change, name, { was, is, before, after }, links);
  });
}

interface Beside {
  readonly was: Row | null;
  readonly is: Row | null;
  readonly before: RouterState;
  readonly after: RouterState;
}

/** Of a port that carries nothing of the way, but whose bridge may. */
function besideReasons(change: Change, name: string, beside: Beside, links: PathLinks): readonly Reason[] {
  const { was, is, before, after } = beside;
  const left = bridgeOf(was);
  const joined = bridgeOf(is);
  const reasons: Reason[] = [];
  const leftChain = left === null ? undefined : links.carriers.get(left);
  if (left !== null && leftChain !== undefined && (left !== joined || change.kind === 'move'))
    reasons.push(...macReasons(change, name, left, leftChain, before, after));
  const chain = joined === null ? undefined : links.carriers.get(joined);
  if (joined === null || chain === undefined || joined === left) return reasons;
  if (named(before, '/interface', joined)?.['running'] !== 'true')
    reasons.push(cuts(`Adding port ${name} to ${joined}, which does not run and may come up by it,`, chain));
  if (named(after, '/interface/bridge', joined)?.['protocol-mode'] === 'none')
    reasons.push(cuts(`Adding port ${name} to ${joined}, which has no spanning tree against a loop,`, chain));
  return [...reasons, ...macReasons(change, name, joined, chain, before, after)];
}

/** With `auto-mac` a bridge has the MAC of one of its ports: of the first, or of whichever bears it now. */
function macReasons(
  change: Change,
  name: string,
  bridge: string,
  chain: Chain,
  before: RouterState,
  after: RouterState,
): readonly Reason[] {
  const row = named(before, '/interface/bridge', bridge);
  if (row?.['auto-mac'] === 'false') return [];
  const mac = (state: RouterState, port: string): string =>
    (named(state, '/interface', port)?.['mac-address'] ?? '').toUpperCase();
  const own = (row?.['mac-address'] ?? '').toUpperCase();
  const [first] = portsIn(before, bridge);
  const [next] = portsIn(after, bridge);
  const isKept = own !== '' && mac(before, name) !== '' && mac(before, name) !== own && first === next;
  return isKept
    ? []
    : [cuts(`${described(change, name, null, null)}, from which ${bridge} may take its MAC (auto-mac),`, chain)];
}

function rowOf(state: RouterState, name: string): Row | null {
  return (
    state.rows('/interface/bridge/port').find((row) => row['interface'] === name && row['dynamic'] !== 'true') ?? null
  );
}

/** The bridge that a port row is in force for. */
function bridgeOf(row: Row | null): string | null {
  return row === null || !isOn(row) ? null : (row['bridge'] ?? null);
}

function described(change: Change, name: string, was: Row | null, is: Row | null): string {
  switch (change.kind) {
    case 'create':
      return `Making ${name} a port of ${change.fields['bridge'] ?? ''}`;
    case 'remove':
      return `Removing port ${name}`;
    case 'move':
      return `Moving port ${name} among the ports`;
    case 'set': {
      if (change.fields['bridge'] !== undefined)
        return `Moving port ${name} from ${was?.['bridge'] ?? 'its bridge'} to ${change.fields['bridge']}`;
      if (change.fields['disabled'] === 'true') return `Switching off port ${name}`;
      return `Changing ${Object.keys(change.fields).join(', ')} of port ${name}${is === null ? '' : ` of ${is['bridge'] ?? ''}`}`;
    }
  }
}
