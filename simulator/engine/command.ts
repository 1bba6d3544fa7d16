import { type Caller, ConsoleFailure, type Properties } from '../model/console.ts';
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
      throw new ConsoleFailure('not enough permissions (9)', 500);
    }
  }
  for (const name of Object.keys(args)) {
    if (!command.args.includes(name) && !everywhere.has(name)) {
      throw new ConsoleFailure(`unknown parameter ${name}`);
    }
  }
  return command.run(router, args, caller);
}
