import type { DriftView } from '#controller';
import { renderDriftText } from '#differ/render';
import type { Output } from '../output.ts';
import { counted, indented, paintedPlan } from './lines.ts';
import { printable } from './table.ts';
import { hasGaps, unknownsText } from './unknowns-text.ts';
import { momentText } from './when.ts';

/** `rosctl drift`: what differs and who did it, or that nothing does as far as is known. */
export function driftText(view: DriftView, device: string | undefined, output: Output): string {
  const { style } = output;
  const gaps = unknownsText(view, style);
  const rest = gaps === null ? [] : [gaps];
  if (view.drift.length > 0) return [recordsText(view, output), ...rest].join('\n\n');
  const { unconfirmed } = view;
  if (unconfirmed.length > 0)
    rest.unshift(
      style.warn(
        `never confirmed, so there is nothing that they could have drifted from: ${unconfirmed.map(printable).join(', ')}`,
      ),
    );
  if (hasGaps(view) || unconfirmed.length > 0) return rest.join('\n\n');
  const where = device === undefined ? 'every router' : device;
  return [style.good(`no drift: ${where} is as last confirmed`), ...rest].join('\n\n');
}

/** `  /ip/dns: certain, anna (winbox from 192.0.2.7) at 14:03:12`, and what keeps it from being surer. */
function suspicionText(
  { menu, sure, people, because }: NonNullable<DriftView['drift'][number]['suspicions']>[number],
  timeZone: string | null,
): string {
  const named = people.map(({ name, via, from, at }) => {
    const way = via === null ? '' : ` (${via}${from === null ? '' : ` from ${from}`})`;
    return printable(`${name}${way}${at === null ? '' : `, ${momentText(at, timeZone)}`}`);
  });
  const who = named.length === 0 ? '' : `: ${named.join('; ')}`;
  return [`  who changed ${menu} is ${sure}${who}`, ...because.map((each) => `    ${printable(each)}`)].join('\n');
}

function recordsText({ drift, timeZone }: DriftView, { style }: Output): string {
  const parts = drift.map(({ device, firstSeenAt, attribution, suspicions = [], entries }) => {
    const head = `${style.strong(device)}  since ${momentText(firstSeenAt, timeZone)}, by ${printable(attribution)}`;
    const rows = indented(paintedPlan(renderDriftText(entries), style));
    return [head, rows, ...suspicions.map((one) => suspicionText(one, timeZone))].join('\n');
  });
  const next = [
    'next: see what keeps it in the files, or undoes it: rosctl drift propose DEVICE',
    '      the plan back: rosctl approve DEVICE, or drift: correct in the RolloutPolicy or one of its drift rules',
  ].join('\n');
  return [`${counted(drift.length, 'device')} drifted`, ...parts, next].join('\n\n');
}
