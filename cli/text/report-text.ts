import type { ReportView } from '#controller';
import type { Style } from '../output.ts';
import { shortId } from './ids.ts';
import { printable, sentence, table } from './table.ts';
import { durationText, momentText } from './when.ts';

/** `rosctl reports`: one report as a table. */
export function reportText(report: ReportView, style: Style): string {
  if (report.rows.length === 0) return `nothing since ${momentText(report.since)}`;
  switch (report.name) {
    case 'changes':
      return table(
        ['began', 'device', 'env', 'plan', 'rows', 'menus', 'declared by', 'approved by', 'end', 'reason'],
        report.rows.map((row) => [
          momentText(row.beganAt),
          printable(row.device),
          row.environment ?? '-',
          shortId(row.planId),
          row.changes === null ? '-' : String(row.changes),
          row.menus.join(' ') || '-',
          printable(row.declaredBy.join(', ')) || '-',
          printable(row.approvedBy),
          row.end ?? 'under way',
          sentence(row.reason ?? '-'),
        ]),
        { ...style, spare: ['menus', 'reason', 'env'] },
      );
    case 'approvals':
      return table(
        ['began', 'device', 'plan', 'approved by', 'to approve', 'to begin', 'to end', 'end'],
        report.rows.map((row) => [
          momentText(row.beganAt),
          printable(row.device),
          shortId(row.planId),
          printable(row.approvedBy),
          lasted(row.plannedToApproved),
          lasted(row.approvedToBegun),
          lasted(row.begunToEnded),
          row.end ?? 'under way',
        ]),
        { ...style, spare: ['plan'] },
      );
    case 'refusals':
      return table(
        ['rule', 'refused', 'times', 'last', 'devices'],
        report.rows.map((row) => [
          printable(row.rule),
          row.action,
          String(row.count),
          momentText(row.lastAt),
          printable(row.devices.join(', ')) || '-',
        ]),
        { ...style, spare: ['refused'] },
      );
    case 'access':
      return table(
        ['who', 'role', 'devices', 'person', 'until', 'last came', 'reads'],
        report.rows.map((row) => [
          printable(row.who),
          printable(row.role ?? '-'),
          printable(row.devices ?? '-'),
          printable(row.person ?? '-'),
          row.expiresAt === null ? '-' : momentText(row.expiresAt),
          row.lastUsedAt === null ? 'not known' : momentText(row.lastUsedAt),
          String(row.reads),
        ]),
        { ...style, spare: ['person', 'until'] },
      );
  }
}

function lasted(seconds: number | null): string {
  return seconds === null ? '-' : durationText(seconds * 1000);
}
