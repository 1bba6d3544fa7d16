import { timestampText } from '../kinds/time.ts';
import type { Caller } from '../model/console.ts';
import type { FieldSpec, Menu, RouterState, Session } from '../model/state.ts';
import { catchUpLog, pushLine } from './background-log.ts';
import { idText } from './table.ts';

const longestHistory = 100;

/** The time the router prints: its clock as set. */
export function routerTime(router: RouterState): number {
  return router.clock.now() + router.clockOffset;
}

/** One line in /log. */
export function writeLog(router: RouterState, topics: string, message: string): void {
  // Read once: catching up takes a while, and lines stand in order.
  const now = router.clock.now();
  catchUpLog(router, now);
  pushLine(router, now, topics, message);
}

interface HistoryEntry {
  readonly verb: 'added' | 'changed' | 'removed' | 'moved';
  readonly row: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Notes a change in /system/history, newest first, and in the log; a change under somebody's safe mode floats. */
export function keepHistory(router: RouterState, caller: Caller, menu: Menu, entry: HistoryEntry): void {
  const action = `${menu.spec.noun} ${entry.verb}`;
  const written = Object.entries(entry.values)
    .map(([name, value]) => (isHidden(menu.fields.get(name)) ? `${name}=*****` : `${name}=${value ?? ''}`))
    .join(' ');
  router.counters.history += 1;
  router.history.unshift({
    '.id': idText(router.counters.history),
    action,
    by: caller.user,
    'floating-undo': String(router.safeMode !== null),
    policy: 'write',
    redo: `${menu.path} ${commandOf[entry.verb]} ${written}`.trim(),
    redoable: 'false',
    time: timestampText(routerTime(router)),
    trace: `${caller.via}:${caller.user}@${caller.address}`,
    undo: `${menu.path} ${entry.row}`,
    undoable: 'true',
  });
  router.history.splice(longestHistory);
  writeLog(router, 'system,info', `${action} by ${caller.user}`);
}

/** History holds no password (routeros-rest.md §5.30); that it holds no other secret is an assumption. */
function isHidden(field: FieldSpec | undefined): boolean {
  return field?.show === 'never' || field?.sensitive === true;
}

const commandOf = { added: 'add', changed: 'set', removed: 'remove', moved: 'move' } as const;

/** Opens a session, and its rows and log line, unless the user has one from there (routeros-rest.md §1). */
export function openSession(router: RouterState, session: Omit<Session, 'id' | 'since'>): void {
  router.counters.session += 1;
  router.sessions.push({ ...session, id: idText(router.counters.session), since: router.clock.now() });
  logLogin(router, session.user, session.address, session.via);
}

/** Notes that somebody logged in, in the words the device uses (routeros-rest.md §1, §5.25). */
function logLogin(router: RouterState, user: string, address: string, via: string): void {
  const from = address === '' ? '' : ` from ${address}`;
  writeLog(router, 'system,info,account', `user ${user} logged in${from} via ${via}`);
}
