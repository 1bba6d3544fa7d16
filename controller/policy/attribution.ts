import { CATALOGUE, type MenuPath } from '#routeros';
import { oneLine } from '#visible';
import type { Instant } from '../ports.ts';
import type { Suspect, Suspicion } from '../records/drift.ts';

/** A change that the router tells of: who made it, and what in the router's words. Without a time it may be any. */
export interface ToldChange {
  readonly at: Instant | null;
  /** Empty: the router itself. */
  readonly by: string;
  readonly action: string;
}

/** Somebody who came in. */
export interface ToldLogin {
  readonly at: Instant | null;
  readonly name: string;
  readonly via: string;
  readonly from: string | null;
}

/** What a router tells of who did what, by the controller's clock. Sessions of REST and the API are left out. */
export interface Traces {
  readonly history: readonly ToldChange[];
  /** Changes that the log tells of. */
  readonly log: readonly ToldChange[];
  /** When its oldest line was written: the log is a ring. */
  readonly logsFrom: Instant | null;
  readonly logins: readonly ToldLogin[];
  /** Who is there now, by a console. */
  readonly active: readonly string[];
  /** What keeps all of this from being sure, as clauses. */
  readonly doubts: readonly string[];
}

/** Clocks of routers tell whole seconds, and an answer takes its time. */
export const CLOCK_SLACK_MS = 3_000;

interface Evidence extends Omit<Traces, 'logsFrom' | 'active'> {
  /** Who is or was there. */
  readonly present: readonly string[];
}

/** The part of the traces that can be about what changed since a moment; null: nobody knows since when. */
function evidenceSince(traces: Traces, since: Instant | null): Evidence {
  const isRecent = ({ at }: { readonly at: Instant | null }): boolean =>
    at === null || since === null || at >= since - CLOCK_SLACK_MS;
  const isOld = ({ at }: { readonly at: Instant | null }): boolean => at !== null && !isRecent({ at });
  const visits = traces.logins.filter(isRecent);
  const doubts =
    since === null
      ? ['it is not known when it was last as confirmed']
      : [
          ...(traces.history.some(isOld) ? [] : ['the history does not reach back to when it was last as confirmed']),
          ...(isOld({ at: traces.logsFrom }) ? [] : ['the log does not reach back to when it was last as confirmed']),
        ];
  return {
    history: traces.history.filter(isRecent),
    log: traces.log.filter(isRecent),
    logins: traces.logins,
    present: [...new Set([...traces.active, ...visits.map(({ name }) => name)])],
    doubts: [...doubts, ...traces.doubts],
  };
}

/**
 * Who changed a menu since it was last as confirmed, as far as the router tells. Certain: its history and log are whole
 * since then and name one person; nobody else was there, and no other menu is told of in these words. Changes by the
 * controller's own user are nobody's: a person who has its password is not to be told from it.
 */
export function suspicionOf(menu: MenuPath, traces: Traces, since: Instant | null, ourUser: string): Suspicion {
  const evidence = evidenceSince(traces, since);
  const told = evidence.history.filter(({ action }) => tellsOf(menu, action) !== 'no');
  const logged = evidence.log.filter(({ action }) => tellsOf(menu, action) !== 'no');
  const byPeople = (changes: readonly ToldChange[]): readonly ToldChange[] =>
    changes.filter(({ by }) => by !== '' && by !== ourUser);
  const proof = byPeople(told).length > 0 ? byPeople(told) : byPeople(logged);
  const names = [...new Set(proof.map(({ by }) => by))];
  const others = evidence.present.filter((name) => !names.includes(name)).map((name) => oneLine(name));
  if (names.length === 0) {
    const own = [...told, ...logged].some(({ by }) => by === ourUser);
    const ours = own ? [`there are only changes by ${oneLine(ourUser)}, as whom the controller logs in`] : [];
    const there = others.length === 0 ? [] : [`logged in meanwhile: ${others.join(', ')}`];
    const because = [...ours, ...there, ...evidence.doubts];
    return { menu, sure: 'unknown', people: [], because: because.length === 0 ? [NOT_TOLD] : because };
  }
  const doubts = [
    ...(names.length > 1 ? ['several people changed it'] : []),
    ...(byPeople(told).length === 0 ? ['only the log names them'] : []),
    ...(told.some(({ by }) => by === '') ? ['the router changed it by itself, too'] : []),
    ...(proof.some(({ action }) => tellsOf(menu, action) === 'perhaps')
      ? ['the words of the router also mean other menus']
      : []),
    ...(others.length > 0 ? [`logged in as well: ${others.join(', ')}`] : []),
    ...evidence.doubts,
  ];
  const people = names.map((name) => suspectOf(name, proof, evidence.logins));
  return { menu, sure: doubts.length === 0 ? 'certain' : 'likely', people, because: doubts };
}

const NOT_TOLD = 'neither the history nor the log of the router names anybody';

/** The words of the router for a change here: those that mean this menu more closely than any other. */
function tellsOf(menu: MenuPath, action: string): 'yes' | 'perhaps' | 'no' {
  const own = closeness(menu, action);
  if (own === 0) return 'no';
  const others = Object.keys(CATALOGUE)
    .filter((path) => path !== menu)
    .map((path) => closeness(path as MenuPath, action));
  const closest = Math.max(0, ...others);
  return closest > own ? 'no' : closest === own ? 'perhaps' : 'yes';
}

function closeness(menu: MenuPath, action: string): number {
  const text = action.toLowerCase();
  const words = CATALOGUE[menu]?.historyWords ?? [];
  return Math.max(0, ...words.filter((word) => text.includes(word)).map(({ length }) => length));
}

function suspectOf(name: string, changes: readonly ToldChange[], logins: readonly ToldLogin[]): Suspect {
  const times = changes.flatMap(({ by, at }) => (by === name && at !== null ? [at] : []));
  const login = logins.findLast((each) => each.name === name);
  return {
    name,
    via: login?.via ?? null,
    from: login?.from ?? null,
    at: times.length === 0 ? null : Math.max(...times),
  };
}

/** `anna (winbox from 192.0.2.7)`, several joined by comma, `likely` in front where it is not certain; or `unknown`. */
export function attributionText(suspicions: readonly Suspicion[]): string {
  const known = suspicions.filter(({ people }) => people.length > 0);
  if (known.length === 0) return 'unknown';
  const people = new Set(known.flatMap((each) => each.people.map(personText)));
  const some = suspicions.some(({ sure }) => sure === 'unknown') ? ', and unknown' : '';
  const isCertain = known.every(({ sure }) => sure === 'certain');
  return `${isCertain ? '' : 'likely '}${[...people].join(', ')}${some}`;
}

function personText({ name, via, from }: Suspect): string {
  if (via === null) return name;
  return from === null ? `${name} (${via})` : `${name} (${via} from ${from})`;
}

/** What is known of a menu that drifted further: who did the first part, and who the rest. */
export function bothSuspicions(one: Suspicion, other: Suspicion): Suspicion {
  const people = new Map([...one.people, ...other.people].map((person) => [person.name, person]));
  const sure = SURENESS.find((each) => each === one.sure || each === other.sure) ?? 'unknown';
  return {
    menu: one.menu,
    sure,
    people: [...people.values()],
    because: [...new Set([...one.because, ...other.because])],
  };
}

const SURENESS = ['unknown', 'likely', 'certain'] as const;

/** How sure the least clear of them is. */
export function leastSure(suspicions: readonly Suspicion[]): Suspicion['sure'] {
  return SURENESS.find((each) => suspicions.some(({ sure }) => sure === each)) ?? 'unknown';
}
