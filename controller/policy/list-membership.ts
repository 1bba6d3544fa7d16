import { applyChanges, type Catalogue, type Change, keyOf, type LiveState, type Plan } from '#differ';
import { holdsAddress, type Menu, type MenuPath, readRange, type Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { hasPathEffect } from './path-effects.ts';
import { isHarmlessMove } from './rule-effects.ts';

/** The menu whose rows are members of lists. */
export const LISTS = '/ip/firewall/address-list';
/** The field by which rows of other menus have the router add members: what a static DNS row resolves to. */
const FEEDS = 'address-list';

/** What uses address lists: firewall rules, and the routing rows of which any mention counts. */
export interface ListUsers {
  readonly rules: readonly Row[];
  readonly routingFilters: readonly Row[];
}

/** Whom the path needs. `unknown` says who could have any address; null: nobody. */
export interface OnPath {
  readonly points: readonly string[];
  readonly unknown: string | null;
}

/** A change of a member, or of a row that feeds lists: these, before and after it (armed-rollback.md §6). */
export interface ListChange {
  readonly change: Change;
  readonly fed: readonly string[];
}

/** Whether rows of this menu may feed lists. */
export function feedsLists(catalogue: Catalogue, menu: MenuPath): boolean {
  return catalogue[menu]?.fields[FEEDS] !== undefined;
}

/** The changes of a plan that alter who is on a list, in its order. A row that feeds none alters nothing. */
export function listChangesIn(plan: Plan, catalogue: Catalogue): readonly ListChange[] {
  const held = new Map<string, readonly Row[]>();
  for (const { menu, match, rows } of plan.touched)
    if (feedsLists(catalogue, menu)) held.set(tupleOf(catalogue, menu, match), rows);
  return plan.changes.flatMap((change) => {
    if (!hasPathEffect(change, 'lists', catalogue)) return [];
    if (change.menu === LISTS) return [{ change, fed: [] }];
    if (!feedsLists(catalogue, change.menu)) return [];
    const rows = change.kind === 'create' ? [] : (held.get(tupleOf(catalogue, change.menu, change.match)) ?? []);
    const written = change.kind === 'create' || change.kind === 'set' ? [change.fields] : [];
    const before = 'before' in change ? [change.before] : [];
    const fed = [...written, ...before, ...rows].map((row) => row[FEEDS] ?? '').filter((list) => list !== '');
    return fed.length === 0 ? [] : [{ change, fed: [...new Set(fed)] }];
  });
}

function tupleOf(catalogue: Catalogue, menu: MenuPath, match: Row | null): string {
  return `${menu} ${keyOf(catalogue[menu] as Menu, match ?? {})}`;
}

/**
 * Why list changes could cut the path: somebody on the path enters or leaves a list that a rule uses, at any moment of
 * the plan, and the rule is not one that this can only help. Names could resolve to anything.
 */
export function listReasons(
  changes: readonly ListChange[],
  rows: readonly Row[],
  users: ListUsers,
  path: OnPath,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const lists = new Set(changes.filter(({ change }) => change.menu === LISTS).map(({ change }) => listOf(change)));
  const watched = [...lists].filter((list) => usesOf(list, users).length > 0);
  let state: LiveState = { menus: { [LISTS]: rows.filter((row) => watched.includes(row['list'] ?? '')) } };
  for (const { change, fed } of changes) {
    reasons.push(...feedReasons(fed, users));
    if (change.menu !== LISTS) continue;
    const list = listOf(change);
    if (!watched.includes(list)) continue;
    const uses = usesOf(list, users);
    const before = state.menus[LISTS] ?? [];
    state = applyChanges(state, [change]);
    for (const move of movesOf(list, before, state.menus[LISTS] ?? [], path)) {
      const harmful = uses.find((rule) => !isHarmless(move.enters, rule, list));
      if (harmful === undefined) continue;
      const verb = move.enters ? 'enters' : move.later === true ? 'leaves, once its timeout is over,' : 'leaves';
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
  /** By itself, long after the plan. */
  readonly later?: true;
}

/**
 * Only lasting entries hold anybody: timed ones and what names resolve to go by themselves. One that the plan adds with a
 * timeout enters now, and leaves when nobody looks any more.
 */
function movesOf(list: string, before: readonly Row[], after: readonly Row[], path: OnPath): readonly Move[] {
  const was = membersOf(list, before.filter(isLasting));
  const is = membersOf(list, after.filter(isLasting));
  const passing = after.filter((row) => row['dynamic'] !== 'true' && !isLasting(row) && !before.includes(row));
  const during = [...is, ...membersOf(list, passing)];
  return [
    ...movesBetween(was, is, path),
    ...(passing.length === 0 ? [] : [...movesBetween(is, during, path), ...movesBetween(during, is, path).map(later)]),
  ];
}

function later(move: Move): Move {
  return { ...move, later: true };
}

/** A row that a plan adds has no flag yet; the time is what makes it the router's own. */
function isLasting(row: Row): boolean {
  return row['dynamic'] !== 'true' && (row['timeout'] ?? '') === '';
}

function movesBetween(was: readonly string[], is: readonly string[], path: OnPath): readonly Move[] {
  return [
    ...path.points.flatMap((point) => moveOf(point, was, is)),
    ...anyMoves(was, is, (entry) => (readRange(entry) === undefined ? `Whatever ${entry} resolves to` : path.unknown)),
  ];
}

function moveOf(point: string, before: readonly string[], after: readonly string[]): readonly Move[] {
  const was = covers(before, point);
  const is = covers(after, point);
  return was === is ? [] : [{ what: point, enters: is }];
}

/** Entries that may hold anybody, each with who it is. Those that come or go count for every point. */
function anyMoves(
  before: readonly string[],
  after: readonly string[],
  whoOf: (entry: string) => string | null,
): readonly Move[] {
  const moves = (entries: readonly string[], others: readonly string[], enters: boolean): readonly Move[] =>
    entries
      .filter((entry) => !others.includes(entry))
      .map(whoOf)
      .filter((what) => what !== null)
      .map((what) => ({ what: what.replace(/^the /, 'The '), enters }));
  return [...moves(after, before, true), ...moves(before, after, false)];
}

function membersOf(list: string, rows: readonly Row[]): readonly string[] {
  return rows.filter((row) => row['list'] === list && row['disabled'] !== 'true').map((row) => row['address'] ?? '');
}

function covers(entries: readonly string[], point: string): boolean {
  const address = readRange(point)?.first;
  return address !== undefined && entries.some((entry) => holdsAddress(entry, address));
}

/** Whether anything uses a list that these changes alter. */
export function isAnyListUsed(changes: readonly ListChange[], users: ListUsers): boolean {
  const lists = changes.flatMap(({ change, fed }) => (change.menu === LISTS ? [listOf(change)] : fed));
  return lists.some((list) => usesOf(list, users).length > 0);
}

function usesOf(list: string, { rules, routingFilters }: ListUsers): readonly Row[] {
  return [
    ...rules.filter(
      (rule) =>
        rule['disabled'] !== 'true' && matchersOf(rule).some((matcher) => matcher === list || matcher === `!${list}`),
    ),
    ...routingFilters
      .filter((row) => row['disabled'] !== 'true' && mentions(row, list))
      .map((row) => ({ table: row['menu'] ?? '', action: 'routing' })),
  ];
}

/**
 * BGP announces what a list holds, and routing filters match on it; a filter's text is not read further than for the
 * name.
 */
function mentions(row: Row, list: string): boolean {
  const announced = (row['output.network'] ?? '').split(',').includes(list);
  return announced || (row['rule'] ?? '').includes(list);
}

function matchersOf(rule: Row): readonly string[] {
  return [rule['src-address-list'], rule['dst-address-list']].filter(
    (matcher): matcher is string => matcher !== undefined,
  );
}

/** In every matcher that names the list. */
function isHarmless(enters: boolean, rule: Row, list: string): boolean {
  if (rule['table'] !== 'filter') return false;
  return matchersOf(rule).every((matcher) => {
    if (matcher !== list && matcher !== `!${list}`) return true;
    return isHarmlessMove(enters, rule, matcher.startsWith('!'));
  });
}

/** The router adds what such a row resolves to. */
function feedReasons(fed: readonly string[], users: ListUsers): readonly Reason[] {
  const lists = fed.filter((list) => usesOf(list, users).length > 0);
  return lists.map((list) => ({
    code: 'PathCut',
    message: `A static DNS row feeds the list "${list}", which rules use: what it resolves to is not known.`,
  }));
}
