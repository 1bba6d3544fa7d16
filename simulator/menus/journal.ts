import { catchUpLog } from '../engine/background-log.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { fieldsOf, flag, state } from './fields.ts';

function listed(
  path: string,
  noun: string,
  source: string,
  rows: (router: RouterState) => readonly Properties[],
  fields: readonly string[],
): MenuSpec {
  return { path, shape: 'list', noun, source, rows: 'readOnly', fields: fieldsOf(state, ...fields), live: rows };
}

/** /system/history, newest first. */
export const history = listed('/system/history', 'history', 'armed-rollback.md §7', (router) => router.history, [
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

/** /log, oldest first. */
export const log = listed(
  '/log',
  'log',
  'routeros-rest.md §5.25',
  (router) => {
    catchUpLog(router, router.clock.now());
    return router.log;
  },
  ['message', 'time', 'topics'],
);

/** /safe-mode, from 7.18. */
export const safeMode: MenuSpec = {
  path: '/safe-mode',
  shape: 'settings',
  noun: 'safe mode',
  source: 'armed-rollback.md §7, routeros-rest.md §8',
  since: '7.18',
  rows: 'readOnly',
  fields: { enabled: flag, user: state, owner: state, current: flag },
  computed: (router): Properties =>
    router.safeMode === null
      ? { enabled: 'false' }
      : { enabled: 'true', user: router.safeMode.user, owner: 'winbox', current: 'false' },
};
