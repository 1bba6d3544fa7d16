import { openSession, writeLog } from '../engine/journal.ts';
import { printedRows } from '../engine/print.ts';
import { runVerb } from '../engine/verbs.ts';
import type { Caller, Properties } from '../model/console.ts';
import { everything, system } from '../model/policies.ts';
import type { RouterState, Table } from '../model/state.ts';

/** What a person does by hand. */
export interface HumanChange {
  readonly user: string;
  /** `winbox` when absent. */
  readonly via?: string;
  readonly menu: string;
  /** `add`, `set`, `remove`, `move`, `enable`, `disable`. */
  readonly verb: string;
  readonly args?: Properties;
  /** Every printed row with these values is meant. */
  readonly where?: Properties;
}

/** Where a person at the router sits. */
const desk = '192.168.88.10';

/** Someone at the router: their changes show in /system/history, /log and /user/active. */
export interface Human {
  /** @throws {ConsoleFailure} when the router refuses; @throws {Error} when `where` meets no row. */
  change(change: HumanChange): void;
  logout(user: string): void;
  /** Takes safe mode; what anybody does now is undone when it is dropped (armed-rollback.md §4). */
  takeSafeMode(user: string): void;
  /** Leaves safe mode, keeping everything. */
  releaseSafeMode(): void;
  /** The session dies in safe mode: everything done since it was taken is undone. */
  dropSafeMode(): void;
}

/** A person at this router. */
export function humanAt(router: RouterState): Human {
  return {
    change(change) {
      const caller = signIn(router, change.user, change.via ?? 'winbox');
      const menu = router.profile.menus.get(change.menu);
      if (menu === undefined) {
        throw new Error(`RouterOS ${router.facts.version} has no menu ${change.menu}`);
      }
      const { where } = change;
      if (where === undefined) {
        runVerb(router, menu, change.verb, { ...change.args }, caller);
        return;
      }
      const ids = printedRows(router, menu, system)
        .filter((row) => Object.entries(where).every(([name, value]) => row[name] === value))
        .map((row) => row['.id'] ?? '');
      if (ids.length === 0) {
        throw new Error(`${change.menu} of ${router.facts.name} has no row with ${JSON.stringify(where)}`);
      }
      runVerb(router, menu, change.verb, { ...change.args, numbers: ids.join(',') }, caller);
    },
    logout(user) {
      const kept = router.sessions.filter((session) => session.user !== user || session.via.endsWith('api'));
      router.sessions.splice(0, router.sessions.length, ...kept);
      writeLog(router, 'system,info,account', `user ${user} logged out from ${desk} via winbox`);
    },
    takeSafeMode(user) {
      signIn(router, user, 'winbox');
      router.safeMode = { user, tables: copyOf(router.tables) };
      writeLog(router, 'system,info', `safe mode taken by ${user}`);
    },
    releaseSafeMode() {
      router.safeMode = null;
      settleHistory(router);
    },
    dropSafeMode() {
      if (router.safeMode !== null) {
        restore(router, router.safeMode.tables);
        const kept = router.history.filter((row) => row['floating-undo'] !== 'true');
        router.history.splice(0, router.history.length, ...kept);
        writeLog(router, 'system,info', `safe mode of ${router.safeMode.user} unrolled`);
        router.safeMode = null;
        router.jobs.schedulerChanged();
      }
    },
  };
}

function signIn(router: RouterState, user: string, via: string): Caller {
  if (!router.sessions.some((session) => session.user === user && session.via === via)) {
    openSession(router, { user, group: 'full', address: desk, via });
  }
  return { user, address: desk, via, policies: everything };
}

function settleHistory(router: RouterState): void {
  for (const [index, row] of router.history.entries()) {
    router.history[index] = { ...row, 'floating-undo': 'false' };
  }
}

function copyOf(tables: ReadonlyMap<string, Table>): Map<string, Table> {
  return new Map(
    [...tables].map(([path, table]) => {
      const rows = table.rows.map((row) => ({ ...row }));
      return [path, { ...table, rows, byId: new Map(rows.map((row) => [row.id, row])), keys: new Map(table.keys) }];
    }),
  );
}

/** Puts old rows back; id counters never go back. */
function restore(router: RouterState, tables: ReadonlyMap<string, Table>): void {
  for (const path of Array.from(router.tables.keys())) {
    const kept = tables.get(path);
    const nextId = router.tables.get(path)?.nextId ?? 1;
    if (kept === undefined) {
      router.tables.delete(path);
    } else {
      router.tables.set(path, { ...kept, nextId });
    }
  }
}
