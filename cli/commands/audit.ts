import { type AuditView, auditView } from '#controller';
import { type CommandContext, optionNumber, optionText } from '../command.ts';
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
  const audit = await byControllerOrStore(context, {
    controller: (client) => client.audit(limit, device),
    store: (store) => auditView({ store, fleet: null }, device ?? null, limit),
  });
  await output.result(audit, () => auditText(audit, output.style));
  return audit.brokenAt === null ? EXIT.ok : EXIT.failure;
}

function auditText({ records, brokenAt }: AuditView, style: Style): string {
  const chain =
    brokenAt === null
      ? style.good('The hash chain is whole: no record was changed or taken away.')
      : style.bad(
          `The hash chain is broken at record ${String(brokenAt)}: somebody changed the store. Compare it with a backup.`,
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
