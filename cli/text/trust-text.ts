import type { TrustView } from '#controller';
import { mendText, refusalsText } from '../approval/check-head.ts';
import type { Style } from '../output.ts';
import { indented } from './lines.ts';
import { columns, printable, sentence, table } from './table.ts';
import { agoText, momentAndAge } from './when.ts';
import { controlStep } from './unknowns-text.ts';
import { shortId } from './ids.ts';

/** `rosctl trust show`: up to where history is accepted, and what stands in the way of the rest. */
export function trustText({ standing, approvals, now }: TrustView, style: Style): string {
  const { source, branch, trust, candidate, refusals, control } = standing;
  const seen = candidate === null ? 'not read yet' : `${candidate.commit}, seen ${agoText(candidate.seenAt, now)}`;
  const rows = [
    ['Source', printable(source)],
    ['Branch', `${printable(branch)} at ${seen}`],
    ...(trust === null
      ? [['Trusted', style.bad('nothing yet')]]
      : [
          ['Trusted', `up to ${trust.head}, since ${momentAndAge(trust.advancedAt, now)}`],
          ['Begun', `at ${trust.anchor} by ${printable(trust.anchoredBy)}, ${momentAndAge(trust.anchoredAt, now)}`],
        ]),
  ];
  const parts = [columns(rows)];
  if (trust === null)
    parts.push(`Nothing is applied before trust begins; next: rosctl trust init ${candidate?.commit ?? 'COMMIT'}`);
  if (refusals.length > 0) {
    const step = mendText(standing.mend);
    const next = step === null ? '' : `\n  next: ${step}`;
    parts.push(`${style.bad('The newest commit does not count:')}\n${refusalsText(refusals)}${next}`);
  }
  if (control !== null) {
    const reasons = control.reasons.map(({ message }) => sentence(message)).join('\n');
    const head = style.warn(`Control plan ${shortId(control.plan.id)} waits:`);
    parts.push(`${head}\n${indented(reasons)}\n  next: ${controlStep(control)}`);
  }
  if (trust !== null && refusals.length === 0 && control === null && candidate?.commit === trust.head) {
    parts.push(style.good('All of the branch is accepted.'));
  }
  if (approvals.length > 0) {
    const seenRows = approvals.map((each) => [
      shortId(each.approvedId),
      printable(each.person),
      shortId(each.commit),
      momentAndAge(each.firstSeenAt, now),
    ]);
    parts.push(
      `Approvals\n${indented(table(['plan', 'by', 'commit', 'first seen'], seenRows, { width: style.width - 2 }))}`,
    );
  }
  return parts.join('\n\n');
}
