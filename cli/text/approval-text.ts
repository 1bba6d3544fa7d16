import type { ApprovablePlan, ApprovableView } from '#controller';
import { factsOf, groupPlans, type Plan } from '#differ';
import { renderBodyText, renderSharedCommands } from '#differ/render';
import type { Style } from '../output.ts';
import { controlText } from './control-text.ts';
import { deviceFacts, sharedFacts } from './facts-text.ts';
import { counted, indented, paintedPlan } from './lines.ts';
import { columns, printable, sentence } from './table.ts';
import { agoText } from './when.ts';
import { wordText } from './word-text.ts';
import { shortId } from './ids.ts';

/**
 * What a person reads before approving, made from the very bodies that the id is made of: two that differ in anything
 * never read alike.
 */
export function approvalText(view: ApprovableView, style: Style, commands: boolean): string {
  const parts = [style.strong(headingOf(view))];
  if (view.control !== null) parts.push(controlPart(view.control, style));
  for (const group of groupsOf(view.plans)) parts.push(groupPart(group, view.now, style, commands));
  const changes = view.plans.reduce((sum, { body }) => sum + body.operations.length, 0);
  if (view.plans.length > 1)
    parts.push(`In all: ${counted(changes, 'change')} on ${counted(view.plans.length, 'device')}`);
  if (view.missing.length > 0)
    parts.push(`Asked for:\n${view.missing.map((each) => `  ${sentence(each)}`).join('\n')}`);
  const excluded = excludedText(view, style);
  if (excluded !== null) parts.push(excluded);
  if (view.id !== null)
    parts.push(`${view.id}\n${style.dim(`on ${printable(view.source)} at ${wordText(view.head)}`)}`);
  return parts.join('\n\n');
}

/** Devices that the approval says nothing about; null: none. */
export function excludedText({ excluded }: ApprovableView, style: Style): string | null {
  if (excluded.length === 0) return null;
  const groups = Map.groupBy(excluded, ({ device, why }) => why.replaceAll(device, 'DEVICE'));
  const lines = [...groups].map(([why, devices]) => {
    const [only, ...others] = devices;
    return `  ${devices.map(({ device }) => printable(device)).join(', ')}: ${sentence(others.length === 0 ? (only?.why ?? '') : why)}`;
  });
  return [style.warn('No part of it:'), ...lines].join('\n');
}

function headingOf({ kind, id, plans, control }: ApprovableView): string {
  const short = shortId(id ?? '');
  if (kind === 'control') return `Control plan ${short}: ${counted(control?.body.changes.length ?? 0, 'change')}`;
  if (kind === 'device') return `Plan ${short} of ${wordText(plans[0]?.device ?? '')}`;
  const what = [...(control === null ? [] : ['the control plan']), counted(plans.length, 'device')];
  return `Fleet plan ${short}: ${what.join(' and ')}`;
}

function controlPart({ id, body }: NonNullable<ApprovableView['control']>, style: Style): string {
  const head = `${style.strong('What steers the controller')} (control plan ${shortId(id)}; asks for the role policy)`;
  return `${head}\n${indented(paintedPlan(controlText(body), style))}`;
}

/** Devices to which the same is done. */
function groupsOf(plans: readonly ApprovablePlan[]): readonly (readonly ApprovablePlan[])[] {
  const byName = new Map(plans.map((plan) => [plan.device, plan]));
  const groups = groupPlans(plans.map(({ device, body }) => ({ device, plan: planIn(body) })));
  return groups.map(({ devices }) => devices.flatMap((device) => byName.get(device) ?? []));
}

/** The part of a plan that its id is made of. */
function planIn({ operations, touched, heldBack }: ApprovablePlan['body']): Plan {
  const held = heldBack === undefined ? {} : { heldBack };
  return { changes: operations, ...held, touched, inverse: [], extras: [], released: [], frozen: [], conflicts: [] };
}

function groupPart(members: readonly ApprovablePlan[], now: number, style: Style, commands: boolean): string {
  const told = members.map((member) => ({ ...member, facts: factsOf(member.body) }));
  const rows = told.map(({ device, facts, critical, offline, superseded, withControl, readAt }) => {
    const marks = [
      critical ? 'critical' : '',
      offline ? 'offline' : '',
      superseded ? 'no longer current' : '',
      withControl ? 'counts once the control plan does' : '',
    ];
    const named = [
      style.strong(wordText(device)),
      ...marks.filter((mark) => mark !== '').map((mark) => `(${mark})`),
    ].join(' ');
    return [named, ...deviceFacts(facts), `read ${agoText(readAt, now)}`];
  });
  const [first] = members;
  const body = first?.body ?? { operations: [] };
  const shared = sharedFacts(told.map(({ facts }) => facts)).join('\n');
  const parts = [columns(rows), style.dim(indented(shared)), indented(paintedPlan(renderBodyText(body), style))];
  if (commands) parts.push(indented(renderSharedCommands(members), '    '));
  const waits = members.flatMap(({ device, waitsFor }) =>
    waitsFor
      .filter(({ code }) => code !== 'ApprovalMissing')
      .map(({ message }) => `  ${printable(device)}: ${sentence(message)}`),
  );
  return [...parts, ...waits].join('\n');
}
