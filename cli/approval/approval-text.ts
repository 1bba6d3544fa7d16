import type { ApprovablePlan, ApprovableView } from '#controller';
import { groupPlans, type Plan, renderPlanCommands, renderPlanText } from '#differ';
import { counted, indented, paintedPlan, printableLines } from '../lines.ts';
import type { Style } from '../output.ts';
import { columns, printable } from '../table.ts';
import { agoText } from '../when.ts';
import { controlText } from './control-text.ts';

/** What a person reads before approving, made from the very bodies that the id is made of. */
export function approvalText(view: ApprovableView, style: Style, commands: boolean): string {
  const parts = [style.strong(headingOf(view))];
  if (view.control !== null) parts.push(controlPart(view.control, style));
  for (const group of groupsOf(view.plans)) parts.push(groupPart(group, view.now, style, commands));
  if (view.missing.length > 0)
    parts.push(`Asked for:\n${view.missing.map((each) => `  ${printable(each)}`).join('\n')}`);
  const excluded = excludedText(view, style);
  if (excluded !== null) parts.push(excluded);
  if (view.id !== null) parts.push(`${view.id}\n${style.dim(`on ${printable(view.source)} at ${view.head}`)}`);
  return parts.join('\n\n');
}

/** Devices that the approval says nothing about; null: none. */
export function excludedText({ excluded }: ApprovableView, style: Style): string | null {
  if (excluded.length === 0) return null;
  const groups = Map.groupBy(excluded, ({ device, why }) => why.replaceAll(device, 'DEVICE'));
  const lines = [...groups].map(([why, devices]) => {
    const [only, ...others] = devices;
    return `  ${devices.map(({ device }) => device).join(', ')}: ${printable(others.length === 0 ? (only?.why ?? '') : why)}`;
  });
  return [style.warn('No part of it:'), ...lines].join('\n');
}

function headingOf({ kind, id, plans, control }: ApprovableView): string {
  const short = (id ?? '').slice(7, 19);
  if (kind === 'control') return `Control plan ${short}: ${counted(control?.body.changes.length ?? 0, 'change')}`;
  if (kind === 'device') return `Plan ${short} of ${plans[0]?.device ?? ''}`;
  const what = [...(control === null ? [] : ['the control plan']), counted(plans.length, 'device')];
  return `Fleet plan ${short}: ${what.join(' and ')}`;
}

function controlPart({ id, body }: NonNullable<ApprovableView['control']>, style: Style): string {
  const head = `${style.strong('What steers the controller')} (control plan ${id.slice(7, 19)}; asks for the role policy)`;
  return `${head}\n${indented(paintedPlan(controlText(body), style))}`;
}

interface Group {
  readonly plan: Plan;
  readonly members: readonly ApprovablePlan[];
}

/** Devices to which the same is done, in the order of the view. */
function groupsOf(plans: readonly ApprovablePlan[]): readonly Group[] {
  const byName = new Map(plans.map((plan) => [plan.device, plan]));
  return groupPlans(plans.map(({ device, body }) => ({ device, plan: planIn(body) }))).map(({ devices, plan }) => ({
    plan,
    members: devices.flatMap((device) => byName.get(device) ?? []),
  }));
}

/** The part of a plan that its id is made of. */
export function planIn({ operations, touched }: ApprovablePlan['body']): Plan {
  return { changes: operations, touched, inverse: [], extras: [], released: [], frozen: [], conflicts: [] };
}

function groupPart({ plan, members }: Group, now: number, style: Style, commands: boolean): string {
  const rows = members.map((member) => {
    const { device, body, critical, offline, superseded, readAt } = member;
    const marks = [critical ? 'critical' : '', offline ? 'offline' : '', superseded ? 'no longer current' : ''];
    const named = [style.strong(device), ...marks.filter((mark) => mark !== '').map((mark) => `(${mark})`)].join(' ');
    return [
      named,
      printable(body.device.address),
      `serial ${printable(body.device.serial)}`,
      `login ${printable(body.device.credential)}`,
      `read ${agoText(readAt, now)}`,
      `undone unless confirmed within ${String(body.confirmWithinSeconds)} s`,
    ];
  });
  const parts = [columns(rows), indented(paintedPlan(printableLines(renderPlanText(plan, { colour: false })), style))];
  if (commands) parts.push(indented(renderPlanCommands(plan), '    '));
  const waits = members.flatMap(({ device, waitsFor }) =>
    waitsFor
      .filter(({ code }) => code !== 'ApprovalMissing')
      .map(({ message }) => `  ${device}: ${printable(message)}`),
  );
  return [...parts, ...waits].join('\n');
}
