import type { Change } from '#differ';
import { isOn, named, type RouterState } from './router-state.ts';

/** Whether a name is that of an interface list and of no interface. */
export function isListName(name: string, state: RouterState): boolean {
  return named(state, '/interface', name) === undefined && named(state, '/interface/list', name) !== undefined;
}

/**
 * The interfaces on a list: those of lists that it includes, without those of lists that it excludes, and its enabled
 * members, which are added last (vendor's page Interface Lists). The built-in lists stand for what they say.
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
  return new Set([...others(row?.['include']).filter((name) => !excluded.has(name)), ...own]);
}

/** `Changing the list LAN`, and who is concerned. */
export function describeMember(change: Change, name: string): string {
  const list = change.match?.['list'] ?? change.match?.['name'] ?? '';
  const verb = change.kind === 'create' ? 'Adding to' : change.kind === 'remove' ? 'Taking from' : 'Changing';
  return `${verb} the list ${list} concerns ${name}`;
}
