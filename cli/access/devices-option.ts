import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';

/** Devices as the access file names them. */
export type DevicesOption =
  | { readonly all: true }
  | { readonly names: readonly string[] }
  | { readonly matchLabels: Readonly<Record<string, string>> };

/** The devices that `--all`, `--selector` or `--names` mean. @throws {CommandError} `usage` unless it is one of them. */
export function devicesIn(context: CommandContext): DevicesOption {
  const [selector, names] = [optionText(context, 'selector'), optionText(context, 'names')];
  const all = context.options['all'] === true;
  if ([all, selector !== undefined, names !== undefined].filter(Boolean).length !== 1)
    throw new CommandError(
      'usage',
      'it is not said which devices',
      'give one of --all, --selector LABEL=VALUE, --names NAME,NAME',
    );
  if (names !== undefined) return { names: listIn(names) };
  return selector === undefined ? { all: true } : { matchLabels: Object.fromEntries(listIn(selector).map(labelIn)) };
}

/** What stands between commas. */
export function listIn(text: string): readonly string[] {
  return text.split(',').map((each) => each.trim());
}

function labelIn(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new CommandError('usage', `--selector takes LABEL=VALUE,LABEL=VALUE, not ${JSON.stringify(text)}`);
}
