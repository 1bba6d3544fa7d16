import { describeRow } from '#differ';
import { menuOf, type MenuPath } from '#routeros';
import type { DriftProposal } from '../json/fleet-outputs.ts';
import type { Style } from '../output.ts';
import { counted, indented, paintedPlan } from './lines.ts';
import { printable } from './table.ts';

/** `rosctl drift propose`: what to change in which files, or the plan that leads back, each with what to do next. */
export function driftProposalText(
  { device, adopt, revert }: DriftProposal,
  into: string | undefined,
  style: Style,
): string {
  const parts: string[] = [];
  if (adopt !== null) parts.push(adoptText(device, adopt, into, style));
  if (revert !== null) parts.push(revertText(device, revert, style));
  return parts.join('\n\n');
}

function adoptText(
  device: string,
  { changes, files, byHand }: NonNullable<DriftProposal['adopt']>,
  into: string | undefined,
  style: Style,
): string {
  const lines = changes.map(({ at, config, path, value }) => {
    const said = value === null ? 'gone' : JSON.stringify(value);
    return printable(`  ${at}  RouterConfig ${config}, ${path}: ${said}`);
  });
  const left = byHand.map(({ menu, match, because }) =>
    printable(`  ${describeRow(menuOf(menu as MenuPath), match)}: ${because}`),
  );
  const texts =
    into === undefined
      ? files.map(({ patch }) => patch)
      : [`written below ${printable(into)}: ${files.map(({ file }) => printable(file)).join(', ')}`];
  return [
    style.strong(
      `To keep what ${device} holds: ${counted(changes.length, 'change')} in ${counted(files.length, 'file')}`,
    ),
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...(left.length === 0 ? [] : [`by hand:\n${left.join('\n')}`]),
    ...(files.length === 0 ? [] : texts),
    ...(files.length === 0 || into !== undefined
      ? []
      : [`next: rosctl drift propose ${device} --adopt --into FOLDER  writes them; or git apply what stands above`]),
  ].join('\n\n');
}

function revertText(device: string, { text, next }: NonNullable<DriftProposal['revert']>, style: Style): string {
  const head = style.strong(`To bring ${device} back, no file changes:`);
  return [head, ...(text === null ? [] : [indented(paintedPlan(text, style))]), `next: ${next}`].join('\n\n');
}
