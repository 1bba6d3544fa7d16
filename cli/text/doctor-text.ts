import type { Check, DeviceReport } from '../doctor/check.ts';
import type { Style } from '../output.ts';
import { indented } from './lines.ts';
import { columns, sentence } from './table.ts';

/** `rosctl doctor`: the checks of each device, and the commands that would mend its account. */
export function reportsText(reports: readonly DeviceReport[], style: Style): string {
  const parts = reports.map(({ device, address, checks }) => {
    const rows = checks.flatMap((check) => checkRows(check, style));
    return `${style.strong(device)}  ${address}\n${indented(columns(rows))}`;
  });
  const commands = new Set(reports.flatMap((report) => report.commands ?? []));
  if (commands.size > 0) {
    parts.push(
      `The right user and group are made by (fill in the words in capitals):\n${[...commands].map((text) => indented(text)).join('\n\n')}`,
    );
  }
  return parts.join('\n\n');
}

/** Checks of one thing, a line each. */
export function checksText(checks: readonly Check[], style: Style): string {
  return columns(checks.flatMap((check) => checkRows(check, style)));
}

function checkRows({ check, verdict, message, next }: Check, style: Style): readonly (readonly string[])[] {
  const paint = { ok: style.good, warning: style.warn, problem: style.bad, unknown: style.warn }[verdict];
  const row = [paint(verdict), check, sentence(message)];
  return next === undefined ? [row] : [row, ['', '', `next: ${sentence(next)}`]];
}
