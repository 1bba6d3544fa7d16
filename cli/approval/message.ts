import type { ApprovableView } from '#controller';
import { counted } from '../text/lines.ts';
import { printable } from '../text/table.ts';
import { shortId } from '../text/ids.ts';

const WIDTH = 72;
const NAMED = 100;

/**
 * The message of an approval commit: what it is for people, and in its last paragraph the two trailers that count
 * (approval.md §4).
 */
export function approvalMessage({ kind, plans, control }: ApprovableView, id: string, parent: string): string {
  const parts = [`Approve ${shortId(id)}`, ...wrapped(whatFor(kind, plans, control))];
  return `${parts.join('\n\n')}\n\nApprove-Plan: ${id}\nApprove-Parent: ${parent}\n`;
}

function whatFor(
  kind: ApprovableView['kind'],
  plans: ApprovableView['plans'],
  control: ApprovableView['control'],
): readonly string[] {
  const steering = (control?.body.changes ?? []).map(({ kind: object, name, before, after }) => {
    const done = before === null ? 'added' : after === null ? 'removed' : 'changed';
    return `${object} ${name} ${done}`;
  });
  const said = steering.length === 0 ? [] : [`Control plan: ${listed(steering)}.`];
  if (kind === 'control') return said;
  const operations = plans.flatMap(({ body }) => body.operations);
  const count = (wanted: string): string => String(operations.filter((change) => change.kind === wanted).length);
  return [
    `${kind === 'fleet' ? 'Fleet plan' : 'Plan'} for ${counted(plans.length, 'device')}: ${listed(plans.map(({ device }) => device))}.`,
    `${count('create')} to add, ${count('set')} to change, ${count('move')} to move, ${count('remove')} to remove.`,
    ...said,
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${String(names.length - NAMED)} more` : '';
  return names.slice(0, NAMED).map(printable).join(', ') + more;
}

function wrapped(paragraphs: readonly string[]): readonly string[] {
  return paragraphs.map((paragraph) => {
    const lines: string[] = [];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1);
      if (line === undefined || line.length + 1 + word.length > WIDTH) lines.push(word);
      else lines[lines.length - 1] = `${line} ${word}`;
    }
    return lines.join('\n');
  });
}
