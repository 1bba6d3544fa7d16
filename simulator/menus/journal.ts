import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { fieldsOf, flag, state } from './fields.ts';

function listed(
  path: string,
  noun: string,
  rows: (router: RouterState) => readonly Properties[],
  fields: readonly string[],
): MenuSpec {
  return { path, shape: 'list', noun, rows: 'readOnly', fields: fieldsOf(state, ...fields), live: rows };
}

/** /system/history, newest first (armed-rollback.md §7). */
export const history = listed('/system/history', 'history', (router) => router.history, [
  'action',
  'by',
  'floating-undo',
  'policy',
  'redo',
  'redoable',
  'time',
  'trace',
  'undo',
  'undoable',
]);

/** /log, oldest first (routeros-rest.md §5.25). */
export const log = listed('/log', 'log', (router) => router.log, ['message', 'time', 'topics']);

/** /safe-mode, from 7.18 (armed-rollback.md §7). */
export const safeMode: MenuSpec = {
  path: '/safe-mode',
  shape: 'settings',
  noun: 'safe mode',
  since: '7.18',
  rows: 'readOnly',
  fields: { enabled: flag, user: state, owner: state, current: flag },
  computed: (router): Properties =>
    router.safeMode === null
      ? { enabled: 'false' }
      : { enabled: 'true', user: router.safeMode.user, owner: 'winbox', current: 'false' },
};
