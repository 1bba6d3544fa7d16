import { groupDevices, sharedKeyOf } from '#differ';
import { Failure } from '#failure';
import type { Principal } from '../access/principal.ts';
import { ALL_DEVICES } from '../access/rights.ts';
import { filePatch } from '../edits/file-patch.ts';
import type { ChangeIntent, ChangeRefusal } from '../edits/intent.ts';
import type { ApprovalRule } from '../policy/approval.ts';
import { toldReasons } from '../policy/reason-text.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { ChangePreview, Previewed, PreviewedPlan } from '../proposals/preview-change.ts';
import type { Proposed } from '../proposals/propose-change.ts';
import type { ProposalRecord } from '../records/proposals.ts';
import type { ChangedFileView, ChangePreviewView, PreviewedPlanView } from './change-preview-view.ts';
import { sharedPlanOf } from './plan-views.ts';

/** An intent as it is asked for; its form was checked. */
interface AskedIntent extends Partial<Pick<ChangeIntent, 'set' | 'add' | 'remove'>> {
  readonly section: string;
  readonly whom: object;
  readonly reason: string;
  readonly where?: object | undefined;
  readonly alsoAffects?: readonly string[] | undefined;
}

/** The intent in an input, without what is not given. */
export function intentIn(input: AskedIntent): ChangeIntent {
  const { section, whom, reason, set, add, remove, where, alsoAffects } = input;
  return {
    section,
    whom: whom as ChangeIntent['whom'],
    reason,
    ...(set === undefined ? {} : { set }),
    ...(add === undefined ? {} : { add }),
    ...(remove === undefined ? {} : { remove }),
    ...(where === undefined ? {} : { where: where as NonNullable<ChangeIntent['where']> }),
    ...(alsoAffects === undefined ? {} : { alsoAffects }),
  };
}

/** A proposal in a list. */
export interface ProposalSummary extends Pick<
  ProposalRecord,
  | 'id'
  | 'proposedBy'
  | 'section'
  | 'reason'
  | 'base'
  | 'devices'
  | 'state'
  | 'commit'
  | 'proposedAt'
  | 'madeAt'
  | 'endedAt'
> {
  /** Where its commit stands; null: it is kept by the controller alone, and its files are applied by hand. */
  readonly branch: string | null;
}

/** One proposal whole. */
export interface ProposalView extends ProposalSummary {
  readonly now: Instant;
  /** What was asked for: whoever takes it has the edit made of it, whatever stands on its branch. */
  readonly intent: ChangeIntent;
  readonly files: readonly ChangedFileView[];
}

/** @throws {Failure} `ChangeRefused`, `NotAllowed` */
export function proposedView(proposed: Proposed, principal: Principal, now: Instant): ProposalView {
  if (!proposed.ok) throw refusal(proposed.refusals);
  return proposalView(proposed.proposal, principal, now);
}

/** A proposal with its files; lines of others only for whoever may see every device. */
export function proposalView(record: ProposalRecord, principal: Principal, now: Instant): ProposalView {
  const seesAll = principal.may('fleet.read', ALL_DEVICES);
  const files = record.files.map(({ file, made, patch, bare }) => ({ file, made, patch: seesAll ? patch : bare }));
  return { ...summaryOf(record), now, intent: JSON.parse(record.intent) as ChangeIntent, files };
}

/** A proposal as it is listed. */
export function summaryOf(record: ProposalRecord): ProposalSummary {
  const { source: _, intent: __, files: ___, ...summary } = record;
  const branch = record.state === 'open' ? `proposals/${record.id}` : null;
  return { ...summary, branch };
}

/** @throws {Failure} `NotFound` */
export function foundProposal(record: ProposalRecord | null, id: string): ProposalRecord {
  if (record !== null) return record;
  throw new Failure(
    'NotFound',
    `There is no proposal ${JSON.stringify(id)}. "rosctl proposals list" shows those there are.`,
  );
}

/**
 * A preview as people and assistants read it. @param isOffline whether a device does not answer now. @throws {Failure}
 * `ChangeRefused` with every reason, `NotAllowed`
 */
export function previewView(
  previewed: Previewed,
  section: string,
  now: Instant,
  isOffline: (device: DeviceName) => boolean,
): ChangePreviewView {
  if (!previewed.ok) throw refusal(previewed.refusals);
  const { preview } = previewed;
  const { base, change, fleetPlanId, plans, inSync, unread } = preview;
  const keyed = plans.map(({ device, plan, body }) => ({ device, group: sharedKeyOf(plan), plan, body }));
  return {
    base,
    now,
    files: change.files.map(({ file, before, after }) => ({
      file,
      made: before === null,
      patch: filePatch(file, before, after, preview.seesAll ? undefined : 0),
    })),
    places: change.places,
    targets: change.targets,
    changes: change.changes,
    unreached: change.unreached,
    fleetPlanId,
    plans: plans.map((plan) => planView(plan, section, isOffline(plan.device))),
    groups: groupDevices(keyed).map(({ devices, first }) => ({ devices, plan: sharedPlanOf(first) })),
    inSync,
    unread,
    notes: notesOf(preview),
  };
}

function planView(previewed: PreviewedPlan, section: string, offline: boolean): PreviewedPlanView {
  const { device, planId, plan, readAt, facts, approvalRules } = previewed;
  const { violations, undo, overBudget, risks, roster } = facts;
  const people = ({ people: named, roles }: ApprovalRule): readonly string[] | null =>
    roster === null
      ? null
      : roster
          .filter(({ person, roles: own }) => named.includes(person) || roles.some((role) => own.includes(role)))
          .map(({ person }) => person);
  return {
    device,
    planId,
    changes: plan.changes.length,
    deletions: plan.changes.filter(({ kind }) => kind === 'remove').length,
    readAt,
    offline,
    against: toldReasons([...violations, ...undo, ...overBudget]),
    risks,
    approvers: approvalRules
      .filter(({ sections }) => sections === null || sections.some((own) => own === section))
      .map((rule) => ({
        policy: rule.policy,
        who: rule.who,
        people: people(rule),
        excludesAuthors: rule.excludeAuthors,
        auto: rule.auto,
      })),
  };
}

function notesOf({ plans, unread, controlPlanWaits }: ChangePreview): readonly string[] {
  return [
    ...(plans.length > 0
      ? ['That the management path stays is proven only when a plan is applied, on what the router holds then.']
      : []),
    ...(unread.length > 0
      ? ['Of some devices not all that would be desired was read, and it could not be read now.']
      : []),
    ...(controlPlanWaits ? ['A control plan waits; once it counts, plans may have other ids.'] : []),
  ];
}

function refusal(refusals: readonly ChangeRefusal[]): Failure {
  const told = refusals.map(({ field, message, allowed, hint }) => {
    const place = field === '' ? '' : `${field}: `;
    const words = allowed === undefined ? '' : `; there are ${allowed.join(', ')}`;
    return `${place}${message}${words}${hint === undefined ? '' : ` (${hint})`}.`;
  });
  const [first] = refusals;
  const code = refusals.every((each) => each.code === 'NotAllowed') ? 'NotAllowed' : 'ChangeRefused';
  return new Failure(
    code,
    `The change is not made. ${told.join(' ')}`,
    first === undefined ? {} : { field: first.field },
  );
}
