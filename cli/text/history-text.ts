import type { HistoryView } from '#controller';
import { renderShownText } from '#differ/render';
import type { HistoryOutput, ToldAttempt } from '../json/fleet-outputs.ts';
import type { Style } from '../output.ts';
import { indented, paintedPlan } from './lines.ts';
import { printable, sentence } from './table.ts';
import { durationText, momentText } from './when.ts';
import { shortId } from './ids.ts';

/** Writes what each attempt was to do. */
export function toldHistory({ timeZone, attempts, health }: HistoryView): HistoryOutput {
  const items = attempts.map(({ plan, ...attempt }) => ({ ...attempt, text: renderShownText(plan) }));
  return { items, timeZone, health };
}

/** `rosctl history`: the attempts on a device with their steps. */
export function historyText(
  device: string,
  { items: attempts, health, timeZone }: HistoryOutput,
  style: Style,
): string {
  if (attempts.length === 0) return `nothing was ever applied to ${device}`;
  return attempts
    .map((attempt) => {
      const checks = health.find((report) => report.attemptId === attempt.id)?.checks ?? [];
      const failed = checks.filter((check) => check.verdict !== 'healthy');
      return [
        headOf(attempt, timeZone, style),
        ...attempt.steps.map(
          (step) =>
            `  ${momentText(step.at, timeZone)}  ${step.step}${step.detail === '' ? '' : `  ${sentence(step.detail)}`}`,
        ),
        ...failed.map((check) =>
          style.bad(`  check ${printable(check.check)}: ${check.verdict}, ${sentence(check.message)}`),
        ),
        indented(paintedPlan(attempt.text, style)),
      ].join('\n');
    })
    .join('\n\n');
}

function headOf(
  { end, endedAt, endReason, openedAt, planId, number, tier, undoes }: ToldAttempt,
  timeZone: string | null,
  style: Style,
): string {
  const paint = end === 'confirmed' ? style.good : end === null ? style.warn : style.bad;
  const took = endedAt === null ? '' : ` after ${durationText(endedAt - openedAt)}`;
  const why = endReason === null || endReason === '' ? '' : `: ${sentence(endReason)}`;
  const back = undoes === null ? '' : `, which takes plan ${shortId(undoes.planId)} back for ${undoes.rollout}`;
  const attempt = `plan ${shortId(planId)}, attempt ${String(number)}, tier ${printable(`${tier}${back}`)}`;
  return `${momentText(openedAt, timeZone)}  ${paint(`${end ?? 'open'}${took}`)}  ${attempt}${why}`;
}
