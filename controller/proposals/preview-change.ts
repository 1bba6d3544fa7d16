import { fleetPlanIdOf, type LiveState, type Plan, type PlanBody, type PlanId } from '#differ';
import type { MenuPath } from '#routeros';
import { takeTurns } from '#turns';
import type { ChangeIntent, ChangeRefusal, ChangeScope } from '../edits/intent.ts';
import type { ChangeOfFiles } from '../edits/make-change.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../fleet/target.ts';
import type { GateFacts } from '../gates/gates.ts';
import type { ApprovalRule } from '../policy/approval.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { PlannedOnLastRead } from '../reconcile/last-read.ts';

/** What a preview is made with. */
export interface PreviewWorld {
  readonly fleet: Pick<Fleet, 'change' | 'devices' | 'incoming' | 'withConfigs'>;
  /** Plans a device from its last read; nothing is stored. @throws {Failure} `NotLeading` */
  readonly planOn: (target: Target, more?: LiveState['menus']) => Promise<PlannedOnLastRead>;
  /** What visits did not read of a device; null: it can't be read now. */
  readonly readLacking: (device: DeviceName, menus: readonly MenuPath[]) => Promise<LiveState['menus'] | null>;
}

/** What would be done to one device. */
export interface PreviewedPlan {
  readonly device: DeviceName;
  readonly planId: PlanId;
  readonly plan: Plan;
  readonly body: PlanBody;
  /** When the router was read for it. */
  readonly readAt: Instant;
  readonly facts: Pick<GateFacts, 'violations' | 'undo'> &
    Pick<GateFacts['approval'], 'overBudget' | 'risks' | 'roster'>;
  /** Whose approval the device's policies ask for. */
  readonly approvalRules: readonly ApprovalRule[];
}

/** What a change would do, as far as can be told without asking any router. */
export interface ChangePreview {
  /** The revision whose files it changes. */
  readonly base: string;
  readonly change: ChangeOfFiles;
  /** Whether the principal may see every device, and so every line of the files. */
  readonly seesAll: boolean;
  /** Null: there is no plan. */
  readonly fleetPlanId: PlanId | null;
  readonly plans: readonly PreviewedPlan[];
  /** Devices that hold already what they are desired to be. */
  readonly inSync: readonly DeviceName[];
  /** Devices of which not all that would be desired was read, so nobody can tell. */
  readonly unread: readonly DeviceName[];
  /** A control plan waits: what it brings may give the plans other ids. */
  readonly controlPlanWaits: boolean;
}

/** A preview, or every reason why the change is not made. */
export type Previewed =
  | { readonly ok: true; readonly preview: ChangePreview }
  | { readonly ok: false; readonly refusals: readonly ChangeRefusal[] };

/**
 * What a change would make of the files, whom it would hit, and the plans that would come of it, with the ids that the
 * controller would give them if no router moved. Nothing is stored, and no router is asked but for menus that visits never
 * read, of a few. @throws {Failure} `NotLeading`,
 * `NoRevision`, and those of reading the source.
 */
export async function previewChange(
  { fleet, planOn, readLacking }: PreviewWorld,
  intent: ChangeIntent,
  scope: ChangeScope,
): Promise<Previewed> {
  const made = await fleet.change(intent, scope);
  if (!made.ok) return made;
  const { base, change, inventory } = made;
  const targetOf = fleet.withConfigs(inventory.configs);
  const turn = takeTurns();
  const plans: PreviewedPlan[] = [];
  const [inSync, unread]: [DeviceName[], DeviceName[]] = [[], []];
  let readsLeft = MOST_READ;
  const planned = async (target: Target): Promise<PlannedOnLastRead> => {
    const first = await planOn(target);
    if (first.is !== 'unread' || first.lacking.length === 0 || readsLeft === 0) return first;
    readsLeft -= 1;
    const more = await readLacking(target.name, first.lacking);
    return more === null ? first : await planOn(target, more);
  };
  for (const device of change.changes) {
    await turn();
    const target = targetOf(device);
    const plan = target === null ? null : await planned(target);
    if (target === null || plan === null || plan.is === 'unread') unread.push(device);
    else if (plan.is === 'nothing') inSync.push(device);
    else plans.push(previewOf(target, plan));
  }
  const ids = plans.map(({ device, planId }) => ({ device, planId }));
  const preview: ChangePreview = {
    base,
    change,
    seesAll: scope.visible === null,
    fleetPlanId: ids.length === 0 ? null : fleetPlanIdOf(ids),
    plans,
    inSync,
    unread,
    controlPlanWaits: fleet.incoming !== null,
  };
  return { ok: true, preview };
}

/** Of more devices nothing is read for a preview: it would keep their readers waiting. */
const MOST_READ = 20;

function previewOf(target: Target, planned: Extract<PlannedOnLastRead, { is: 'planned' }>): PreviewedPlan {
  const { planId, plan, body, readAt, facts } = planned;
  const { overBudget, risks, roster } = facts.approval;
  return {
    device: target.name,
    planId,
    plan,
    body,
    readAt,
    facts: { violations: facts.violations, undo: facts.undo, overBudget, risks, roster },
    approvalRules: target.approvalRules,
  };
}
