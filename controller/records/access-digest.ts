import { createHash } from 'node:crypto';
import type { AccessRow } from './accesses.ts';

/** What the audit chain holds of a batch of rows: no row can be changed, added or taken away without a trace. */
export function accessDigestOf(rows: readonly AccessRow[]): string {
  const text = rows.map(({ at, actor, person = null, operation, device, outcome, count }) =>
    JSON.stringify([at, actor, person, operation, device, outcome, count]),
  );
  return `sha256:${createHash('sha256').update(text.join('\n')).digest('hex')}`;
}
