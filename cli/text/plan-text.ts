import type { PlansView } from '#controller';
import type { Style } from '../output.ts';
import { deviceFacts, sharedFacts } from './facts-text.ts';
import { headingOf, tailOf } from './fleet-text.ts';
import { counted, indented, paintedPlan } from './lines.ts';
import { columns, printable, sentence, table } from './table.ts';
import { agoText, momentAndAge, momentText } from './when.ts';
import type { ToldGroups, ToldPlan } from '../json/fleet-outputs.ts';
import { wordText } from './word-text.ts';
import { shortId } from './ids.ts';

/**
 * All plans, those that do the same together: changes, and what else their ids are made of. `commands` by the devices
 * of a group.
 */
export function plansText(view: ToldGroups, commands: ReadonlyMap<string, string>, style: Style): string {
  const parts = view.groups.map(({ devices, offline, text }) => {
    const reads = offline.map((device) => `${device}, read ${agoText(readAtOf(view, device), view.now)}`);
    const gone = offline.length === 0 ? '' : ` (offline: ${reads.join('; ')})`;
    const typed = commands.get(devices.join());
    const facts = view.plans.filter(({ device }) => devices.includes(device)).map((plan) => plan.facts);
    const each = columns(facts.map((fact) => [wordText(fact.device.name), ...deviceFacts(fact)]));
    const lines = [
      style.strong(printable(`${devices.join(', ')}${gone}`)),
      indented(paintedPlan(text, style)),
      style.dim(indented(`${each}\n${sharedFacts(facts).join('\n')}`)),
    ];
    return [...lines, ...(typed === undefined ? [] : ['', indented(typed)])].join('\n');
  });
  const all = parts.length < 2 ? [] : [style.strong(`In all: ${changesText(view.groups)}`)];
  return [...headingOf(view, style), ...parts, ...all, ...tailOf(view, style)].join('\n\n');
}

/** Lines of a plan that may have scrolled away. */
const LONG = 20;

/** `12 changes on 3 devices` */
function changesText(groups: readonly PlanGroup[]): string {
  const changes = groups.reduce((sum, group) => sum + group.changes * group.devices.length, 0);
  const devices = groups.reduce((sum, group) => sum + group.devices.length, 0);
  return `${counted(changes, 'change')} on ${counted(devices, 'device')}`;
}

type PlanGroup = PlansView['groups'][number];

/** The changes of one plan and what else its id is made of. */
export function onePlanText(
  { text, facts, commands }: ToldPlan,
  style: Style,
  withCommands: 'with' | 'without',
): string {
  const told = [[wordText(facts.device.name), ...deviceFacts(facts)].join('  '), ...sharedFacts([facts])].join('\n');
  const typed = withCommands === 'with' ? [`RouterOS commands:\n${indented(commands)}`] : [];
  // Whoever has scrolled past a long one finds its counts where it ends.
  const long = typed.length > 0 || text.split('\n').length > LONG;
  const summary = text.split('\n').find((line) => line.endsWith(' to remove.'));
  const counts = long && summary !== undefined ? [style.strong(summary)] : [];
  return [paintedPlan(text, style), style.dim(told), ...typed, ...counts].join('\n\n');
}

/** One line for every plan, with what it waits for. */
export function planListText(view: PlansView, style: Style): string {
  const rows = view.plans.map((plan) => [
    namedPlan(plan),
    shortId(plan.id),
    String(plan.changes),
    momentAndAge(plan.readAt, view.now),
    [...new Set(plan.waitingFor.map(({ code }) => printable(code)))].join(', ') || '-',
  ]);
  const listed =
    rows.length === 0
      ? []
      : [table(['device', 'plan', 'changes', 'read', 'waits for'], rows, { ...style, spare: ['read'] })];
  return [...headingOf(view, style), ...listed, ...tailOf(view, style)].join('\n\n');
}

function namedPlan({ device, critical, offline }: PlansView['plans'][number]): string {
  const marks = [...(critical ? ['critical'] : []), ...(offline ? ['offline'] : [])];
  return marks.length === 0 ? device : `${device} (${marks.join(', ')})`;
}

/** One plan whole: where it comes from, what it waits for, then its changes. */
export function planText(plan: ToldPlan, commands: 'with' | 'without', style: Style): string {
  const head = columns([
    ['Plan', plan.id],
    ['Device', style.strong(plan.device)],
    ['Revision', plan.revision],
    ['Made', momentText(plan.createdAt, plan.timeZone)],
    [
      'Read',
      `${momentAndAge(plan.readAt, plan.now, plan.timeZone)}${plan.offline ? ', the last read of an offline device' : ''}`,
    ],
    ...(plan.supersededAt === null ? [] : [['Superseded', momentText(plan.supersededAt, plan.timeZone)]]),
    ['Waits for', plan.waitingFor.map(({ message }) => sentence(message)).join(' ') || '-'],
  ]);
  return `${head}\n\n${onePlanText(plan, style, commands)}`;
}

function readAtOf({ plans }: PlansView, device: string): number | null {
  return plans.find((plan) => plan.device === device)?.readAt ?? null;
}
