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

function recordsText({ drift, timeZone }: DriftView, { style }: Output): string {
  const parts = drift.map(({ device, firstSeenAt, attribution, entries }) => {
    const head = `${style.strong(device)}  since ${momentText(firstSeenAt, timeZone)}, by ${printable(attribution)}`;
    return `${head}\n${indented(paintedPlan(renderDriftText(entries), style))}`;
  });
  const next = [
    'next: put it into the YAML to keep it, or undo it on the router; what was changed or is missing can be put back too:',
    '      rosctl approve DEVICE, or drift: correct in the RolloutPolicy (rows that nobody declared stay)',
  ].join('\n');
  return [`${counted(drift.length, 'device')} drifted`, ...parts, next].join('\n\n');
}
