import type { ChangePreviewView, ProposalSummary, ProposalView } from '#controller';
import type { Style } from '../output.ts';
import { shortId } from './ids.ts';
import { counted } from './lines.ts';
import { printable, table } from './table.ts';
import { agoText, momentText } from './when.ts';

/** `rosctl proposals list` */
export function proposalsText(proposals: readonly ProposalSummary[], now: number): string {
  if (proposals.length === 0) return 'nothing is proposed';
  const rows = proposals.map(({ id, state, section, devices, proposedBy, madeAt, reason }) => [
    id.slice(0, 12),
    state,
    section,
    counted(devices.length, 'device'),
    proposedBy,
    agoText(madeAt, now),
    reason,
  ]);
  return table(['id', 'state', 'section', 'for', 'by', 'made', 'reason'], rows);
}

/** `rosctl proposals show` */
export function proposalText(proposal: ProposalView, style: Style): string {
  const { id, state, section, devices, proposedBy, reason, base, branch, madeAt, files } = proposal;
  const where = branch === null ? 'kept by the controller alone: apply its files by hand' : `on the branch ${branch}`;
  const facts = [
    `proposal  ${id}`,
    `state     ${state}${state === 'open' || state === 'kept' ? `, ${where}` : ''}`,
    `changes   ${section} of ${printable(devices.join(', '))}`,
    `by        ${printable(proposedBy)}, made ${momentText(madeAt)} on ${shortId(base)}`,
    `reason    ${printable(reason)}`,
  ];
  const next = state === 'open' || state === 'kept' ? [`  next: rosctl proposals take ${id.slice(0, 12)}`] : [];
  return [facts.join('\n'), ...files.map(({ patch }) => patchText(patch, style)), ...next].join('\n\n');
}

/** A patch with what goes and comes told apart. */
export function patchText(patch: string, style: Style): string {
  return patch
    .split('\n')
    .map((line) => {
      const text = printable(line);
      if (/^\+(?!\+\+ )/.test(line)) return style.good(text);
      return /^-(?!-- )/.test(line) ? style.bad(text) : text;
    })
    .join('\n');
}

/** What would come of a change, as far as the controller can tell. */
export function previewText({ plans, inSync, unread, notes, now }: ChangePreviewView): string {
  const rows = plans.map(({ device, planId, changes, deletions, readAt, against, risks, approvers }) => [
    device,
    shortId(planId),
    `${counted(changes, 'change')}${deletions === 0 ? '' : `, ${String(deletions)} deleted`}`,
    agoText(readAt, now),
    approvers.map(({ who }) => who).join('; '),
    [...against.map(({ message }) => message), ...risks].join(' '),
  ]);
  const told = plans.length === 0 ? [] : [table(['device', 'plan', 'does', 'read', 'approved by', 'against it'], rows)];
  const more = [
    ...(inSync.length === 0 ? [] : [`nothing to do on ${printable(inSync.join(', '))}`]),
    ...(unread.length === 0 ? [] : [`not known of ${printable(unread.join(', '))}`]),
    ...notes,
  ];
  return [...told, ...more].join('\n');
}
