import type { PlanId, ShownPlan } from '#differ';
import type { ChangePlace, Unreached } from '../edits/make-change.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { ToldReason } from '../reasons.ts';

/** What a change makes of a file, as `git apply` takes it. */
export interface ChangedFileView {
  readonly file: string;
  readonly made: boolean;
  /** Lines of others are left out for whoever may not see every device: `git apply --unidiff-zero`. */
  readonly patch: string;
}

/** Whose approval a policy asks for. */
export interface ApproversView {
  readonly policy: string;
  /** `1 of role approver` */
  readonly who: string;
  /** Those in the roster whose approval counts; null: the source is a folder, where nobody can approve. */
  readonly people: readonly string[] | null;
  /** Whoever brings the change does not count. */
  readonly excludesAuthors: boolean;
  /** The policy's own word does, unless something speaks against it. */
  readonly auto: boolean;
}

/** The plan that would come of a change for one device. */
export interface PreviewedPlanView {
  readonly device: DeviceName;
  /** As the controller would make it, if the router holds what it held then. */
  readonly planId: PlanId;
  readonly changes: number;
  readonly deletions: number;
  readonly readAt: Instant;
  /** The device does not answer now. */
  readonly offline: boolean;
  /** What the second check, the budgets and the undo say against it. */
  readonly against: readonly ToldReason[];
  readonly risks: readonly string[];
  readonly approvers: readonly ApproversView[];
}

/** What a change would do; nothing of it is stored. */
export interface ChangePreviewView {
  readonly base: string;
  readonly now: Instant;
  readonly files: readonly ChangedFileView[];
  readonly places: readonly ChangePlace[];
  /** Whom it is for, and of whom something else would be desired. */
  readonly targets: readonly DeviceName[];
  readonly changes: readonly DeviceName[];
  /** Devices on which a stronger RouterConfig still says otherwise. */
  readonly unreached: readonly Unreached[];
  readonly fleetPlanId: PlanId | null;
  readonly plans: readonly PreviewedPlanView[];
  readonly groups: readonly { readonly devices: readonly DeviceName[]; readonly plan: ShownPlan }[];
  readonly inSync: readonly DeviceName[];
  /** Devices of which not all that would be desired was read: what would be done there is not known. */
  readonly unread: readonly DeviceName[];
  readonly notes: readonly string[];
}
