import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';

const everywhere = new Set(['.id', 'numbers', '']);

/** Runs a command after checking its arguments and the caller's policies. @throws {ConsoleFailure} */
export async function runCommand(
  router: RouterState,
  command: CommandSpec,
  args: Properties,
  caller: Caller,
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
  return command.run(router, args, caller);
}
