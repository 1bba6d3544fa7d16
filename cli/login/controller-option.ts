import { isSafeUrl } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';

/** The controller that `--controller` means. @throws {CommandError} `usage` for one over which tokens would go in plain text. */
export function controllerIn(context: CommandContext): URL {
  const text = optionText(context, 'controller');
  if (text === undefined)
    throw new CommandError(
      'usage',
      '--controller is missing',
      'say where: --controller https://…, or ROSCTL_CONTROLLER',
    );
  const url = URL.parse(text);
  if (url !== null && isSafeUrl(url)) return url;
  throw new CommandError('usage', `--controller takes an https:// URL, not ${JSON.stringify(text)}`);
}
