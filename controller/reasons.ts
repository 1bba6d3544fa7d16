import type { DeviceName, Instant } from './ports.ts';

/** Which question of the path a reason answers; null: none, it tells how a pass ended. */
export type GateName =
  | 'settle'
  | 'secrets'
  | 'plan'
  | 'path'
  | 'undo'
  | 'approval'
  | 'freeze'
  | 'window'
  | 'rollout'
  | 'preflight'
  | 'rollback';

/** What is known of one code. */
export interface ReasonKind {
  /** What it means, for a reader of the docs. */
  readonly summary: string;
  /** What a person can do; commands between backticks, `DEVICE` stands for the device. Null: nothing is to be done. */
  readonly next: string | null;
  readonly gate: GateName | null;
  /** What lets the device go on: time, an approval, or somebody who changes something. */
  readonly clears: 'itself' | 'approval' | 'person';
  /** Only an approval that names this very plan helps: nobody should agree to it in passing. */
  readonly approveAlone: boolean;
}

interface Because {
  /** Why, as a clause without its full stop. */
  readonly because: string;
}

interface Message {
  readonly message: string;
}

/** Who was asked, who consented, whose consents do not count and why, and who could give what is missing. */
export interface ConsentsMissing {
  readonly policy: string;
  /** Who must consent: `1 of role approver`. */
  readonly who: string;
  /** How many people are needed because not everybody who brought the change is known; null: all are. */
  readonly withUnknownAuthors: number | null;
  readonly given: readonly string[];
  readonly notCounted: readonly { readonly person: string; readonly because: string }[];
  /** `folder`: a source where nobody can approve. `authors`: everybody who could brought the change. */
  readonly could: readonly string[] | 'folder' | 'authors' | 'nobody';
}

/** The facts that a reason carries, by its code. */
interface ReasonFacts {
  readonly ApprovalMissing: ConsentsMissing;
  readonly AttemptClosed: Because;
  readonly ControlApprovalMissing: ConsentsMissing;
  readonly TakenOut: Because;
  readonly NoApprovalPolicy: { readonly device: DeviceName; readonly sections: readonly string[] };
  readonly WindowClosed: {
    readonly neededMs: number;
    /** When the open window closes; null: none is open. */
    readonly closesAt: Instant | null;
    readonly opensAt: Instant | null;
    readonly timeZone: string;
  };
  /** Its approval expires before its window opens. */
  readonly ApprovalEndsFirst: { readonly endsAt: Instant; readonly opensAt: Instant; readonly timeZone: string };
  readonly WindowTooShort: { readonly neededMs: number; readonly longestMs: number };
  readonly RolloutNotOpen: {
    /** The one that takes the device up next; null: none is open. */
    readonly rollout: string | null;
    /** Where the device stands in it; null: it is not in it. */
    readonly member: { readonly state: string; readonly because: string } | null;
  };
  readonly RolloutWave: {
    readonly rollout: string;
    readonly wave: string;
    readonly own: string;
    readonly left: number;
  };
  readonly RolloutTurn: {
    readonly rollout: string;
    readonly wave: string;
    /** Null: one device goes alone until it is confirmed. */
    readonly atMost: number | null;
    readonly underWay: readonly DeviceName[];
  };
  readonly RolloutSoak: {
    readonly rollout: string;
    readonly wave: string;
    readonly watchedUntil: Instant | null;
    readonly pauseSeconds: number;
  };
  readonly RolloutPaused: { readonly rollout: string; readonly because: string; readonly betweenWaves: boolean };
  readonly RolloutHalted: { readonly rollout: string; readonly because: string };
  readonly RolloutUndoing: {
    readonly rollout: string;
    readonly because: string;
    readonly waitsFor: readonly DeviceName[];
  };
  readonly Frozen: { readonly by: string; readonly because: string };
  readonly RolledBack: Because;
  readonly ChangedSince: Message;
  readonly NotRestorable: Message;
  readonly RollbackUndone: { readonly rollout: string; readonly because: string };
  readonly Stalled: Because;
  readonly AttemptStalled: Because;
  readonly ForeignUndo: { readonly objects: readonly string[]; readonly stage: 'settle' | 'preflight' | 'copies' };
  readonly Occupied: { readonly by: string };
  readonly HighRisk: { readonly risks: readonly string[] };
  readonly SecretInRow: { readonly row: string } | { readonly more: number };
  /** `more`: besides those that are named. */
  readonly RowsHeldBack: { readonly rows: readonly string[]; readonly more: number };
  readonly PathCut: Message;
  readonly PathUnknown: Message;
  readonly PathNotModelled: Message;
  readonly ProtectedRow: Message;
  readonly MenuNotAllowed: Message;
  readonly OverChangeBudget: Message;
  readonly OverDeletionBudget: Message;
  readonly DoesNotApply: Message;
  readonly DoesNotConverge: Message;
  readonly DanglingReference: Message;
  readonly InverseFails: Message;
  readonly FieldNotOnVersion: { readonly version: string; readonly fields: readonly string[] };
  readonly ArmKeepsFailing: {
    readonly attempts: number;
    readonly because: string;
    readonly purpose: 'apply' | 'rollback';
  };
  readonly UndoTooLarge: { readonly bytes: number; readonly mostBytes: number };
  readonly UndoNotPossible: Because;
  readonly DriftNotCorrected: { readonly policy: string };
  readonly DriftWouldDelete: unknown;
  readonly VersionNotSupported: { readonly version: string };
  readonly NoSpace: { readonly freeBytes: number };
  readonly TierTooLow: unknown;
  readonly NotArmable: unknown;
  readonly Defect: Because;
}

