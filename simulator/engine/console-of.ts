import type { RouterConsole } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { Menu, RouterState, StoredRow } from '../model/state.ts';
import { runCommand } from './command.ts';
import { writeLog } from './journal.ts';
import { printedRows } from './print.ts';
import { replaceValues, tableOf } from './table.ts';
import { findRow, runVerb, settingsRow } from './verbs.ts';
import { addRow, moveRows, removeRow, setRow } from './write.ts';

/**
 * The router's console: what scripts, jobs and schedulers act through. There a flag that REST leaves out reads as no:
 * `/interface find where dynamic=no` (vendor's page Scripting Tips; public scripts).
 */
export function consoleOf(router: RouterState): RouterConsole {
  const [major = 7, minor = 0, patch = 0] = router.facts.version.split('.').map(Number);
  function menuAt(path: string): Menu {
    const menu = router.profile.menus.get(path);
    if (menu === undefined) {
      throw refusal('noMenu', path.split('/').at(-1) ?? '');
    }
    return menu;
  }
  function rowAt(menu: Menu, id: string): StoredRow {
    const row = findRow(router, menu, id);
    if (row === undefined) {
      throw refusal('noItem');
    }
    return row;
  }
  return {
    version: [major, minor, patch],
    menu(path) {
      const menu = router.profile.menus.get(path);
      return menu === undefined ? undefined : { shape: menu.spec.shape, named: menu.named };
    },
    arguments(path, command) {
      const spec = router.profile.commands.get(`${path === '/' ? '' : path}/${command}`);
      return spec === undefined ? router.profile.menus.get(path)?.verbs.get(command) : new Set(spec.args);
    },
    rows(path, caller) {
      if (!caller.policies.has('read')) {
        throw refusal('notPermitted');
      }
      const menu = menuAt(path);
      const flags = [...menu.fields].filter(([, field]) => field.show === 'true').map(([name]) => name);
      const unset = Object.fromEntries(flags.map((name) => [name, 'false']));
      return printedRows(router, menu, caller).map((row) => (flags.length === 0 ? row : { ...unset, ...row }));
    },
    add: (path, args, caller) => addRow(router, menuAt(path), args, caller).id,
    set(path, id, args, caller) {
      const menu = menuAt(path);
      setRow(router, menu, id === null ? settingsRow(router, menu) : rowAt(menu, id), args, caller);
    },
    remove(path, id, caller) {
      const menu = menuAt(path);
      if (menu.spec.removeLive === undefined) {
        removeRow(router, menu, rowAt(menu, id), caller);
      } else {
        runVerb(router, menu, 'remove', { numbers: id }, caller);
      }
    },
    move(path, ids, before, caller) {
      moveRows(router, menuAt(path), ids, before, caller);
    },
    async command(path, args, caller) {
      const spec = router.profile.commands.get(path);
      if (spec !== undefined) {
        return runCommand(router, spec, args, caller);
      }
      const cut = path.lastIndexOf('/');
      return runVerb(router, menuAt(path.slice(0, cut)), path.slice(cut + 1), args, caller) ?? [];
    },
    touch(path, id, values) {
      const menu = router.profile.menus.get(path);
      const row = tableOf(router, path).byId.get(id);
      if (menu !== undefined && row !== undefined) {
        replaceValues(menu, tableOf(router, path), row, { ...row.values, ...values });
      }
    },
    log(topics, message) {
      writeLog(router, topics, message);
    },
  };
}
