import type { MemberCounts, RolloutSummary, RolloutView } from '#controller';
import type { Style } from '../output.ts';
import { columns, printable, sentence, table } from './table.ts';
import { agoText, momentText } from './when.ts';
import { shortId } from './ids.ts';

type Member = RolloutView['members'][number];

/** One line for each rollout, newest first. */
export function rolloutsText(rollouts: readonly RolloutSummary[], now: number, style: Style): string {
  if (rollouts.length === 0) return 'no rollout was ever opened';
  return table(
    ['rollout', 'policy', 'state', 'wave', 'devices', 'done', 'opened', 'reason'],
    rollouts.map((rollout) => [
      rollout.id,
      rollout.policy ?? '(defaults)',
      paintedState(rollout, style),
      rollout.ended ? '-' : waveText(rollout),
      String(rollout.devices),
      countsText(rollout.counts),
      agoText(rollout.createdAt, now),
      sentence(rollout.reason),
    ]),
    { ...style, spare: ['opened', 'done', 'policy', 'devices'] },
  );
}

/** `ro-… (prod) running, wave 2 of 3 (rest): 4 confirmed, 2 released`: one line for the status. */
export function rolloutLine(rollout: RolloutSummary, style: Style): string {
  const name = `${style.strong(rollout.id)} (${rollout.policy ?? 'defaults'})`;
  const reason = rollout.state === 'running' ? '' : `; ${sentence(rollout.reason)}`;
  return `${name} ${paintedState(rollout, style)}, wave ${waveText(rollout)}: ${countsText(rollout.counts)}${reason}`;
}

/** One rollout whole: where it stands, its waves, and its devices. */
export function rolloutText(view: RolloutView, style: Style): string {
  const { failures, now } = view;
  const head = columns([
    ['Rollout', style.strong(view.id)],
    ['Policy', view.policy ?? '(defaults)'],
    ['State', `${paintedState(view, style)}, ${agoText(view.since, now)}`],
    ['Reason', sentence(view.reason)],
    ['Opened', `${momentText(view.createdAt)}, ${agoText(view.createdAt, now)}`],
    ['Revision', printable(view.revision)],
    ['At one time', `${String(view.slots)} now (maxUnavailable ${String(view.rules.maxUnavailable)})`],
    ['Failures', `${String(failures.count)}, the budget is ${String(failures.budget)}`],
    ...nextRows(view),
  ]);
  const waves = table(
    ['wave', 'name', 'devices'],
    view.waveViews.map(({ name, counts }, index) => [
      index === view.wave && !view.ended ? style.strong(`${String(index + 1)} *`) : String(index + 1),
      name,
      countsText(counts),
    ]),
    style,
  );
  const devices = table(
    ['device', 'wave', 'state', 'since', 'plan', 'reason'],
    view.members.map((member) => [
      member.device,
      view.waves[member.wave] ?? '-',
      paintedMember(member, style),
      agoText(member.since, now),
      shortId(member.planId),
      sentence(member.reason),
    ]),
    { ...style, spare: ['plan', 'wave'] },
  );
  const advice = view.advice === null ? [] : [style.warn(sentence(view.advice))];
  return [head, waves, devices, ...advice].join('\n\n');
}

/** What changed between two looks, a line each, for logs and pipes. */
export function changeLines(before: RolloutView | null, after: RolloutView): readonly string[] {
  const was = new Map(before?.members.map((member) => [`${member.planId} ${member.device}`, member.state]));
  const at = momentText(after.now);
  const moved = after.members
    .filter((member) => was.get(`${member.planId} ${member.device}`) !== member.state)
    .map((member) => `${at}  ${member.device}  ${member.state}  ${sentence(member.reason)}`);
  const same = before?.state === after.state && before.reason === after.reason;
  return [...moved, ...(same ? [] : [`${at}  ${after.id}  ${after.state}  ${sentence(after.reason)}`])];
}

/** `2 of 3 (rest)` */
function waveText({ wave, waves }: Pick<RolloutSummary, 'wave' | 'waves'>): string {
  return `${String(wave + 1)} of ${String(waves.length)} (${waves[wave] ?? '-'})`;
}

/** `4 confirmed, 2 released` */
export function countsText(counts: MemberCounts): string {
  const parts = Object.entries(counts).map(([state, count]) => `${String(count)} ${state}`);
  return parts.length === 0 ? '-' : parts.join(', ');
}

/** What it waits for between two waves, as rows of a name and a text. */
export function nextRows({ nextWave, now }: RolloutView): readonly (readonly string[])[] {
  if (nextWave === null) return [];
  const { soakedAt, nextAt } = nextWave;
  return [
    ...(soakedAt > now ? [['Watched', `until ${momentText(soakedAt)}, ${agoText(soakedAt, now)}`]] : []),
    ...(nextAt > now && nextAt !== soakedAt ? [['Next wave', `${momentText(nextAt)}, ${agoText(nextAt, now)}`]] : []),
  ];
}

function paintedState({ state }: Pick<RolloutSummary, 'state'>, style: Style): string {
  if (state === 'done') return style.good(state);
  return state === 'running'
    ? state
    : state === 'paused' || state === 'superseded'
      ? style.warn(state)
      : style.bad(state);
}

/** The state of a device in its colour. */
export function paintedMember({ state }: Member, style: Style): string {
  if (state === 'confirmed') return style.good(state);
  if (state === 'failed') return style.bad(state);
  return state === 'pending' || state === 'superseded' ? style.dim(state) : style.warn(state);
}
