import type { PlanFacts } from '#differ';
import { wordText } from './word-text.ts';

/**
 * What stands in the ids of plans besides their changes and what is told of each device alone. Who shares a value is
 * named once.
 */
export function sharedFacts(plans: readonly PlanFacts[]): readonly string[] {
  const shared = (label: string, valueOf: (facts: PlanFacts) => string): readonly string[] => {
    const groups = [...Map.groupBy(plans, valueOf)];
    return groups.map(([value, members]) => {
      const who = groups.length === 1 ? '' : ` (${members.map(({ device }) => wordText(device.name)).join(', ')})`;
      return `${label} ${value}${who}`;
    });
  };
  return [
    ...shared('source', ({ source }) => wordText(source)),
    ...shared('undone unless confirmed within', timeText),
    ...shared('RolloutPolicy', ({ policyDigest }) => wordText(policyDigest)),
    ...shared('rows as read', ({ touchedDigest }) => wordText(touchedDigest)),
  ];
}

function timeText({ confirmWithinSeconds, rowsPerSecond, split }: PlanFacts): string {
  const measured = rowsPerSecond === undefined ? '' : `, at ${String(rowsPerSecond)} rows a second as measured`;
  const parts =
    split === undefined
      ? ''
      : `, each of ${String(split.length)} parts by itself (${split.join(', ')} changes); those before one that is undone stand`;
  return `${String(confirmWithinSeconds)} s${measured}${parts}`;
}

/** One device besides its name: where it is and who it is, a cell each. */
export function deviceFacts({ device }: PlanFacts): readonly string[] {
  return [wordText(device.address), `serial ${wordText(device.serial)}`, `login ${wordText(device.credential)}`];
}
