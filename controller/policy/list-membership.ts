import { applyChanges, type Change, type LiveState } from '#differ';
import { readRange, type Row } from '#routeros';
import type { Reason } from '../gate.ts';

const LISTS = '/ip/firewall/address-list';
const STATIC = '/ip/dns/static';

/** Actions that let a packet pass or only note it. */
const PASSING = new Set(['accept', 'log', 'passthrough', 'return']);

/**
 * Why list changes could cut the path: one of the points (controller, its gateway, the router's own address) enters or leaves a list that
 * a firewall rule uses, at any moment of the plan, and the rule is not one that this can only help. Names could resolve to anything.
 */
export function listReasons(
  changes: readonly Change[],
  rows: readonly Row[],
  rules: readonly Row[],
  points: readonly string[],
): readonly Reason[] {
  const reasons: Reason[] = [];
  const lists = new Set(changes.filter((change) => change.menu === LISTS).map(listOf));
  const watched = [...lists].filter((list) => usesOf(list, rules).length > 0);
  let state: LiveState = { menus: { [LISTS]: rows.filter((row) => watched.includes(row['list'] ?? '')) } };
  for (const change of changes) {
    if (change.menu === STATIC) reasons.push(...nameReasons(change, rules));
    if (change.menu !== LISTS) continue;
    const list = listOf(change);
    if (!watched.includes(list)) continue;
    const uses = usesOf(list, rules);
    const before = state.menus[LISTS] ?? [];
    state = applyChanges(state, [change]);
    const after = state.menus[LISTS] ?? [];
    const moved = points.flatMap((point) => moveOf(point, membersOf(list, before), membersOf(list, after)));
    const named = namedMove(membersOf(list, before), membersOf(list, after));
    for (const move of [...moved, ...named]) {
      const harmful = uses.find((rule) => !isHarmless(move.enters, rule, list));
      if (harmful === undefined) continue;
      const verb = move.enters ? 'enters' : 'leaves';
      reasons.push({
        code: 'PathCut',
        message: `${move.what} ${verb} the list "${list}", which a ${harmful['table']} rule (${harmful['action'] ?? 'accept'}) uses.`,
      });
    }
  }
  return reasons;
}

function listOf(change: Change): string {
  return change.match?.['list'] ?? '';
}

interface Move {
  readonly what: string;
  readonly enters: boolean;
}

function moveOf(point: string, before: readonly string[], after: readonly string[]): readonly Move[] {
  const was = covers(before, point);
  const is = covers(after, point);
  return was === is ? [] : [{ what: point, enters: is }];
}

/** Entries that are names: what they hold is decided elsewhere, so each that comes or goes counts for every point. */
function namedMove(before: readonly string[], after: readonly string[]): readonly Move[] {
  const names = (entries: readonly string[]): readonly string[] =>
    entries.filter((entry) => readRange(entry) === undefined);
  return [
    ...names(after)
      .filter((name) => !before.includes(name))
      .map((name) => ({ what: `Whatever ${name} resolves to`, enters: true })),
    ...names(before)
      .filter((name) => !after.includes(name))
      .map((name) => ({ what: `Whatever ${name} resolves to`, enters: false })),
  ];
}

function membersOf(list: string, rows: readonly Row[]): readonly string[] {
  return rows.filter((row) => row['list'] === list && row['disabled'] !== 'true').map((row) => row['address'] ?? '');
}

function covers(entries: readonly string[], point: string): boolean {
  const target = readRange(point);
  if (target === undefined) return false;
  return entries.some((entry) => {
    const range = readRange(entry);
    return range !== undefined && range.first <= target.first && target.first <= range.last;
  });
}

function usesOf(list: string, rules: readonly Row[]): readonly Row[] {
  return rules.filter(
    (rule) =>
      rule['disabled'] !== 'true' && matchersOf(rule).some((matcher) => matcher === list || matcher === `!${list}`),
  );
}

function matchersOf(rule: Row): readonly string[] {
  return [rule['src-address-list'], rule['dst-address-list']].filter(
    (matcher): matcher is string => matcher !== undefined,
  );
}

/** Entering a list can only help where the rule lets its members pass, or drops everybody else; leaving is the mirror of it. */
function isHarmless(enters: boolean, rule: Row, list: string): boolean {
  if (rule['table'] !== 'filter') return false;
  const passes = PASSING.has(rule['action'] ?? 'accept');
  return matchersOf(rule).every((matcher) => {
    if (matcher !== list && matcher !== `!${list}`) return true;
    const negated = matcher.startsWith('!');
    return enters ? passes !== negated : passes === negated;
  });
}

/** The router adds what such a row resolves to (armed-rollback.md §6). */
function nameReasons(change: Change, rules: readonly Row[]): readonly Reason[] {
  if (change.kind === 'move') return [];
  const rows =
    change.kind === 'create'
      ? [change.fields]
      : change.kind === 'set'
        ? [change.fields, change.before]
        : [change.before];
  const lists = rows
    .map((row) => row['address-list'] ?? '')
    .filter((list) => list !== '' && usesOf(list, rules).length > 0);
  return lists.map((list) => ({
    code: 'PathCut',
    message: `A static DNS row feeds the list "${list}", which firewall rules use: what it resolves to is not known.`,
  }));
}
