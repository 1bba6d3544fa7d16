import { parseVersion, type Version } from '#routeros';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';

/** What `--routeros` names; undefined: nobody said it. @throws {CommandError} `usage` when that is no version. */
export function routerosVersion(context: CommandContext): Version | undefined {
  const text = optionText(context, 'routeros');
  if (text === undefined) return undefined;
  try {
    return parseVersion(text);
  } catch {
    throw new CommandError('usage', `${JSON.stringify(text)} is no version of RouterOS`, 'write it as 7.16.2');
  }
}
