import { writeLog } from '../engine/journal.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';

async function execute(router: RouterState, args: Properties, caller: Caller): Promise<string> {
  const script = args['script'];
  if (script === undefined) {
    throw refusal('missing', 'script');
  }
  const mode = args['as-string'] === undefined ? 'background' : 'as-string';
  return (await router.jobs.execute(script, caller, mode)).ret;
}

async function runScript(router: RouterState, args: Properties, caller: Caller): Promise<readonly Properties[]> {
  const name = args['number'] ?? args['numbers'] ?? args['.id'];
  if (name === undefined) {
    throw refusal('missing', 'number');
  }
  await router.jobs.runScript(name, caller);
  return [];
}

function logCommand(level: 'debug' | 'info' | 'warning' | 'error'): CommandSpec {
  return {
    path: `/log/${level}`,
    args: ['message'],
    policies: ['write'],
    run(router, args) {
      writeLog(router, `script,${level}`, args['message'] ?? '');
      return [];
    },
  };
}

/** Commands outside the generic verbs that are no diagnostics (routeros-rest.md §2.6). */
export const commands: readonly CommandSpec[] = [
  { path: '/execute', args: ['as-string', 'file', 'script'], policies: ['read'], run: execute },
  { path: '/system/script/run', args: ['number'], policies: ['read'], until: '7.15', run: runScript },
  {
    path: '/system/script/run',
    args: ['number', 'use-script-permissions'],
    policies: ['read'],
    since: '7.15',
    run: runScript,
  },
  {
    path: '/system/reboot',
    args: [],
    policies: ['reboot'],
    run(router) {
      // After the answer has left: the connection drops a moment later.
      setImmediate(() => {
        router.reboot();
      });
      return [];
    },
  },
  logCommand('debug'),
  logCommand('info'),
  logCommand('warning'),
  logCommand('error'),
];
