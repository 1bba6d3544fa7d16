import { Failure } from '#failure';
import type { MenuPath, Row } from '#routeros';
import { CLOCK_SLACK_MS, type ToldChange, type ToldLogin, type Traces } from '../policy/attribution.ts';
import type { Clock, DeviceSession, Instant } from '../ports.ts';

/** Their sessions never end by themselves, so they show nobody's presence (routeros-rest.md §1). */
const PROGRAMS: ReadonlySet<string> = new Set(['rest-api', 'api', 'api-ssl']);
/** What routers answer that lack a menu, or whose user may not read it. */
const TOLD_NOTHING: ReadonlySet<string> = new Set(['NoSuchMenu', 'NotPermitted', 'Refused']);

/**
 * Reads who changed what on a router: its history, log and sessions, and its clock, by which they tell the time. What
 * the router refuses to tell is a doubt. @throws {Failure} when it does not answer.
 */
export async function readTraces(session: DeviceSession, clock: Clock, signal?: AbortSignal): Promise<Traces> {
  const doubts: string[] = [];
  const read = async (path: MenuPath): Promise<readonly Row[]> => {
    try {
      return await session.print(path, undefined, signal);
    } catch (error) {
      if (!(error instanceof Failure) || !TOLD_NOTHING.has(error.code)) throw error;
      doubts.push(`the router does not tell ${path}`);
      return [];
    }
  };
  const [told] = await read('/system/clock');
  const time = routerTime(`${told?.['date'] ?? ''} ${told?.['time'] ?? ''}`);
  const ahead = time === null ? null : time - clock.now();
  if (ahead === null) doubts.push('the router does not tell its time');
  const at = (row: Row): Instant | null => {
    const written = routerTime(row['time'] ?? '');
    return written === null || ahead === null ? null : written - ahead;
  };
  const history = (await read('/system/history')).map((row): ToldChange => ({
    at: at(row),
    by: row['by'] ?? '',
    action: row['action'] ?? '',
  }));
  const lines = (await read('/log')).map((row): LogLine => ({ at: at(row), message: row['message'] ?? '' }));
  const active = await read('/user/active');
  const now = clock.now();
  if ([...history, ...lines].some((each) => each.at !== null && each.at > now + CLOCK_SLACK_MS))
    doubts.push("the router's clock was set back meanwhile");
  return {
    history,
    log: lines.flatMap(changeOf),
    logsFrom: lines.find((line) => line.at !== null)?.at ?? null,
    logins: lines.flatMap(loginOf),
    active: active.filter((row) => isPerson(row['via'] ?? '')).map((row) => row['name'] ?? ''),
    doubts,
  };
}

function isPerson(via: string): boolean {
  return !PROGRAMS.has(via);
}

/** `2025-12-09 12:52:49` (routeros-rest.md §5.25, §5.27), the router's wall clock read as if it were UTC. */
function routerTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? null : time;
}

interface LogLine {
  readonly at: Instant | null;
  readonly message: string;
}

/** `user anna logged in from 192.0.2.7 via winbox`, and out. */
function loginOf({ at, message }: LogLine): readonly ToldLogin[] {
  const said = /^user (\S+) logged (?:in|out)(?: from (\S+))? via (\S+)$/.exec(message);
  const [, name, from = null, via] = said ?? [];
  return name === undefined || via === undefined || !isPerson(via) ? [] : [{ at, name, via, from }];
}

/** `static dns entry changed by anna`; newer versions say `by winbox-3.41/tcp-msg(winbox):anna@192.0.2.7 (…)`. */
function changeOf({ at, message }: LogLine): readonly ToldChange[] {
  const said = /^(.+ (?:added|changed|removed|moved)) by (?:\S+:)?([^\s@:]+)(?:@\S+)?(?: \(.*)?$/.exec(message);
  const [, action, by] = said ?? [];
  return action === undefined || by === undefined ? [] : [{ at, by, action }];
}
