import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { controllerUrl } from '../control/remote-client.ts';

/** The controller that `--controller` means. @throws {CommandError} `usage` */
export function controllerIn(context: CommandContext): URL {
  const text = optionText(context, 'controller');
  if (text !== undefined) return controllerUrl(text);
  throw new CommandError('usage', '--controller is missing', 'say where: --controller https://…, or ROSCTL_CONTROLLER');
}
