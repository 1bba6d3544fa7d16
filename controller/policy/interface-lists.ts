import type { Change } from '#differ';
import type { Reason } from '../reasons.ts';
import type { PathLinks } from './path-links.ts';
import { cuts } from './path-reasons.ts';
import { isOn, named, type RouterState } from './router-state.ts';

/** Whether a name is that of an interface list and of no interface. */
export function isListName(name: string, state: RouterState): boolean {
  return named(state, '/interface', name) === undefined && named(state, '/interface/list', name) !== undefined;
}

/**
 * The interfaces on a list: its enabled members and those of lists that it includes, without those of lists that it
 * excludes. The built-in lists stand for what they say.
 */
export function membersOf(list: string, state: RouterState, above: readonly string[] = []): ReadonlySet<string> {
  const interfaces = state.rows('/interface');
  const namesOf = (keep: (row: (typeof interfaces)[number]) => boolean): ReadonlySet<string> =>
    new Set(interfaces.filter(keep).map((row) => row['name'] ?? ''));
  if (list === 'none' || above.includes(list)) return new Set();
  if (list === 'all') return namesOf(() => true);
  if (list === 'dynamic') return namesOf((row) => row['dynamic'] === 'true');
  if (list === 'static') return namesOf((row) => row['dynamic'] !== 'true');
  const row = named(state, '/interface/list', list);
  const others = (text: string | undefined): readonly string[] =>
    (text ?? '')
      .split(',')
      .filter((name) => name !== '')
      .flatMap((name) => [...membersOf(name, state, [...above, list])]);
  const own = state
    .rows('/interface/list/member')
    .filter((member) => member['list'] === list && isOn(member))
    .map((member) => member['interface'] ?? '');
  const excluded = new Set(others(row?.['exclude']));
  return new Set([...own, ...others(row?.['include'])].filter((name) => !excluded.has(name)));
}

/** A list that is a port of a bridge makes ports of its members: why one that enters or leaves could cut the path. */
export function enteringPorts(
  change: Change,
  before: RouterState,
  after: RouterState,
  links: PathLinks,
): readonly Reason[] {
  return before
    .rows('/interface/bridge/port')
    .filter((row) => isOn(row) && isListName(row['interface'] ?? '', before))
    .flatMap((row) => {
      const list = row['interface'] ?? '';
      const was = membersOf(list, before);
      const is = membersOf(list, after);
      const moved = [...was, ...is].filter((name) => was.has(name) !== is.has(name));
      return moved.flatMap((name) => {
        const chain = links.carriers.get(name) ?? links.carriers.get(row['bridge'] ?? '');
        if (chain === undefined) return [];
        const verb = is.has(name) ? 'joins' : 'leaves';
        return [
          cuts(`${describeMember(change, name)}: it ${verb} ${row['bridge'] ?? ''} by the list ${list}, which`, chain),
        ];
      });
    });
}

/** `Changing the list LAN`, and who is concerned. */
export function describeMember(change: Change, name: string): string {
  const list = change.match?.['list'] ?? change.match?.['name'] ?? '';
  const verb = change.kind === 'create' ? 'Adding to' : change.kind === 'remove' ? 'Taking from' : 'Changing';
  return `${verb} the list ${list} concerns ${name}`;
}
