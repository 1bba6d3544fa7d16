import type { RolloutView } from '#controller';
import type { Size, Style } from '../output.ts';
import { nextRows, paintedMember, rolloutLine } from './rollout-text.ts';
import { columns, cutTo, sentence } from './table.ts';
import { doingText, leftArmedText, undoText } from './under-way-text.ts';
import { agoText } from './when.ts';

type Member = RolloutView['members'][number];

/** Those that something happens to first; those that wait are counted, and those that are no part of it any more. */
const ORDER: readonly Member['state'][] = [
  'released',
  'undoing',
  'failed',
  'deferred',
  'confirmed',
  'undone',
  'skipped',
];

/** Most waves that are shown with a bar each, from the one under way on. */
const WAVES = 4;

/**
 * A screen for the live view that fits: the waves, then the devices with something to tell, the step of each that is
 * changed, and how many wait. `said` stands at its end.
 */
export function rolloutScreen(view: RolloutView, { columns: width, rows }: Size, said: string, style: Style): string {
  const next = nextRows(view).map(([name, text]) => `${name ?? ''}: ${text ?? ''}`);
  const head = [rolloutLine(view, style), ...next, ...waveLines(view, style)];
  const tail = [...waitingLines(view, style), ...(said === '' ? [] : [style.warn(said)])];
  const members = ORDER.flatMap((state) => newestFirst(view.members.filter((member) => member.state === state)));
  const room = Math.max(0, rows - head.length - tail.length - 1);
  const shown = members.length > room ? members.slice(0, Math.max(0, room - 1)) : members;
  const lines = columns(shown.map((member) => cellsOf(member, view, style))).split('\n');
  const more = members.length > shown.length ? [style.dim(`and ${String(members.length - shown.length)} more`)] : [];
  const all = [...head, '', ...(shown.length === 0 ? [] : lines), ...more, ...tail];
  return all
    .slice(0, rows)
    .map((line) => cutTo(line, width))
    .join('\n');
}

/** How a rollout ended, for the end of the live view. */
export function endedText(view: RolloutView, style: Style): string {
  const failed = view.members.filter(({ state }) => state === 'failed');
  return [
    rolloutLine(view, style),
    ...failed.map((member) => `  ${member.device}  ${paintedMember(member, style)}  ${sentence(member.reason)}`),
    `  next: rosctl rollouts show ${view.id}`,
  ].join('\n');
}

/** What goes on without whoever watched. */
export function leftText(view: RolloutView): string {
  const armed = view.underWay.map((each) => `  ${leftArmedText(each, view.now)}`);
  return [`${view.id} is ${view.state}, and goes on without being watched`, ...armed].join('\n');
}

function cellsOf(member: Member, view: RolloutView, style: Style): readonly string[] {
  const active = view.underWay.find(({ device }) => device === member.device);
  const doing = member.state === 'released' || member.state === 'undoing' ? active : undefined;
  return [
    member.device,
    doing === undefined ? paintedMember(member, style) : style.warn(doingText(doing)),
    agoText(doing?.since ?? member.since, view.now),
    doing === undefined ? sentence(member.reason) : undoText(doing, view.now),
  ];
}

function newestFirst(members: readonly Member[]): readonly Member[] {
  return members.toSorted((a, b) => b.since - a.since);
}

function waitingLines({ members }: RolloutView, style: Style): readonly string[] {
  const waiting = members.filter(({ state }) => state === 'pending').length;
  return waiting === 0 ? [] : [style.dim(`${String(waiting)} pending`)];
}

const BAR = 24;

function waveLines({ waveViews, wave, ended }: RolloutView, style: Style): readonly string[] {
  const first = Math.max(0, Math.min(wave, waveViews.length - WAVES));
  return waveViews.slice(first, first + WAVES).map(({ name, counts }, place) => {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const done = total - (counts.pending ?? 0) - (counts.released ?? 0) - (counts.undoing ?? 0);
    const filled = total === 0 ? BAR : Math.floor((done / total) * BAR);
    const bar = '#'.repeat(filled) + '-'.repeat(BAR - filled);
    const line = `  [${bar}] ${String(done)}/${String(total)} ${name}`;
    return first + place === wave && !ended ? style.strong(line) : line;
  });
}
