import { type AuditView, auditView, markOf, markText } from '#controller';
import { type CommandContext, optionNumber, optionText } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { byControllerOrStore } from '../controller-or-store.ts';
import { EXIT } from '../exit-codes.ts';
import type { Style } from '../output.ts';
import { printable, sentence, table } from '../table.ts';
import { momentText } from '../when.ts';

/** `rosctl audit`: who did what, newest first, and whether the hash chain is whole. */
export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const limit = optionNumber(context, 'limit', 1, 10_000);
  const device = optionText(context, 'device');
  const kept = optionText(context, 'kept');
  const mark = kept === undefined ? null : markOf(kept);
  if (kept !== undefined && mark === null)
    throw new CommandError(
      'usage',
      '--kept takes a mark as rosctl audit prints it',
      'for instance --kept 42:9f86d0…, whole',
    );
  const audit = await byControllerOrStore(context, {
    controller: (client) => client.audit(limit, device, kept),
    store: (store) => auditView({ store, fleet: null }, device ?? null, limit, mark),
  });
  await output.result(audit, () => auditText(audit, output.style));
  return audit.brokenAt === null ? EXIT.ok : EXIT.failure;
}

function auditText({ records, brokenAt, head }: AuditView, style: Style): string {
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
  return `${table(['#', 'when', 'who', 'what', 'device', 'detail'], rows)}\n\n${chain}`;
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ');
}
