import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState, RunningCommand } from '../model/state.ts';

const everywhere = new Set(['.id', 'numbers', '']);

/**
 * Runs a command after checking its arguments and the caller's policies. Until it ends it is among those that run.
 * @throws {ConsoleFailure}
 */
export async function runCommand(
  router: RouterState,
  command: CommandSpec,
  args: Properties,
  caller: Caller,
  signal?: AbortSignal,
): Promise<readonly Properties[] | string> {
  for (const policy of command.policies) {
    if (!caller.policies.has(policy)) {
      throw refusal('notPermitted');
    }
  }
  for (const name of Object.keys(args)) {
    if (!command.args.includes(name) && !everywhere.has(name)) {
      throw refusal('unknownParameter', name);
    }
  }
  const entry: RunningCommand = { path: command.path, user: caller.user, since: router.clock.now() };
  router.running.add(entry);
  try {
    return await command.run(router, args, caller, signal);
  } finally {
    router.running.delete(entry);
  }
}
