import type { MenuPath, Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { describeMember, membersOf } from './interface-lists.ts';
import type { ManagementPath } from './management-facts.ts';
import { foreignUses, LIST_USERS } from './list-uses.ts';
import { hasPathEffect } from './path-effects.ts';
import { LINK_MENUS, linksOf, type PathLinks } from './path-links.ts';
import type { PathInput, PathModel } from './path-model.ts';
import { cuts } from './path-reasons.ts';
import { isHarmlessMove } from './rule-effects.ts';
import { type PlanStep, type RouterState, startOf, statesOf } from './router-state.ts';

const LISTS = ['/interface/list', '/interface/list/member'] as const;
/** Menus that let people in by a list when nothing else does, and the field that names it. */
const RESCUES = {
  '/tool/mac-server': 'allowed-interface-list',
  '/tool/mac-server/mac-winbox': 'allowed-interface-list',
  '/ip/neighbor/discovery-settings': 'discover-interface-list',
} as const;
const RESCUE_MENUS = Object.keys(RESCUES) as readonly (keyof typeof RESCUES)[];

/** Fields by which rules name interface lists: of the interface that has the address, or of the port of its bridge. */
const ARRIVAL_MATCHERS = ['in-interface-list', 'out-interface-list'];
const PORT_MATCHERS = ['in-bridge-port-list', 'out-bridge-port-list'];

/** Menus that tell, besides the rules, what may use interface lists. */
export const LIST_READS: readonly MenuPath[] = [...RESCUE_MENUS, ...LIST_USERS];

/** Who is on an interface list that rules, or the last ways in, use. */
export const MEMBERSHIP_MODEL: PathModel = {
  reads: [...LINK_MENUS, ...LIST_READS],
  judges: (effect, menu) => effect === 'membership' && (LISTS as readonly string[]).includes(menu),
  concerns: ({ changes }, catalogue) => changes.some((change) => hasPathEffect(change, 'membership', catalogue)),
  reasons: membershipReasons,
};

function membershipReasons({ plan, live, path, catalogue }: PathInput): readonly Reason[] {
  const risky = plan.changes.filter(
    (change) => (LISTS as readonly string[]).includes(change.menu) && hasPathEffect(change, 'membership', catalogue),
  );
  if (risky.length === 0) return [];
  const links = linksOf(startOf(live, path), path);
  return statesOf(plan, live, path, [...LISTS], catalogue).flatMap((step) => {
    const { change } = step;
    if (!risky.includes(change)) return [];
    const gone = change.kind === 'remove' && change.menu === '/interface/list' ? [change.match['name'] ?? ''] : [];
    return movedMembers({ ...step, gone }, (name) => describeMember(change, name), links, path);
  });
}

/** Two states between which interfaces enter or leave lists; `gone`: lists that are there no more. */
interface ListStep extends Pick<PlanStep, 'before' | 'after'> {
  readonly gone: readonly string[];
}

/** Why it could cut the path who is on which list: asked of every change that makes or unmakes a member. */
export function movedMembers(
  step: ListStep,
  describe: (name: string) => string,
  links: PathLinks,
  path: ManagementPath,
): readonly Reason[] {
  const { before, after, gone } = step;
  const known = [...new Set(usesIn(path).map(({ list }) => list))];
  const hidden = links.lost.length + links.unclear.length > 0;
  return [
    ...foreignUses(step, links, path),
    ...gone.flatMap((list) => goneList(list, path)),
    ...known.flatMap((list) => {
      const was = membersOf(list, before);
      const is = membersOf(list, after);
      const moved = [...was.symmetricDifference(is)];
      if (hidden && moved.length > 0) return [hiddenReason(moved, list, links)];
      return movesOf(list, was, is, links, path).map(({ name, rule, chain }) => {
        const verb = is.has(name) ? 'enters' : 'leaves';
        return cuts(`${describe(name)}: it ${verb} "${list}", which ${rule} uses, and that`, chain);
      });
    }),
  ];
}

/** Every mention of a list that one of these interfaces is on, in what can matter to the way. */
export function interfaceListUses(
  state: RouterState,
  path: ManagementPath,
  names: readonly string[],
): readonly { readonly list: string; readonly interface: string; readonly usedBy: string }[] {
  return usesIn(path).flatMap((use) =>
    names
      .filter((name) => membersOf(use.list, state).has(name))
      .map((name) => ({ list: use.list, interface: name, usedBy: ruleText(use) })),
  );
}

/** Where it is not known over which interfaces the controller comes, it may be any. */
function hiddenReason(moved: readonly string[], list: string, { lost, unclear }: PathLinks): Reason {
  const why = [
    ...lost.map((controller) => `the way back to the controller (${controller}) is not clear from the router's routes`),
    ...unclear.map(({ name, type }) => `what ${name} (${type}) rests on is not modelled`),
  ].join(', and ');
  return {
    code: 'PathUnknown',
    message: `${why[0]?.toUpperCase() ?? ''}${why.slice(1)}, so the controller may come over ${moved.join(', ')}, and rules use the list ${list}.`,
  };
}

interface Use {
  readonly list: string;
  readonly negated: boolean;
  readonly at: 'arrival' | 'port' | 'rescue';
  readonly rule: Row;
}

/** Every mention of a list that can matter to what reaches the router itself. */
function usesIn(path: ManagementPath): readonly Use[] {
  const rules = path.rules.filter((rule) => rule['disabled'] !== 'true' && reachesRouter(rule, path.rules));
  const of = (row: Row, field: string, at: Use['at']): readonly Use[] => {
    const text = row[field] ?? '';
    return text === '' ? [] : [{ list: text.replace(/^!/, ''), negated: text.startsWith('!'), at, rule: row }];
  };
  return [
    ...rules.flatMap((rule) => [
      ...ARRIVAL_MATCHERS.flatMap((field) => of(rule, field, 'arrival')),
      ...PORT_MATCHERS.flatMap((field) => of(rule, field, 'port')),
    ]),
    ...RESCUE_MENUS.flatMap((menu) =>
      (path.rows[menu] ?? []).flatMap((row) => of({ ...row, menu }, RESCUES[menu], 'rescue')),
    ),
  ];
}

/** Chains that only see what passes through, or leaves by a connection that the router opens itself. */
const PASSING_BY: Readonly<Record<string, readonly string[]>> = {
  filter: ['forward'],
  nat: ['srcnat'],
  mangle: ['forward'],
  raw: [],
};
const BUILT_IN = new Set(['input', 'output', 'forward', 'prerouting', 'postrouting', 'srcnat', 'dstnat']);

/** A chain of somebody's own counts once a rule that counts jumps there. */
function reachesRouter(rule: Row, rules: readonly Row[], below: readonly string[] = []): boolean {
  const chain = rule['chain'] ?? '';
  const table = rule['table'] ?? '';
  if (BUILT_IN.has(chain)) return PASSING_BY[table]?.includes(chain) !== true;
  if (below.includes(chain)) return false;
  return rules.some(
    (other) =>
      other['table'] === table &&
      other['jump-target'] === chain &&
      other['disabled'] !== 'true' &&
      reachesRouter(other, rules, [...below, chain]),
  );
}

interface Moved {
  readonly name: string;
  readonly rule: string;
  readonly chain: readonly string[];
}

/** Who of the way enters or leaves, and the first rule that this could harm. */
function movesOf(
  list: string,
  was: ReadonlySet<string>,
  is: ReadonlySet<string>,
  { arrivals, carriers }: PathLinks,
  path: ManagementPath,
): readonly Moved[] {
  const uses = usesIn(path).filter((use) => use.list === list);
  return [...new Set([...was, ...is])]
    .filter((name) => was.has(name) !== is.has(name))
    .flatMap((name): readonly Moved[] => {
      const harmful = uses.find(
        (use) => concerns(use, name, { arrivals, carriers }) && !isHarmlessUse(use, is.has(name)),
      );
      const chain = arrivals.get(name) ?? carriers.get(name);
      return harmful === undefined || chain === undefined ? [] : [{ name, rule: ruleText(harmful), chain }];
    });
}

function concerns(
  { at }: Use,
  name: string,
  { arrivals, carriers }: Pick<PathLinks, 'arrivals' | 'carriers'>,
): boolean {
  return at === 'arrival' ? arrivals.has(name) : carriers.has(name);
}

/** A last way in is only ever lost by leaving. */
function isHarmlessUse({ at, negated, rule }: Use, enters: boolean): boolean {
  return at === 'rescue' ? enters !== negated : isHarmlessMove(enters, rule, negated);
}

function ruleText({ rule, at }: Use): string {
  if (at === 'rescue') return rule['menu'] ?? '';
  const comment = rule['comment'] === undefined ? '' : ` "${rule['comment']}"`;
  return `a ${rule['table'] ?? ''} rule (${rule['chain'] ?? ''}, ${rule['action'] ?? 'accept'})${comment}`;
}

/** A list that goes leaves its rules with a name that nobody bears. */
function goneList(list: string, path: ManagementPath): readonly Reason[] {
  const use = usesIn(path).find((each) => each.list === list);
  if (use === undefined) return [];
  return [
    { code: 'PathCut', message: `Removing the list ${list} breaks ${ruleText(use)}, which can let the controller in.` },
  ];
}
