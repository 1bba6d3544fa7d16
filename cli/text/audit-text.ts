import { type AuditView, markText } from '#controller';
import type { Style } from '../output.ts';
import { printable, sentence, table } from './table.ts';
import { momentText } from './when.ts';

/** `rosctl audit`: the records, and whether their chain is whole. */
export function auditText({ records, brokenAt, head }: AuditView, style: Style): string {
  const mark = head === null ? '' : `\nKeep its mark elsewhere, for --kept: ${printable(markText(head))}`;
  const chain =
    brokenAt === null
      ? `${style.good('The hash chain is whole: no record was changed or taken away.')}${mark}`
      : style.bad(
          `The hash chain is broken at record ${String(brokenAt)}, which is changed or missing: somebody changed the store. Compare it with a backup.`,
        );
  if (records.length === 0) return `no records\n\n${chain}`;
  const rows = records.map(({ sequence, at, actor, action, device, detail }) => [
    String(sequence),
    momentText(at),
    printable(actor),
    action,
    device ?? '-',
    sentence(detailText(detail)),
  ]);
  return `${table(['#', 'when', 'who', 'what', 'device', 'detail'], rows, { ...style, spare: ['#', 'who'] })}\n\n${chain}`;
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ');
}