/** Codes of reasons for which a gate is closed or a pass stalled; stable, for scripts and alerts. */
export type ReasonCode = keyof ReasonFacts;

/**
 * Why a gate is closed or a pass stalled: its code with its facts. What people read is made of it at the edge
 * (`policy/reason-text.ts`).
 */
export type Reason<Code extends ReasonCode = ReasonCode> = {
  readonly [C in Code]: { readonly code: C } & ReasonFacts[C];
}[Code];

/** A reason as people and programs are told it. */
export interface ToldReason {
  readonly code: string;
  readonly message: string;
}

/** Every code that a device's status or a gate can show, in the order of the docs. */
export const REASONS = {
  InSync: {
    summary: 'live is what is desired',
    next: null,
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  Confirmed: {
    summary: 'a change was applied in the last pass',
    next: null,
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  FieldsFrozen: {
    summary: 'in sync, but for fields that did not converge twice and are left alone',
    next: 'spell the value as the router reads it back, or take it out of the RouterConfig',
    gate: null,
    clears: 'person',
    approveAlone: false,
  },
  RowsHeldBack: {
    summary:
      'everything that could be done is done; the rows that the message names are left as they are, each for its [reason](#rows-that-are-held-back)',
    next: 'do what the message says of each row, on the router or in the RouterConfig; then: `rosctl reconcile DEVICE`',
    gate: null,
    clears: 'person',
    approveAlone: false,
  },
  NotVisitedYet: {
    summary: 'the device was not visited since the controller started, or since the commit in force was accepted',
    next: 'wait for its first visit, or ask for it now: `rosctl reconcile DEVICE`',
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  BeginsNow: {
    summary: 'nothing keeps the plan any more, for instance since a freeze ended; its visit writes it',
    next: 'nothing: it begins in a moment; follow it: `rosctl rollouts watch`',
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  UnderWay: {
    summary: 'the plan is being applied: its undo is armed, it is written, or it is checked',
    next: 'nothing: it is kept or undone by itself; follow it: `rosctl rollouts watch`',
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  Replanning: {
    summary:
      'the router moved between planning and the first write, could not be armed, or a gate closed while it was being armed (a pause, a revoked key, another revision); nothing was written',
    next: 'nothing; if it repeats, look who changes the router, and at `rosctl history DEVICE`',
    gate: null,
    clears: 'itself',
    approveAlone: false,
  },
  Suspended: {
    summary: '`spec.suspend`, or another controller works on the device',
    next: 'take `spec.suspend` out of the RouterDevice when it may be worked on again',
    gate: null,
    clears: 'person',
    approveAlone: false,
  },
  ApprovalMissing: {
    summary: 'an ApprovalPolicy asks for people; the message says who could give it',
    next: 'read it and approve it, in your clone: `rosctl approve DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: false,
  },
  AttemptClosed: {
    summary:
      'an attempt used the approval up and ended before its first write; the message says why, for instance that the rollout was paused meanwhile',
    next: 'approve it anew, in your clone: `rosctl approve DEVICE`; what ended it: `rosctl history DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: false,
  },
  ControlApprovalMissing: {
    summary: 'of the control plan, not of a device: people with the role `policy` must approve it',
    next: 'read what would steer the controller, and in your clone: `rosctl approve control`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: false,
  },
  TakenOut: {
    summary: 'a rollout took the device out (abort, skip, failure), or took its change back',
    next: 'approve it anew when it may be tried again: `rosctl approve DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: false,
  },
  NoApprovalPolicy: {
    summary: 'no ApprovalPolicy matches the device',
    next: 'add an ApprovalPolicy that matches it to the fleet',
    gate: 'approval',
    clears: 'person',
    approveAlone: false,
  },
  WindowClosed: {
    summary:
      'the RolloutPolicy has maintenance windows, and none is open at the site, or what is left of it is too short; the message says when it opens, by the clock of the site',
    next: 'wait for its maintenance window, or change `spec.windows` of the RolloutPolicy',
    gate: 'window',
    clears: 'itself',
    approveAlone: false,
  },
  ApprovalEndsFirst: {
    summary:
      'the plan is approved, and the approval expires before its maintenance window opens; approve it anew later',
    next: 'approve it anew nearer to its window: `rosctl approve DEVICE`; or let approvals hold longer: `expiresAfterHours`',
    gate: 'window',
    clears: 'approval',
    approveAlone: false,
  },
  WindowTooShort: {
    summary: 'no maintenance window is long enough for this change',
    next: 'make a window of the RolloutPolicy longer, or change fewer rows at once',
    gate: 'window',
    clears: 'person',
    approveAlone: false,
  },
  RolloutNotOpen: {
    summary: 'everything else is in order; a rollout takes the device up in a moment, or when the one before has ended',
    next: 'nothing: it is taken up as soon as that is possible; `rosctl rollouts list`',
    gate: 'rollout',
    clears: 'itself',
    approveAlone: false,
  },
  RolloutWave: {
    summary: 'its wave comes later',
    next: 'nothing: its wave comes later; follow it: `rosctl rollouts watch`',
    gate: 'rollout',
    clears: 'itself',
    approveAlone: false,
  },
  RolloutTurn: {
    summary: 'as many devices as the policy allows are being changed, or the first one is still alone',
    next: 'nothing: its turn comes; follow it: `rosctl rollouts watch`',
    gate: 'rollout',
    clears: 'itself',
    approveAlone: false,
  },
  RolloutSoak: {
    summary: 'the wave before is done and is watched, or there is a pause after it',
    next: 'nothing: the next wave begins by itself; to go on at once: `rosctl rollouts skip --wave`',
    gate: 'rollout',
    clears: 'itself',
    approveAlone: false,
  },
  RolloutPaused: {
    summary:
      'somebody paused the rollout, a key that its approvals rest on was revoked, or the policy asks for a person between waves',
    next: 'go on when it is time: `rosctl rollouts resume`',
    gate: 'rollout',
    clears: 'person',
    approveAlone: false,
  },
  RolloutHalted: {
    summary: 'more devices failed than the failure budget allows',
    next: 'see what failed: `rosctl rollouts show`; then approve a corrected plan, or: `rosctl rollouts resume`',
    gate: 'rollout',
    clears: 'person',
    approveAlone: false,
  },
  RolloutUndoing: {
    summary: 'the rollout is being rolled back',
    next: 'follow it: `rosctl rollouts watch`; a device that does not answer keeps it open: `rosctl rollouts skip DEVICE`',
    gate: 'rollout',
    clears: 'itself',
    approveAlone: false,
  },
  Frozen: {
    summary: 'somebody froze all writes',
    next: 'end the freeze when it is time: `rosctl freeze --off`',
    gate: 'freeze',
    clears: 'itself',
    approveAlone: false,
  },
  RolledBack: {
    summary:
      'this plan was undone, because a check failed or the key of its approval was revoked, and is not tried again',
    next: 'see what failed: `rosctl history DEVICE`; then change what is desired; or approve it anew: `rosctl approve DEVICE`, or where the policy is auto: `rosctl plans retry DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: true,
  },
  ChangedSince: {
    summary:
      'a rollout wants its change taken back, but somebody has changed what it touched since, or another change was confirmed',
    next: 'see what the rollout did: `rosctl history DEVICE`; then put right by hand what is wrong',
    gate: 'rollback',
    clears: 'person',
    approveAlone: false,
  },
  NotRestorable: {
    summary: 'a rollout wants its change taken back, but what was there before would not come back exactly',
    next: 'see what the rollout did: `rosctl history DEVICE`; then put right by hand what is wrong',
    gate: 'rollback',
    clears: 'person',
    approveAlone: false,
  },
  RollbackUndone: {
    summary: 'a rollout took its change back, and that was undone: the device is still as the rollout left it',
    next: 'see what failed: `rosctl history DEVICE`; then put right by hand what is wrong',
    gate: 'rollback',
    clears: 'person',
    approveAlone: false,
  },
  Stalled: {
    summary: 'the last attempt of this plan stalled',
    next: 'see how far it came: `rosctl history DEVICE`; look at the router; then, if it may be tried again: `rosctl approve DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: true,
  },
  AttemptStalled: {
    summary: 'nobody can tell what happened to an attempt',
    next: 'see how far it came: `rosctl history DEVICE`; then look at the router, put right what is wrong by hand, and remove `rg-*` objects that are left',
    gate: 'settle',
    clears: 'person',
    approveAlone: false,
  },
  ForeignUndo: {
    summary:
      "the router holds undo scripts that no open attempt owns: of a stalled attempt, of another installation, or brought back by somebody's safe mode; they may still fire",
    next: 'wait until the undo objects are gone, or remove them on the router; a copy of a row only once its row holds the right secret',
    gate: 'preflight',
    clears: 'itself',
    approveAlone: false,
  },
  Occupied: {
    summary: 'somebody holds safe mode, or has changes that a safe mode may still undo',
    next: 'release the safe mode on the router, or wait until its owner does',
    gate: 'preflight',
    clears: 'itself',
    approveAlone: false,
  },
  HighRisk: {
    summary:
      'the plan could cut the path later, for instance DNS changes where the way is a tunnel; it is never applied by itself',
    next: 'read it and, if you mean it, approve it in your clone: `rosctl approve DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: false,
  },
  SecretInRow: {
    summary:
      "the plan would touch a row that holds a password or token of the controller's, on the router or as it is declared",
    next: 'take the password out of the row that the message names, or set another password: `rosctl credentials set NAME`',
    gate: 'secrets',
    clears: 'person',
    approveAlone: false,
  },
  PathCut: {
    summary: 'a state on the way would cut the controller off',
    next: 'change the RouterConfig so that the management path stays, or make this change by hand',
    gate: 'path',
    clears: 'person',
    approveAlone: false,
  },
  PathUnknown: {
    summary:
      'the router does not tell our address, or its way back is not clear, or it is not known which of its addresses we talk to',
    next: 'set `spec.management` of the device, or make this change by hand',
    gate: 'path',
    clears: 'person',
    approveAlone: false,
  },
  PathNotModelled: {
    summary:
      'something that the [proof](../architecture.md#proof-of-the-management-path) does not understand: a tunnel that could depend on what goes, other routing tables, an IPv6 controller, a menu whose changes are not modelled',
    next: 'make this change by hand, or take it out of the RouterConfig',
    gate: 'path',
    clears: 'person',
    approveAlone: false,
  },
  ProtectedRow: {
    summary: 'the plan touches a row of `spec.management`',
    next: 'take the change to the protected row out of the RouterConfig',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  MenuNotAllowed: {
    summary: '`spec.capabilities` does not allow the section',
    next: 'allow the section in `spec.capabilities` of the device, or take it out of the RouterConfig',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  OverChangeBudget: {
    summary: 'more changes than the RolloutPolicy allows',
    next: 'read it, and approve it by itself in your clone: `rosctl approve DEVICE`; or split it',
    gate: 'plan',
    clears: 'approval',
    approveAlone: true,
  },
  OverDeletionBudget: {
    summary: 'more removals than the RolloutPolicy allows',
    next: 'read it, and approve it by itself in your clone: `rosctl approve DEVICE`; or split it',
    gate: 'plan',
    clears: 'approval',
    approveAlone: true,
  },
  DoesNotApply: {
    summary: 'the plan contradicts itself',
    next: 'read the plan: `rosctl plans show DEVICE`; this change cannot be made in one plan, so split it',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  DoesNotConverge: {
    summary: 'after the plan there would be changes left',
    next: 'read the plan: `rosctl plans show DEVICE`; spell the value as the router does, or take it out',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  DanglingReference: {
    summary:
      'a row would name one that is not there: the plan writes a name that nobody has, or removes who has it; only menus that were read are judged',
    next: 'declare the row that the message names, or name another one in the RouterConfig',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  InverseFails: {
    summary: 'the undo would not restore every state on the way; nothing is written without a whole undo',
    next: 'make this change by hand: it could not be undone by itself',
    gate: 'plan',
    clears: 'person',
    approveAlone: false,
  },
  FieldNotOnVersion: {
    summary:
      'the RouterOS of this device, as its last visit found it, lacks a field or menu that is declared, or that the plan sets',
    next: 'take it out for this device, or upgrade RouterOS on the router; until then it is held back',
    gate: 'undo',
    clears: 'person',
    approveAlone: false,
  },
  ArmKeepsFailing: {
    summary: 'five attempts in a row ended alike before the first write; a changed plan is tried again',
    next: 'see why: `rosctl history DEVICE` and `rosctl doctor DEVICE`; when it is mended: `rosctl approve DEVICE`',
    gate: 'approval',
    clears: 'approval',
    approveAlone: true,
  },
  UndoTooLarge: {
    summary: 'the undo is larger than the free space of the router allows',
    next: 'change fewer rows at once, or make room on its disk',
    gate: 'undo',
    clears: 'person',
    approveAlone: false,
  },
  UndoNotPossible: {
    summary:
      'a script cannot hold a value that the undo needs ([why](../decisions/0013-text-beyond-ascii-is-written-by-scripts.md))',
    next: 'make this change by hand',
    gate: 'undo',
    clears: 'person',
    approveAlone: false,
  },
  DriftNotCorrected: {
    summary: 'somebody changed the router, and the policy only reports it',
    next: 'see who did it: `rosctl drift DEVICE`; put it into the YAML: `rosctl drift propose DEVICE`, have it undone: `rosctl approve DEVICE`, or set `drift: correct` in the RolloutPolicy, or in a drift rule for this section',
    gate: 'approval',
    clears: 'approval',
    approveAlone: true,
  },
  DriftWouldDelete: {
    summary: 'correcting the drift would delete rows',
    next: 'see who did it: `rosctl drift DEVICE`; put the rows into the YAML: `rosctl drift propose DEVICE`, or have them removed: `rosctl approve DEVICE`, or `deletions: allow` in a drift rule of the RolloutPolicy',
    gate: 'approval',
    clears: 'approval',
    approveAlone: true,
  },
  VersionNotSupported: {
    summary: 'RouterOS before 7.12',
    next: 'upgrade RouterOS on the router',
    gate: 'preflight',
    clears: 'person',
    approveAlone: false,
  },
  NoSpace: {
    summary: "less than 1 MB free on the router's disk",
    next: 'free some space on the disk of the router',
    gate: 'preflight',
    clears: 'person',
    approveAlone: false,
  },
  TierTooLow: {
    summary: 'only an undo that does not survive a reboot can be armed',
    next: 'accept `tier: job-only` in the RolloutPolicy, or allow schedulers in the device-mode of the router',
    gate: 'preflight',
    clears: 'person',
    approveAlone: false,
  },
  NotArmable: {
    summary: 'a job does not run on the router',
    next: 'see what is missing: `rosctl doctor DEVICE`',
    gate: 'preflight',
    clears: 'person',
    approveAlone: false,
  },
  Defect: {
    summary: 'a defect of the controller ended the pass',
    next: "report it with the controller's log",
    gate: null,
    clears: 'person',
    approveAlone: false,
  },
} as const satisfies Readonly<Record<ReasonCode, ReasonKind>> & Readonly<Record<string, ReasonKind>>;

/** What is known of a code; undefined: it is none of ours, but a failure's. */
export function reasonKindOf(code: string): ReasonKind | undefined {
  return Object.hasOwn(REASONS, code) ? REASONS[code as keyof typeof REASONS] : undefined;
}
