import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?$/;

/**
 * A moment from an option, as operations take it: so long ago (`90m`, `24h`, `30d`), or a time in UTC. Undefined: the
 * option was not given. @throws {CommandError} `usage`
 */
export function momentIn(context: CommandContext, name: string, now = Date.now()): string | undefined {
  const text = optionText(context, name);
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const at =
    number === undefined
      ? MOMENT.test(text)
        ? Date.parse(text.length === 10 || text.endsWith('Z') ? text : `${text}Z`)
        : Number.NaN
      : now - Number(number) * (UNITS[unit] ?? 0);
  if (Number.isNaN(at) || at < 0)
    throw new CommandError(
      'usage',
      `--${name} takes 90m, 24h, 30d or 2026-11-30T22:00:00Z, not ${JSON.stringify(text)}`,
    );
  return new Date(at).toISOString();
}
