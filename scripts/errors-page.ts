import type { FailureKind } from '#failure';
import { httpStatusOf } from '../controller/telemetry/http-status.ts';

const RETRIES: Readonly<Record<FailureKind['retry'], string>> = {
  backoff: 'after a growing pause',
  onChange: 'at the poll interval; a change has to mend it',
};

/** The reference page of failure codes, in the order of the table. */
export function errorsPage(failures: Readonly<Record<string, FailureKind>>): string {
  const lines = [
    '# Failure codes',
    '',
    '<!-- Generated from controller/telemetry/failures.ts by "npm run generate". -->',
    '',
    'A failure is something in the world that did not work: a router, a file, the store. It has one stable code. `rosctl` prints the code in',
    'brackets; `rosctl status` and the log show it as the reason of a device. A pass that meets a failure ends there, as `Deferred`: nothing more',
    'is sent, and the controller comes back by itself, as the third column says. If a change was under way, its undo waits on the router and the',
    'next pass settles the attempt. A device whose failure only a change can mend is shown as stalled. Failures at the start of a command or of',
    'the controller end it. Reasons that are no failures, such as a missing approval, stand in',
    '[operations](../guides/operations.md#status-reasons).',
    '',
    'The [HTTP API](api.md) answers with the status in the last column.',
    '',
    '| Code | What happened | Visited again | What to do | HTTP |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(failures).map(
      ([code, { retry, summary, hint }]) =>
        `| \`${code}\` | ${summary} | ${RETRIES[retry]} | ${hint} | ${String(httpStatusOf(code))} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
