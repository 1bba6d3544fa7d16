import { type AccessesView, type AuditView, markText } from '#controller';
import type { Style } from '../output.ts';
import { printable, sentence, table } from './table.ts';
import { momentText } from './when.ts';

/** `rosctl audit`: the records, and whether their chain is whole. */
export function auditText({ records, brokenAt, readsBrokenAt, head }: AuditView, style: Style): string {
  const mark = head === null ? '' : `\nKeep its mark elsewhere, for --kept: ${printable(markText(head))}`;
  const chain =
    brokenAt === null
      ? `${style.good('The hash chain is whole: no record was changed or taken away.')}${mark}`
      : brokenAt === readsBrokenAt
        ? style.bad(
            `The reads that record ${String(brokenAt)} stands for are changed or missing: somebody changed the store. Compare it with a backup.`,
          )
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

/** `rosctl audit --reads`: who asked for what, and how that ended. */
export function readsText(reads: AccessesView['reads'], style: Style): string {
  if (reads.length === 0) return 'no reads';
  const rows = reads.map(({ at, actor, person, operation, device, outcome, count }) => [
    momentText(at),
    printable(person === undefined ? actor : `${actor} (${person})`),
    printable(operation),
    printable(device ?? '-'),
    printable(outcome),
    String(count),
  ]);
  return table(['when', 'who', 'what', 'device', 'outcome', 'times'], rows, { ...style, spare: ['times'] });
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ');
}
